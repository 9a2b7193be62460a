// Generated from openapi.json by `npm run generate sdk`. Do not edit.

/** What is due, by days past due in the time zone of the customer. */
export interface Ageing {
  currency: string;
  current: string;
  days1To30: string;
  days31To60: string;
  days61To90: string;
  days90Plus: string;
}

export interface Allocate {
  /** What goes to which invoice. Left out: all of it, to the invoices that are due, the one due first first. What is left is credit of the customer, for its next invoices. */
  allocations?: AllocationCreate[] | undefined;
}

export interface Allocation {
  invoiceId: string;
  invoiceNumber: string | null;
  amount: Money;
}

export interface AllocationCreate {
  invoiceId: string;
  amount: {
    amount: number | string;
    currency: string;
  };
}

export interface ApiKey {
  id: string;
  name: string;
  /** The beginning and the end of the key, to recognise it by. */
  hint: string;
  permissions: string[];
  createdAt: string;
  /** The name of the person or key that made it; null: not known. */
  createdBy: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
}

export interface ApiKeyCreate {
  name: string;
  /** Bundles (`admin`, `ingest`, `read`) or single permissions. */
  permissions: (
    | 'owner'
    | 'admin'
    | 'billing'
    | 'support'
    | 'statements'
    | 'developer'
    | 'ingest'
    | 'read'
    | 'organizations.read'
    | 'organizations.create'
    | 'organizations.update'
    | 'organizations.delete'
    | 'subscribers.read'
    | 'subscribers.create'
    | 'subscribers.update'
    | 'subscribers.delete'
    | 'credentials.read'
    | 'credentials.create'
    | 'credentials.update'
    | 'credentials.delete'
    | 'credentials.move'
    | 'credentials.revoke'
    | 'credentials.reveal'
    | 'meters.read'
    | 'meters.create'
    | 'meters.update'
    | 'meters.delete'
    | 'products.read'
    | 'products.create'
    | 'products.update'
    | 'products.delete'
    | 'plans.read'
    | 'plans.create'
    | 'plans.update'
    | 'plans.delete'
    | 'subscriptions.read'
    | 'subscriptions.create'
    | 'subscriptions.update'
    | 'subscriptions.delete'
    | 'events.read'
    | 'events.ingest'
    | 'rejects.read'
    | 'rejects.replay'
    | 'conflicts.read'
    | 'ingestSettings.read'
    | 'ingestSettings.update'
    | 'unclassified.read'
    | 'unclassified.claim'
    | 'usage.read'
    | 'reattributions.read'
    | 'reattributions.create'
    | 'reattributions.apply'
    | 'merges.read'
    | 'merges.create'
    | 'merges.apply'
    | 'splits.read'
    | 'splits.create'
    | 'splits.apply'
    | 'billingRuns.read'
    | 'billingRuns.create'
    | 'billingSchedule.read'
    | 'billingSchedule.update'
    | 'invoices.read'
    | 'invoices.readHeaders'
    | 'invoices.finalize'
    | 'invoices.void'
    | 'invoices.writeOff'
    | 'invoices.send'
    | 'creditNotes.read'
    | 'creditNotes.create'
    | 'creditNotes.void'
    | 'creditNotes.allocate'
    | 'creditNotes.send'
    | 'payments.read'
    | 'payments.create'
    | 'payments.allocate'
    | 'payments.reverse'
    | 'refunds.read'
    | 'refunds.create'
    | 'messages.read'
    | 'sendingSettings.read'
    | 'sendingSettings.update'
    | 'statements.read'
    | 'statements.send'
    | 'shareLinks.read'
    | 'shareLinks.create'
    | 'shareLinks.revoke'
    | 'seller.read'
    | 'seller.update'
    | 'checks.read'
    | 'findings.read'
    | 'metrics.read'
    | 'me.read'
    | 'me.update'
    | 'people.read'
    | 'people.invite'
    | 'people.update'
    | 'people.deactivate'
    | 'owners.manage'
    | 'apiKeys.read'
    | 'apiKeys.create'
    | 'apiKeys.rotate'
    | 'apiKeys.revoke'
    | 'auditLog.read'
  )[];
  expiresAt?: string | null | undefined;
}

export interface ApiKeysListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
}

export interface ApiKeysListResult {
  items: ApiKey[];
  nextCursor: string | null;
}

export interface Attribution {
  credentialId: string | null;
  subscriberId: string | null;
  organizationId: string;
  subscriptionId: string | null;
  rule: string;
  reasons: string[];
  unbilledReason: string | null;
  claimConflicts: string[];
  sentence: string;
  /** Null for a moment after recording, until the journal is numbered. */
  position: number | null;
}

export interface AuditEntry {
  at: string;
  actor: string;
  /** What the API key or the person was called at the time. */
  actorName: string | null;
  action: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
  id: string;
  resourceId: string;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
}

export interface AuditLogCsvQuery {
  /** The id of a person or an API key. */
  actor?: string | undefined;
  /** `resource.verb`, or a resource alone. */
  action?: string | undefined;
  resourceId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  search?: string | undefined;
}

export interface AuditLogListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** The id of a person or an API key. */
  actor?: string | undefined;
  /** `resource.verb`, or a resource alone. */
  action?: string | undefined;
  resourceId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  search?: string | undefined;
}

export interface AuditLogListResult {
  items: AuditEntry[];
  nextCursor: string | null;
}

export interface AuditLogNdjsonQuery {
  /** The id of a person or an API key. */
  actor?: string | undefined;
  /** `resource.verb`, or a resource alone. */
  action?: string | undefined;
  resourceId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  search?: string | undefined;
}

export interface BillingContact {
  address1?: string | undefined;
  address2?: string | undefined;
  country?: string | undefined;
  state?: string | undefined;
  city?: string | undefined;
  zip?: string | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  remittanceInstructions?: string | undefined;
}

/** The rhythm of invoices, in the time zone of the organization. Another one holds from now on: cycles that ended or were billed stay, and one cycle joins the old rhythm and the new. */
export interface BillingCycle {
  /** Default: `"month"`. */
  unit: 'day' | 'week' | 'month' | 'quarter' | 'year';
  /** Default: `1`. */
  count: number;
  /** Default: `1`. */
  anchorDay: number;
}

/** The rhythm of invoices, in the time zone of the organization. Another one holds from now on: cycles that ended or were billed stay, and one cycle joins the old rhythm and the new. */
export interface BillingCycleInput {
  /** Default: `"month"`. */
  unit?: 'day' | 'week' | 'month' | 'quarter' | 'year' | undefined;
  /** Default: `1`. */
  count?: number | undefined;
  /** Default: `1`. */
  anchorDay?: number | undefined;
}

export interface BillingRun {
  id: string;
  /** The month, or `from/to`. */
  period: string;
  from: string | null;
  to: string | null;
  status: 'queued' | 'running' | 'succeeded' | 'failed';
  /** What was recorded up to here is billed. */
  position: number;
  organizationsTotal: number;
  organizationsDone: number;
  invoicesDrafted: number;
  linesDrafted: number;
  /** For credits that no invoice could take. */
  creditNotesIssued: number;
  problem: {
    code: string;
    detail: string;
    organizations: {
      organizationId: string;
      detail: string;
    }[];
  } | null;
  finishedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface BillingRunCreate {
  /** The cycles that end in this month, in the time zone of each payer. */
  period?: string | undefined;
  /** With `to`, in place of `period`: the cycles whose last instant is in [from, to). */
  from?: string | undefined;
  to?: string | undefined;
  /** `true` (default): answer when it has ended, or after ten minutes. `false`: answer at once; ask for it to see how far it is. */
  wait?: boolean | undefined;
}

export interface BillingRunsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  status?: 'queued' | 'running' | 'succeeded' | 'failed' | undefined;
  period?: string | undefined;
}

export interface BillingRunsListResult {
  items: BillingRun[];
  nextCursor: string | null;
}

export interface BillingSchedule {
  enabled: boolean;
  /** How long after its end a cycle is billed: usage that arrives in between is on it. */
  graceHours: number;
  /** What becomes of usage recorded after its service period was billed, where neither the subscription nor its payer says. */
  latePolicy: 'adjustNextInvoice' | 'creditNote' | 'ignore';
  /** Whether drafts are issued by themselves: once `graceHours` are over, and those of `lateUsage` of the payer and of every subscription on it. Each is brought up to date before. */
  autoFinalize: boolean;
  /** Drafts of cycles that ended before are left to somebody; null while it is off. */
  autoFinalizeFrom: string | null;
  /** Cycles that ended up to here have been billed, or are not for the schedule. */
  billedUntil: string | null;
  /** When the next run begins; null while it is off, or nobody is billed. */
  nextRunAt: string | null;
  lastRunId: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface BillingScheduleUpdate {
  enabled?: boolean | undefined;
  graceHours?: number | undefined;
  latePolicy?: 'adjustNextInvoice' | 'creditNote' | 'ignore' | undefined;
  /** Turned on, it begins with the cycles whose grace is not over. */
  autoFinalize?: boolean | undefined;
  /** Begin with the cycles that end after this. Default when it is turned on: those whose grace is not over. */
  billedUntil?: string | undefined;
}

export interface Binding {
  /** null: since ever */
  from: string | null;
  /** null: until further notice */
  to: string | null;
  subscriberId: string;
  organizationId: string;
  subscriptionId: string | null;
}

export type CancelPlanned = {
  /** Only what is planned for this very instant. Default: everything planned. */
  at?: string | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
} | null;

export type Charge =
  | PerUnitCharge
  | GraduatedCharge
  | VolumeCharge
  | PackageCharge
  | FlatByTierCharge
  | PercentageCharge;

export type ChargeTerms =
  | PerUnitChargeTerms
  | GraduatedChargeTerms
  | VolumeChargeTerms
  | PackageChargeTerms
  | FlatByTierChargeTerms
  | PercentageChargeTerms;

export interface Check {
  name:
    | 'conservation'
    | 'explained'
    | 'twoClocks'
    | 'issued'
    | 'exactlyOnce'
    | 'timeTravel'
    | 'derivedUsage';
  ok: boolean;
  /** What must hold. */
  claim: string;
  /** What was counted and compared, in all. */
  figures: Record<string, string>;
  /** Rows up to this position were proven before and not looked at again; 0: all were. */
  provenBefore: number;
  /** The rows that break it; at most 20 of each kind. */
  problems: {
    row: string;
    detail: string;
  }[];
}

export interface Checks {
  /** What the checks looked at: everything recorded up to here. */
  position: number;
  /** Whether everything was looked at. */
  complete: boolean;
  checks: Check[];
}

export interface ChecksRunQuery {
  /** Look at everything again, not only at what is new. */
  complete?: boolean | undefined;
}

export interface ClaimedOrganization {
  name: string;
  externalId?: string | undefined;
  parentId?: string | undefined;
}

export interface ConflictsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  source?: string | undefined;
  /** The id that was sent. */
  clientId?: string | undefined;
  /** Sent at or after this instant. */
  from?: string | undefined;
  /** Sent before this instant. */
  to?: string | undefined;
}

export interface ConflictsListResult {
  items: EventConflict[];
  nextCursor: string | null;
}

export interface CreatedApiKey {
  id: string;
  name: string;
  /** The beginning and the end of the key, to recognise it by. */
  hint: string;
  permissions: string[];
  createdAt: string;
  /** The name of the person or key that made it; null: not known. */
  createdBy: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
  /** The key itself: shown once, null when the request is repeated. */
  key: string | null;
}

export interface CreatedShareLink {
  id: string;
  /** Whose statement and invoices it shows; nobody else’s. */
  organizationId: string;
  /** Whom it is for, in your words. */
  name: string | null;
  status: 'active' | 'expired' | 'revoked';
  createdBy: string;
  expiresAt: string;
  revokedAt: string | null;
  /** To the minute. */
  lastUsedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
  /** Sent as `x-share-token`. Shown once, null when the request is repeated. */
  token: string | null;
  /** The page that shows it. The token is in the fragment, which browsers send to nobody. */
  url: string | null;
}

export interface Credential {
  id: string;
  name: string;
  subscriberId: string;
  subscriberEmail: string;
  organizationId: string;
  subscriptionId: string | null;
  /** Masked. After a rotation: the newest. */
  credentialId: string;
  hasExternalSecret: boolean;
  tags: string[];
  metadata: Record<string, string>;
  /** Made by usage that named it, not by a request. */
  autoCreated: boolean;
  /** When the earliest usage with one of its IDs occurred. */
  firstSeenAt: string | null;
  lastSeenAt: string | null;
  /** `pending`: bound only from a later time. `ended`: revoked, expired or deleted. */
  status: 'pending' | 'active' | 'ended';
  /** When its binding ends, or ended; null: it goes on. */
  endsAt: string | null;
  warnings: {
    code: 'organization_mismatch';
    detail: string;
  }[];
  archivedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface CredentialBindings {
  items: Binding[];
  credentialIds: {
    /** Masked. */
    credentialId: string;
    from: string | null;
    to: string | null;
  }[];
}

export interface CredentialCreate {
  name: string;
  subscriberId?: string | undefined;
  /** In place of subscriberId: the e-mail of a live subscriber, compared without case. */
  subscriberEmail?: string | undefined;
  organizationId: string;
  /** Of the organization or of one above it. Without one, the first usage associates it. */
  subscriptionId?: string | null | undefined;
  /** Encrypted at rest and never shown, but by `reveal`. */
  externalSecret?: string | null | undefined;
  tags?: string[] | undefined;
  metadata?: Record<string, string> | undefined;
  /** What usage identifies itself with: case-sensitive, stored once, only ever shown masked. */
  credentialId: string;
  /** From when it is bound; default: since ever, or since the credential that had this ID before ended. */
  from?: string | undefined;
}

export interface CredentialExpire {
  /** When it ends, in place of an end planned before; null: it goes on. */
  at: string | null;
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface CredentialFound {
  credential: Credential;
  /** The one in force at `at`. */
  binding: Binding | null;
}

export interface CredentialLookup {
  /** What usage identifies itself with: case-sensitive, stored once, only ever shown masked. */
  credentialId: string;
  /** Default: now. */
  at?: string | undefined;
}

export interface CredentialMove {
  subscriberId?: string | undefined;
  /** In place of subscriberId: the e-mail of a live subscriber, compared without case. */
  subscriberEmail?: string | undefined;
  organizationId?: string | undefined;
  /** Of the organization or of one above it. Without one, the first usage associates it. */
  subscriptionId?: string | null | undefined;
  /** Default: now; null: since ever. */
  from?: string | null | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
  /** `now` (default): recorded usage follows at once, or the change is refused as `preview_required` where that is too much. `later`: it stays where it is, and a re-attribution waits for its preview. */
  reattribute?: 'now' | 'later' | undefined;
}

export type CredentialRestore = {
  /** From when it is bound again: its end, or later. Default: now. */
  from?: string | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
  /** `now` (default): recorded usage follows at once, or the change is refused as `preview_required` where that is too much. `later`: it stays where it is, and a re-attribution waits for its preview. */
  reattribute?: 'now' | 'later' | undefined;
} | null;

export type CredentialRevoke = {
  /** From when its IDs name it no more; not in the future. Default: now. */
  from?: string | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
  /** `now` (default): recorded usage follows at once, or the change is refused as `preview_required` where that is too much. `later`: it stays where it is, and a re-attribution waits for its preview. */
  reattribute?: 'now' | 'later' | undefined;
} | null;

export interface CredentialRotate {
  /** What usage identifies itself with: case-sensitive, stored once, only ever shown masked. */
  credentialId: string;
  /** Encrypted at rest and never shown, but by `reveal`. */
  externalSecret?: string | null | undefined;
  /** From when it names the credential; default: since ever. */
  from?: string | undefined;
  /** When the IDs it has so far cease to name it. Default: now; null: they stay. */
  previousUntil?: string | null | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
  /** `now` (default): recorded usage follows at once, or the change is refused as `preview_required` where that is too much. `later`: it stays where it is, and a re-attribution waits for its preview. */
  reattribute?: 'now' | 'later' | undefined;
}

export interface CredentialSecrets {
  id: string;
  credentialId: string;
  externalSecret: string | null;
}

/** Another subscriber, organization or subscription holds from now on, and takes the permission `credentials.move`. To change what was, post to `/move`. */
export interface CredentialUpdate {
  name?: string | undefined;
  subscriberId?: string | undefined;
  /** In place of subscriberId: the e-mail of a live subscriber, compared without case. */
  subscriberEmail?: string | undefined;
  organizationId?: string | undefined;
  /** Of the organization or of one above it. Without one, the first usage associates it. */
  subscriptionId?: string | null | undefined;
  /** Encrypted at rest and never shown, but by `reveal`. */
  externalSecret?: string | null | undefined;
  tags?: string[] | undefined;
  metadata?: Record<string, string> | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface CredentialsHistoryResult {
  items: HistoryEntry[];
  /** In the order in which it was recorded. */
  timeline: TimelineEntry[];
}

export interface CredentialsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  organizationId?: string | undefined;
  subscriberId?: string | undefined;
  subscriptionId?: string | undefined;
  /** Those with this tag. */
  tag?: string | undefined;
  autoCreated?: boolean | undefined;
  /** `true`: only archived ones. Default: only live ones. */
  archived?: boolean | undefined;
}

export interface CredentialsListResult {
  items: Credential[];
  nextCursor: string | null;
}

export interface CreditNote {
  id: string;
  number: string;
  status: 'issued' | 'void';
  /** The payer. */
  organizationId: string;
  /** The invoice that it corrects. */
  invoiceId: string | null;
  invoiceNumber: string | null;
  /** The run that issued it, if one did. */
  billingRunId: string | null;
  currency: string;
  /** Of the lines, without tax. */
  subtotal: Money;
  /** Taken back, rate by rate. */
  taxes: InvoiceTax[];
  taxTotal: Money;
  /** Lines and taxes. */
  total: Money;
  /** What is left of it for invoices to come. */
  unappliedAmount: Money;
  refundedAmount: Money;
  /** Its own invoice, and others that the rest went to. */
  allocations: Allocation[];
  reason: string;
  /** What the run that issued it knew. */
  position: number | null;
  recipient: InvoiceRecipient;
  issuer: InvoiceIssuer;
  issuedAt: string;
  effectiveAt: string;
  createdAt: string;
  updatedAt: string;
  version: number;
  lines: CreditNoteLine[];
}

export interface CreditNoteCreate {
  invoiceId: string;
  /** Left out: whatever is left of the whole invoice. */
  lines?: CreditNoteLineCreate[] | undefined;
  /** Is on the document. */
  reason: string;
  /** The day that counts for statements. Default: now. Not before the invoice. */
  effectiveAt?: string | undefined;
}

export interface CreditNoteHeader {
  id: string;
  number: string;
  status: 'issued' | 'void';
  /** The payer. */
  organizationId: string;
  /** The invoice that it corrects. */
  invoiceId: string | null;
  invoiceNumber: string | null;
  /** The run that issued it, if one did. */
  billingRunId: string | null;
  currency: string;
  /** Of the lines, without tax. */
  subtotal: Money;
  /** Taken back, rate by rate. */
  taxes: InvoiceTax[];
  taxTotal: Money;
  /** Lines and taxes. */
  total: Money;
  /** What is left of it for invoices to come. */
  unappliedAmount: Money;
  refundedAmount: Money;
  /** Its own invoice, and others that the rest went to. */
  allocations: Allocation[];
  reason: string;
  /** What the run that issued it knew. */
  position: number | null;
  recipient: InvoiceRecipient;
  issuer: InvoiceIssuer;
  issuedAt: string;
  effectiveAt: string;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface CreditNoteLine {
  id: string;
  /** `credit`: a part of an invoice line, whose usage stays billed. `adjustment`: what the period comes to now, less what was billed. */
  kind: 'credit' | 'adjustment';
  description: string;
  invoiceLineId: string | null;
  subscriptionId: string;
  planId: string;
  planVersion: number;
  feeId: string | null;
  chargeId: string | null;
  periodStart: string;
  periodEnd: string;
  quantity: string;
  /** What the customer gets for it. */
  amount: Money;
  price: Record<string, unknown>;
  /** Its events occurred in [payerFrom, payerTo) … */
  payerFrom: string;
  payerTo: string;
  /** … and were recorded in (positionAfter, position]. */
  positionAfter: number;
  position: number;
  eventSign: number;
  eventCount: number;
  eventQuantity: string;
  eventHash: string;
}

export interface CreditNoteLineCreate {
  lineId: string;
  /** Without tax, which is credited with it. At most what is left of the line after earlier credit notes. */
  amount: {
    amount: number | string;
    currency: string;
  };
}

export interface CreditNoteLinesEventsQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
}

export interface CreditNotesListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  organizationId?: string | undefined;
  /** Those that correct this invoice. */
  invoiceId?: string | undefined;
  billingRunId?: string | undefined;
  status?: 'issued' | 'void' | undefined;
  currency?: string | undefined;
  number?: string | undefined;
  /** `true`: only those of which something is left. */
  unapplied?: boolean | undefined;
}

export interface CreditNotesListResult {
  items: CreditNoteHeader[];
  nextCursor: string | null;
}

export interface CreditNotesVoidBody {
  reason?: string | undefined;
}

export interface Deallocate {
  invoiceId: string;
  /** Default: all that went to the invoice. */
  amount?:
    | {
        amount: number | string;
        currency: string;
      }
    | undefined;
}

export interface Event {
  id: string;
  source: string;
  clientId: string;
  occurredAt: string;
  recordedAt: string;
  position: number | null;
  claim: {
    /** Masked. */
    credential: string | null;
    subscription: string | null;
    subscriber: string | null;
    organization: string | null;
    product: string | null;
  };
  measures: Record<string, string>;
  cost: Money | null;
  attributes: Record<string, string>;
  attribution: Attribution;
}

export interface EventConflict {
  source: string;
  clientId: string;
  /** The event that stands. */
  eventId: string;
  /** When this other body came. */
  recordedAt: string;
  /** Who sent it. */
  actor: string;
  /** What it says; it is not counted. */
  body: {
    time: string | null;
    /** Masked. */
    credential: string | null;
    subscription: string | null;
    subscriber: string | null;
    organization: string | null;
    product: string | null;
    measures: Record<string, string>;
    cost: {
      amount: string;
      currency: string;
    } | null;
    attributes: Record<string, string>;
  };
  /** The fields in which it differs from the event. */
  differs: string[];
}

export interface EventSearch {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** Occurred then or later. */
  from?: string | undefined;
  /** Occurred before. */
  to?: string | undefined;
  organizationId?: string | undefined;
  subscriberId?: string | undefined;
  credentialId?: string | undefined;
  subscriptionId?: string | undefined;
  /** The rule that decided, e.g. `credential_binding`. */
  rule?: string | undefined;
  /** A reason code, or a reason for not being billed. */
  reason?: string | undefined;
  /** Carries this measure. */
  measure?: string | undefined;
  source?: string | undefined;
  /** Your own id of the event; of the source `""` where none is named. */
  clientId?: string | undefined;
  /** The credential ID that the events carry. It is answered masked. */
  credential?: string | undefined;
  /** As sent: id or external id. */
  subscription?: string | undefined;
  /** As sent: e-mail (in any case) or subscriber id. */
  subscriber?: string | undefined;
  /** As sent: id, external id or name. */
  organization?: string | undefined;
  /** As sent. */
  product?: string | undefined;
}

export interface EventsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** Occurred then or later. */
  from?: string | undefined;
  /** Occurred before. */
  to?: string | undefined;
  organizationId?: string | undefined;
  subscriberId?: string | undefined;
  credentialId?: string | undefined;
  subscriptionId?: string | undefined;
  /** The rule that decided, e.g. `credential_binding`. */
  rule?: string | undefined;
  /** A reason code, or a reason for not being billed. */
  reason?: string | undefined;
  /** Carries this measure. */
  measure?: string | undefined;
  source?: string | undefined;
  /** Your own id of the event; of the source `""` where none is named. */
  clientId?: string | undefined;
}

export interface EventsListResult {
  items: Event[];
  nextCursor: string | null;
}

export interface EventsSearchResult {
  items: Event[];
  nextCursor: string | null;
}

export interface Fee {
  id: string;
  name: string;
  amount: string;
  /** `advance`, `arrears`: at the beginning or the end of each service period. `setUp`: once, when the subscription starts, trial or not; never prorated. */
  timing: 'advance' | 'arrears' | 'setUp';
}

export interface FeeTerms {
  name: string;
  /** Per interval, in the currency of the plan and no finer than it. */
  amount: number | string;
  /**
   * `advance`, `arrears`: at the beginning or the end of each service period. `setUp`: once, when the subscription starts, trial or not; never prorated.
   *
   * Default: `"advance"`.
   */
  timing?: 'advance' | 'arrears' | 'setUp' | undefined;
}

export interface Finding {
  /** Stands for what was found; the same as long as it is so. */
  id: string;
  kind:
    | 'sharedDomain'
    | 'similarName'
    | 'separateInvoice'
    | 'sameMeterTwice'
    | 'organizationMismatch'
    | 'growingUnclassified'
    | 'unusedCredential'
    | 'noBillingEmail';
  summary: string;
  organization: {
    id: string;
    name: string;
  } | null;
  evidence: {
    label: string;
    value: string;
  }[];
  /** One call that mends it. */
  fix: {
    summary: string;
    method: 'POST' | 'PATCH';
    path: string;
    body: Record<string, unknown>;
    /** Fields of the body that only a person can give. */
    needs: string[];
  };
}

export interface FindingsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  kind?:
    | 'sharedDomain'
    | 'similarName'
    | 'separateInvoice'
    | 'sameMeterTwice'
    | 'organizationMismatch'
    | 'growingUnclassified'
    | 'unusedCredential'
    | 'noBillingEmail'
    | undefined;
}

export interface FindingsListResult {
  items: Finding[];
  nextCursor: string | null;
}

/** One amount by the tier that the whole quantity reaches; nothing for no usage. */
export interface FlatByTierCharge {
  id: string;
  name: string;
  /** The key of the meter. */
  meter: string;
  meterId: string;
  meterVersion: number;
  model: 'flatByTier';
  tiers: {
    upTo: string | null;
    amount: string;
  }[];
  included?: string | undefined;
  byAttribute?:
    | {
        attribute: string;
        prices: Record<
          string,
          {
            tiers: {
              upTo: string | null;
              amount: string;
            }[];
            included?: string | undefined;
          }
        >;
      }
    | undefined;
  minimum?: string | undefined;
}

/** One amount by the tier that the whole quantity reaches; nothing for no usage. */
export interface FlatByTierChargeTerms {
  /** Default: the key of the meter. */
  name?: string | undefined;
  /** Key or id of a live meter; the charge pins its current version. */
  meter: string;
  model: 'flatByTier';
  /** In ascending order. A tier begins above the `upTo` of the one before. */
  tiers: {
    /** The last unit of the tier; null for the last tier, which has no end. */
    upTo: number | string | null;
    /** In the currency of the plan and no finer than it. */
    amount: number | string;
  }[];
  /** Quantity that each service period has for nothing; prices begin after it. */
  included?: number | string | undefined;
  /** Other prices for usage whose attribute has these values: each value is counted and priced by itself. All other usage together has the price of the charge. */
  byAttribute?:
    | {
        /** Such as `model`. */
        attribute: string;
        prices: Record<
          string,
          {
            /** In ascending order. A tier begins above the `upTo` of the one before. */
            tiers: {
              /** The last unit of the tier; null for the last tier, which has no end. */
              upTo: number | string | null;
              /** In the currency of the plan and no finer than it. */
              amount: number | string;
            }[];
            /** Quantity that each service period has for nothing; prices begin after it. */
            included?: number | string | undefined;
          }
        >;
      }
    | undefined;
  /** What the charge comes to at least in each service period, prorated where that is cut short. */
  minimum?: number | string | undefined;
}

/** Each unit at the price of the tier that it is in. */
export interface GraduatedCharge {
  id: string;
  name: string;
  /** The key of the meter. */
  meter: string;
  meterId: string;
  meterVersion: number;
  model: 'graduated';
  tiers: {
    upTo: string | null;
    unitPrice: string;
  }[];
  included?: string | undefined;
  byAttribute?:
    | {
        attribute: string;
        prices: Record<
          string,
          {
            tiers: {
              upTo: string | null;
              unitPrice: string;
            }[];
            included?: string | undefined;
          }
        >;
      }
    | undefined;
  minimum?: string | undefined;
}

/** Each unit at the price of the tier that it is in. */
export interface GraduatedChargeTerms {
  /** Default: the key of the meter. */
  name?: string | undefined;
  /** Key or id of a live meter; the charge pins its current version. */
  meter: string;
  model: 'graduated';
  /** In ascending order. A tier begins above the `upTo` of the one before. */
  tiers: {
    /** The last unit of the tier; null for the last tier, which has no end. */
    upTo: number | string | null;
    /** In the currency of the plan, up to 12 decimals. */
    unitPrice: number | string;
  }[];
  /** Quantity that each service period has for nothing; prices begin after it. */
  included?: number | string | undefined;
  /** Other prices for usage whose attribute has these values: each value is counted and priced by itself. All other usage together has the price of the charge. */
  byAttribute?:
    | {
        /** Such as `model`. */
        attribute: string;
        prices: Record<
          string,
          {
            /** In ascending order. A tier begins above the `upTo` of the one before. */
            tiers: {
              /** The last unit of the tier; null for the last tier, which has no end. */
              upTo: number | string | null;
              /** In the currency of the plan, up to 12 decimals. */
              unitPrice: number | string;
            }[];
            /** Quantity that each service period has for nothing; prices begin after it. */
            included?: number | string | undefined;
          }
        >;
      }
    | undefined;
  /** What the charge comes to at least in each service period, prorated where that is cut short. */
  minimum?: number | string | undefined;
}

export interface HistoryEntry {
  at: string;
  actor: string;
  /** What the API key or the person was called at the time. */
  actorName: string | null;
  action: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
}

export interface IgnoredUsage {
  id: string;
  /** The payer, who was not billed for it. */
  organizationId: string;
  subscriptionId: string;
  subscriptionName: string | null;
  chargeId: string;
  charge: string;
  planId: string;
  planVersion: number;
  /** The run that ignored it. */
  billingRunId: string;
  /** The service period that it belongs to. */
  periodStart: string;
  periodEnd: string;
  /** Its events occurred in [occurredFrom, occurredTo) … */
  occurredFrom: string;
  occurredTo: string;
  /** … and were recorded in (positionAfter, position]. */
  positionAfter: number;
  position: number;
  eventCount: number;
  eventQuantity: string;
  eventHash: string;
  /** What it would have added to the quantity of the period. */
  quantity: string;
  /** What it would have added to the bill of the payer, without tax. */
  worth: Money;
  createdAt: string;
}

export interface IgnoredUsageEventsQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
}

export interface IgnoredUsageListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** The payer. */
  organizationId?: string | undefined;
  subscriptionId?: string | undefined;
  billingRunId?: string | undefined;
}

export interface IgnoredUsageListResult {
  items: IgnoredUsage[];
  nextCursor: string | null;
}

export interface IngestResult {
  accepted: number;
  /** Sent before with the same body. */
  duplicates: number;
  /** Sent before with another body: the first stands, this one is kept beside it. */
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

export interface IngestSettings {
  /** `provision`: unknown identifiers are made where a rule says so, else the usage is unclassified. `strict`: they are refused, and kept for a replay. */
  mode: 'provision' | 'strict';
  version: number;
}

export interface IngestSettingsUpdate {
  /** `provision`: unknown identifiers are made where a rule says so, else the usage is unclassified. `strict`: they are refused, and kept for a replay. */
  mode: 'provision' | 'strict';
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface InvitedPerson {
  id: string;
  createdAt: string;
  updatedAt: string;
  version: number;
  name: string;
  email: string;
  role: 'owner' | 'admin' | 'billing' | 'support' | 'statements' | 'developer';
  status: 'invited' | 'active' | 'deactivated';
  twoFactorEnabled: boolean;
  joinedAt: string | null;
  deactivatedAt: string | null;
  lastSignedInAt: string | null;
  /** The invitation that is open, if any. */
  invitation: {
    expiresAt: string;
    /** `link`: not mailed; whoever invited has the link to pass on. */
    delivery: 'link' | 'queued' | 'sent' | 'failed';
    /** What the mail server said. */
    detail: string | null;
  } | null;
  /** To be passed on: shown once, null when it is mailed or the request is repeated. */
  link: {
    url: string;
    expiresAt: string;
  } | null;
}

export interface Invoice {
  id: string;
  /** Null while it is a draft. */
  number: string | null;
  status: 'draft' | 'open' | 'partially_paid' | 'paid' | 'void' | 'uncollectible';
  /** The payer. */
  organizationId: string;
  billingRunId: string | null;
  /** Set where the payer asks for one invoice per subscription. */
  subscriptionId: string | null;
  /** `true`: beside the regular invoice of the cycle, for what was found later. */
  standalone: boolean;
  currency: string;
  /** Of the billing cycle. */
  periodStart: string;
  periodEnd: string;
  /** Of the lines, without tax. */
  subtotal: Money;
  /** For each name and percentage, or reason for none, the lines that it is on. */
  taxes: InvoiceTax[];
  taxTotal: Money;
  /** Lines and taxes. */
  total: Money;
  /** What is still owed, by the customer ledger; nothing before it is issued. */
  amountDue: Money;
  /** Of payments, also earlier ones that had something left. */
  amountPaid: Money;
  /** Of credit notes, its own and others. */
  amountCredited: Money;
  amountWrittenOff: Money;
  /** What was recorded up to here is on it. */
  position: number;
  recipient: InvoiceRecipient;
  issuer: InvoiceIssuer;
  issuedAt: string | null;
  dueAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
  /** What the lines are broken down by; null: by nothing. */
  breakdownBy: string | null;
  lines: InvoiceLine[];
  /** Unpaid, and the day it was due is over, by the calendar of the payer. */
  overdue: boolean;
}

export interface InvoiceHeader {
  id: string;
  /** Null while it is a draft. */
  number: string | null;
  status: 'draft' | 'open' | 'partially_paid' | 'paid' | 'void' | 'uncollectible';
  /** The payer. */
  organizationId: string;
  billingRunId: string | null;
  /** Set where the payer asks for one invoice per subscription. */
  subscriptionId: string | null;
  /** `true`: beside the regular invoice of the cycle, for what was found later. */
  standalone: boolean;
  currency: string;
  /** Of the billing cycle. */
  periodStart: string;
  periodEnd: string;
  /** Of the lines, without tax. */
  subtotal: Money;
  /** For each name and percentage, or reason for none, the lines that it is on. */
  taxes: InvoiceTax[];
  taxTotal: Money;
  /** Lines and taxes. */
  total: Money;
  /** What is still owed, by the customer ledger; nothing before it is issued. */
  amountDue: Money;
  /** Of payments, also earlier ones that had something left. */
  amountPaid: Money;
  /** Of credit notes, its own and others. */
  amountCredited: Money;
  amountWrittenOff: Money;
  /** What was recorded up to here is on it. */
  position: number;
  recipient: InvoiceRecipient;
  issuer: InvoiceIssuer;
  issuedAt: string | null;
  dueAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
  /** Unpaid, and the day it was due is over, by the calendar of the payer. */
  overdue: boolean;
}

export interface InvoiceHeadersListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** The payer. */
  organizationId?: string | undefined;
  /** `true`: issued, and something of it is still owed. */
  unpaid?: boolean | undefined;
  /** `true`: unpaid, and the day it was due is over, by the calendar of the payer. */
  overdue?: boolean | undefined;
  currency?: string | undefined;
  number?: string | undefined;
  /** Of billing cycles that end in this month, in the time zone of the payer. */
  period?: string | undefined;
  /** Of cycles that begin then or later. */
  periodFrom?: string | undefined;
  /** Of cycles that end then or earlier. */
  periodTo?: string | undefined;
  /** Due then or later. */
  dueFrom?: string | undefined;
  /** Due before then. */
  dueTo?: string | undefined;
  /** One or several, separated by commas. */
  status?: string | undefined;
}

export interface InvoiceHeadersListResult {
  items: IssuedInvoiceHeader[];
  nextCursor: string | null;
}

/** Who made it out, as of the day it was issued. */
export interface InvoiceIssuer {
  name: string;
  legalName?: string | undefined;
  address?: string[] | undefined;
  country?: string | undefined;
  taxId?: string | undefined;
  email?: string | undefined;
  website?: string | undefined;
  remittanceInstructions?: string | undefined;
  /** Its hash; `GET /v1/seller/logo` has the present one. */
  logo?: string | undefined;
  timeZone?: string | undefined;
  locale?: string | undefined;
  paper?: string | undefined;
  breakdown?: string | undefined;
}

export interface InvoiceLine {
  id: string;
  ordinal: number;
  kind: 'fee' | 'usage' | 'adjustment';
  description: string;
  subscriptionId: string;
  planId: string;
  planVersion: number;
  feeId: string | null;
  chargeId: string | null;
  /** The key of the meter. */
  meter: string | null;
  /** Of the service period. */
  periodStart: string;
  periodEnd: string;
  quantity: string;
  /** Null where there is no single one. */
  unitPrice: string | null;
  amount: Money;
  /** All that the amount was computed from, as it was. */
  price: Record<string, unknown>;
  /** The events of the line occurred in [payerFrom, payerTo) … */
  payerFrom: string;
  payerTo: string;
  /** … and were recorded in (positionAfter, position]. */
  positionAfter: number;
  position: number;
  /** -1: a line that takes its events back. */
  eventSign: number;
  /** Signed, as are quantity and hash: added less removed. */
  eventCount: number;
  eventQuantity: string;
  /** The signed sum of a hash of each event id; it proves which set it was. */
  eventHash: string;
  /** Who has which part of the line. Amounts and event counts sum to those of the line. */
  breakdown: InvoiceLinePart[];
}

export interface InvoiceLineEvent {
  id: string;
  /** 1: added by the line; -1: taken back by it. */
  sign: number;
  occurredAt: string;
  recordedAt: string;
  /** What the event adds before its sign. */
  quantity: string;
  source: string;
  clientId: string;
  /** As it was sent. Masked. */
  credential: string | null;
  credentialId: string | null;
  subscriberId: string | null;
  /** Whose usage it is, by the entries of this line. */
  organizationId: string;
}

export interface InvoiceLineEvents {
  items: InvoiceLineEvent[];
  nextCursor: string | null;
  /** Of all pages: the sum of the signs. */
  eventCount: number;
  /** Of all pages: the sum of sign × quantity. */
  eventQuantity: string;
  eventHash: string;
  /** The same figures, computed from the events themselves; with the first page. */
  computed: {
    added: number;
    removed: number;
    /** Of all pages: the sum of the signs. */
    eventCount: number;
    /** Of all pages: the sum of sign × quantity. */
    eventQuantity: string;
    eventHash: string;
    /** Whether the events still are those of the line. */
    equalsLine: boolean;
  } | null;
}

export interface InvoiceLinePart {
  /** `fixed`: not by usage, such as a fee or what fills up a minimum. `rest`: of all those that are not named. */
  kind: 'usage' | 'fixed' | 'rest';
  /** The id of an organization, subscriber or credential; a tag, or what an attribute says. */
  value: string | null;
  /** What it was called when the invoice was drafted. */
  label: string;
  /** Of `max` and `unique`: its own. */
  quantity: string;
  amount: Money;
  eventCount: number;
  eventQuantity: string;
}

export interface InvoiceLinesCsvQuery {
  /** The payer. */
  organizationId?: string | undefined;
  /** `true`: issued, and something of it is still owed. */
  unpaid?: boolean | undefined;
  /** `true`: unpaid, and the day it was due is over, by the calendar of the payer. */
  overdue?: boolean | undefined;
  currency?: string | undefined;
  number?: string | undefined;
  /** Of billing cycles that end in this month, in the time zone of the payer. */
  period?: string | undefined;
  /** Of cycles that begin then or later. */
  periodFrom?: string | undefined;
  /** Of cycles that end then or earlier. */
  periodTo?: string | undefined;
  /** Due then or later. */
  dueFrom?: string | undefined;
  /** Due before then. */
  dueTo?: string | undefined;
  /** One or several, separated by commas. */
  status?: string | undefined;
  billingRunId?: string | undefined;
  /** `true`: begins with a byte order mark, which some spreadsheets need to see that it is UTF-8. */
  bom?: boolean | undefined;
}

export interface InvoiceLinesEventsQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
}

/** Whom it is made out to, as of the day it was issued. */
export interface InvoiceRecipient {
  name: string;
  timeZone?: string | undefined;
  address1?: string | undefined;
  address2?: string | undefined;
  country?: string | undefined;
  state?: string | undefined;
  city?: string | undefined;
  zip?: string | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  remittanceInstructions?: string | undefined;
}

export interface InvoiceTax {
  name: string;
  /** Null: there is no tax, and `exemptReason` says why. */
  percent: string | null;
  exemptReason: string | null;
  /** The sum of its lines. */
  taxable: Money;
  /** Rounded once, over all its lines. */
  amount: Money;
  /** Which lines it is on, the first being 1. */
  lineOrdinals: number[];
}

export interface InvoicesCsvQuery {
  /** The payer. */
  organizationId?: string | undefined;
  /** `true`: issued, and something of it is still owed. */
  unpaid?: boolean | undefined;
  /** `true`: unpaid, and the day it was due is over, by the calendar of the payer. */
  overdue?: boolean | undefined;
  currency?: string | undefined;
  number?: string | undefined;
  /** Of billing cycles that end in this month, in the time zone of the payer. */
  period?: string | undefined;
  /** Of cycles that begin then or later. */
  periodFrom?: string | undefined;
  /** Of cycles that end then or earlier. */
  periodTo?: string | undefined;
  /** Due then or later. */
  dueFrom?: string | undefined;
  /** Due before then. */
  dueTo?: string | undefined;
  /** One or several, separated by commas. */
  status?: string | undefined;
  billingRunId?: string | undefined;
  /** `true`: begins with a byte order mark, which some spreadsheets need to see that it is UTF-8. */
  bom?: boolean | undefined;
}

export interface InvoicesGetQuery {
  /** Breaks the lines down by something else than the invoice was drafted with: computed from the events, as known at the position of each line. */
  breakdownBy?: string | undefined;
}

export interface InvoicesLinesCsvQuery {
  /** `true`: begins with a byte order mark, which some spreadsheets need to see that it is UTF-8. */
  bom?: boolean | undefined;
  /** `breakdown`: who has which part of each line. Default: `lines`. */
  rows?: 'lines' | 'breakdown' | undefined;
}

export interface InvoicesListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** The payer. */
  organizationId?: string | undefined;
  /** `true`: issued, and something of it is still owed. */
  unpaid?: boolean | undefined;
  /** `true`: unpaid, and the day it was due is over, by the calendar of the payer. */
  overdue?: boolean | undefined;
  currency?: string | undefined;
  number?: string | undefined;
  /** Of billing cycles that end in this month, in the time zone of the payer. */
  period?: string | undefined;
  /** Of cycles that begin then or later. */
  periodFrom?: string | undefined;
  /** Of cycles that end then or earlier. */
  periodTo?: string | undefined;
  /** Due then or later. */
  dueFrom?: string | undefined;
  /** Due before then. */
  dueTo?: string | undefined;
  /** One or several, separated by commas. */
  status?: string | undefined;
  billingRunId?: string | undefined;
}

export interface InvoicesListResult {
  items: InvoiceHeader[];
  nextCursor: string | null;
}

export interface InvoicesPdfQuery {
  /** `summary`: totals, taxes and what is due, without lines and breakdown. */
  detail?: 'full' | 'summary' | undefined;
}

export interface InvoicesUpcomingQuery {
  /** The payer. */
  organizationId: string;
}

export interface InvoicesVoidBody {
  reason?: string | undefined;
}

export interface InvoicesWriteOffBody {
  reason?: string | undefined;
}

export interface IssuedInvoiceHeader {
  id: string;
  number: string;
  status: 'open' | 'partially_paid' | 'paid' | 'void' | 'uncollectible';
  /** The payer. */
  organizationId: string;
  currency: string;
  /** Of the billing cycle. */
  periodStart: string;
  periodEnd: string;
  /** Of the lines, without tax. */
  subtotal: Money;
  taxes: IssuedInvoiceTax[];
  taxTotal: Money;
  /** Lines and taxes. */
  total: Money;
  /** What is still owed, by the customer ledger. */
  amountDue: Money;
  /** Of payments, also earlier ones that had something left. */
  amountPaid: Money;
  /** Of credit notes, its own and others. */
  amountCredited: Money;
  amountWrittenOff: Money;
  /** Unpaid, and the day it was due is over, by the calendar of the payer. */
  overdue: boolean;
  recipient: InvoiceRecipient;
  issuer: InvoiceIssuer;
  issuedAt: string;
  dueAt: string;
}

export interface IssuedInvoiceTax {
  name: string;
  /** Null: there is no tax, and `exemptReason` says why. */
  percent: string | null;
  exemptReason: string | null;
  /** The sum of its lines. */
  taxable: Money;
  /** Rounded once, over all its lines. */
  amount: Money;
}

export interface LateUsagePolicy {
  policy: 'adjustNextInvoice' | 'creditNote' | 'ignore';
  /**
   * How long after the end of a cycle its draft waits before it is finalized by itself; at least as long as the schedule says.
   *
   * Default: `0`.
   */
  graceHours: number;
}

export interface LateUsagePolicyInput {
  policy: 'adjustNextInvoice' | 'creditNote' | 'ignore';
  /**
   * How long after the end of a cycle its draft waits before it is finalized by itself; at least as long as the schedule says.
   *
   * Default: `0`.
   */
  graceHours?: number | undefined;
}

export interface Me {
  kind: 'person' | 'apiKey' | 'shareLink';
  id: string;
  name: string;
  /** Null for an API key. */
  email: string | null;
  /** Null for an API key. */
  role: 'owner' | 'admin' | 'billing' | 'support' | 'statements' | 'developer' | null;
  permissions: (
    | 'organizations.read'
    | 'organizations.create'
    | 'organizations.update'
    | 'organizations.delete'
    | 'subscribers.read'
    | 'subscribers.create'
    | 'subscribers.update'
    | 'subscribers.delete'
    | 'credentials.read'
    | 'credentials.create'
    | 'credentials.update'
    | 'credentials.delete'
    | 'credentials.move'
    | 'credentials.revoke'
    | 'credentials.reveal'
    | 'meters.read'
    | 'meters.create'
    | 'meters.update'
    | 'meters.delete'
    | 'products.read'
    | 'products.create'
    | 'products.update'
    | 'products.delete'
    | 'plans.read'
    | 'plans.create'
    | 'plans.update'
    | 'plans.delete'
    | 'subscriptions.read'
    | 'subscriptions.create'
    | 'subscriptions.update'
    | 'subscriptions.delete'
    | 'events.read'
    | 'events.ingest'
    | 'rejects.read'
    | 'rejects.replay'
    | 'conflicts.read'
    | 'ingestSettings.read'
    | 'ingestSettings.update'
    | 'unclassified.read'
    | 'unclassified.claim'
    | 'usage.read'
    | 'reattributions.read'
    | 'reattributions.create'
    | 'reattributions.apply'
    | 'merges.read'
    | 'merges.create'
    | 'merges.apply'
    | 'splits.read'
    | 'splits.create'
    | 'splits.apply'
    | 'billingRuns.read'
    | 'billingRuns.create'
    | 'billingSchedule.read'
    | 'billingSchedule.update'
    | 'invoices.read'
    | 'invoices.readHeaders'
    | 'invoices.finalize'
    | 'invoices.void'
    | 'invoices.writeOff'
    | 'invoices.send'
    | 'creditNotes.read'
    | 'creditNotes.create'
    | 'creditNotes.void'
    | 'creditNotes.allocate'
    | 'creditNotes.send'
    | 'payments.read'
    | 'payments.create'
    | 'payments.allocate'
    | 'payments.reverse'
    | 'refunds.read'
    | 'refunds.create'
    | 'messages.read'
    | 'sendingSettings.read'
    | 'sendingSettings.update'
    | 'statements.read'
    | 'statements.send'
    | 'shareLinks.read'
    | 'shareLinks.create'
    | 'shareLinks.revoke'
    | 'seller.read'
    | 'seller.update'
    | 'checks.read'
    | 'findings.read'
    | 'metrics.read'
    | 'me.read'
    | 'me.update'
    | 'people.read'
    | 'people.invite'
    | 'people.update'
    | 'people.deactivate'
    | 'owners.manage'
    | 'apiKeys.read'
    | 'apiKeys.create'
    | 'apiKeys.rotate'
    | 'apiKeys.revoke'
    | 'auditLog.read'
  )[];
  twoFactorEnabled: boolean;
  sessionId: string | null;
  /** Of a share link: whose statement and invoices it shows, from whom, and until when. */
  share: {
    organizationId: string;
    organizationName: string;
    sellerName: string;
    expiresAt: string;
  } | null;
}

export interface MeEndSessionResult {
  items: Session[];
}

export interface MeSessionsResult {
  items: Session[];
}

export interface MeUpdate {
  name: string;
}

export interface Merge {
  id: string;
  status: 'previewed' | 'applied' | 'undone';
  organizationId: string;
  intoId: string;
  /** Null: since ever. */
  from: string | null;
  choices: MergeChoice[];
  preview: MergePreview;
  reason: string | null;
  /** What was recorded up to here was looked at. */
  position: number;
  /** Usage that was looked at. */
  events: number;
  /** Of this, what has another owner, or another subscription. */
  moved: number;
  /** Of the set of events that were looked at. */
  hash: string;
  appliedAt: string | null;
  undoneAt: string | null;
  undo: {
    /** Given back. */
    events: number;
    /** Moved again since, or occurred in between: left where it is. */
    left: number;
    /** Some of them. */
    leftEventIds: string[];
  } | null;
  actor: string;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface MergeChoice {
  /** `*`: what counts any event. */
  measure: string;
  /** The subscription that takes it; `own`: what leads to either organization stays with that one’s subscription. */
  subscriptionId: string | 'own';
}

export interface MergeCreate {
  /** What is merged: its usage, from then on, is the survivor’s. */
  organizationId: string;
  /** The survivor: it keeps its parent, its payer, its domains. */
  intoId: string;
  /** Default: now; null: since ever. */
  from?: string | null | undefined;
  /** For usage that subscriptions of both would price: who takes it. */
  choices?: MergeChoice[] | undefined;
  /** Why; kept with it. */
  reason?: string | undefined;
}

export interface MergePreview {
  /** What moves, of each measure. */
  measures: {
    measure: string;
    quantity: string;
  }[];
  /** The cost that the moving events carry. */
  costs: Money[];
  /** From where to where, the largest first. */
  flows: {
    from: {
      organizationId: string;
      organizationName: string;
      subscriptionId: string | null;
      unbilledReason: string | null;
    };
    to: {
      organizationId: string;
      organizationName: string;
      subscriptionId: string | null;
      unbilledReason: string | null;
    };
    events: number;
  }[];
  flowsLeftOut: number;
  /** What each payer owes for usage in the service periods that are touched, whether or not it was billed yet. */
  money: {
    organizationId: string;
    organizationName: string;
    before: Money;
    after: Money;
    difference: Money;
  }[];
  /** Charges on issued invoices, and the adjustment that each will get. */
  adjustments: {
    organizationId: string;
    /** Issued: they stay as they are. */
    invoiceNumbers: string[];
    subscriptionId: string;
    subscriptionName: string | null;
    charge: string;
    periodStart: string;
    periodEnd: string;
    billed: Money;
    /** What the re-attribution changes. */
    difference: Money;
    /** What the adjustment will come to, with what was recorded late already. */
    adjustment: Money;
  }[];
  adjustmentsLeftOut: number;
  /** Drafts that are rated anew. */
  drafts: {
    invoiceId: string;
    organizationId: string;
    periodStart: string;
    periodEnd: string;
    total: Money;
  }[];
  /** Measures that subscriptions of both organizations price. */
  ambiguous: {
    measure: string;
    subscriptions: {
      subscriptionId: string;
      subscriptionName: string | null;
      organizationId: string;
    }[];
    /** Null: it has to be chosen before it is applied. */
    choice: string | null;
  }[];
  /** Open documents: they keep their recipient and join the survivor’s statement. */
  documents: {
    invoiceId: string;
    number: string | null;
    status: string;
    total: Money;
  }[];
}

export interface MergesListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  status?: 'previewed' | 'applied' | 'undone' | undefined;
  /** On either side. */
  organizationId?: string | undefined;
}

export interface MergesListResult {
  items: Merge[];
  nextCursor: string | null;
}

export interface Message {
  id: string;
  kind: 'invoice' | 'reminder' | 'credit_note' | 'statement';
  /** To whom: the payer. */
  organizationId: string;
  /** Of an invoice or a reminder. */
  invoiceId: string | null;
  creditNoteId: string | null;
  /** Which statement it is: on both clocks, and over which range. */
  statement: {
    asOf: string;
    knownAt: number;
    from: string | null;
    to: string | null;
  } | null;
  /** Sent by the settings, not by hand. */
  automatic: boolean;
  /** The billing e-mail when it was asked for. */
  to: string | null;
  status: 'queued' | 'sent' | 'failed' | 'not_sent';
  /** Why it was not sent, or what the mail server said at the last attempt. */
  reason: string | null;
  attempts: number;
  sentAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface MessageWithLog {
  id: string;
  kind: 'invoice' | 'reminder' | 'credit_note' | 'statement';
  /** To whom: the payer. */
  organizationId: string;
  /** Of an invoice or a reminder. */
  invoiceId: string | null;
  creditNoteId: string | null;
  /** Which statement it is: on both clocks, and over which range. */
  statement: {
    asOf: string;
    knownAt: number;
    from: string | null;
    to: string | null;
  } | null;
  /** Sent by the settings, not by hand. */
  automatic: boolean;
  /** The billing e-mail when it was asked for. */
  to: string | null;
  status: 'queued' | 'sent' | 'failed' | 'not_sent';
  /** Why it was not sent, or what the mail server said at the last attempt. */
  reason: string | null;
  attempts: number;
  sentAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
  /** Every attempt, in order. */
  log: {
    at: string;
    outcome: 'sent' | 'failed';
    detail: string;
  }[];
}

export interface MessagesListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  organizationId?: string | undefined;
  invoiceId?: string | undefined;
  creditNoteId?: string | undefined;
  status?: 'queued' | 'sent' | 'failed' | 'not_sent' | undefined;
  kind?: 'invoice' | 'reminder' | 'credit_note' | 'statement' | undefined;
}

export interface MessagesListResult {
  items: Message[];
  nextCursor: string | null;
}

export interface Meter {
  id: string;
  key: string;
  aggregation: 'sum' | 'count' | 'max' | 'unique';
  measure: string | null;
  filter: Record<string, string | string[]>;
  splitBy: string[];
  /** A change of what it counts is a new version; plans keep the version they pinned. */
  meterVersion: number;
  /** Made by the first event that carried the measure. */
  autoCreated: boolean;
  archivedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface MeterCreate {
  /** What plans and queries call it by; fixed. For a new measure: the name of the measure. */
  key: string;
  aggregation: 'sum' | 'count' | 'max' | 'unique';
  /** Required, but for `count`: without one, `count` counts every event. */
  measure?: string | null | undefined;
  /** Counts only events whose attributes have these values: attribute → value, or list of values. */
  filter?: Record<string, string | string[]> | undefined;
  /** Attributes by whose values the quantity is kept apart. */
  splitBy?: string[] | undefined;
}

export interface MeterUpdate {
  aggregation?: 'sum' | 'count' | 'max' | 'unique' | undefined;
  /** Required, but for `count`: without one, `count` counts every event. */
  measure?: string | null | undefined;
  /** Counts only events whose attributes have these values: attribute → value, or list of values. */
  filter?: Record<string, string | string[]> | undefined;
  /** Attributes by whose values the quantity is kept apart. */
  splitBy?: string[] | undefined;
}

export interface MetersListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  key?: string | undefined;
  measure?: string | undefined;
  /** `true`: only archived ones. Default: only live ones. */
  archived?: boolean | undefined;
}

export interface MetersListResult {
  items: Meter[];
  nextCursor: string | null;
}

export interface Money {
  amount: string;
  currency: string;
}

export interface NewEvent {
  /** Your id of the event. With `source` it counts once, for ever. */
  id: string;
  /**
   * Who sends it; ids are unique within a source.
   *
   * Default: `""`.
   */
  source?: string | undefined;
  /** When it occurred; default: when it is recorded. */
  time?: string | undefined;
  /** The credential ID that the application used. Shown masked, always. */
  credential?: string | undefined;
  /** Id or external id. */
  subscription?: string | undefined;
  /** E-mail or subscriber id. */
  subscriber?: string | undefined;
  /** Id, external id or name. */
  organization?: string | undefined;
  /** Id, external id or name. */
  product?: string | undefined;
  /** What was used, e.g. `{"input_tokens": 812}`; numbers or decimal strings. */
  measures: Record<string, number | string>;
  /** What it cost you, if you know. */
  cost?:
    | {
        amount: number | string;
        currency: string;
      }
    | undefined;
  attributes?: Record<string, string | number | boolean> | undefined;
}

export interface NewOwner {
  organizationId: string;
  /** Left out: it stays as it is. */
  subscriberId?: string | null | undefined;
  /** Left out: it stays as it is. */
  credentialId?: string | null | undefined;
  /** Left out: for each event the single active subscription, of the organization or the nearest above it, that prices it. */
  subscriptionId?: string | undefined;
}

export interface OpenInvoice {
  id: string;
  /** The payer. */
  organizationId: string;
  number: string;
  status: 'open' | 'partially_paid';
  periodStart: string;
  periodEnd: string;
  issuedAt: string;
  dueAt: string;
  daysPastDue: number;
  total: Money;
  amountDue: Money;
}

export interface Organization {
  id: string;
  name: string;
  parentId: string | null;
  externalId: string | null;
  currency: string;
  associatedDomains: string[];
  storefrontUrl: string | null;
  billing: BillingContact;
  billTo: string | null;
  timeZone: string;
  billingCycle: BillingCycle;
  paymentTermsDays: number;
  invoiceGrouping: 'consolidated' | 'perSubscription';
  lateUsage: LateUsagePolicy | null;
  taxRates: {
    name: string;
    percent: string;
  }[];
  /** Why no tax is due; stands on the invoices. */
  taxExempt: {
    reason: string;
  } | null;
  breakdownBy: 'none' | string | null;
  metadata: Record<string, string>;
  /** Whoever answers for it now; null: itself. */
  mergedInto: string | null;
  archivedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface OrganizationBillTo {
  billTo: string | null;
  /** Default: now; null: since ever. */
  from?: string | null | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface OrganizationCreate {
  name: string;
  /** Where its usage rolls up. Changes of it are dated: a PATCH means from now. */
  parentId?: string | null | undefined;
  externalId?: string | null | undefined;
  /** Only a default: what is invoiced is in the currency of the plan. */
  currency?: string | undefined;
  associatedDomains?: string[] | undefined;
  storefrontUrl?: string | null | undefined;
  billing?: BillingContact | undefined;
  /** Who owes for its subscriptions; null: itself. Dated like `parentId`. */
  billTo?: string | null | undefined;
  /** Default, as of currency and terms: what the seller says. */
  timeZone?: string | undefined;
  billingCycle?: BillingCycleInput | undefined;
  paymentTermsDays?: number | undefined;
  invoiceGrouping?: 'consolidated' | 'perSubscription' | undefined;
  lateUsage?: LateUsagePolicyInput | null | undefined;
  /** On what it is invoiced, where the product has no rates of its own. */
  taxRates?: TaxRate[] | undefined;
  /** Why no tax is due; stands on the invoices. */
  taxExempt?:
    | {
        reason: string;
      }
    | null
    | undefined;
  /** What the lines of its invoices are broken down by; null: as the seller says. */
  breakdownBy?: 'none' | string | null | undefined;
  metadata?: Record<string, string> | undefined;
  /** From when parentId and billTo hold; default: since ever. */
  from?: string | undefined;
}

export interface OrganizationMove {
  parentId: string | null;
  /** Default: now; null: since ever. */
  from?: string | null | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
  /** `now` (default): recorded usage follows at once, or the change is refused as `preview_required` where that is too much. `later`: it stays where it is, and a re-attribution waits for its preview. */
  reattribute?: 'now' | 'later' | undefined;
}

export interface OrganizationUpdate {
  name?: string | undefined;
  /** Where its usage rolls up. Changes of it are dated: a PATCH means from now. */
  parentId?: string | null | undefined;
  externalId?: string | null | undefined;
  /** Only a default: what is invoiced is in the currency of the plan. */
  currency?: string | undefined;
  associatedDomains?: string[] | undefined;
  storefrontUrl?: string | null | undefined;
  billing?: BillingContact | undefined;
  /** Who owes for its subscriptions; null: itself. Dated like `parentId`. */
  billTo?: string | null | undefined;
  /** Default, as of currency and terms: what the seller says. */
  timeZone?: string | undefined;
  billingCycle?: BillingCycleInput | undefined;
  paymentTermsDays?: number | undefined;
  invoiceGrouping?: 'consolidated' | 'perSubscription' | undefined;
  lateUsage?: LateUsagePolicyInput | null | undefined;
  /** On what it is invoiced, where the product has no rates of its own. */
  taxRates?: TaxRate[] | undefined;
  /** Why no tax is due; stands on the invoices. */
  taxExempt?:
    | {
        reason: string;
      }
    | null
    | undefined;
  /** What the lines of its invoices are broken down by; null: as the seller says. */
  breakdownBy?: 'none' | string | null | undefined;
  metadata?: Record<string, string> | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface OrganizationsAncestorsResult {
  items: Organization[];
}

export interface OrganizationsDescendantsResult {
  items: Organization[];
}

export interface OrganizationsHistoryResult {
  items: HistoryEntry[];
  /** In the order in which it was recorded. */
  timeline: TimelineEntry[];
}

export interface OrganizationsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  parentId?: string | undefined;
  /** `true`: only those without a parent. */
  root?: boolean | undefined;
  externalId?: string | undefined;
  /** The exact name. */
  name?: string | undefined;
  /** Words of the name, or how they begin, in any case. */
  search?: string | undefined;
  /** `true`: only those that are merged into another. Default: only those that are not. */
  merged?: boolean | undefined;
  /** `true`: only archived ones. Default: only live ones. */
  archived?: boolean | undefined;
}

export interface OrganizationsListResult {
  items: Organization[];
  nextCursor: string | null;
}

/** So much for each package of units, a begun one counting as a whole. */
export interface PackageCharge {
  id: string;
  name: string;
  /** The key of the meter. */
  meter: string;
  meterId: string;
  meterVersion: number;
  model: 'package';
  packageSize: string;
  packagePrice: string;
  included?: string | undefined;
  byAttribute?:
    | {
        attribute: string;
        prices: Record<
          string,
          {
            packageSize: string;
            packagePrice: string;
            included?: string | undefined;
          }
        >;
      }
    | undefined;
  minimum?: string | undefined;
}

/** So much for each package of units, a begun one counting as a whole. */
export interface PackageChargeTerms {
  /** Default: the key of the meter. */
  name?: string | undefined;
  /** Key or id of a live meter; the charge pins its current version. */
  meter: string;
  model: 'package';
  /** Units in a package. */
  packageSize: number | string;
  /** Of each package; a begun one counts as a whole. */
  packagePrice: number | string;
  /** Quantity that each service period has for nothing; prices begin after it. */
  included?: number | string | undefined;
  /** Other prices for usage whose attribute has these values: each value is counted and priced by itself. All other usage together has the price of the charge. */
  byAttribute?:
    | {
        /** Such as `model`. */
        attribute: string;
        prices: Record<
          string,
          {
            /** Units in a package. */
            packageSize: number | string;
            /** Of each package; a begun one counts as a whole. */
            packagePrice: number | string;
            /** Quantity that each service period has for nothing; prices begin after it. */
            included?: number | string | undefined;
          }
        >;
      }
    | undefined;
  /** What the charge comes to at least in each service period, prorated where that is cut short. */
  minimum?: number | string | undefined;
}

export interface Payment {
  id: string;
  organizationId: string;
  status: 'received' | 'reversed';
  amount: Money;
  /** What is left of it for invoices to come. */
  unappliedAmount: Money;
  refundedAmount: Money;
  allocations: Allocation[];
  method: string | null;
  reference: string | null;
  receivedAt: string;
  reversedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface PaymentCreate {
  /** The payer. Where it is merged, it may pay invoices of whoever answers for it, and that its own: the payment is on the account that the invoices are on. */
  organizationId: string;
  amount: {
    amount: number | string;
    currency: string;
  };
  /** As you call it, such as `bank transfer`. */
  method?: string | undefined;
  /** What finds it in your bank’s or provider’s records. */
  reference?: string | undefined;
  /** Default: now. Not in the future. */
  receivedAt?: string | undefined;
  /** What goes to which invoice. Left out: all of it, to the invoices that are due, the one due first first. What is left is credit of the customer, for its next invoices. */
  allocations?: AllocationCreate[] | undefined;
}

export interface PaymentReverse {
  /** Default: now. Not in the future. */
  reversedAt?: string | undefined;
  reason?: string | undefined;
}

export interface PaymentsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  organizationId?: string | undefined;
  /** Those that paid this invoice. */
  invoiceId?: string | undefined;
  status?: 'received' | 'reversed' | undefined;
  currency?: string | undefined;
  reference?: string | undefined;
  /** `true`: only those of which something is left. */
  unapplied?: boolean | undefined;
  receivedFrom?: string | undefined;
  /** Exclusive. */
  receivedTo?: string | undefined;
}

export interface PaymentsListResult {
  items: Payment[];
  nextCursor: string | null;
}

export interface PeopleHistoryResult {
  items: HistoryEntry[];
}

export interface PeopleListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  role?: 'owner' | 'admin' | 'billing' | 'support' | 'statements' | 'developer' | undefined;
  status?: 'invited' | 'active' | 'deactivated' | undefined;
  search?: string | undefined;
}

export interface PeopleListResult {
  items: Person[];
  nextCursor: string | null;
}

/** Every unit at one price. */
export interface PerUnitCharge {
  id: string;
  name: string;
  /** The key of the meter. */
  meter: string;
  meterId: string;
  meterVersion: number;
  model: 'perUnit';
  unitPrice: string;
  included?: string | undefined;
  byAttribute?:
    | {
        attribute: string;
        prices: Record<
          string,
          {
            unitPrice: string;
            included?: string | undefined;
          }
        >;
      }
    | undefined;
  minimum?: string | undefined;
}

/** Every unit at one price. */
export interface PerUnitChargeTerms {
  /** Default: the key of the meter. */
  name?: string | undefined;
  /** Key or id of a live meter; the charge pins its current version. */
  meter: string;
  model: 'perUnit';
  /** In the currency of the plan, up to 12 decimals. */
  unitPrice: number | string;
  /** Quantity that each service period has for nothing; prices begin after it. */
  included?: number | string | undefined;
  /** Other prices for usage whose attribute has these values: each value is counted and priced by itself. All other usage together has the price of the charge. */
  byAttribute?:
    | {
        /** Such as `model`. */
        attribute: string;
        prices: Record<
          string,
          {
            /** In the currency of the plan, up to 12 decimals. */
            unitPrice: number | string;
            /** Quantity that each service period has for nothing; prices begin after it. */
            included?: number | string | undefined;
          }
        >;
      }
    | undefined;
  /** What the charge comes to at least in each service period, prorated where that is cut short. */
  minimum?: number | string | undefined;
}

/** A mark-up on the cost, in the currency of the plan, that the events carry which the meter counts. Events without a cost, or with one in another currency, are not billed; the line names them. */
export interface PercentageCharge {
  id: string;
  name: string;
  /** The key of the meter. */
  meter: string;
  meterId: string;
  meterVersion: number;
  model: 'percentage';
  percent: string;
  bills: 'costAndMarkUp' | 'markUp';
  included?: string | undefined;
  byAttribute?:
    | {
        attribute: string;
        prices: Record<
          string,
          {
            percent: string;
            bills: 'costAndMarkUp' | 'markUp';
            included?: string | undefined;
          }
        >;
      }
    | undefined;
  minimum?: string | undefined;
}

/** A mark-up on the cost, in the currency of the plan, that the events carry which the meter counts. Events without a cost, or with one in another currency, are not billed; the line names them. */
export interface PercentageChargeTerms {
  /** Default: the key of the meter. */
  name?: string | undefined;
  /** Key or id of a live meter; the charge pins its current version. */
  meter: string;
  model: 'percentage';
  /** `20` is 20 %. */
  percent: number | string;
  /**
   * The cost with the mark-up on top, or the mark-up alone.
   *
   * Default: `"costAndMarkUp"`.
   */
  bills?: 'costAndMarkUp' | 'markUp' | undefined;
  /** Quantity that each service period has for nothing; prices begin after it. */
  included?: number | string | undefined;
  /** Other prices for usage whose attribute has these values: each value is counted and priced by itself. All other usage together has the price of the charge. */
  byAttribute?:
    | {
        /** Such as `model`. */
        attribute: string;
        prices: Record<
          string,
          {
            /** `20` is 20 %. */
            percent: number | string;
            /**
             * The cost with the mark-up on top, or the mark-up alone.
             *
             * Default: `"costAndMarkUp"`.
             */
            bills?: 'costAndMarkUp' | 'markUp' | undefined;
            /** Quantity that each service period has for nothing; prices begin after it. */
            included?: number | string | undefined;
          }
        >;
      }
    | undefined;
  /** What the charge comes to at least in each service period, prorated where that is cut short. */
  minimum?: number | string | undefined;
}

export interface Person {
  id: string;
  createdAt: string;
  updatedAt: string;
  version: number;
  name: string;
  email: string;
  role: 'owner' | 'admin' | 'billing' | 'support' | 'statements' | 'developer';
  status: 'invited' | 'active' | 'deactivated';
  twoFactorEnabled: boolean;
  joinedAt: string | null;
  deactivatedAt: string | null;
  lastSignedInAt: string | null;
  /** The invitation that is open, if any. */
  invitation: {
    expiresAt: string;
    /** `link`: not mailed; whoever invited has the link to pass on. */
    delivery: 'link' | 'queued' | 'sent' | 'failed';
    /** What the mail server said. */
    detail: string | null;
  } | null;
}

export interface PersonInvite {
  email: string;
  /** By default, what stands before the @. */
  name?: string | undefined;
  role: 'owner' | 'admin' | 'billing' | 'support' | 'statements' | 'developer';
}

export interface PersonReason {
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface PersonUpdate {
  name?: string | undefined;
  role?: 'owner' | 'admin' | 'billing' | 'support' | 'statements' | 'developer' | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface Plan {
  id: string;
  productId: string;
  name: string;
  externalId: string | null;
  description: string | null;
  /** A change of currency, interval, fees or charges is a new version; subscriptions keep theirs. */
  planVersion: number;
  currency: string;
  interval: PlanInterval;
  trialDays: number;
  fees: Fee[];
  charges: Charge[];
  metadata: Record<string, string>;
  archivedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface PlanCreate {
  productId: string;
  name: string;
  externalId?: string | null | undefined;
  description?: string | null | undefined;
  metadata?: Record<string, string> | undefined;
  currency?: string | undefined;
  interval?: PlanIntervalTerms | undefined;
  fees?: FeeTerms[] | undefined;
  charges?: ChargeTerms[] | undefined;
  /** Days from the start of a subscription in which recurring fees and usage are free. The first paid service period begins at their end. */
  trialDays?: number | undefined;
}

export interface PlanInterval {
  unit: 'day' | 'week' | 'month' | 'quarter' | 'year';
  count: number;
}

export interface PlanIntervalTerms {
  /** Default: `"month"`. */
  unit?: 'day' | 'week' | 'month' | 'quarter' | 'year' | undefined;
  /** Default: `1`. */
  count?: number | undefined;
}

export interface PlanUpdate {
  name?: string | undefined;
  externalId?: string | null | undefined;
  description?: string | null | undefined;
  metadata?: Record<string, string> | undefined;
  currency?: string | undefined;
  interval?: PlanIntervalTerms | undefined;
  fees?: FeeTerms[] | undefined;
  charges?: ChargeTerms[] | undefined;
  /** Days from the start of a subscription in which recurring fees and usage are free. The first paid service period begins at their end. */
  trialDays?: number | undefined;
}

export interface PlanVersion {
  planId: string;
  /** A change of currency, interval, fees or charges is a new version; subscriptions keep theirs. */
  planVersion: number;
  currency: string;
  interval: PlanInterval;
  trialDays: number;
  fees: Fee[];
  charges: Charge[];
  createdAt: string;
}

export interface PlanVersionUpdate {
  currency?: string | undefined;
  interval?: PlanIntervalTerms | undefined;
  fees?: FeeTerms[] | undefined;
  charges?: ChargeTerms[] | undefined;
  /** Days from the start of a subscription in which recurring fees and usage are free. The first paid service period begins at their end. */
  trialDays?: number | undefined;
}

export interface PlansListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  productId?: string | undefined;
  externalId?: string | undefined;
  /** `true`: only archived ones. Default: only live ones. */
  archived?: boolean | undefined;
}

export interface PlansListResult {
  items: Plan[];
  nextCursor: string | null;
}

export interface PlansVersionsQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
}

export interface PlansVersionsResult {
  items: PlanVersion[];
  nextCursor: string | null;
}

export interface PricedGroup {
  /** Of the attribute that prices differ by; null: all usage without a price of its own. */
  value: string | null;
  quantity: string;
  /** How much of it was included. */
  included?: string | undefined;
  /** Exact: the sum of its parts. */
  amount: string;
  parts: PricedPart[];
}

export interface PricedPart {
  quantity: string;
  unitPrice?: string | undefined;
  tier?:
    | {
        from: string;
        upTo: string | null;
      }
    | undefined;
  packages?: string | undefined;
  percent?: string | undefined;
  amount: string;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  errors: {
    pointer: string;
    code: string;
    detail: string;
  }[];
  existingId?: string | undefined;
}

export interface Product {
  id: string;
  name: string;
  externalId: string | null;
  description: string | null;
  taxRates:
    | {
        name: string;
        percent: string;
      }[]
    | null;
  /** Why no tax is due; stands on the invoices. */
  taxExempt: {
    reason: string;
  } | null;
  metadata: Record<string, string>;
  archivedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface ProductCreate {
  name: string;
  externalId?: string | null | undefined;
  description?: string | null | undefined;
  /** In place of those of the payer; empty: no tax; null: as the payer says. */
  taxRates?: TaxRate[] | null | undefined;
  /** Why no tax is due; stands on the invoices. */
  taxExempt?:
    | {
        reason: string;
      }
    | null
    | undefined;
  metadata?: Record<string, string> | undefined;
}

export interface ProductUpdate {
  name?: string | undefined;
  externalId?: string | null | undefined;
  description?: string | null | undefined;
  /** In place of those of the payer; empty: no tax; null: as the payer says. */
  taxRates?: TaxRate[] | null | undefined;
  /** Why no tax is due; stands on the invoices. */
  taxExempt?:
    | {
        reason: string;
      }
    | null
    | undefined;
  metadata?: Record<string, string> | undefined;
}

export interface ProductsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  externalId?: string | undefined;
  /** The exact name. */
  name?: string | undefined;
  /** `true`: only archived ones. Default: only live ones. */
  archived?: boolean | undefined;
}

export interface ProductsListResult {
  items: Product[];
  nextCursor: string | null;
}

export interface Reattribution {
  id: string;
  kind: 'assign' | 'resolve';
  status: 'pending' | 'previewed' | 'applied' | 'undone';
  selection: Record<string, unknown>;
  /** The change of ownership that left this usage to be moved. */
  cause: {
    action: string;
    resourceId: string;
  } | null;
  owner: {
    organizationId: string;
    subscriberId?: string | null | undefined;
    credentialId?: string | null | undefined;
    subscriptionId?: string | undefined;
  } | null;
  reason: string | null;
  /** What was recorded up to here was looked at. */
  position: number | null;
  /** Selected. */
  events: number | null;
  /** Of these, those that are not where they shall be already. */
  moved: number | null;
  /** Of the set of selected events. */
  hash: string | null;
  preview: ReattributionPreview | null;
  appliedAt: string | null;
  undoneAt: string | null;
  undo: {
    /** Given back. */
    events: number;
    /** Moved again since, by something else: left where they are. */
    left: number;
    /** Some of them. */
    leftEventIds: string[];
  } | null;
  actor: string;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface ReattributionPreview {
  /** What moves, of each measure. */
  measures: {
    measure: string;
    quantity: string;
  }[];
  /** The cost that the moving events carry. */
  costs: Money[];
  /** From where to where, the largest first. */
  flows: {
    from: {
      organizationId: string;
      organizationName: string;
      subscriptionId: string | null;
      unbilledReason: string | null;
    };
    to: {
      organizationId: string;
      organizationName: string;
      subscriptionId: string | null;
      unbilledReason: string | null;
    };
    events: number;
  }[];
  flowsLeftOut: number;
  /** What each payer owes for usage in the service periods that are touched, whether or not it was billed yet. */
  money: {
    organizationId: string;
    organizationName: string;
    before: Money;
    after: Money;
    difference: Money;
  }[];
  /** Charges on issued invoices, and the adjustment that each will get. */
  adjustments: {
    organizationId: string;
    /** Issued: they stay as they are. */
    invoiceNumbers: string[];
    subscriptionId: string;
    subscriptionName: string | null;
    charge: string;
    periodStart: string;
    periodEnd: string;
    billed: Money;
    /** What the re-attribution changes. */
    difference: Money;
    /** What the adjustment will come to, with what was recorded late already. */
    adjustment: Money;
  }[];
  adjustmentsLeftOut: number;
  /** Drafts that are rated anew. */
  drafts: {
    invoiceId: string;
    organizationId: string;
    periodStart: string;
    periodEnd: string;
    total: Money;
  }[];
}

export interface ReattributionsCreateBody {
  /**
   * `assign`: give it to `owner`, whatever its identifiers say, for good. `resolve`: find its owner anew, as ownership now says.
   *
   * Default: `"assign"`.
   */
  kind?: 'assign' | 'resolve' | undefined;
  selection: UsageSelection;
  owner?: NewOwner | undefined;
  /** Why; kept with it. */
  reason?: string | undefined;
}

export interface ReattributionsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  status?: 'pending' | 'previewed' | 'applied' | 'undone' | undefined;
  kind?: 'assign' | 'resolve' | undefined;
}

export interface ReattributionsListResult {
  items: Reattribution[];
  nextCursor: string | null;
}

export interface Refund {
  id: string;
  organizationId: string;
  amount: Money;
  /** What it was taken out of. */
  sources: RefundSource[];
  method: string | null;
  reference: string | null;
  reason: string | null;
  refundedAt: string;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface RefundCreate {
  /** The payer. */
  organizationId: string;
  amount: {
    amount: number | string;
    currency: string;
  };
  /** Out of what is left of this payment alone. */
  paymentId?: string | undefined;
  /** Out of what is left of this credit note alone. */
  creditNoteId?: string | undefined;
  method?: string | undefined;
  reference?: string | undefined;
  reason?: string | undefined;
  /** Default: now. Not in the future. */
  refundedAt?: string | undefined;
}

export interface RefundSource {
  paymentId: string | null;
  creditNoteId: string | null;
  amount: Money;
}

export interface RefundsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  organizationId?: string | undefined;
  paymentId?: string | undefined;
  creditNoteId?: string | undefined;
  currency?: string | undefined;
}

export interface RefundsListResult {
  items: Refund[];
  nextCursor: string | null;
}

export interface Reject {
  id: string;
  recordedAt: string;
  /** Who sent it. */
  actor: string;
  /** Its place in the request. */
  index: number;
  code: string;
  pointer: string;
  detail: string;
  /** What was sent. Text that may be a key is masked; null: too large to keep. */
  body: unknown;
  /** The last time it was sent again. */
  replay: {
    at: string;
    outcome: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
    eventId: string | null;
    code: string | null;
    detail: string | null;
  } | null;
}

export interface RejectReplay {
  ids?: string[] | undefined;
  /** All that are refused still and match. */
  filter?:
    | {
        /** Why it was refused, e.g. `unknown_credential`. */
        code?: string | undefined;
        /** Refused at or after this instant. */
        from?: string | undefined;
        /** Refused before this instant. */
        to?: string | undefined;
      }
    | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface RejectReplayResult {
  accepted: number;
  duplicates: number;
  conflicts: number;
  /** Refused again: they can be sent again later. */
  rejected: number;
  /** How many match the filter still; send the request again. */
  remaining: number;
  items: {
    id: string;
    outcome: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
    eventId: string | null;
    code: string | null;
    pointer: string | null;
    detail: string | null;
  }[];
}

export interface RejectsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** Why it was refused, e.g. `unknown_credential`. */
  code?: string | undefined;
  /** Refused at or after this instant. */
  from?: string | undefined;
  /** Refused before this instant. */
  to?: string | undefined;
  /** Whether it got through when it was sent again. */
  replayed?: boolean | undefined;
}

export interface RejectsListResult {
  items: Reject[];
  nextCursor: string | null;
}

export interface Seller {
  id: string;
  name: string;
  legalName: string | null;
  address: string[];
  country: string | null;
  taxId: string | null;
  email: string | null;
  website: string | null;
  logo: SellerLogo | null;
  invoicePrefix: string;
  nextInvoiceNumber: number;
  creditNotePrefix: string;
  nextCreditNoteNumber: number;
  defaultPaymentTermsDays: number;
  defaultCurrency: string;
  defaultTimeZone: string;
  defaultBreakdown: 'none' | string;
  locale:
    | 'en-US'
    | 'en-GB'
    | 'en-150'
    | 'en-AU'
    | 'en-CA'
    | 'en-IE'
    | 'en-IN'
    | 'en-NZ'
    | 'en-SG'
    | 'en-ZA';
  paper: 'letter' | 'A4';
  remittanceInstructions: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

/** The picture itself: `GET /v1/seller/logo`. */
export interface SellerLogo {
  hash: string;
  mediaType: 'image/png' | 'image/jpeg';
  width: number;
  height: number;
}

export interface SellerUpdate {
  /** What customers know it by. */
  name?: string | undefined;
  legalName?: string | null | undefined;
  /** Line by line, as on an envelope. */
  address?: string[] | undefined;
  country?: string | null | undefined;
  taxId?: string | null | undefined;
  email?: string | null | undefined;
  website?: string | null | undefined;
  /** Of the numbers of what is issued from now on. Nothing is renumbered, and the count goes on. */
  invoicePrefix?: string | undefined;
  /** Of the numbers of what is issued from now on. Nothing is renumbered, and the count goes on. */
  creditNotePrefix?: string | undefined;
  /** As currency and time zone: of organizations that are created without. Those that exist keep theirs. */
  defaultPaymentTermsDays?: number | undefined;
  defaultCurrency?: string | undefined;
  defaultTimeZone?: string | undefined;
  /** What invoices break their lines down by, where the customer has no setting of its own. */
  defaultBreakdown?: 'none' | string | undefined;
  /** How documents write dates and numbers; they are in English. */
  locale?:
    | 'en-US'
    | 'en-GB'
    | 'en-150'
    | 'en-AU'
    | 'en-CA'
    | 'en-IE'
    | 'en-IN'
    | 'en-NZ'
    | 'en-SG'
    | 'en-ZA'
    | undefined;
  paper?: 'letter' | 'A4' | undefined;
  /** How to pay. A customer may have its own. */
  remittanceInstructions?: string | null | undefined;
  /** A PNG or JPEG of at most 256 KiB; null: none. */
  logo?:
    | {
        contentBase64: string;
      }
    | null
    | undefined;
}

export interface SendingSettings {
  sendOnFinalize: boolean;
  reminderDays: number[];
  /** Whether this server can send mail: CUSTOMARY_SMTP_URL is set. */
  smtpConfigured: boolean;
  /** CUSTOMARY_MAIL_FROM. */
  from: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface SendingSettingsUpdate {
  /** Send each invoice and each credit note when it is issued. */
  sendOnFinalize?: boolean | undefined;
  /** Remind of what is so many days past due; empty: never. */
  reminderDays?: number[] | undefined;
}

export interface Session {
  id: string;
  isCurrent: boolean;
  ip: string | null;
  userAgent: string | null;
  createdAt: string;
  /** To the hour. */
  lastSeenAt: string;
  expiresAt: string;
}

export interface ShareLink {
  id: string;
  /** Whose statement and invoices it shows; nobody else’s. */
  organizationId: string;
  /** Whom it is for, in your words. */
  name: string | null;
  status: 'active' | 'expired' | 'revoked';
  createdBy: string;
  expiresAt: string;
  revokedAt: string | null;
  /** To the minute. */
  lastUsedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface ShareLinkCreate {
  organizationId: string;
  name?: string | undefined;
  /** Default: in 30 days; at most a year from now. */
  expiresAt?: string | undefined;
}

export interface ShareLinksListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  organizationId?: string | undefined;
  /** `true`: only those that work. */
  active?: boolean | undefined;
}

export interface ShareLinksListResult {
  items: ShareLink[];
  nextCursor: string | null;
}

export interface SimulatedCharge {
  chargeId: string;
  name: string;
  meter: string;
  model: 'perUnit' | 'graduated' | 'volume' | 'package' | 'flatByTier' | 'percentage';
  quantity: string;
  /** Rounded once, from the sum of the breakdown; at least the minimum. */
  amount: Money;
  breakdown: PricedGroup[];
  /** In this very period. */
  minimum?: string | undefined;
  /** What usage lacks of the minimum. */
  topUp?: string | undefined;
  /** Events that a percentage cannot be taken of. */
  unrated?: UnratedUsage[] | undefined;
}

export interface SimulatedFee {
  feeId: string;
  name: string;
  timing: 'advance' | 'arrears' | 'setUp';
  amount: Money;
}

export interface Simulation {
  planId: string;
  planVersion: number;
  currency: string;
  periods: {
    /** Null for given quantities. */
    start: string | null;
    end: string | null;
    /** Set-up fees are in the first period. Trials are left out. */
    fees: SimulatedFee[];
    charges: SimulatedCharge[];
    total: Money;
  }[];
  total: Money;
}

export interface SimulationTerms {
  /** Default: the latest. */
  planVersion?: number | undefined;
  /** For one whole service period: key (or id) of a meter → quantity, or a list of quantities with attributes of their own. For a percentage charge the quantity is the cost. Meters that are left out count nothing. */
  quantities?:
    | Record<
        string,
        {
          quantity: number | string;
          /** What the usage is thought to be of: decides which price applies. */
          attributes?: Record<string, string> | undefined;
        }[]
      >
    | undefined;
  /** Attributes of all quantities that have none of their own. */
  attributes?: Record<string, string> | undefined;
  /** In place of quantities: what this customer used, by occurrence in [from, to). */
  organizationId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** Also what lay below the organization. Default: true. */
  rollUp?: boolean | undefined;
  /** Takes percentages of list prices where events carry no cost, if the plan is in USD. Invoices never do. Default: false. */
  listPrices?: boolean | undefined;
}

export interface Split {
  id: string;
  status: 'previewed' | 'applied' | 'undone';
  organizationId: string;
  /** Of a new organization, what will be its id. */
  intoId: string;
  /** Whether it makes that organization. */
  isNew: boolean;
  /** With those that the subscribers hold. */
  credentialIds: string[];
  subscriberIds: string[];
  /** Null: since ever. */
  from: string | null;
  preview: ReattributionPreview;
  reason: string | null;
  /** What was recorded up to here was looked at. */
  position: number;
  /** Usage that was looked at. */
  events: number;
  /** Of this, what has another owner, or another subscription. */
  moved: number;
  /** Of the set of events that were looked at. */
  hash: string;
  appliedAt: string | null;
  undoneAt: string | null;
  undo: {
    /** Given back. */
    events: number;
    /** Moved again since, or occurred in between: left where it is. */
    left: number;
    /** Some of them. */
    leftEventIds: string[];
  } | null;
  actor: string;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface SplitCreate {
  /** What is split. */
  organizationId: string;
  credentialIds?: string[] | undefined;
  /** The credentials that they hold there move along. */
  subscriberIds?: string[] | undefined;
  /** An organization that there is already. */
  intoId?: string | undefined;
  /** A new one, made when it is applied. */
  organization?:
    | {
        name: string;
        /** Where its usage rolls up. Changes of it are dated: a PATCH means from now. */
        parentId?: string | null | undefined;
        externalId?: string | null | undefined;
        /** Only a default: what is invoiced is in the currency of the plan. */
        currency?: string | undefined;
        associatedDomains?: string[] | undefined;
        storefrontUrl?: string | null | undefined;
        billing?: BillingContact | undefined;
        /** Who owes for its subscriptions; null: itself. Dated like `parentId`. */
        billTo?: string | null | undefined;
        /** Default, as of currency and terms: what the seller says. */
        timeZone?: string | undefined;
        billingCycle?: BillingCycleInput | undefined;
        paymentTermsDays?: number | undefined;
        invoiceGrouping?: 'consolidated' | 'perSubscription' | undefined;
        lateUsage?: LateUsagePolicyInput | null | undefined;
        /** On what it is invoiced, where the product has no rates of its own. */
        taxRates?: TaxRate[] | undefined;
        /** Why no tax is due; stands on the invoices. */
        taxExempt?:
          | {
              reason: string;
            }
          | null
          | undefined;
        /** What the lines of its invoices are broken down by; null: as the seller says. */
        breakdownBy?: 'none' | string | null | undefined;
        metadata?: Record<string, string> | undefined;
      }
    | undefined;
  /** Default: now; null: since ever. */
  from?: string | null | undefined;
  /** Why; kept with it. */
  reason?: string | undefined;
}

export interface SplitsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  status?: 'previewed' | 'applied' | 'undone' | undefined;
  /** On either side. */
  organizationId?: string | undefined;
}

export interface SplitsListResult {
  items: Split[];
  nextCursor: string | null;
}

export interface Statement {
  organization: {
    id: string;
    name: string;
  };
  asOf: string;
  knownAt: number;
  /** Due on open invoices; one entry per currency that was ever invoiced. */
  outstandingBalance: Money[];
  /** Paid, but not for any invoice yet. */
  unappliedCredit: Money[];
  ageing: Ageing[];
  openInvoices: {
    count: number;
    items: OpenInvoice[];
  };
  /** With descendants: what each owes by itself. They sum to the statement. */
  customers: StatementMember[] | null;
  account: StatementOfAccount | null;
  /** If asked for: what usage to date comes to that no issued document has, drafts included; without fees, taxes and what fills up minimums. */
  unbilledUsage: Money[] | null;
}

export interface StatementMember {
  organization: {
    id: string;
    name: string;
  };
  outstandingBalance: Money[];
  unappliedCredit: Money[];
  openInvoices: {
    count: number;
  };
}

export interface StatementOfAccount {
  from: string;
  to: string;
  opening: Money[];
  entries: {
    organizationId: string;
    effectiveAt: string;
    kind: 'invoice' | 'payment' | 'credit_note' | 'refund' | 'write_off' | 'void_reversal';
    invoiceId: string | null;
    invoiceNumber: string | null;
    paymentId: string | null;
    creditNoteId: string | null;
    creditNoteNumber: string | null;
    refundId: string | null;
    amount: Money;
    position: number;
  }[];
  activity: Money[];
  /** Sums to the activity. What a payment pays moves within the account. */
  activityByKind: {
    kind: 'invoice' | 'payment' | 'credit_note' | 'refund' | 'write_off' | 'void_reversal';
    amount: Money;
  }[];
  closing: Money[];
}

export interface StatementSend {
  asOf?: string | undefined;
  knownAt?: number | undefined;
  /** With `to`: with the account over [from, to). */
  from?: string | undefined;
  to?: string | undefined;
}

export interface StatementSummary {
  organization: {
    id: string;
    name: string;
  };
  asOf: string;
  knownAt: number;
  /** Due on open invoices; one entry per currency that was ever invoiced. */
  outstandingBalance: Money[];
  /** Paid, but not for any invoice yet. */
  unappliedCredit: Money[];
  ageing: Ageing[];
  openInvoices: {
    count: number;
  };
}

export interface StatementsCsvQuery {
  /** What was effective by then. Default: now. */
  asOf?: string | undefined;
  /** As it was known at this position. Default: the latest. With the same `asOf` and `knownAt` the answer is the same, for ever. */
  knownAt?: number | undefined;
  /** `true`: only customers with something due. */
  owing?: boolean | undefined;
  /** `true`: only those with something past due, by the calendar of their time zone. */
  overdue?: boolean | undefined;
  /** Only customers who ever owed or paid in it; the other filters are about it, too. */
  currency?: string | undefined;
  /** Words; each begins a word of the customer’s name, in any case. */
  search?: string | undefined;
  /**
   * `-outstandingBalance`, who owes most first, needs a `currency`.
   *
   * Default: `"id"`.
   */
  sort?: 'id' | 'name' | '-outstandingBalance' | undefined;
  /** `true`: begins with a byte order mark, which some spreadsheets need to see that it is UTF-8. */
  bom?: boolean | undefined;
}

export interface StatementsCustomerCsvQuery {
  /** What was effective by then. Default: now. */
  asOf?: string | undefined;
  /** As it was known at this position. Default: the latest. With the same `asOf` and `knownAt` the answer is the same, for ever. */
  knownAt?: number | undefined;
  /** With `to`: the account over [from, to), opening + activity = closing. */
  from?: string | undefined;
  to?: string | undefined;
  /** `true`: with what usage comes to that is on no invoice yet. Of now only. */
  unbilledUsage?: boolean | undefined;
  /** `true`: of all organizations below it as well, as the tree was on the day. */
  withDescendants?: boolean | undefined;
  /** `true`: begins with a byte order mark, which some spreadsheets need to see that it is UTF-8. */
  bom?: boolean | undefined;
}

export interface StatementsGetQuery {
  /** What was effective by then. Default: now. */
  asOf?: string | undefined;
  /** As it was known at this position. Default: the latest. With the same `asOf` and `knownAt` the answer is the same, for ever. */
  knownAt?: number | undefined;
  /** With `to`: the account over [from, to), opening + activity = closing. */
  from?: string | undefined;
  to?: string | undefined;
  /** `true`: with what usage comes to that is on no invoice yet. Of now only. */
  unbilledUsage?: boolean | undefined;
  /** `true`: of all organizations below it as well, as the tree was on the day. */
  withDescendants?: boolean | undefined;
}

export interface StatementsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** What was effective by then. Default: now. */
  asOf?: string | undefined;
  /** As it was known at this position. Default: the latest. With the same `asOf` and `knownAt` the answer is the same, for ever. */
  knownAt?: number | undefined;
  /** `true`: only customers with something due. */
  owing?: boolean | undefined;
  /** `true`: only those with something past due, by the calendar of their time zone. */
  overdue?: boolean | undefined;
  /** Only customers who ever owed or paid in it; the other filters are about it, too. */
  currency?: string | undefined;
  /** Words; each begins a word of the customer’s name, in any case. */
  search?: string | undefined;
  /**
   * `-outstandingBalance`, who owes most first, needs a `currency`.
   *
   * Default: `"id"`.
   */
  sort?: 'id' | 'name' | '-outstandingBalance' | undefined;
}

export interface StatementsListResult {
  items: StatementSummary[];
  nextCursor: string | null;
}

export interface StatementsPdfQuery {
  /** What was effective by then. Default: now. */
  asOf?: string | undefined;
  /** As it was known at this position. Default: the latest. With the same `asOf` and `knownAt` the answer is the same, for ever. */
  knownAt?: number | undefined;
  /** With `to`: the account over [from, to), opening + activity = closing. */
  from?: string | undefined;
  to?: string | undefined;
  /** `true`: with what usage comes to that is on no invoice yet. Of now only. */
  unbilledUsage?: boolean | undefined;
  /** `true`: of all organizations below it as well, as the tree was on the day. */
  withDescendants?: boolean | undefined;
}

export interface Subscriber {
  id: string;
  email: string;
  firstName: string | null;
  lastName: string | null;
  subscriberId: string;
  /** Those it belongs to now, the primary one first. */
  organizationIds: string[];
  metadata: Record<string, string>;
  /** Made by usage that named it, not by a request. */
  autoCreated: boolean;
  /** The organization it stands for where usage names nobody; null for everybody else. */
  serviceOf: string | null;
  archivedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface SubscriberCreate {
  /** Kept as given, compared without case; unique among live subscribers. */
  email: string;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
  /** Your own id for it, unique among live subscribers. Default: its `id`. */
  subscriberId?: string | undefined;
  /** The first is primary. UNCLASSIFIED stands alone. */
  organizationIds?: string[] | undefined;
  metadata?: Record<string, string> | undefined;
  /** From when it belongs to them; default: since ever. */
  from?: string | undefined;
}

export interface SubscriberMemberships {
  /** The first is primary. UNCLASSIFIED stands alone. */
  organizationIds: string[];
  /** Default: now; null: since ever. */
  from?: string | null | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
  /** `now` (default): recorded usage follows at once, or the change is refused as `preview_required` where that is too much. `later`: it stays where it is, and a re-attribution waits for its preview. */
  reattribute?: 'now' | 'later' | undefined;
}

export interface SubscriberUpdate {
  /** Kept as given, compared without case; unique among live subscribers. */
  email?: string | undefined;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
  /** Your own id for it, unique among live subscribers. Default: its `id`. */
  subscriberId?: string | undefined;
  /** From now on. To change what was, post to `/memberships`. */
  organizationIds?: string[] | undefined;
  metadata?: Record<string, string> | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface SubscribersHistoryResult {
  items: HistoryEntry[];
  /** In the order in which it was recorded. */
  timeline: TimelineEntry[];
}

export interface SubscribersListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** Those that belong to it now. */
  organizationId?: string | undefined;
  /** The whole address, compared without case. */
  email?: string | undefined;
  subscriberId?: string | undefined;
  /** `true`: only archived ones. Default: only live ones. */
  archived?: boolean | undefined;
}

export interface SubscribersListResult {
  items: Subscriber[];
  nextCursor: string | null;
}

export interface Subscription {
  id: string;
  organizationId: string;
  planId: string;
  /** The version that it is on, whatever the plan has become since. */
  planVersion: number;
  /** A change of plan that is still to come. */
  nextPlan: {
    planId: string;
    planVersion: number;
    from: string;
  } | null;
  name: string | null;
  externalId: string | null;
  /** Derived from its dates and pauses. */
  status: 'pending' | 'trialing' | 'active' | 'paused' | 'ended';
  startAt: string;
  endAt: string | null;
  /** The end of its trial, if it began with one. */
  trialEndAt: string | null;
  /** What becomes of advance fees where the end cuts a period. */
  endCredit: 'prorated' | 'none';
  /** The day of the month that service periods turn on. */
  anchorDay: number;
  timeZone: string;
  /** A change of the two that is still to come. */
  nextAnchor: {
    anchorDay: number;
    timeZone: string;
    from: string;
  } | null;
  /** When it takes no usage, past and planned; a `to` of null: until it is resumed. */
  pauses: {
    from: string | null;
    to: string | null;
  }[];
  /** The service period under way, a trial being one; null before the start and after the end. */
  currentPeriod: {
    start: string;
    end: string;
  } | null;
  lateUsage: LateUsagePolicy | null;
  metadata: Record<string, string>;
  archivedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface SubscriptionCancel {
  /** `periodEnd`: at the end of the current service period. Default: now. */
  at?: 'now' | 'periodEnd' | undefined;
  /** Another instant, in place of `at`. */
  endAt?: string | undefined;
  /** `prorated`, the default: an advance fee is owed only up to the end, and what was billed for later is credited. `none`: it is owed for all of the period that the end cuts. */
  credit?: 'prorated' | 'none' | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface SubscriptionChangePlan {
  /** Its latest version; of the same currency as the present plan. One of another interval begins a rhythm of its own. */
  planId: string;
  /** `periodEnd`, the default: with the next service period. */
  at?: 'now' | 'periodEnd' | undefined;
  /** Another instant of the current service period, in place of `at`. */
  from?: string | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface SubscriptionCreate {
  organizationId: string;
  /** Its latest version is what is subscribed to. */
  planId: string;
  name?: string | null | undefined;
  /** What events may call it by. */
  externalId?: string | null | undefined;
  /** The instant from which it no longer holds; null: open. */
  endAt?: string | null | undefined;
  /** Null: as the organization has it. */
  lateUsage?: LateUsagePolicyInput | null | undefined;
  metadata?: Record<string, string> | undefined;
  /** Default: now. It may be in the past. */
  startAt?: string | undefined;
  /** The day of the month that service periods turn on. Default: the day that it starts, or that its trial ends. */
  anchorDay?: number | undefined;
  /** Recurring fees and usage are free until then, and the first paid service period begins. Default: after the `trialDays` of the plan. Null: no trial. */
  trialEndAt?: string | null | undefined;
  /** Default: that of the organization. */
  timeZone?: string | undefined;
}

export interface SubscriptionPause {
  /** Default: now. */
  from?: string | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
}

export interface SubscriptionUpdate {
  name?: string | null | undefined;
  /** What events may call it by. */
  externalId?: string | null | undefined;
  /** The instant from which it no longer holds; null: open. */
  endAt?: string | null | undefined;
  /** Null: as the organization has it. */
  lateUsage?: LateUsagePolicyInput | null | undefined;
  metadata?: Record<string, string> | undefined;
  /** The day of the month that service periods turn on, from the next one on, which begins with a prorated stub. */
  anchorDay?: number | undefined;
  /** Whose calendar says so; like `anchorDay`. */
  timeZone?: string | undefined;
}

export interface SubscriptionsHistoryResult {
  items: HistoryEntry[];
}

export interface SubscriptionsListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  organizationId?: string | undefined;
  /** On this plan now (or first, or last). */
  planId?: string | undefined;
  externalId?: string | undefined;
  status?: 'pending' | 'trialing' | 'active' | 'paused' | 'ended' | undefined;
  /** `true`: only withdrawn ones. Default: all others. */
  archived?: boolean | undefined;
}

export interface SubscriptionsListResult {
  items: Subscription[];
  nextCursor: string | null;
}

export interface TaxRate {
  name: string;
  percent: number | string;
}

export interface TimelineEntry {
  /** Which of its timelines, e.g. `binding`, `parent`. */
  timeline: string;
  /** null: since ever */
  from: string | null;
  /** null: until further notice */
  to: string | null;
  value: Record<string, string | boolean | null>;
  recorded: {
    at: string;
    position: number | null;
    actor: string;
    action: string | null;
    reason: string | null;
  };
  /** When it ceased to be what is believed; null: it still is. */
  superseded: {
    at: string;
    position: number | null;
    actor: string;
    action: string | null;
    reason: string | null;
  } | null;
}

export interface Trace {
  event: Event;
  rule: string;
  sentence: string;
  /** From the event to the statement, as far as it goes. */
  hops: {
    kind:
      | 'event'
      | 'credential'
      | 'subscriber'
      | 'organization'
      | 'subscription'
      | 'invoiceLine'
      | 'invoice'
      | 'statement';
    id: string | null;
    /** As it is called now; credentials are masked. */
    name: string | null;
    detail: string;
  }[];
  lines: {
    lineId: string;
    description: string;
    /** Of the whole line. */
    amount: Money;
    invoiceId: string;
    /** Null while it is a draft. */
    invoiceNumber: string | null;
    invoiceStatus: string;
    /** On whose statement it is: `GET /v1/statements/{payerId}`. */
    payerId: string;
    kind: string;
    meter: string;
    /** -1 where the line takes the event back out. */
    sign: number;
    periodStart: string;
    periodEnd: string;
  }[];
  /** Adjustments that are on credit notes. */
  creditNoteLines: {
    lineId: string;
    description: string;
    /** Of the whole line: what the customer gets. */
    amount: Money;
    creditNoteId: string;
    creditNoteNumber: string;
    creditNoteStatus: string;
    payerId: string;
    meter: string;
    /** -1 where the line takes the event back out. */
    sign: number;
    periodStart: string;
    periodEnd: string;
  }[];
  /** Where it came too late, and the policy was to ignore that: it is on no line. */
  ignored: {
    /** `GET /v1/ignored-usage/{id}`. */
    id: string;
    payerId: string;
    subscriptionId: string;
    meter: string;
    position: number;
  }[];
  /** Every entry: a correction reverses the one before. */
  history: {
    credentialId: string | null;
    subscriberId: string | null;
    organizationId: string;
    subscriptionId: string | null;
    rule: string;
    reasons: string[];
    unbilledReason: string | null;
    claimConflicts: string[];
    sentence: string;
    /** Null for a moment after recording, until the journal is numbered. */
    position: number | null;
    sign: number;
    recordedAt: string;
    /** Who recorded it: an API key, a person, or `system`. */
    actor: string;
    /** What they did, e.g. `events.ingest`. */
    operation: string;
    /** What they gave as their reason. */
    reason: string | null;
  }[];
}

export interface UnclassifiedClaim {
  /** The group, from `GET /v1/unclassified`. */
  id: string;
  organizationId?: string | undefined;
  /** In place of organizationId: makes one. */
  organization?: ClaimedOrganization | undefined;
  subscriberId?: string | undefined;
  /** In place of subscriberId: this subscriber, made if there is none. */
  subscriberEmail?: string | undefined;
  subscriptionId?: string | undefined;
  /** In place of subscriptionId: subscribes to this plan. */
  planId?: string | undefined;
  /** What the credential is called, if one is made. */
  name?: string | undefined;
  /** From when it is bound. Default: when the group was first seen; null: since ever. */
  from?: string | null | undefined;
  /** Kept in the history. */
  reason?: string | undefined;
  /** `now` (default): recorded usage follows at once, or the change is refused as `preview_required` where that is too much. `later`: it stays where it is, and a re-attribution waits for its preview. */
  reattribute?: 'now' | 'later' | undefined;
}

export interface UnclassifiedClaimResult {
  id: string;
  organizationId: string;
  subscriberId: string | null;
  credentialId: string | null;
  subscriptionId: string | null;
  /** What was made for it; all else was there. */
  created: ('organization' | 'subscriber' | 'credential' | 'subscription')[];
  from: string | null;
  reattributedEvents: number;
  /** What waits for its preview, if recorded usage was left for later. */
  reattributionId: string | null;
}

export interface UnclassifiedGroup {
  /** Stands for the identifier, and stays the same. */
  id: string;
  /** What the group is known by: the identifier that would decide first. */
  kind: 'credential' | 'subscription' | 'subscriber' | 'organization' | 'none';
  /** As sent; masked where it is a credential ID. */
  identifier: string | null;
  /** Of `none`: who sends without an identifier. */
  source: string | null;
  /** Why it reached nobody, or was not billed. */
  reason: string;
  /** The organization that it did reach. */
  organizationId: string | null;
  organizationName: string | null;
  events: number;
  firstSeenAt: string;
  lastSeenAt: string;
  measures: {
    measure: string;
    quantity: string;
  }[];
  /** What its events carry as their cost, exactly. */
  costs: Money[];
  atStake: {
    /** `plan`: the plan that it would fall under. `cost`: what its events carry, or the list price. */
    basis: 'plan' | 'cost' | 'none';
    /** An estimate. */
    amount: Money | null;
    planId: string | null;
    subscriptionId: string | null;
  };
  /** Whose it may be, the likeliest first. */
  suggestions: {
    organizationId: string;
    organizationName: string;
    subscriberId: string | null;
    /** The known credential that points to it. */
    credentialId: string | null;
    subscriptionId: string | null;
    /** How likely, of a hundred. */
    score: number;
    evidence: {
      kind:
        | 'ended_credential'
        | 'case_or_space'
        | 'external_id'
        | 'associated_domain'
        | 'organization_subscription'
        | 'parent_domain'
        | 'one_edit'
        | 'same_name'
        | 'member_domain'
        | 'ancestor_subscription'
        | 'sibling_credential';
      detail: string;
    }[];
  }[];
}

export interface UnclassifiedListQuery {
  /** Default: `50`. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
  /**
   * `lastSeen`: seen last first. `events`: most events first.
   *
   * Default: `"lastSeen"`.
   */
  sort?: 'lastSeen' | 'events' | undefined;
  kind?: 'credential' | 'subscription' | 'subscriber' | 'organization' | 'none' | undefined;
  /** The reason code, e.g. `unknown_credential`. */
  reason?: string | undefined;
  /** What reached this organization. */
  organizationId?: string | undefined;
  /** `nothing`: it is UNCLASSIFIED. `organization`: only a subscription is missing. */
  reached?: 'organization' | 'nothing' | undefined;
}

export interface UnclassifiedListResult {
  items: UnclassifiedGroup[];
  nextCursor: string | null;
}

export interface UnratedUsage {
  reason: 'no_cost' | 'other_currency';
  currency: string | null;
  eventCount: number;
  cost: string | null;
}

export interface Upcoming {
  /** The payer. */
  organizationId: string;
  /** Of the billing cycle. */
  periodStart: string;
  periodEnd: string;
  /** What was recorded up to here is on it. */
  position: number;
  /** As a run would draft them: one for each currency and grouping. */
  invoices: UpcomingInvoice[];
  /** What no invoice would take: credit notes, once the cycle has ended. */
  credits: {
    /** The invoice that a credit note would correct. */
    invoiceId: string | null;
    invoiceNumber: string | null;
    /** What the customer would get, without tax. */
    amount: Money;
    lines: UpcomingLine[];
  }[];
}

export interface UpcomingInvoice {
  /** The payer. */
  organizationId: string;
  /** Set where the payer asks for one invoice per subscription. */
  subscriptionId: string | null;
  /** `true`: beside the regular invoice of the cycle, for what was found later. */
  standalone: boolean;
  currency: string;
  /** Of the billing cycle. */
  periodStart: string;
  periodEnd: string;
  /** Of the lines, without tax. */
  subtotal: Money;
  /** For each name and percentage, or reason for none, the lines that it is on. */
  taxes: InvoiceTax[];
  taxTotal: Money;
  /** Lines and taxes. */
  total: Money;
  /** What was recorded up to here is on it. */
  position: number;
  recipient: InvoiceRecipient;
  issuer: InvoiceIssuer;
  /** What the lines are broken down by; null: by nothing. */
  breakdownBy: string | null;
  lines: UpcomingLine[];
}

export interface UpcomingLine {
  ordinal: number;
  kind: 'fee' | 'usage' | 'adjustment';
  description: string;
  subscriptionId: string;
  planId: string;
  planVersion: number;
  feeId: string | null;
  chargeId: string | null;
  /** The key of the meter. */
  meter: string | null;
  /** Of the service period. */
  periodStart: string;
  periodEnd: string;
  quantity: string;
  /** Null where there is no single one. */
  unitPrice: string | null;
  amount: Money;
  /** All that the amount was computed from, as it was. */
  price: Record<string, unknown>;
  /** The events of the line occurred in [payerFrom, payerTo) … */
  payerFrom: string;
  payerTo: string;
  /** … and were recorded in (positionAfter, position]. */
  positionAfter: number;
  position: number;
  /** -1: a line that takes its events back. */
  eventSign: number;
  /** Signed, as are quantity and hash: added less removed. */
  eventCount: number;
  eventQuantity: string;
  /** The signed sum of a hash of each event id; it proves which set it was. */
  eventHash: string;
  /** Who has which part of the line. Amounts and event counts sum to those of the line. */
  breakdown: InvoiceLinePart[];
}

export interface Usage {
  from: string;
  to: string;
  items: {
    /** Of the interval, if one was asked for. */
    start: string | null;
    group: Record<string, string | null>;
    /** True for what is left beside the `top` groups. */
    other: boolean;
    /** What is added up; `""` where a meter counts events. */
    measure: string;
    /** Null for what is `other` of a meter that takes the greatest or the distinct. */
    quantity: string | null;
    events: number;
  }[];
  /** One entry for each group, source and currency. An event is in one of them, however many measures it has, so groups leave out `meter` and `measure`. */
  costs: {
    /** Of the interval, if one was asked for. */
    start: string | null;
    group: Record<string, string | null>;
    /** True for what is left beside the `top` groups. */
    other: boolean;
    /** `event`: the cost that events carry; `list`: the list price of those without; `none`: events that have neither. */
    source: 'event' | 'list' | 'none';
    /** Exact; not rounded to the currency. */
    amount: string | null;
    currency: string | null;
    events: number;
  }[];
  /** What usage comes to at the prices of its subscriptions, invoiced or not, before taxes and fees. Each charge is rated once over each of its service periods, as invoices rate it, and shared out to what made it, so that all groups of a period sum to its lines. One entry for each group, kind and currency. Usage that no charge prices is in none. */
  amounts: {
    /** Of the interval, if one was asked for. */
    start: string | null;
    group: Record<string, string | null>;
    /** True for what is left beside the `top` groups. */
    other: boolean;
    /** `usage`: what the usage is rated at; `fixed`: what no usage caused, as what fills up a minimum. It is with the organization of the subscription, when it is owed. */
    kind: 'usage' | 'fixed';
    /** To the minor unit of the currency. */
    amount: string;
    currency: string;
  }[];
  /** What the ids of groups are called now. Credentials by their name, never an ID. */
  names: Record<string, string>;
}

export interface UsageCsvQuery {
  from: string;
  to: string;
  /** What to tell apart. `product`, `tag` and `metadata:KEY` go by subscription, credential, and the first of credential, subscription, subscriber and organization that has the key. */
  groupBy?: string | undefined;
  /** Splits the range: hours of UTC; days, weeks from Monday and months of `timeZone`. */
  interval?: 'hour' | 'day' | 'week' | 'month' | undefined;
  /** Default: `"UTC"`. */
  timeZone?: string | undefined;
  organizationId?: string | undefined;
  /** Organizations count with all that lies below them. Grouped by organization, each has a row of its own, so rows overlap. */
  rollUp?: boolean | undefined;
  /** With rollUp: the tree when the usage `occurred` (default), or the `current` one. */
  tree?: 'occurred' | 'current' | undefined;
  subscriberId?: string | undefined;
  credentialId?: string | undefined;
  subscriptionId?: string | undefined;
  /** That its subscription was on when it occurred. */
  productId?: string | undefined;
  measure?: string | undefined;
  /** Key or id: what this meter counts. */
  meter?: string | undefined;
  source?: string | undefined;
  /** Of credentials that are tagged so now. */
  tag?: string | undefined;
  /** `model=gpt-5`: events with that value; `model`: events without. May be repeated. */
  attribute?: string | string[] | undefined;
  /** `team=search`, as for attributes. */
  metadata?: string | string[] | undefined;
  /**
   * Which to work out: `quantity`, `cost`, `amount` (default: all). Amounts take the longest: all usage of each service period that the range touches is rated.
   *
   * Default: `"quantity,cost,amount"`.
   */
  figures?: string | undefined;
  /** Only so many groups; all others are added up as one that is `other`. */
  top?: number | undefined;
  /** What `top` ranks by; default: quantity of a measure or meter, else events. */
  by?: 'quantity' | 'events' | 'cost' | 'amount' | undefined;
  /** `true`: begins with a byte order mark, which some spreadsheets need to see that it is UTF-8. */
  bom?: boolean | undefined;
}

export interface UsageExplainQuery {
  from: string;
  to: string;
  /** Where the range to compare with begins; it is as long. Default: right before. */
  against?: string | undefined;
  organizationId?: string | undefined;
  /** Organizations count with all that lies below them. Grouped by organization, each has a row of its own, so rows overlap. */
  rollUp?: boolean | undefined;
  /** With rollUp: the tree when the usage `occurred` (default), or the `current` one. */
  tree?: 'occurred' | 'current' | undefined;
  subscriberId?: string | undefined;
  credentialId?: string | undefined;
  subscriptionId?: string | undefined;
  /** That its subscription was on when it occurred. */
  productId?: string | undefined;
  measure?: string | undefined;
  source?: string | undefined;
  /** Of credentials that are tagged so now. */
  tag?: string | undefined;
  /** `model=gpt-5`: events with that value; `model`: events without. May be repeated. */
  attribute?: string | string[] | undefined;
  /** `team=search`, as for attributes. */
  metadata?: string | string[] | undefined;
  /** `amount`: compares what usage is rated at, in the currency that most of it is in. */
  by?: 'amount' | undefined;
  /**
   * Drivers of each level.
   *
   * Default: `5`.
   */
  limit?: number | undefined;
}

export interface UsageExplained {
  from: string;
  to: string;
  against: {
    from: string;
    to: string;
  };
  /** What was compared: the amount or the `measure` asked for, else cost, else events. */
  metric: {
    by: 'quantity' | 'cost' | 'amount' | 'events';
    measure: string | null;
    currency: string | null;
  };
  before: string;
  after: string;
  change: string;
  sentence: string;
  /** What changed most, level by level, each within the first of those above it. */
  levels: {
    by: 'subscription' | 'credential' | 'subscriber' | 'organization';
    drivers: {
      id: string | null;
      name: string | null;
      before: string;
      after: string;
      change: string;
      /** Of the whole change; null where there is none. */
      sharePercent: string | null;
    }[];
  }[];
  /** Within all of these, the attributes that say most about the change. */
  attributes: {
    name: string;
    value: string | null;
    before: string;
    after: string;
    change: string;
    /** Of the whole change; null where there is none. */
    sharePercent: string | null;
  }[];
}

export interface UsageGetQuery {
  from: string;
  to: string;
  /** What to tell apart. `product`, `tag` and `metadata:KEY` go by subscription, credential, and the first of credential, subscription, subscriber and organization that has the key. */
  groupBy?: string | undefined;
  /** Splits the range: hours of UTC; days, weeks from Monday and months of `timeZone`. */
  interval?: 'hour' | 'day' | 'week' | 'month' | undefined;
  /** Default: `"UTC"`. */
  timeZone?: string | undefined;
  organizationId?: string | undefined;
  /** Organizations count with all that lies below them. Grouped by organization, each has a row of its own, so rows overlap. */
  rollUp?: boolean | undefined;
  /** With rollUp: the tree when the usage `occurred` (default), or the `current` one. */
  tree?: 'occurred' | 'current' | undefined;
  subscriberId?: string | undefined;
  credentialId?: string | undefined;
  subscriptionId?: string | undefined;
  /** That its subscription was on when it occurred. */
  productId?: string | undefined;
  measure?: string | undefined;
  /** Key or id: what this meter counts. */
  meter?: string | undefined;
  source?: string | undefined;
  /** Of credentials that are tagged so now. */
  tag?: string | undefined;
  /** `model=gpt-5`: events with that value; `model`: events without. May be repeated. */
  attribute?: string | string[] | undefined;
  /** `team=search`, as for attributes. */
  metadata?: string | string[] | undefined;
  /**
   * Which to work out: `quantity`, `cost`, `amount` (default: all). Amounts take the longest: all usage of each service period that the range touches is rated.
   *
   * Default: `"quantity,cost,amount"`.
   */
  figures?: string | undefined;
  /** Only so many groups; all others are added up as one that is `other`. */
  top?: number | undefined;
  /** What `top` ranks by; default: quantity of a measure or meter, else events. */
  by?: 'quantity' | 'events' | 'cost' | 'amount' | undefined;
}

export interface UsageSelection {
  /** What is attributed to it now. */
  organizationId?: string | undefined;
  subscriberId?: string | undefined;
  credentialId?: string | undefined;
  subscriptionId?: string | undefined;
  /** The rule that decided. */
  rule?: string | undefined;
  /** A reason code, or a reason for not being billed. */
  reason?: string | undefined;
  /** Occurred at or after this instant. */
  from?: string | undefined;
  /** Occurred before this instant. */
  to?: string | undefined;
  source?: string | undefined;
  eventIds?: string[] | undefined;
}

/** All units at the price of the tier that the whole quantity reaches. */
export interface VolumeCharge {
  id: string;
  name: string;
  /** The key of the meter. */
  meter: string;
  meterId: string;
  meterVersion: number;
  model: 'volume';
  tiers: {
    upTo: string | null;
    unitPrice: string;
  }[];
  included?: string | undefined;
  byAttribute?:
    | {
        attribute: string;
        prices: Record<
          string,
          {
            tiers: {
              upTo: string | null;
              unitPrice: string;
            }[];
            included?: string | undefined;
          }
        >;
      }
    | undefined;
  minimum?: string | undefined;
}

/** All units at the price of the tier that the whole quantity reaches. */
export interface VolumeChargeTerms {
  /** Default: the key of the meter. */
  name?: string | undefined;
  /** Key or id of a live meter; the charge pins its current version. */
  meter: string;
  model: 'volume';
  /** In ascending order. A tier begins above the `upTo` of the one before. */
  tiers: {
    /** The last unit of the tier; null for the last tier, which has no end. */
    upTo: number | string | null;
    /** In the currency of the plan, up to 12 decimals. */
    unitPrice: number | string;
  }[];
  /** Quantity that each service period has for nothing; prices begin after it. */
  included?: number | string | undefined;
  /** Other prices for usage whose attribute has these values: each value is counted and priced by itself. All other usage together has the price of the charge. */
  byAttribute?:
    | {
        /** Such as `model`. */
        attribute: string;
        prices: Record<
          string,
          {
            /** In ascending order. A tier begins above the `upTo` of the one before. */
            tiers: {
              /** The last unit of the tier; null for the last tier, which has no end. */
              upTo: number | string | null;
              /** In the currency of the plan, up to 12 decimals. */
              unitPrice: number | string;
            }[];
            /** Quantity that each service period has for nothing; prices begin after it. */
            included?: number | string | undefined;
          }
        >;
      }
    | undefined;
  /** What the charge comes to at least in each service period, prorated where that is cut short. */
  minimum?: number | string | undefined;
}
