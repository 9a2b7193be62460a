import { z } from 'zod';
import {
  booleanQuery,
  idOf,
  instant,
  instantInput,
  money as moneyShape,
  pageQuery,
} from '../http/shapes.ts';
import type { AsKnown } from '../ledger/queries.ts';
import type { Decimal } from '../lib/decimal.ts';
import { money } from '../lib/money.ts';
import type { CustomerRow } from './queries.ts';
import { ageingBuckets, type Position } from './rules.ts';

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
});

export const statementParams = z.strictObject({ organizationId: idOf('org') });

export const statementQuery = z
  .strictObject({
    ...clocks,
    from: instantInput
      .optional()
      .describe('With `to`: the account over [from, to), opening + activity = closing.'),
    to: instantInput.optional(),
  })
  .superRefine(({ from, to }, context) => {
    if ((from === undefined) !== (to === undefined)) {
      context.addIssue({
        code: 'custom',
        message: 'Send both `from` and `to`, or neither',
        path: [from === undefined ? 'from' : 'to'],
      });
    } else if (from !== undefined && to !== undefined && from >= to) {
      context.addIssue({ code: 'custom', message: 'Must be later than `from`', path: ['to'] });
    }
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
        effectiveAt: instant,
        kind: z.string(),
        invoiceId: z.string().nullable(),
        invoiceNumber: z.string().nullable(),
        amount: moneyShape,
        position: z.int(),
      }),
    ),
    activity: z.array(moneyShape),
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

export const statementSummary = z
  .object({ ...shared, openInvoices: z.object({ count: z.int() }) })
  .meta({ id: 'StatementSummary' });

export const statement = z
  .object({
    ...shared,
    openInvoices: z.object({ count: z.int(), items: z.array(openInvoice) }),
    account: account.nullable(),
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
