import type {
  Credential,
  Customary,
  Event,
  Invoice,
  InvoiceHeader,
  Money,
  Organization,
  Statement,
  StatementSummary,
  Subscription,
  Trace,
} from '@customary/sdk';
import { decimal, sum } from '../../lib/decimal.ts';
import { UNCLASSIFIED_ID } from '../../lib/id.ts';
import { money } from '../../lib/money.ts';
import type { Period } from '../../lib/period.ts';
import { invoiceTable, moneyText } from '../bill.ts';
import { checksText } from '../check.ts';
import { count, groupDigits, pad, type Paint, plural, table, width } from '../output.ts';

export type View = {
  api: Customary;
  url: string;
  adminKey: string;
  /** Where the first owner joins; null where there is one. */
  ownerUrl: string | null;
  month: Period;
  invoices: readonly InvoiceHeader[];
};

const LISTED_MAX = 10_000;

/** Everything the demo prints, read back through the API. */
export async function show(view: View, paint: Paint): Promise<string> {
  const { api, month } = view;
  const [organizations, subscriptions, credentials] = await Promise.all([
    api.organizations.list({ limit: 200 }).toArray({ itemsMax: LISTED_MAX }),
    api.subscriptions.list({ limit: 200 }).toArray({ itemsMax: LISTED_MAX }),
    api.credentials.list({ limit: 200 }).toArray({ itemsMax: LISTED_MAX }),
  ]);
  const traced = await tracedEvent(view, credentials);
  const strays = await api.events
    .list({ organizationId: UNCLASSIFIED_ID, limit: 200 })
    .toArray({ itemsMax: LISTED_MAX });
  const statements = await api.statements
    .list({ owing: true, limit: 200 })
    .toArray({ itemsMax: LISTED_MAX });
  const checks = await api.checks.run();
  const monthName = month.start.slice(0, 7);
  const payer = await payerOf(view);
  const sections: [title: string, aside: string, body: string][] = [
    [
      'Who is who',
      'where usage rolls up, and who pays for it',
      tree(organizations, subscriptions, credentials, paint),
    ],
    [
      'One request, followed to what is owed for it',
      `GET /v1/events/${traced.event.id}/trace`,
      chain(traced, paint),
    ],
    ['Usage that nobody owns yet', 'kept, counted, waiting to be claimed', unclassified(strays)],
    [`The invoices of ${monthName}`, 'GET /v1/invoices', invoiceTable(view.invoices)],
    [
      `The statement of ${payer.statement.organization.name}`,
      `GET /v1/statements/${payer.statement.organization.id}`,
      statementText(payer, paint),
    ],
    [
      'What customers owe right now',
      'GET /v1/statements; a draft is not owed yet',
      statementTable(statements),
    ],
    ['The proof', 'GET /v1/checks', checksText(checks, paint, true)],
    ['Look around', 'the console, in a browser', consoleText(view, paint)],
    [
      'Try it',
      `documentation at ${view.url}/docs`,
      commands(view, traced, payer.statement.organization.id),
    ],
  ];
  return sections
    .map(([title, aside, body]) => `\n${heading(title, aside, paint)}\n\n${body}\n`)
    .join('');
}

function heading(title: string, aside: string, paint: Paint): string {
  return `${paint.bold(paint.cyan(title))}  ${paint.dim(aside)}`;
}

// Who is who -------------------------------------------------------------------------------------

function tree(
  organizations: readonly Organization[],
  subscriptions: readonly Subscription[],
  credentials: readonly Credential[],
  paint: Paint,
): string {
  const names = new Map(organizations.map(({ id, name }) => [id, name]));
  const lines: { text: string; notes: string[] }[] = [];
  const visit = (organization: Organization, lead: string, branch: string): void => {
    const children = childrenOf(organization.id, organizations);
    lines.push({
      text: `${lead}${branch}${organization.name}`,
      notes: notesOf(organization, names, subscriptions, credentials),
    });
    const below = lead + (branch === '' ? '' : branch.startsWith('├') ? '│  ' : '   ');
    for (const child of children) visit(child, below, child === children.at(-1) ? '└─ ' : '├─ ');
  };
  for (const root of childrenOf(null, organizations)) visit(root, '', '');
  const column = Math.max(...lines.map(({ text }) => width(text))) + 3;
  return lines
    .map(({ text, notes }) => `  ${pad(text, column)}${paint.dim(notes.join(' · '))}`.trimEnd())
    .join('\n');
}

/** In the order in which they were made; the built-in UNCLASSIFIED is not a customer. */
function childrenOf(
  parentId: string | null,
  organizations: readonly Organization[],
): Organization[] {
  return organizations
    .filter(
      (organization) => organization.parentId === parentId && organization.id !== UNCLASSIFIED_ID,
    )
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function notesOf(
  { id, billTo }: Organization,
  names: ReadonlyMap<string, string>,
  subscriptions: readonly Subscription[],
  credentials: readonly Credential[],
): string[] {
  const agreed = subscriptions
    .filter((subscription) => subscription.organizationId === id)
    .map(({ name }) => `subscription “${name ?? ''}”`);
  const payer = billTo === null ? [] : [`billed to ${names.get(billTo) ?? billTo}`];
  const keys = new Map<string, number>();
  for (const { organizationId, subscriberEmail } of credentials) {
    if (organizationId === id) keys.set(subscriberEmail, (keys.get(subscriberEmail) ?? 0) + 1);
  }
  return [
    ...agreed,
    ...payer,
    ...[...keys]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([email, held]) => `${email}, ${plural(held, 'key')}`),
  ];
}

// One request ------------------------------------------------------------------------------------

/** A request of somebody deep down in the tree, late in the month, that ended on an invoice. */
async function tracedEvent(
  { api, month }: View,
  credentials: readonly Credential[],
): Promise<Trace> {
  const credential = credentials.find(({ name }) => name === 'Perception notebook');
  const { items } = await api.events.list({
    ...(credential && { credentialId: credential.id }),
    from: month.start,
    to: month.end,
    limit: 1,
  });
  const [event] = items;
  if (event === undefined) throw new Error('The sample has no usage to follow');
  return api.events.trace(event.id);
}

const hopWords: Record<Trace['hops'][number]['kind'], string> = {
  event: 'event',
  credential: 'credential',
  subscriber: 'subscriber',
  organization: 'organization',
  subscription: 'subscription',
  invoiceLine: 'invoice line',
  invoice: 'invoice',
  statement: 'statement',
};

function chain({ event, hops, rule }: Trace, paint: Paint): string {
  const measures = Object.entries(event.measures).map(
    ([name, value]) => `${count(Number(value))} ${name.replaceAll('_', ' ')}`,
  );
  const sent = [...measures, event.attributes['model'] ?? ''].join(' · ');
  const column = Math.max(...hops.map(({ name }) => width(name ?? '–')));
  const lines = hops.map(({ kind, name, detail }, index) => {
    const lead = index === 0 ? '●' : index === hops.length - 1 ? '▼' : '│';
    const said = kind === 'event' ? `${readable(event.occurredAt)} · ${sent}` : readable(detail);
    return `  ${paint.cyan(lead)} ${pad(hopWords[kind], 14)}${paint.bold(pad(name ?? '–', column))}  ${paint.dim(said)}`;
  });
  return [
    ...lines,
    '',
    `  Decided by rule ${paint.bold(rule)}: the owner at the moment of use, kept with the event.`,
  ].join('\n');
}

/** Instants as people write them: a day where it is a day's beginning. */
function readable(text: string): string {
  return text.replaceAll(
    /(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})\.\d{6}Z/g,
    (_, day: string, time: string) => (time === '00:00:00' ? day : `${day} ${time}`),
  );
}

// What nobody owns -------------------------------------------------------------------------------

function unclassified(events: readonly Event[]): string {
  const groups = new Map<
    string,
    { reason: string; claim: string; events: number; tokens: number }
  >();
  for (const { attribution, claim, measures } of events) {
    const reason = attribution.reasons.join(', ');
    const claimed = claim.credential ?? '(nothing)';
    const group = groups.get(`${reason} ${claimed}`) ?? {
      reason,
      claim: claimed,
      events: 0,
      tokens: 0,
    };
    group.events += 1;
    group.tokens += Object.values(measures).reduce((total, value) => total + Number(value), 0);
    groups.set(`${reason} ${claimed}`, group);
  }
  const shown = [...groups.values()].toSorted(
    (a, b) => b.events - a.events || (a.claim < b.claim ? -1 : 1),
  );
  const rows = shown.map((group) => [
    group.reason,
    group.claim,
    count(group.events),
    count(group.tokens),
  ]);
  const columns = [
    { title: 'reason' },
    { title: 'sent as' },
    { title: 'events', right: true },
    { title: 'tokens', right: true },
  ];
  return rows.length === 0 ? '  None.' : table(columns, rows);
}

// What is owed -----------------------------------------------------------------------------------

type Payer = { statement: Statement; invoice: Invoice };

/** The first customer that owes, and what for. */
async function payerOf({ api, invoices }: View): Promise<Payer> {
  const issued = invoices.find(({ status }) => status !== 'draft');
  if (issued === undefined) throw new Error('The sample has no issued invoice');
  const [statement, invoice] = await Promise.all([
    api.statements.get(issued.organizationId),
    api.invoices.get(issued.id),
  ]);
  return { statement, invoice };
}

function statementText({ statement, invoice }: Payer, paint: Paint): string {
  const balance = statement.outstandingBalance.map(moneyText).join(' and ');
  const open = statement.openInvoices.items.map(
    ({ number, issuedAt, dueAt, total, amountDue }) =>
      `  ${number} of ${issuedAt.slice(0, 10)}, due ${dueAt.slice(0, 10)}: ${moneyText(amountDue)}${
        amountDue.amount === total.amount ? '' : ` left of ${moneyText(total)}`
      }`,
  );
  const rows = invoice.lines.map((line) => [
    line.description,
    line.kind === 'fee' ? '' : count(line.eventCount),
    groupDigits(line.quantity),
    line.unitPrice ?? '',
    moneyText(line.amount),
  ]);
  const columns = [
    { title: `line of ${invoice.number ?? ''}` },
    { title: 'events', right: true },
    { title: 'quantity', right: true },
    { title: 'unit price', right: true },
    { title: 'amount', right: true },
  ];
  return [
    `  Owes ${paint.bold(balance)} as of ${readable(statement.asOf)}.`,
    ...open,
    '',
    table(columns, rows),
  ].join('\n');
}

function statementTable(statements: readonly StatementSummary[]): string {
  const rows = statements.flatMap(
    ({ organization, outstandingBalance, openInvoices, unappliedCredit, ageing }) =>
      outstandingBalance.map((balance, index) => [
        index === 0 ? organization.name : '',
        index === 0 ? count(openInvoices.count) : '',
        amountText(unappliedCredit[index]),
        ageing[index] === undefined ? '' : overdueText(ageing[index]),
        moneyText(balance),
      ]),
  );
  return table(
    [
      { title: 'customer' },
      { title: 'open invoices', right: true },
      { title: 'credit', right: true },
      { title: 'overdue', right: true },
      { title: 'outstanding', right: true },
    ],
    rows,
  );
}

function amountText(amount: Money | undefined): string {
  return amount === undefined || Number(amount.amount) === 0 ? '–' : moneyText(amount);
}

function overdueText(ageing: StatementSummary['ageing'][number]): string {
  const { currency, days1To30, days31To60, days61To90, days90Plus } = ageing;
  return amountText(
    money(sum([days1To30, days31To60, days61To90, days90Plus].map(decimal)), currency),
  );
}

// Look around ------------------------------------------------------------------------------------

function consoleText({ url, ownerUrl }: View, paint: Paint): string {
  return [
    `  ${paint.bold(ownerUrl ?? url)}`,
    '',
    ownerUrl === null
      ? '  Sign in with the API key below.'
      : `  Makes you its owner, with a password of your own. Or sign in at ${url} with the API key below.`,
  ].join('\n');
}

// Try it -----------------------------------------------------------------------------------------

function commands({ url, adminKey }: View, traced: Trace, payerId: string): string {
  const get = (path: string) => `  curl -sH "Authorization: Bearer $KEY" $URL/v1/${path}`;
  return [
    `  export URL=${url} KEY=${adminKey}`,
    '',
    get(`events/${traced.event.id}/trace`),
    get(`statements/${payerId}`),
    get('checks'),
  ].join('\n');
}
