// Generated from sdk/test/fixtures/openapi.sample.json by `npm run generate sdk`. Do not edit.

export interface BillingAddress {
  address1: string | null;
  country: string | null;
  email: string | null;
}

export interface Credential {
  id: string;
  createdAt: string;
  updatedAt: string;
  version: number;
  name: string;
  subscriberId: string;
  /** Masked. */
  credentialId: string;
  tags: string[];
  lastSeenAt: string | null;
}

export interface CredentialsLookupBody {
  credentialId: string;
}

export interface CredentialsMoveBody {
  subscriberId?: string | undefined;
  from?: string | undefined;
}

/** One record of usage, as claimed. */
export interface EventInput {
  id: string;
  /** Default: `""`. */
  source?: string | undefined;
  time?: string | undefined;
  credential?: string | undefined;
  subscription?: string | undefined;
  subscriber?: string | undefined;
  organization?: string | undefined;
  product?: string | undefined;
  measures: Record<string, number | string>;
  cost?: Money | undefined;
  attributes?: Record<string, unknown> | undefined;
}

export interface EventTrace {
  event: {
    id: string;
    measures: Record<string, string>;
  };
  rule: string;
  position: number;
  hops: (
    | {
        kind: 'credential';
        id: string;
      }
    | {
        kind: 'subscription';
        id: string;
        status: 'active' | 'paused' | 'ended';
      }
  )[];
}

export interface IngestResult {
  accepted: number;
  duplicates: number;
  conflicts: {
    index: number;
    id: string;
  }[];
  rejected: {
    index: number;
    code: string;
    pointer: string;
    detail: string;
  }[];
}

export interface Invoice {
  id: string;
  createdAt: string;
  updatedAt: string;
  version: number;
  number: string | null;
  status: 'draft' | 'finalized' | 'void';
  total: Money;
  period: Range;
}

export interface InvoicesListQuery {
  /**
   * Items on one page.
   *
   * Default: `50`.
   */
  limit?: number | undefined;
  cursor?: string | undefined;
  status?: 'draft' | 'finalized' | 'void' | undefined;
}

export interface InvoicesListResult {
  items: Invoice[];
  nextCursor: string | null;
}

/** An amount of one currency. */
export interface Money {
  /** A decimal number, as text. */
  amount: string;
  currency: string;
}

/** What creating an organization takes. */
export interface NewOrganization {
  name: string;
  parentId?: string | null | undefined;
  externalId?: string | undefined;
  /** Default: `"USD"`. */
  currency?: string | undefined;
  associatedDomains?: string[] | undefined;
  billing?: BillingAddress | undefined;
  metadata?: Record<string, string> | undefined;
}

/** A customer account: an external company, or an internal unit. */
export interface Organization {
  id: string;
  createdAt: string;
  updatedAt: string;
  version: number;
  /** Unique among live siblings. */
  name: string;
  parentId: string | null;
  externalId: string | null;
  currency: string;
  associatedDomains: string[];
  billing: BillingAddress | null;
  billTo: string | null;
  invoiceGrouping: 'perPayer' | 'perSubscription';
  metadata: Record<string, string>;
}

export interface OrganizationPage {
  items: Organization[];
  nextCursor: string | null;
}

export interface OrganizationPatch {
  name?: string | undefined;
  parentId?: string | null | undefined;
  metadata?: Record<string, string> | undefined;
}

/** An organization and everything below it. */
export interface OrganizationTree {
  id: string;
  children: OrganizationTree[];
}

export interface OrganizationsAncestorsResult {
  items: Organization[];
}

export interface OrganizationsListQuery {
  /**
   * Items on one page.
   *
   * Default: `50`.
   */
  limit?: number | undefined;
  cursor?: string | undefined;
  parentId?: string | undefined;
  tag?: string[] | undefined;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string | undefined;
  instance?: string | undefined;
  code: string;
  requestId: string;
  errors: {
    pointer: string;
    code: string;
    detail: string;
  }[];
}

export type Range = [string, string | null];

export interface StatementsCsvQuery {
  asOf?: string | undefined;
}

export interface UsageQueryQuery {
  from: string;
  to: string;
  groupBy?: string[] | undefined;
}

export interface UsageQueryResult {
  rows: {
    quantity: string | null;
    amount: Money | null;
  }[];
}
