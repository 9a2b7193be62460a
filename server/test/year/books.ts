import { expect } from 'vitest';
import {
  add,
  compare,
  type Decimal,
  decimal,
  divide,
  isZero,
  multiply,
  negate,
  roundHalfEven,
  smaller,
  subtract,
  sum,
  toText,
  zero,
} from '../../src/lib/decimal.ts';
import type { Json } from '../support/app.ts';
import type { Company } from './company.ts';
import type { OracleDocument } from './model.ts';
import { inParallel, isoOf } from './server.ts';

/** Issued invoices, and what customers do about them; what each owes is kept beside the product. */

export type Issued = {
  id: string;
  payerId: string;
  name: string;
  currency: string;
  number: string;
  total: string;
  document: OracleDocument;
  isVoid: boolean;
  /** Nobody has done anything about it. */
  isNew: boolean;
};

export type Books = {
  issued: Issued[];
  /** `payer currency` → what is owed, less what was paid too much. */
  balances: Map<string, Decimal>;
  counts: Record<string, number>;
};

export const openBooks = (): Books => ({ issued: [], balances: new Map(), counts: {} });

export function post(books: Books, payerId: string, currency: string, amount: Decimal) {
  const key = `${payerId} ${currency}`;
  books.balances.set(key, add(books.balances.get(key) ?? zero, amount));
}

const count = (books: Books, what: string) => {
  books.counts[what] = (books.counts[what] ?? 0) + 1;
};

const scales: Record<string, number> = { JPY: 0, KWD: 3 };

/** Part payments, overpayments, nothing at all; credit notes, voids, write-offs. */
export async function settleMonth(company: Company, books: Books): Promise<void> {
  const planned = books.issued
    .filter(({ isVoid }) => !isVoid)
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
    .map((invoice) => ({ invoice, dice: company.random.integer(1, 1000) }));
  const [fresh, old] = [true, false].map((isNew) =>
    planned.filter(({ invoice }) => invoice.isNew === isNew),
  );
  const some = async (
    of: typeof planned | undefined,
    [from, to]: [number, number],
    verb: (invoice: Issued) => Promise<void>,
  ) => {
    const chosen = (of ?? []).filter(({ dice }) => from <= dice && dice <= to);
    await inParallel(chosen, ({ invoice }) => verb(invoice));
  };
  await some(fresh, [961, 1000], (invoice) => creditSome(company, books, invoice));
  await some(fresh, [911, 960], (invoice) => voidOne(company, books, invoice));
  await some(fresh, [1, 500], (invoice) => pay(company, books, invoice, '1'));
  await some(fresh, [501, 620], (invoice) => pay(company, books, invoice, '0.37'));
  await some(fresh, [621, 700], (invoice) => pay(company, books, invoice, '1.21'));
  await some(old, [1, 250], (invoice) => pay(company, books, invoice, '1'));
  await some(old, [986, 1000], (invoice) => writeOff(company, books, invoice));
  for (const { invoice } of planned) invoice.isNew = false;
}

const orderOf = ({ name, currency, document }: Issued) =>
  [name, currency, document.kind, document.cycleStart, document.total].join(' ');

async function pay({ server }: Company, books: Books, invoice: Issued, part: string) {
  const { amountDue } = await server.ok('GET', `/v1/invoices/${invoice.id}`);
  const { currency, payerId } = invoice;
  const due = decimal(amountDue.amount);
  const amount = roundHalfEven(multiply(due, decimal(part)), scales[currency] ?? 2);
  if (isZero(amount)) return;
  const { amount: paid } = await server.ok('POST', '/v1/payments', {
    organizationId: payerId,
    amount: { amount: toText(amount), currency },
  });
  post(books, payerId, currency, subtract(zero, decimal(paid.amount)));
  count(
    books,
    part === '1'
      ? 'payments'
      : compare(decimal(part), decimal('1')) < 0
        ? 'partPayments'
        : 'overpayments',
  );
}

async function creditSome({ server }: Company, books: Books, invoice: Issued) {
  const { lines } = await server.ok('GET', `/v1/invoices/${invoice.id}`);
  const { currency, payerId } = invoice;
  const line = lines.find((each: Json) => compare(decimal(each.amount.amount), zero) > 0);
  if (!line) return;
  const most = smaller(decimal(line.amount.amount), decimal(invoice.total));
  const third = divide(most, decimal('3'), scales[currency] ?? 2);
  if (isZero(third)) return;
  const { total } = await server.ok('POST', '/v1/credit-notes', {
    invoiceId: invoice.id,
    reason: 'Agreed',
    lines: [{ lineId: line.id, amount: { amount: toText(third), currency } }],
  });
  expect(toText(decimal(total.amount))).toBe(toText(third));
  post(books, payerId, currency, subtract(zero, third));
  count(books, 'creditNotes');
}

async function voidOne({ server }: Company, books: Books, invoice: Issued) {
  const now = await server.ok('GET', `/v1/invoices/${invoice.id}`);
  const { amountPaid, amountCredited, status } = now;
  if (
    status !== 'open' ||
    !isZero(decimal(amountPaid.amount)) ||
    !isZero(decimal(amountCredited.amount))
  )
    return;
  await server.ok('POST', `/v1/invoices/${invoice.id}/void`, { reason: 'Sent in error' });
  post(books, invoice.payerId, invoice.currency, subtract(zero, decimal(invoice.total)));
  invoice.isVoid = true;
  count(books, 'voids');
}

async function writeOff({ server }: Company, books: Books, invoice: Issued) {
  const { amountDue, status } = await server.ok('GET', `/v1/invoices/${invoice.id}`);
  if (status !== 'open' && status !== 'partially_paid') return;
  await server.ok('POST', `/v1/invoices/${invoice.id}/uncollectible`, { reason: 'Gone' });
  post(books, invoice.payerId, invoice.currency, subtract(zero, decimal(amountDue.amount)));
  count(books, 'writeOffs');
}

// Statements -------------------------------------------------------------------------------------

/** Answers that have to be the same for ever. */
export type Kept = { path: string; text: string }[];

/** Every customer's account since the last look: opening + activity = closing, and closing is what the books say. */
export async function lookAtStatements(
  { server, random }: Company,
  books: Books,
  range: { from: number; to: number },
  closings: Map<string, Decimal>,
): Promise<Kept> {
  const kept: Kept = [];
  const payerIds = [...new Set([...books.balances.keys()].map((key) => key.split(' ')[0] ?? ''))];
  const wrong: string[] = [];
  let knownAt = 0;
  await inParallel(payerIds, async (payerId) => {
    const query = `from=${isoOf(range.from)}&to=${isoOf(range.to)}&asOf=${isoOf(range.to)}`;
    const statement: Json = await server.ok('GET', `/v1/statements/${payerId}?${query}`);
    knownAt = statement.knownAt;
    const { opening, activity, closing } = statement.account;
    const of = (some: Json[], currency: string) =>
      decimal(some.find((each) => each.currency === currency)?.amount ?? '0');
    for (const { currency } of closing) {
      const key = `${payerId} ${currency}`;
      const [opens, moves, closes] = [opening, activity, closing].map((each) => of(each, currency));
      const owed = subtract(
        of(statement.outstandingBalance, currency),
        of(statement.unappliedCredit, currency),
      );
      const expected = books.balances.get(key) ?? zero;
      const facts = [
        [opens ?? zero, closings.get(key) ?? zero, 'opens with what it closed with'],
        [add(opens ?? zero, moves ?? zero), closes ?? zero, 'opening + activity = closing'],
        [closes ?? zero, expected, 'closes with what is owed'],
        [owed, expected, 'outstanding less credit'],
      ] as const;
      for (const [a, b, what] of facts)
        if (compare(a, b) !== 0) wrong.push(`${key}: ${what}: ${toText(a)}, ${toText(b)}`);
      closings.set(key, closes ?? zero);
    }
  });
  expect(wrong).toEqual([]);
  await sumsEqualLedger(server, books);
  const clocks = `asOf=${isoOf(range.to)}&knownAt=${knownAt}`;
  const keep = async (path: string) => kept.push({ path, text: await server.text(path) });
  await keep(`/v1/statements?limit=200&${clocks}`);
  await keep(`/v1/statements/csv?${clocks}`);
  for (const payerId of random.shuffle(payerIds.toSorted()).slice(0, 5))
    await keep(
      `/v1/statements/${payerId}?${clocks}&from=${isoOf(range.from)}&to=${isoOf(range.to)}`,
    );
  return kept;
}

/** What all customers owe, less their credit, is the sum of the ledger's entries, and of our own books. */
async function sumsEqualLedger(server: Company['server'], books: Books) {
  const totals = new Map<string, Decimal>();
  const put = (currency: string, amount: Decimal) =>
    totals.set(currency, add(totals.get(currency) ?? zero, amount));
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Json = await server.ok(
      'GET',
      `/v1/statements?limit=200${cursor && `&cursor=${cursor}`}`,
    );
    for (const { outstandingBalance, unappliedCredit } of page.items) {
      for (const { amount, currency } of outstandingBalance) put(currency, decimal(amount));
      for (const { amount, currency } of unappliedCredit) put(currency, negate(decimal(amount)));
    }
    cursor = page.nextCursor;
  }
  const { rows } = await server.database.pool.query<{ currency: string; total: string }>(
    'select currency, sum(amount)::text as total from ledger_entries group by 1 order by 1',
  );
  const ledger = rows.map(({ currency, total }) => [currency, toText(decimal(total))]);
  const byCustomer = [...totals]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, total]) => [currency, toText(total)]);
  const own = rows.map(({ currency }) => {
    const some = [...books.balances].filter(([key]) => key.endsWith(` ${currency}`));
    return [currency, toText(sum(some.map(([, balance]) => balance)))];
  });
  expect([byCustomer, own]).toEqual([ledger, ledger]);
}
