/** What was done in the year, as plain data: all that the oracle knows. Times are milliseconds since 1970. */

export type Tier = { upTo: string | null; unitPrice?: string; amount?: string };

export type Price = {
  unitPrice?: string;
  tiers?: Tier[];
  packageSize?: string;
  packagePrice?: string;
  percent?: string;
  included?: string;
};

export type Meter = {
  key: string;
  aggregation: 'sum' | 'count' | 'max' | 'unique';
  measure?: string;
};

export type Charge = Price & {
  id: string;
  name: string;
  meter: string;
  model: 'perUnit' | 'graduated' | 'volume' | 'package' | 'flatByTier' | 'percentage';
  minimum?: string;
  byAttribute?: { attribute: string; prices: Record<string, Price> };
};

export type Fee = {
  id: string;
  name: string;
  amount: string;
  timing: 'advance' | 'arrears' | 'setUp';
};

export type Plan = {
  id: string;
  name: string;
  currency: string;
  interval: { unit: 'week' | 'month' | 'quarter'; count: number };
  trialDays: number;
  fees: Fee[];
  charges: Charge[];
};

export type Policy = 'adjustNextInvoice' | 'creditNote' | 'ignore';

export type Subscription = {
  id: string;
  organizationId: string;
  zone: string;
  anchorDay: number | null;
  start: number;
  end: number | null;
  /** In order; the first from the start. */
  plans: { from: number; plan: Plan }[];
  pauses: { from: number; to: number | null }[];
};

/** A customer, or a team of one. */
export type Organization = {
  id: string;
  name: string;
  parentId: string | null;
  zone: string;
  cycle: { unit: 'month' | 'quarter'; anchorDay: number };
  perSubscription: boolean;
  policy: Policy;
  /** Its drafts are issued a day later, with what came in until then. */
  grace: boolean;
  /** Who owes, from when on; itself before. */
  billTo: { from: number; payerId: string | null }[];
};

export type Credential = { bindings: { from: number; subscriptionId: string }[] };

export type UsageEvent = {
  id: string;
  at: number;
  /** When it was sent. */
  recordedAt: number;
  credential?: string;
  subscription?: string;
  organization?: string;
  measures: Record<string, string>;
  cost?: { amount: string; currency: string };
  attributes?: Record<string, string>;
};

export type World = {
  meters: Meter[];
  plans: Plan[];
  organizations: Map<string, Organization>;
  subscriptions: Map<string, Subscription>;
  credentials: Map<string, Credential>;
  events: UsageEvent[];
};

/** A line of a document: of one fee or charge of one service period, whatever it took to write it down. */
export type OracleLine = { key: string; kind: 'fee' | 'usage' | 'adjustment'; amount: string };

/** An invoice, or, with `credit`, what a run credits to a payer. */
export type OracleDocument = {
  payerId: string;
  currency: string;
  /** The subscription that it is for alone; '' for all. */
  grouping: string;
  kind: 'invoice' | 'standalone' | 'credit';
  cycleStart: number;
  cycleEnd: number;
  total: string;
  lines: OracleLine[];
};
