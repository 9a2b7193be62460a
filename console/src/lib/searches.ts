/** The search parameters of every page, by the name of its path in `paths.ts`. */

import { date, flag, instant, oneOf, page, searchOf, text, wholeNumber } from './search.ts';

export const signIn = searchOf({ next: text, sso: text });

export const organizations = searchOf({
  ...page,
  name: text,
  search: text,
  externalId: text,
  parentId: text,
  archived: flag,
});
export const organizationTree = searchOf({ focus: text });
export const organizationTab = searchOf({ ...page, range: text });
export const organizationMerge = searchOf({ intoId: text });
export const organizationNew = searchOf({ parentId: text });

export const subscribers = searchOf({
  ...page,
  email: text,
  subscriberId: text,
  organizationId: text,
  archived: flag,
});
export const subscriberTab = searchOf({ ...page });
export const subscriberNew = searchOf({ organizationId: text, email: text });

export const credentials = searchOf({
  ...page,
  organizationId: text,
  subscriberId: text,
  subscriptionId: text,
  tag: text,
  autoCreated: flag,
  archived: flag,
});
export const credentialNew = searchOf({
  organizationId: text,
  subscriberId: text,
  subscriptionId: text,
});

const repairs = { ...page, organizationId: text, status: oneOf('previewed', 'applied', 'undone') };
export const merges = searchOf(repairs);
export const splits = searchOf(repairs);

export const statements = searchOf({ ...page, asOf: date, owing: flag });
export const statement = searchOf({ asOf: date, knownAt: wholeNumber, from: date, to: date });

export const subscriptions = searchOf({
  ...page,
  organizationId: text,
  planId: text,
  externalId: text,
  status: oneOf('pending', 'trialing', 'active', 'paused', 'ended'),
  archived: flag,
});
export const subscriptionNew = searchOf({ organizationId: text, planId: text });

export const plans = searchOf({ ...page, productId: text, externalId: text, archived: flag });
export const planNew = searchOf({ productId: text });
export const planSimulator = searchOf({
  organizationId: text,
  from: date,
  to: date,
  quantities: text,
});
export const products = searchOf({ ...page, name: text, externalId: text, archived: flag });
export const meters = searchOf({ ...page, key: text, measure: text, archived: flag });

export const events = searchOf({
  ...page,
  from: instant,
  to: instant,
  organizationId: text,
  subscriberId: text,
  credentialId: text,
  subscriptionId: text,
  rule: text,
  reason: text,
  source: text,
  clientId: text,
});
export const rejects = searchOf({
  ...page,
  code: text,
  from: date,
  to: date,
  replayed: oneOf('true', 'false'),
  /** The one that is looked at. */
  look: text,
});
export const conflicts = searchOf({ ...page, source: text, clientId: text, from: date, to: date });
export const ignoredUsage = searchOf({
  ...page,
  organizationId: text,
  subscriptionId: text,
  billingRunId: text,
});
export const ignored = searchOf({ ...page });
export const usage = searchOf({
  range: oneOf('24h', '7d', '30d', 'month', 'lastMonth', 'custom'),
  from: date,
  to: date,
  groupBy: text,
  interval: oneOf('hour', 'day', 'week', 'month'),
  show: oneOf('cost', 'amount'),
  /** Of the money that is drawn: amounts of several currencies have no sum. */
  currency: text,
  /** Where the interval begins that is explained. */
  spike: instant,
  compare: flag,
  organizationId: text,
  rollUp: flag,
  subscriberId: text,
  credentialId: text,
  subscriptionId: text,
  measure: text,
});
export const unclassified = searchOf({
  ...page,
  sort: oneOf('events'),
  kind: oneOf('credential', 'subscription', 'subscriber', 'organization', 'none'),
  reached: oneOf('nothing', 'organization'),
  reason: text,
  organizationId: text,
});
export const unclassifiedClaim = searchOf({
  organizationId: text,
  subscriberId: text,
  subscriptionId: text,
});
export const reattributions = searchOf({
  ...page,
  status: oneOf('pending', 'previewed', 'applied', 'undone'),
});
export const reattributionNew = searchOf({ organizationId: text, credentialId: text });

export const invoices = searchOf({
  ...page,
  organizationId: text,
  status: oneOf('draft', 'open', 'partially_paid', 'paid', 'void', 'uncollectible'),
  unpaid: flag,
  overdue: flag,
  period: text,
  currency: text,
  billingRunId: text,
  number: text,
});
/** Of issued invoices, without what is beneath them. */
export const invoiceHeaders = searchOf({
  ...page,
  organizationId: text,
  unpaid: flag,
  overdue: flag,
  number: text,
});
export const invoice = searchOf({ breakdownBy: text });
export const invoiceLine = searchOf({ ...page });
export const billingRuns = searchOf({
  ...page,
  status: oneOf('queued', 'running', 'succeeded', 'failed'),
  period: text,
});
export const payments = searchOf({
  ...page,
  organizationId: text,
  invoiceId: text,
  status: oneOf('received', 'reversed'),
  currency: text,
  reference: text,
  unapplied: flag,
});
export const paymentNew = searchOf({ organizationId: text });
export const creditNotes = searchOf({
  ...page,
  organizationId: text,
  invoiceId: text,
  status: oneOf('issued', 'void'),
  number: text,
  unapplied: flag,
});

export const findings = searchOf({
  ...page,
  kind: oneOf(
    'sharedDomain',
    'similarName',
    'separateInvoice',
    'sameMeterTwice',
    'organizationMismatch',
    'growingUnclassified',
    'unusedCredential',
    'noBillingEmail',
  ),
});

export const apiKeys = searchOf({ ...page });
/** `like`: the key that it replaces. */
export const apiKeyNew = searchOf({ like: text });
export const people = searchOf({
  ...page,
  search: text,
  status: oneOf('invited', 'active', 'deactivated'),
  role: oneOf('owner', 'admin', 'billing', 'support', 'statements', 'developer'),
});
export const auditLog = searchOf({
  ...page,
  search: text,
  actor: text,
  action: text,
  resourceId: text,
  from: date,
  to: date,
});
