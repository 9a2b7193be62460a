/** Every address of the console. Nobody else writes one. */

import type { Search } from './search.ts';
import type * as searches from './searches.ts';

export type Path = { readonly to: string; readonly search?: Record<string, unknown> };

const at = (to: string, search?: Record<string, unknown>): Path =>
  search === undefined ? { to } : { to, search };

const part = encodeURIComponent;

type SearchOf<Name extends keyof typeof searches> = Search<(typeof searches)[Name]>;

export type OrganizationTab =
  | ''
  | 'tree'
  | 'members'
  | 'credentials'
  | 'subscriptions'
  | 'usage'
  | 'statement'
  | 'history';

const customers = '/customers';
const organizations = `${customers}/organizations`;
const organization = (id: string) => `${organizations}/${part(id)}`;
const subscribers = `${customers}/subscribers`;
const subscriber = (id: string) => `${subscribers}/${part(id)}`;
const credentials = `${customers}/credentials`;
const credential = (id: string) => `${credentials}/${part(id)}`;
const statements = `${customers}/statements`;
const invoices = '/billing/invoices';
const invoice = (id: string) => `${invoices}/${part(id)}`;
const subscriptions = '/subscriptions';
const subscription = (id: string) => `${subscriptions}/${part(id)}`;
const plans = '/catalog/plans';
const plan = (id: string) => `${plans}/${part(id)}`;

export const paths = {
  overview: () => at('/'),
  signIn: (search: SearchOf<'signIn'> = {}) => at('/sign-in', search),

  organizations: (search: SearchOf<'organizations'> = {}) => at(organizations, search),
  organizationTree: (search: SearchOf<'organizationTree'> = {}) =>
    at(`${organizations}/tree`, search),
  organizationNew: (search: SearchOf<'organizationNew'> = {}) => at(`${organizations}/new`, search),
  organization: (id: string, tab: OrganizationTab = '', search: SearchOf<'organizationTab'> = {}) =>
    at(tab === '' ? organization(id) : `${organization(id)}/${tab}`, search),
  organizationUsage: (id: string, search: SearchOf<'usage'> = {}) =>
    at(`${organization(id)}/usage`, search),
  organizationEdit: (id: string) => at(`${organization(id)}/edit`),
  organizationMove: (id: string) => at(`${organization(id)}/move`),
  organizationBillTo: (id: string) => at(`${organization(id)}/bill-to`),
  organizationMerge: (id: string, search: SearchOf<'organizationMerge'> = {}) =>
    at(`${organization(id)}/merge`, search),
  organizationSplit: (id: string) => at(`${organization(id)}/split`),

  subscribers: (search: SearchOf<'subscribers'> = {}) => at(subscribers, search),
  subscriberNew: (search: SearchOf<'subscriberNew'> = {}) => at(`${subscribers}/new`, search),
  subscriber: (
    id: string,
    tab: '' | 'credentials' | 'history' = '',
    search: SearchOf<'subscriberTab'> = {},
  ) => at(tab === '' ? subscriber(id) : `${subscriber(id)}/${tab}`, search),
  subscriberEdit: (id: string) => at(`${subscriber(id)}/edit`),
  subscriberMemberships: (id: string) => at(`${subscriber(id)}/memberships`),

  credentials: (search: SearchOf<'credentials'> = {}) => at(credentials, search),
  credentialNew: (search: SearchOf<'credentialNew'> = {}) => at(`${credentials}/new`, search),
  credential: (id: string, tab: '' | 'history' = '') =>
    at(tab === '' ? credential(id) : `${credential(id)}/${tab}`),
  credentialEdit: (id: string) => at(`${credential(id)}/edit`),
  credentialMove: (id: string) => at(`${credential(id)}/move`),
  credentialRotate: (id: string) => at(`${credential(id)}/rotate`),

  statements: (search: SearchOf<'statements'> = {}) => at(statements, search),
  statement: (organizationId: string, search: SearchOf<'statement'> = {}) =>
    at(`${statements}/${part(organizationId)}`, search),

  statementShare: (organizationId: string) => at(`${statements}/${part(organizationId)}/share`),
  merges: (search: SearchOf<'merges'> = {}) => at(`${customers}/merges`, search),
  merge: (id: string) => at(`${customers}/merges/${part(id)}`),
  splits: (search: SearchOf<'splits'> = {}) => at(`${customers}/splits`, search),
  split: (id: string) => at(`${customers}/splits/${part(id)}`),

  subscriptions: (search: SearchOf<'subscriptions'> = {}) => at(subscriptions, search),
  subscriptionNew: (search: SearchOf<'subscriptionNew'> = {}) => at(`${subscriptions}/new`, search),
  subscription: (id: string) => at(subscription(id)),
  subscriptionEdit: (id: string) => at(`${subscription(id)}/edit`),
  subscriptionChangePlan: (id: string) => at(`${subscription(id)}/change-plan`),
  subscriptionCancel: (id: string) => at(`${subscription(id)}/cancel`),
  subscriptionPause: (id: string) => at(`${subscription(id)}/pause`),

  plans: (search: SearchOf<'plans'> = {}) => at(plans, search),
  planNew: (search: SearchOf<'planNew'> = {}) => at(`${plans}/new`, search),
  plan: (id: string) => at(plan(id)),
  planEdit: (id: string) => at(`${plan(id)}/edit`),
  planSimulator: (id: string, search: SearchOf<'planSimulator'> = {}) =>
    at(`${plan(id)}/simulator`, search),
  products: (search: SearchOf<'products'> = {}) => at('/catalog/products', search),
  productNew: () => at('/catalog/products/new'),
  productEdit: (id: string) => at(`/catalog/products/${part(id)}`),
  meters: (search: SearchOf<'meters'> = {}) => at('/catalog/meters', search),
  meterNew: () => at('/catalog/meters/new'),
  meterEdit: (id: string) => at(`/catalog/meters/${part(id)}`),

  events: (search: SearchOf<'events'> = {}) => at('/events', search),
  event: (id: string) => at(`/events/${part(id)}`),
  rejects: (search: SearchOf<'rejects'> = {}) => at('/events/refused', search),
  conflicts: (search: SearchOf<'conflicts'> = {}) => at('/events/conflicts', search),
  ignoredUsage: (search: SearchOf<'ignoredUsage'> = {}) => at('/events/ignored', search),
  ignored: (id: string, search: SearchOf<'ignored'> = {}) =>
    at(`/events/ignored/${part(id)}`, search),
  usage: (search: SearchOf<'usage'> = {}) => at('/usage', search),
  unclassified: (search: SearchOf<'unclassified'> = {}) => at('/unclassified', search),
  unclassifiedGroup: (id: string) => at(`/unclassified/${part(id)}`),
  unclassifiedClaim: (id: string, search: SearchOf<'unclassifiedClaim'> = {}) =>
    at(`/unclassified/${part(id)}/claim`, search),
  reattributions: (search: SearchOf<'reattributions'> = {}) => at('/reattributions', search),
  reattributionNew: (search: SearchOf<'reattributionNew'> = {}) =>
    at('/reattributions/new', search),
  reattribution: (id: string) => at(`/reattributions/${part(id)}`),

  invoices: (search: SearchOf<'invoices'> = {}) => at(invoices, search),
  invoiceHeaders: (search: SearchOf<'invoiceHeaders'> = {}) =>
    at('/billing/invoice-headers', search),
  invoice: (id: string, search: SearchOf<'invoice'> = {}) => at(invoice(id), search),
  invoiceLine: (invoiceId: string, lineId: string, search: SearchOf<'invoiceLine'> = {}) =>
    at(`${invoice(invoiceId)}/lines/${part(lineId)}`, search),
  invoicePay: (id: string) => at(`${invoice(id)}/pay`),
  invoiceCredit: (id: string) => at(`${invoice(id)}/credit`),
  invoiceVoid: (id: string) => at(`${invoice(id)}/void`),
  invoiceWriteOff: (id: string) => at(`${invoice(id)}/write-off`),
  billingRuns: (search: SearchOf<'billingRuns'> = {}) => at('/billing/runs', search),
  billingRunNew: () => at('/billing/runs/new'),
  billingRun: (id: string) => at(`/billing/runs/${part(id)}`),
  payments: (search: SearchOf<'payments'> = {}) => at('/billing/payments', search),
  paymentNew: (search: SearchOf<'paymentNew'> = {}) => at('/billing/payments/new', search),
  payment: (id: string) => at(`/billing/payments/${part(id)}`),
  paymentAllocate: (id: string) => at(`/billing/payments/${part(id)}/allocate`),
  paymentReverse: (id: string) => at(`/billing/payments/${part(id)}/reverse`),
  paymentRefund: (id: string) => at(`/billing/payments/${part(id)}/refund`),
  creditNotes: (search: SearchOf<'creditNotes'> = {}) => at('/billing/credit-notes', search),
  creditNote: (id: string) => at(`/billing/credit-notes/${part(id)}`),
  creditNoteAllocate: (id: string) => at(`/billing/credit-notes/${part(id)}/allocate`),
  creditNoteRefund: (id: string) => at(`/billing/credit-notes/${part(id)}/refund`),

  checks: () => at('/checks'),
  findings: (search: SearchOf<'findings'> = {}) => at('/findings', search),

  settings: () => at('/settings/seller'),
  settingsSeller: () => at('/settings/seller'),
  settingsSellerEdit: () => at('/settings/seller/edit'),
  settingsBilling: () => at('/settings/billing'),
  settingsSchedule: () => at('/settings/billing/schedule'),
  settingsSending: () => at('/settings/billing/sending'),
  settingsIngest: () => at('/settings/ingest'),
  settingsIngestEdit: () => at('/settings/ingest/edit'),
  settingsSecurity: () => at('/settings/security'),
  settingsApiKeys: (search: SearchOf<'apiKeys'> = {}) => at('/settings/api-keys', search),
  settingsApiKeyNew: (search: SearchOf<'apiKeyNew'> = {}) => at('/settings/api-keys/new', search),
  settingsPeople: (search: SearchOf<'people'> = {}) => at('/settings/people', search),
  settingsPersonInvite: () => at('/settings/people/invite'),
  settingsAuditLog: (search: SearchOf<'auditLog'> = {}) => at('/settings/audit-log', search),
} as const;

const pathById: Record<string, (id: string) => Path> = {
  org: (id) => paths.organization(id),
  sbr: (id) => paths.subscriber(id),
  crd: (id) => paths.credential(id),
  sub: (id) => paths.subscription(id),
  pln: (id) => paths.plan(id),
  prd: (id) => paths.productEdit(id),
  mtr: (id) => paths.meterEdit(id),
  inv: (id) => paths.invoice(id),
  pay: (id) => paths.payment(id),
  cn: (id) => paths.creditNote(id),
  evt: (id) => paths.event(id),
  ign: (id) => paths.ignored(id),
  mrg: (id) => paths.merge(id),
  spl: (id) => paths.split(id),
  rea: (id) => paths.reattribution(id),
  run: (id) => paths.billingRun(id),
};

/** Where a thing is, by its id alone; null: it has no page. */
export function pathOfId(id: string): Path | null {
  return pathById[id.split('_', 1)[0] ?? '']?.(id) ?? null;
}
