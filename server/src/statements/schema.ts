import { z } from 'zod';
import {
  booleanQuery,
  currencyInput,
  idOf,
  instant,
  instantInput,
  money as moneyShape,
  pageQuery,
} from '../http/shapes.ts';
import type { AsKnown, Entry } from '../ledger/queries.ts';
import { compare, decimal, type Decimal, sum, zero } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { money } from '../lib/money.ts';
import { invalidField } from '../lib/problem.ts';
import type { CustomerRow } from './customer-queries.ts';
import type { InvoiceHead } from './queries.ts';
import {
  ageingBuckets,
  customerSorts,
  type CustomerSort,
  daysPastDue,
  type Due,
  entryKindsShown,
  type Position,
  wordsOf,
} from './rules.ts';

const position = z
  .string()
  .regex(/^\d{1,15}$/, 'Expected a position')
  .transform(Number)
  .meta({ type: 'integer' });

const clocks = {
  asOf: instantInput.optional().describe('What was effective by then. Default: now.'),
  knownAt: position
    .optional()
    .describe(
      'As it was known at this position. Default: the latest. With the same `asOf` and `knownAt` the answer is the same, for ever.',
    ),
};

export const statementList = z.strictObject({
  ...pageQuery,
  ...clocks,
  owing: booleanQuery.optional().describe('`true`: only customers with something due.'),
  overdue: booleanQuery
    .optional()
    .describe('`true`: only those with something past due, by the calendar of their time zone.'),
  currency: currencyInput
    .optional()
    .describe('Only customers who ever owed or paid in it; the other filters are about it, too.'),
  search: z
    .string()
    .max(limits.nameCharsMax)
    .transform(wordsOf)
    .optional()
    .describe('Words; each begins a word of the customer’s name, in any case.'),
  sort: z
    .enum(customerSorts)
    .default('id')
    .describe('`-outstandingBalance`, who owes most first, needs a `currency`.'),
});

/** Refuses what no list has. Beside the shape, so that files can leave parts of it out. */
export function requireSortable(query: {
  sort: CustomerSort;
  currency?: string | undefined;
}): void {
  if (query.sort === '-outstandingBalance' && query.currency === undefined)
    throw invalidField('?currency', 'required', 'Name the currency to sort balances in.');
}

export const statementParams = z.strictObject({ organizationId: idOf('org') });

type Range = { from?: Instant | undefined; to?: Instant | undefined };

/** Both ends or none, in order. */
export function requireRange({ from, to }: Range, context: z.RefinementCtx): void {
  const refuse = (message: string, path: string) =>
    context.addIssue({ code: 'custom', message, path: [path] });
  if ((from === undefined) !== (to === undefined))
    refuse('Send both `from` and `to`, or neither', from === undefined ? 'from' : 'to');
  else if (from !== undefined && to !== undefined && from >= to)
    refuse('Must be later than `from`', 'to');
}

export function rangeOf({ from, to }: Range): { from: Instant; to: Instant } | null {
  return from === undefined || to === undefined ? null : { from, to };
}

export const statementQuery = z
  .strictObject({
    ...clocks,
    from: instantInput
      .optional()
      .describe('With `to`: the account over [from, to), opening + activity = closing.'),
    to: instantInput.optional(),
    unbilledUsage: booleanQuery
      .optional()
      .describe('`true`: with what usage comes to that is on no invoice yet. Of now only.'),
    withDescendants: booleanQuery
      .optional()
      .describe('`true`: of all organizations below it as well, as the tree was on the day.'),
  })
  .superRefine(requireRange)
  .superRefine(({ unbilledUsage, asOf, knownAt }, context) => {
    if (unbilledUsage !== true || (asOf === undefined && knownAt === undefined)) return;
    const message = 'Is computed as of now: leave out `asOf` and `knownAt`';
    context.addIssue({ code: 'custom', message, path: ['unbilledUsage'] });
  });

const bucket = z.string().meta({ pattern: '^\\d+(\\.\\d+)?$', examples: ['12.34'] });
const ageing = z
  .object({
    currency: z.string(),
    current: bucket,
    days1To30: bucket,
    days31To60: bucket,
    days61To90: bucket,
    days90Plus: bucket,
  })
  .meta({
    id: 'Ageing',
    description: 'What is due, by days past due in the time zone of the customer.',
  });

const openInvoice = z
  .object({
    id: z.string(),
    organizationId: z.string().describe('The payer.'),
    number: z.string(),
    status: z.enum(['open', 'partially_paid']),
    periodStart: instant,
    periodEnd: instant,
    issuedAt: instant,
    dueAt: instant,
    daysPastDue: z.int(),
    total: moneyShape,
    amountDue: moneyShape,
  })
  .meta({ id: 'OpenInvoice' });

const account = z
  .object({
    from: instant,
    to: instant,
    opening: z.array(moneyShape),
    entries: z.array(
      z.object({
        organizationId: z.string(),
        effectiveAt: instant,
        kind: z.enum(entryKindsShown),
        invoiceId: z.string().nullable(),
        invoiceNumber: z.string().nullable(),
        paymentId: z.string().nullable(),
        creditNoteId: z.string().nullable(),
        creditNoteNumber: z.string().nullable(),
        refundId: z.string().nullable(),
        amount: moneyShape,
        position: z.int(),
      }),
    ),
    activity: z.array(moneyShape),
    activityByKind: z
      .array(z.object({ kind: z.enum(entryKindsShown), amount: moneyShape }))
      .describe('Sums to the activity. What a payment pays moves within the account.'),
    closing: z.array(moneyShape),
  })
  .meta({ id: 'StatementOfAccount' });

const shared = {
  organization: z.object({ id: z.string(), name: z.string() }),
  asOf: instant,
  knownAt: z.int(),
  outstandingBalance: z
    .array(moneyShape)
    .describe('Due on open invoices; one entry per currency that was ever invoiced.'),
  unappliedCredit: z.array(moneyShape).describe('Paid, but not for any invoice yet.'),
  ageing: z.array(ageing),
};

const member = z
  .object({
    organization: z.object({ id: z.string(), name: z.string() }),
    outstandingBalance: z.array(moneyShape),
    unappliedCredit: z.array(moneyShape),
    openInvoices: z.object({ count: z.int() }),
  })
  .meta({ id: 'StatementMember' });

export const statementSummary = z
  .object({ ...shared, openInvoices: z.object({ count: z.int() }) })
  .meta({ id: 'StatementSummary' });

export const statement = z
  .object({
    ...shared,
    openInvoices: z.object({ count: z.int(), items: z.array(openInvoice) }),
    customers: z
      .array(member)
      .nullable()
      .describe('With descendants: what each owes by itself. They sum to the statement.'),
    account: account.nullable(),
    unbilledUsage: z
      .array(moneyShape)
      .nullable()
      .describe(
        'If asked for: what usage to date comes to that no issued document has, drafts included; without fees, taxes and what fills up minimums.',
      ),
  })
  .meta({ id: 'Statement' });

export type StatementApi = z.output<typeof statement>;

/** What summary and statement share. */
export function sharedToApi(
  customer: CustomerRow,
  { asOf, knownAt }: AsKnown,
  positions: readonly Position[],
) {
  return {
    organization: { id: customer.id, name: customer.name },
    asOf,
    knownAt,
    outstandingBalance: positions.map((each) => money(each.outstanding, each.currency)),
    unappliedCredit: positions.map((each) => money(each.unappliedCredit, each.currency)),
    ageing: positions.map((each) => ageingToApi(each)),
  };
}

function ageingToApi({ currency, ageing: amounts }: Position): z.output<typeof ageing> {
  const text = (amount: Decimal) => money(amount, currency).amount;
  const entries = ageingBuckets.map((name) => [name, text(amounts[name])] as const);
  return {
    currency,
    ...(Object.fromEntries(entries) as Record<(typeof ageingBuckets)[number], string>),
  };
}

export function memberToApi(entry: {
  customer: CustomerRow;
  dues: readonly Due[];
  positions: readonly Position[];
}): z.output<typeof member> {
  const { customer, dues, positions } = entry;
  const isOpen = ({ invoice, amount }: Due) => invoice !== null && compare(amount, zero) > 0;
  return {
    organization: { id: customer.id, name: customer.name },
    outstandingBalance: positions.map((each) => money(each.outstanding, each.currency)),
    unappliedCredit: positions.map((each) => money(each.unappliedCredit, each.currency)),
    openInvoices: { count: dues.filter(isOpen).length },
  };
}

export function openInvoiceToApi(
  customer: CustomerRow,
  due: Decimal,
  head: InvoiceHead,
  asOf: Instant,
): z.output<typeof openInvoice> {
  const total = decimal(head.total);
  return {
    id: head.id,
    organizationId: customer.id,
    number: head.number,
    status: compare(due, total) < 0 ? 'partially_paid' : 'open',
    periodStart: head.period_start,
    periodEnd: head.period_end,
    issuedAt: head.issued_at,
    dueAt: head.due_at,
    daysPastDue: Math.max(0, daysPastDue(head.due_at, asOf, customer.time_zone)),
    total: money(total, head.currency),
    amountDue: money(due, head.currency),
  };
}

export function accountToApi(
  range: { from: Instant; to: Instant },
  entries: readonly Entry[],
  figures: readonly { currency: string; opening: Decimal; activity: Decimal; closing: Decimal }[],
): z.output<typeof account> {
  const byKind = entryKindsShown.flatMap((kind) => {
    const some = entries.filter((entry) => entry.kind === kind);
    const currencies = [...new Set(some.map(({ currency }) => currency))].toSorted();
    return currencies.map((currency) => {
      const mine = some.filter((entry) => entry.currency === currency);
      const amount = money(sum(mine.map((entry) => decimal(entry.amount))), currency);
      return { kind, amount };
    });
  });
  return {
    ...range,
    opening: figures.map((each) => money(each.opening, each.currency)),
    entries: entries.map((entry) => ({
      organizationId: entry.organization_id,
      effectiveAt: entry.effective_at,
      kind: entry.kind as (typeof entryKindsShown)[number],
      invoiceId: entry.invoice_id,
      invoiceNumber: entry.number,
      paymentId: entry.payment_id,
      creditNoteId: entry.credit_note_id,
      creditNoteNumber: entry.credit_note_number,
      refundId: entry.refund_id,
      amount: money(decimal(entry.amount), entry.currency),
      position: entry.position,
    })),
    activity: figures.map((each) => money(each.activity, each.currency)),
    activityByKind: byKind,
    closing: figures.map((each) => money(each.closing, each.currency)),
  };
}
