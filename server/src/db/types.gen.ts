// Generated from the migrated database by "npm run generate". Do not edit.
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Instant } from '../lib/instant.ts';

export type ApiKeys = {
  id: string;
  name: string;
  hash: Buffer;
  hint: string;
  permissions: string[];
  created_at: Instant;
  expires_at: Instant | null;
  revoked_at: Instant | null;
  last_used_at: Instant | null;
};

export type ArchivedMonths = {
  month: string;
  journal_id: number;
  archived_at: Instant;
  position: number;
  events: number;
  entries: number;
  attributed: number;
  unclassified: number;
  corrections: number;
  through_bindings: number;
  usage: ColumnType<unknown, string, string>;
  attributes: string[];
  files: ColumnType<unknown, string, string>;
};

export type Attributions = {
  event_id: string;
  occurred_at: Instant;
  journal_id: number;
  sign: number;
  credential_id: string | null;
  binding_id: number | null;
  subscriber_id: string | null;
  organization_id: string;
  subscription_id: string | null;
  rule: string;
  reasons: Generated<string[]>;
  unbilled_reason: string | null;
  claim_conflicts: Generated<string[]>;
  sentence: string;
};

export type AuditLog = {
  id: GeneratedAlways<number>;
  journal_id: number;
  at: Instant;
  actor: string;
  request_id: string | null;
  action: string;
  resource_id: string;
  before: ColumnType<unknown, string | null | undefined, string | null>;
  after: ColumnType<unknown, string | null | undefined, string | null>;
  reason: string | null;
  actor_name: string | null;
  ip: string | null;
  user_agent: string | null;
};

export type Balances = {
  organization_id: string;
  currency: string;
  item_id: string;
  amount: Generated<string>;
  paid: Generated<string>;
  credited: Generated<string>;
  written_off: Generated<string>;
  is_void: Generated<boolean>;
};

export type BilledStretches = {
  first_day: Instant;
  until: Instant;
  position: number;
};

export type BillingCycles = {
  organization_id: string;
  period_start: Instant;
  period_end: Instant;
  billing_run_id: string;
  position: number;
  complete: boolean;
};

export type BillingRuns = {
  id: string;
  period: string;
  period_start: Instant;
  period_end: Instant;
  status: string;
  position: number;
  actor: string;
  organizations_total: Generated<number>;
  organizations_done: Generated<number>;
  invoices_drafted: Generated<number>;
  lines_drafted: Generated<number>;
  problem: ColumnType<unknown, string | null | undefined, string | null>;
  created_at: Instant;
  updated_at: Instant;
  finished_at: Instant | null;
  version: Generated<number>;
  credit_notes_issued: Generated<number>;
};

export type BillingSchedule = {
  only_one: Generated<boolean>;
  enabled: Generated<boolean>;
  grace_hours: Generated<number>;
  billed_until: Instant | null;
  last_run_id: string | null;
  created_at: Generated<Instant>;
  updated_at: Generated<Instant>;
  version: Generated<number>;
  late_policy: Generated<string>;
  auto_finalize_from: Instant | null;
};

export type Bindings = {
  id: GeneratedAlways<number>;
  credential_id: string;
  subscriber_id: string;
  organization_id: string;
  subscription_id: string | null;
  valid: string;
  recorded_by: number;
  superseded_by: number | null;
};

export type CheckState = {
  name: string;
  position: number;
  ok: boolean;
  figures: ColumnType<unknown, string, string>;
  looked_at: Instant;
  took_ms: Generated<number>;
};

export type CredentialIdValues = {
  key: GeneratedAlways<number>;
  value: string;
  masked: string;
};

export type CredentialIds = {
  id: GeneratedAlways<number>;
  credential_id: string;
  value_key: number;
  valid: string;
  recorded_by: number;
  superseded_by: number | null;
};

export type Credentials = {
  id: string;
  name: string;
  external_secret: Buffer | null;
  tags: Generated<string[]>;
  auto_created: Generated<boolean>;
  metadata: ColumnType<unknown, string | undefined, string>;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
};

export type CreditNoteLines = {
  id: string;
  credit_note_id: string;
  ordinal: number;
  kind: string;
  description: string;
  invoice_line_id: string | null;
  subscription_id: string;
  plan_id: string;
  plan_version: number;
  fee_id: string | null;
  charge_id: string | null;
  period_start: Instant;
  period_end: Instant;
  payer_from: Instant;
  payer_to: Instant;
  quantity: string;
  amount: string;
  price: ColumnType<unknown, string, string>;
  position_after: Generated<number>;
  position: number;
  event_sign: Generated<number>;
  event_count: Generated<number>;
  event_quantity: Generated<string>;
  event_hash: Generated<string>;
};

export type CreditNoteTaxes = {
  credit_note_id: string;
  ordinal: number;
  name: string;
  percent: string | null;
  exempt_reason: string | null;
  line_ordinals: number[];
  taxable: string;
  amount: string;
};

export type CreditNotes = {
  id: string;
  seller_id: string;
  organization_id: string;
  invoice_id: string | null;
  billing_run_id: string | null;
  number: string;
  number_sequence: number;
  status: Generated<string>;
  currency: string;
  total: string;
  reason: string;
  position: number | null;
  recipient: ColumnType<unknown, string, string>;
  issuer: ColumnType<unknown, string, string>;
  seal: string;
  issued_at: Instant;
  effective_at: Instant;
  journal_id: number;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
  subtotal: string | null;
  tax_total: string | null;
};

export type CustomerBalances = {
  organization_id: string;
  currency: string;
  outstanding: Generated<string>;
  unapplied_credit: Generated<string>;
  open_invoices: Generated<number>;
  oldest_due_at: Instant | null;
};

export type Deployment = {
  only_one: Generated<boolean>;
  secret_key_fingerprint: string | null;
  attribution_mode: Generated<string>;
  created_at: Generated<Instant>;
  ingest_settings_version: Generated<number>;
};

export type EventConflicts = {
  source: string;
  client_id: string;
  body_hash: Buffer;
  event_id: string;
  credential_key: number | null;
  body: ColumnType<unknown, string, string>;
  journal_id: number;
};

export type EventKeys = {
  source: string;
  client_id: string;
  body_hash: Buffer;
  event_id: string;
  journal_id: number;
};

export type EventRejects = {
  id: GeneratedAlways<number>;
  journal_id: number;
  batch_index: number;
  code: string;
  pointer: string;
  detail: string;
  body_encrypted: Buffer | null;
};

export type Events = {
  id: string;
  occurred_at: Instant;
  journal_id: number;
  source: string;
  client_id: string;
  credential_key: number | null;
  subscription_claim: string | null;
  subscriber_claim: string | null;
  organization_claim: string | null;
  product_claim: string | null;
  measures: ColumnType<unknown, string, string>;
  cost_amount: string | null;
  cost_currency: string | null;
  attributes: ColumnType<unknown, string | undefined, string>;
};

export type FirstBillings = {
  subscription_id: string;
  position: number;
};

export type IdempotencyKeys = {
  principal_id: string;
  operation: string;
  key: string;
  body_hash: Buffer;
  status: number;
  response: string | null;
  expires_at: Instant;
};

export type IgnoredUsage = {
  id: string;
  subscription_id: string;
  organization_id: string;
  billing_run_id: string;
  plan_id: string;
  plan_version: number;
  charge_id: string;
  period_start: Instant;
  period_end: Instant;
  occurred_from: Instant;
  occurred_to: Instant;
  position_after: number;
  position: number;
  event_count: number;
  event_quantity: string;
  event_hash: string;
  quantity: string;
  currency: string;
  worth: string;
  journal_id: number;
  created_at: Instant;
};

export type IngestBatches = {
  journal_id: number;
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
};

export type InvoiceLineParts = {
  line_id: string;
  ordinal: number;
  kind: string;
  value: string | null;
  label: string;
  quantity: string;
  amount: string;
  event_count: number;
  event_quantity: string;
};

export type InvoiceLines = {
  id: string;
  invoice_id: string;
  ordinal: number;
  kind: string;
  description: string;
  subscription_id: string;
  plan_id: string;
  plan_version: number;
  fee_id: string | null;
  charge_id: string | null;
  period_start: Instant;
  period_end: Instant;
  payer_from: Instant;
  payer_to: Instant;
  quantity: string;
  amount: string;
  price: ColumnType<unknown, string, string>;
  position_after: Generated<number>;
  position: number;
  event_sign: Generated<number>;
  event_count: Generated<number>;
  event_quantity: Generated<string>;
  event_hash: Generated<string>;
};

export type InvoiceTaxes = {
  invoice_id: string;
  ordinal: number;
  name: string;
  percent: string | null;
  exempt_reason: string | null;
  line_ordinals: number[];
  taxable: string;
  amount: string;
};

export type Invoices = {
  id: string;
  seller_id: string;
  organization_id: string;
  billing_run_id: string | null;
  number: string | null;
  number_sequence: number | null;
  status: string;
  currency: string;
  period_start: Instant;
  period_end: Instant;
  grouping_key: Generated<string>;
  position: number;
  total: string;
  recipient: ColumnType<unknown, string, string>;
  issuer: ColumnType<unknown, string, string>;
  seal: string | null;
  issued_at: Instant | null;
  due_at: Instant | null;
  journal_id: number;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
  standalone: boolean | null;
  subtotal: string | null;
  tax_total: string | null;
  breakdown_by: string | null;
};

export type Journal = {
  id: GeneratedAlways<number>;
  kind: string;
  actor: string;
  recorded_at: Instant;
  position: number | null;
};

export type JournalStragglers = {
  position: number;
  id: number;
};

export type LedgerEntries = {
  id: GeneratedAlways<number>;
  organization_id: string;
  currency: string;
  kind: string;
  amount: string;
  invoice_id: string | null;
  effective_at: Instant;
  journal_id: number;
  payment_id: string | null;
  credit_note_id: string | null;
  refund_id: string | null;
};

export type Memberships = {
  id: GeneratedAlways<number>;
  subscriber_id: string;
  organization_id: string;
  is_primary: boolean;
  valid: string;
  recorded_by: number;
  superseded_by: number | null;
};

export type MessageAttempts = {
  id: GeneratedAlways<number>;
  message_id: string;
  at: Instant;
  outcome: string;
  detail: string;
};

export type Messages = {
  id: string;
  kind: string;
  organization_id: string;
  invoice_id: string | null;
  once_key: string | null;
  recipient: string | null;
  status: string;
  reason: string | null;
  attempts: Generated<number>;
  sent_at: Instant | null;
  actor: string;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
  credit_note_id: string | null;
  statement_as_of: Instant | null;
  statement_known_at: number | null;
  statement_from: Instant | null;
  statement_to: Instant | null;
};

export type MeterVersions = {
  meter_id: string;
  version: number;
  aggregation: string;
  measure: string | null;
  filter: ColumnType<unknown, string | undefined, string>;
  split_by: Generated<string[]>;
  created_at: Instant;
};

export type Meters = {
  id: string;
  key: string;
  auto_created: Generated<boolean>;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
};

export type MigrationChecksums = {
  name: string;
  checksum: string;
  applied_at: Generated<Instant>;
};

export type OneTimeLinks = {
  id: string;
  token_hash: Buffer;
  purpose: string;
  person_id: string | null;
  created_by: string;
  created_at: Instant;
  expires_at: Instant;
  closed_at: Instant | null;
  closed_as: string | null;
  origin: string;
  mail_status: string | null;
  mail_attempts: Generated<number>;
  mail_detail: string | null;
};

export type OrganizationAliases = {
  id: GeneratedAlways<number>;
  organization_id: string;
  survivor_id: string;
  choices: ColumnType<unknown, string | undefined, string>;
  valid: string;
  recorded_by: number;
  superseded_by: number | null;
  merged_by: number;
};

export type OrganizationCycles = {
  id: GeneratedAlways<number>;
  organization_id: string;
  unit: string;
  count: number;
  anchor_day: number;
  time_zone: string;
  first_end: Instant | null;
  valid: string;
  recorded_by: number;
  superseded_by: number | null;
};

export type OrganizationDomains = {
  organization_id: string;
  domain: string;
  live: Generated<boolean>;
};

export type OrganizationParents = {
  id: GeneratedAlways<number>;
  organization_id: string;
  parent_id: string;
  valid: string;
  recorded_by: number;
  superseded_by: number | null;
};

export type OrganizationPayers = {
  id: GeneratedAlways<number>;
  organization_id: string;
  payer_id: string;
  valid: string;
  recorded_by: number;
  superseded_by: number | null;
};

export type Organizations = {
  id: string;
  name: string;
  external_id: string | null;
  currency: Generated<string>;
  storefront_url: string | null;
  billing: ColumnType<unknown, string | undefined, string>;
  time_zone: Generated<string>;
  billing_cycle: ColumnType<unknown, string | null | undefined, string | null>;
  payment_terms_days: Generated<number>;
  invoice_grouping: Generated<string>;
  late_usage: ColumnType<unknown, string | null | undefined, string | null>;
  tax_rates: ColumnType<unknown, string | undefined, string>;
  metadata: ColumnType<unknown, string | undefined, string>;
  unclassified: Generated<boolean>;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
  tax_exempt_reason: string | null;
  breakdown_by: string | null;
};

export type OwnershipChanges = {
  id: GeneratedAlways<number>;
  journal_id: number;
  touched: ColumnType<unknown, string, string>;
};

export type Payments = {
  id: string;
  organization_id: string;
  currency: string;
  amount: string;
  status: Generated<string>;
  method: string | null;
  reference: string | null;
  received_at: Instant;
  reversed_at: Instant | null;
  journal_id: number;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
};

export type People = {
  id: string;
  name: string;
  email: string;
  email_verified: Generated<boolean>;
  image: string | null;
  role: string;
  two_factor_enabled: Generated<boolean>;
  joined_at: Instant | null;
  deactivated_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
  last_signed_in_at: Instant | null;
};

export type PersonSessions = {
  id: string;
  person_id: string;
  token: string;
  ip_address: string | null;
  user_agent: string | null;
  expires_at: Instant;
  created_at: Instant;
  updated_at: Instant;
};

export type PersonSignIns = {
  id: string;
  person_id: string;
  provider_id: string;
  account_id: string;
  password: string | null;
  access_token: string | null;
  refresh_token: string | null;
  id_token: string | null;
  access_token_expires_at: Instant | null;
  refresh_token_expires_at: Instant | null;
  scope: string | null;
  created_at: Instant;
  updated_at: Instant;
};

export type PersonTwoFactors = {
  id: string;
  person_id: string;
  secret: string;
  backup_codes: string;
  verified: Generated<boolean>;
  failed_verification_count: Generated<number>;
  locked_until: Instant | null;
};

export type PlanCharges = {
  id: string;
  plan_id: string;
  plan_version: number;
  ordinal: number;
  name: string;
  meter_id: string;
  meter_version: number;
  model: string;
  terms: ColumnType<unknown, string, string>;
};

export type PlanFees = {
  id: string;
  plan_id: string;
  plan_version: number;
  ordinal: number;
  name: string;
  amount: string;
  timing: string;
};

export type PlanVersions = {
  plan_id: string;
  version: number;
  currency: string;
  interval_unit: string;
  interval_count: number;
  created_at: Instant;
  trial_days: Generated<number>;
};

export type Plans = {
  id: string;
  product_id: string;
  name: string;
  external_id: string | null;
  description: string | null;
  metadata: ColumnType<unknown, string | undefined, string>;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
};

export type Products = {
  id: string;
  name: string;
  external_id: string | null;
  description: string | null;
  metadata: ColumnType<unknown, string | undefined, string>;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
  tax_rates: ColumnType<unknown, string | null | undefined, string | null>;
  tax_exempt_reason: string | null;
};

export type Reattributions = {
  id: string;
  kind: string;
  status: string;
  selection: ColumnType<unknown, string, string>;
  owner: ColumnType<unknown, string | null | undefined, string | null>;
  reason: string | null;
  deferred_by: number | null;
  position: number | null;
  digest: ColumnType<unknown, string | null | undefined, string | null>;
  preview: ColumnType<unknown, string | null | undefined, string | null>;
  occurred_from: Instant | null;
  occurred_to: Instant | null;
  applied_by: number | null;
  applied_at: Instant | null;
  undone_by: number | null;
  undone_at: Instant | null;
  undo: ColumnType<unknown, string | null | undefined, string | null>;
  actor: string;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
};

export type Refunds = {
  id: string;
  organization_id: string;
  currency: string;
  amount: string;
  method: string | null;
  reference: string | null;
  reason: string | null;
  refunded_at: Instant;
  journal_id: number;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
};

export type RejectReplays = {
  id: GeneratedAlways<number>;
  reject_id: number;
  journal_id: number;
  outcome: string;
  event_id: string | null;
  code: string | null;
  pointer: string | null;
  detail: string | null;
};

export type Repairs = {
  id: string;
  kind: string;
  status: string;
  organization_id: string;
  into_id: string | null;
  input: ColumnType<unknown, string, string>;
  reason: string | null;
  position: number;
  digest: ColumnType<unknown, string, string>;
  preview: ColumnType<unknown, string, string>;
  occurred_from: Instant | null;
  occurred_to: Instant | null;
  applied_by: number | null;
  applied_at: Instant | null;
  undone_by: number | null;
  undone_at: Instant | null;
  undo: ColumnType<unknown, string | null | undefined, string | null>;
  actor: string;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
};

export type SellerLogos = {
  hash: string;
  media_type: string;
  width: number;
  height: number;
  bytes: Buffer;
  journal_id: number;
  created_at: Instant;
};

export type Sellers = {
  id: string;
  name: string;
  invoice_prefix: Generated<string>;
  next_invoice_number: Generated<number>;
  version: Generated<number>;
  legal_name: string | null;
  address: ColumnType<unknown, string | undefined, string>;
  country: string | null;
  tax_id: string | null;
  email: string | null;
  website: string | null;
  logo_hash: string | null;
  remittance_instructions: string | null;
  default_payment_terms_days: Generated<number>;
  default_currency: Generated<string>;
  default_time_zone: Generated<string>;
  default_breakdown: Generated<string>;
  locale: Generated<string>;
  paper: Generated<string>;
  created_at: Instant;
  updated_at: Instant;
  credit_note_prefix: Generated<string>;
  next_credit_note_number: Generated<number>;
};

export type SendingSettings = {
  only_one: Generated<boolean>;
  send_on_finalize: Generated<boolean>;
  reminder_days: Generated<number[]>;
  created_at: Generated<Instant>;
  updated_at: Generated<Instant>;
  version: Generated<number>;
  send_since: Instant | null;
};

export type SettledPeriods = {
  organization_id: string;
  subscription_id: string;
  period_start: Instant;
  position: number;
};

export type ShareLinks = {
  id: string;
  organization_id: string;
  name: string | null;
  token_hash: Buffer;
  created_by: string;
  created_at: Instant;
  expires_at: Instant;
  revoked_at: Instant | null;
  revoked_by: string | null;
  last_used_at: Instant | null;
  updated_at: Instant;
  version: Generated<number>;
};

export type SignInAttempts = {
  key: string;
  count: number;
  window_ends_at: Instant;
};

export type SignInChallenges = {
  id: string;
  identifier: string;
  value: string;
  expires_at: Instant;
  created_at: Instant;
  updated_at: Instant;
};

export type Subscribers = {
  id: string;
  email: string;
  email_key: string;
  first_name: string | null;
  last_name: string | null;
  subscriber_id: string;
  service_of: string | null;
  auto_created: Generated<boolean>;
  metadata: ColumnType<unknown, string | undefined, string>;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
};

export type SubscriptionAnchors = {
  id: GeneratedAlways<number>;
  subscription_id: string;
  anchor_day: number;
  time_zone: string;
  valid: string;
  recorded_by: number;
  superseded_by: number | null;
};

export type SubscriptionChanges = {
  id: GeneratedAlways<number>;
  subscription_id: string;
  changed_from: Instant;
  periods_from: Instant;
  recorded_by: number;
};

export type SubscriptionPauses = {
  id: GeneratedAlways<number>;
  subscription_id: string;
  valid: string;
  recorded_by: number;
  superseded_by: number | null;
};

export type SubscriptionPlans = {
  id: GeneratedAlways<number>;
  subscription_id: string;
  plan_id: string;
  plan_version: number;
  valid: string;
  recorded_by: number;
  superseded_by: number | null;
};

export type Subscriptions = {
  id: string;
  organization_id: string;
  name: string | null;
  external_id: string | null;
  start_at: Instant;
  end_at: Instant | null;
  anchor_day: number;
  time_zone: string;
  late_usage: ColumnType<unknown, string | null | undefined, string | null>;
  metadata: ColumnType<unknown, string | undefined, string>;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: Generated<number>;
  trial_end_at: Instant | null;
  end_credit: Generated<string>;
};

export type UnclassifiedCosts = {
  group_id: string;
  currency: string;
  amount: string;
};

export type UnclassifiedDays = {
  group_id: string;
  day: string;
  events: number;
  first_seen_at: Instant | null;
  last_seen_at: Instant | null;
};

export type UnclassifiedGroups = {
  id: string;
  kind: string;
  credential_key: number | null;
  claim: string | null;
  reason: string;
  organization_id: string;
  events: number;
  first_seen_at: Instant | null;
  last_seen_at: Instant | null;
};

export type UnclassifiedMeasures = {
  group_id: string;
  measure: string;
  provider: string;
  model: string;
  quantity: string;
  uncosted: string;
};

export type UnclassifiedState = {
  only_one: Generated<boolean>;
  position: Generated<number>;
};

export type UsageFold = {
  only_one: Generated<boolean>;
  position: Generated<number>;
  attributes: Generated<string[]>;
  folding: Generated<string[]>;
};

export type UsageHours = {
  hour: Instant;
  owner_key: number;
  kind_key: number;
  measure: string;
  events: number;
  quantity: string;
};

export type UsageKinds = {
  key: GeneratedAlways<number>;
  hash: Buffer;
  source: string;
  cost_currency: string | null;
  listed: boolean;
  long_input: string | null;
  attributes: ColumnType<unknown, string, string>;
};

export type UsageOwners = {
  key: GeneratedAlways<number>;
  organization_id: string;
  subscriber_id: string | null;
  credential_id: string | null;
  subscription_id: string | null;
};

export type DB = {
  api_keys: ApiKeys;
  archived_months: ArchivedMonths;
  attributions: Attributions;
  audit_log: AuditLog;
  balances: Balances;
  billed_stretches: BilledStretches;
  billing_cycles: BillingCycles;
  billing_runs: BillingRuns;
  billing_schedule: BillingSchedule;
  bindings: Bindings;
  check_state: CheckState;
  credential_id_values: CredentialIdValues;
  credential_ids: CredentialIds;
  credentials: Credentials;
  credit_note_lines: CreditNoteLines;
  credit_note_taxes: CreditNoteTaxes;
  credit_notes: CreditNotes;
  customer_balances: CustomerBalances;
  deployment: Deployment;
  event_conflicts: EventConflicts;
  event_keys: EventKeys;
  event_rejects: EventRejects;
  events: Events;
  first_billings: FirstBillings;
  idempotency_keys: IdempotencyKeys;
  ignored_usage: IgnoredUsage;
  ingest_batches: IngestBatches;
  invoice_line_parts: InvoiceLineParts;
  invoice_lines: InvoiceLines;
  invoice_taxes: InvoiceTaxes;
  invoices: Invoices;
  journal: Journal;
  journal_stragglers: JournalStragglers;
  ledger_entries: LedgerEntries;
  memberships: Memberships;
  message_attempts: MessageAttempts;
  messages: Messages;
  meter_versions: MeterVersions;
  meters: Meters;
  migration_checksums: MigrationChecksums;
  one_time_links: OneTimeLinks;
  organization_aliases: OrganizationAliases;
  organization_cycles: OrganizationCycles;
  organization_domains: OrganizationDomains;
  organization_parents: OrganizationParents;
  organization_payers: OrganizationPayers;
  organizations: Organizations;
  ownership_changes: OwnershipChanges;
  payments: Payments;
  people: People;
  person_sessions: PersonSessions;
  person_sign_ins: PersonSignIns;
  person_two_factors: PersonTwoFactors;
  plan_charges: PlanCharges;
  plan_fees: PlanFees;
  plan_versions: PlanVersions;
  plans: Plans;
  products: Products;
  reattributions: Reattributions;
  refunds: Refunds;
  reject_replays: RejectReplays;
  repairs: Repairs;
  seller_logos: SellerLogos;
  sellers: Sellers;
  sending_settings: SendingSettings;
  settled_periods: SettledPeriods;
  share_links: ShareLinks;
  sign_in_attempts: SignInAttempts;
  sign_in_challenges: SignInChallenges;
  subscribers: Subscribers;
  subscription_anchors: SubscriptionAnchors;
  subscription_changes: SubscriptionChanges;
  subscription_pauses: SubscriptionPauses;
  subscription_plans: SubscriptionPlans;
  subscriptions: Subscriptions;
  unclassified_costs: UnclassifiedCosts;
  unclassified_days: UnclassifiedDays;
  unclassified_groups: UnclassifiedGroups;
  unclassified_measures: UnclassifiedMeasures;
  unclassified_state: UnclassifiedState;
  usage_fold: UsageFold;
  usage_hours: UsageHours;
  usage_kinds: UsageKinds;
  usage_owners: UsageOwners;
};
