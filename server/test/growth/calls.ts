import { idOf } from '../../../bench/lib/generate.ts';
import type { Json } from '../support/app.ts';
import { someId } from './data.ts';

/** A question to the API, and the operation that it is to. */
export type Call = { operation: string; method: string; url: string; body?: object };

type Known = {
  planId: string;
  productId: string;
  meterId: string;
  eventId: string;
  groupId: string;
  credentialId: string;
};

const FROM = '2026-07-01T00:00:00Z';
const TO = '2026-07-01T01:00:00Z';

/** What to ask for by a parameter of this name, of any operation; each value by itself. */
/** Of this operation, other values. */
const valuesOfOperation: Record<string, readonly string[]> = {
  'invoiceHeaders.list status': ['open'],
  'usage.explain limit': ['5'],
};

const values: Record<string, readonly string[]> = {
  organizationId: [someId('org')],
  parentId: [idOf('org', 20)],
  subscriberId: [someId('sbr')],
  credentialId: [someId('crd')],
  subscriptionId: [someId('sub')],
  invoiceId: [idOf('inv', 1011)],
  billingRunId: [idOf('run', 505)],
  paymentId: [idOf('pay', 1011)],
  creditNoteId: [idOf('cn', 505)],
  externalId: ['bench-505'],
  name: ['Customer 505'],
  email: ['user505@bench.example'],
  number: ['INV-1011'],
  reference: ['ref-1011'],
  tag: ['rare'],
  currency: ['EUR', 'USD'],
  period: ['2026-06'],
  periodFrom: ['2026-07-01T00:00:00Z'],
  periodTo: ['2026-07-01T00:00:00Z'],
  dueFrom: ['2026-08-01T00:00:00Z'],
  dueTo: ['2026-08-01T00:00:00Z'],
  receivedFrom: ['2026-07-01T00:00:00Z'],
  receivedTo: ['2026-07-01T00:00:00Z'],
  from: [FROM],
  to: [TO],
  rule: ['credential_binding', 'organization_name'],
  reason: ['ambiguous_name'],
  measure: ['input_tokens', 'pages'],
  source: ['bench', 'rare'],
  clientId: ['req-505'],
  code: ['too_old'],
  key: ['input_tokens'],
  meter: ['input_tokens'],
  actor: ['key_rare', 'system'],
  action: ['organization.archived', 'organization.updated'],
  resourceId: [someId('org')],
  search: ['Customer 505'],
  attribute: ['model=large'],
  metadata: ['team=search'],
  breakdownBy: ['credential'],
  groupBy: [
    'organization',
    'subscription,measure',
    'attribute:model',
    'credential',
    'tag',
    'product',
  ],
  timeZone: ['Europe/Berlin'],
  figures: ['quantity', 'cost'],
  top: ['5'],
  against: ['2026-06-30T00:00:00Z'],
  asOf: ['2026-09-01T00:00:00Z'],
  knownAt: ['5'],
  limit: ['200'],
};

/** Parameters that go only with another, or that an operation insists on. */
const alongWith: Record<string, Record<string, string>> = {
  'statements.list sort=-outstandingBalance': { currency: 'USD' },
  'usage.get by=quantity': { measure: 'input_tokens' },
};
/** What these answer is what they read; its pages are those of the list. */
const exports = /^(invoices|invoiceLines|statements|usage|auditLog)\.(csv|ndjson)$/;
for (const name of ['statements.get', 'statements.pdf', 'statements.customerCsv']) {
  alongWith[`${name} from=${FROM}`] = { to: TO };
  alongWith[`${name} to=${TO}`] = { from: FROM };
}
const always: Record<string, Record<string, string>> = {
  'usage.get': { from: FROM, to: TO },
  'usage.explain': { from: FROM, to: TO },
  'invoices.upcoming': { organizationId: someId('org') },
};

const prefixes: Record<string, string> = {
  organizations: 'org',
  subscribers: 'sbr',
  credentials: 'crd',
  subscriptions: 'sub',
  reattributions: 'rea',
  merges: 'mrg',
  splits: 'spl',
  'billing-runs': 'run',
  invoices: 'inv',
  'invoice-headers': 'inv',
  'invoice-lines': 'lin',
  'credit-note-lines': 'cnl',
  'ignored-usage': 'ign',
  'credit-notes': 'cn',
  payments: 'pay',
  refunds: 'rfd',
  messages: 'msg',
  'share-links': 'shr',
  statements: 'org',
};

export function callsOf(document: Json, known: Known): Call[] {
  Object.assign(values, { productId: [known.productId], planId: [known.planId] });
  const calls: Call[] = [];
  for (const [path, methods] of Object.entries<Json>(document.paths)) {
    const operation = methods.get;
    if (operation === undefined || exports.test(operation.operationId)) continue;
    calls.push(...getsOf(operation, addressOf(path, known)));
  }
  return [...calls, ...lookups(known)];
}

function addressOf(path: string, known: Known): string {
  const of = path.split('/')[2] ?? '';
  const prefix = prefixes[of];
  const own: Record<string, string> = {
    plans: known.planId,
    products: known.productId,
    meters: known.meterId,
    events: known.eventId,
    unclassified: known.groupId,
  };
  return path.replace(/\{\w+\}/, own[of] ?? (prefix === undefined ? 'nothing' : someId(prefix)));
}

function getsOf({ operationId, parameters = [] }: Json, address: string): Call[] {
  const call = (query: Record<string, string>): Call => {
    const search = new URLSearchParams({ ...always[operationId], ...query }).toString();
    return {
      operation: operationId,
      method: 'GET',
      url: search === '' ? address : `${address}?${search}`,
    };
  };
  const filters = parameters.filter((p: Json) => p.in === 'query' && p.name !== 'cursor');
  return [
    call({}),
    ...filters.flatMap(({ name, schema }: Json) =>
      valuesOf(name, schema, operationId).map((value) =>
        call({ ...alongWith[`${operationId} ${name}=${value}`], [name]: value }),
      ),
    ),
  ];
}

function valuesOf(name: string, schema: Json, operationId: string): readonly string[] {
  const known =
    valuesOfOperation[`${operationId} ${name}`] ??
    schema.enum ??
    values[name] ??
    (name === 'status' ? ['open', 'draft'] : undefined);
  if (known === undefined)
    throw new Error(`${operationId} has a parameter that nothing is known of: ${name}`);
  return known;
}

function lookups({ credentialId }: Known): Call[] {
  const search = (body: object): Call => ({
    operation: 'events.search',
    method: 'POST',
    url: '/v1/events/search',
    body,
  });
  return [
    {
      operation: 'credentials.lookup',
      method: 'POST',
      url: '/v1/credentials/lookup',
      body: { credentialId },
    },
    search({ credential: credentialId }),
    search({ subscription: 'ext-505' }),
    search({ subscriber: 'user505@bench.example' }),
    search({ organization: 'bench-505' }),
    search({ product: 'rare' }),
  ];
}
