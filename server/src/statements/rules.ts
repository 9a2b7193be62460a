import { add, compare, decimal, type Decimal, negate, sum, zero } from '../lib/decimal.ts';
import { DAY_MS, type Instant } from '../lib/instant.ts';
import { localDate } from '../invoicing/line-rules.ts';

/** What is due on one invoice, or, with a null invoice, the balance of the entries that name none. */
export type Due = {
  readonly currency: string;
  readonly amount: Decimal;
  readonly invoice: { readonly dueAt: Instant } | null;
};

export const ageingBuckets = [
  'current',
  'days1To30',
  'days31To60',
  'days61To90',
  'days90Plus',
] as const;
export type AgeingBucket = (typeof ageingBuckets)[number];
export type Ageing = Readonly<Record<AgeingBucket, Decimal>>;

/** One currency of a statement. */
export type Position = {
  readonly currency: string;
  readonly outstanding: Decimal;
  readonly unappliedCredit: Decimal;
  readonly ageing: Ageing;
};

/** Whole days from the day it was due to today, by the calendar of the payer's zone; zero or less: not past due. */
export function daysPastDue(dueAt: Instant, asOf: Instant, timeZone: string): number {
  const dayOf = (at: Instant) => Date.parse(`${localDate(at, timeZone)}T00:00:00Z`) / DAY_MS;
  return dayOf(asOf) - dayOf(dueAt);
}

export function bucketOf(days: number): AgeingBucket {
  if (days <= 0) return 'current';
  if (days <= 30) return 'days1To30';
  if (days <= 60) return 'days31To60';
  return days <= 90 ? 'days61To90' : 'days90Plus';
}

/**
 * What a customer owes, by currency: what is due on open invoices, never negative; beside it what it has paid too
 * much, on an invoice or on none. Outstanding less credit is the balance of the ledger.
 */
export function positionsOf(dues: readonly Due[], asOf: Instant, timeZone: string): Position[] {
  const currencies = [...new Set(dues.map((due) => due.currency))].toSorted();
  return currencies.map((currency) => {
    let outstanding = zero;
    let unappliedCredit = zero;
    const ageing: Record<AgeingBucket, Decimal> = {
      current: zero,
      days1To30: zero,
      days31To60: zero,
      days61To90: zero,
      days90Plus: zero,
    };
    for (const { amount, invoice } of dues.filter((due) => due.currency === currency)) {
      if (compare(amount, zero) < 0) {
        unappliedCredit = add(unappliedCredit, negate(amount));
        continue;
      }
      outstanding = add(outstanding, amount);
      const bucket =
        invoice === null ? 'current' : bucketOf(daysPastDue(invoice.dueAt, asOf, timeZone));
      ageing[bucket] = add(ageing[bucket], amount);
    }
    return { currency, outstanding, unappliedCredit, ageing };
  });
}

/** Of several customers together, each in its own zone: by currency. */
export function sumPositions(all: readonly (readonly Position[])[]): Position[] {
  const currencies = [...new Set(all.flat().map(({ currency }) => currency))].toSorted();
  return currencies.map((currency) => {
    const some = all.flat().filter((each) => each.currency === currency);
    const total = (of: (position: Position) => Decimal) => sum(some.map(of));
    return {
      currency,
      outstanding: total((each) => each.outstanding),
      unappliedCredit: total((each) => each.unappliedCredit),
      ageing: {
        current: total((each) => each.ageing.current),
        days1To30: total((each) => each.ageing.days1To30),
        days31To60: total((each) => each.ageing.days31To60),
        days61To90: total((each) => each.ageing.days61To90),
        days90Plus: total((each) => each.ageing.days90Plus),
      },
    };
  });
}

/** Amounts by currency, added up. */
export function totalsOf(
  amounts: readonly { readonly currency: string; readonly amount: Decimal }[],
): Map<string, Decimal> {
  const totals = new Map<string, Decimal>();
  for (const { currency, amount } of amounts)
    totals.set(currency, add(totals.get(currency) ?? zero, amount));
  return totals;
}

/** Opening balance and activity of each currency, and what they come to. */
export function accountOf(
  opening: readonly { readonly currency: string; readonly amount: Decimal }[],
  entries: readonly { readonly currency: string; readonly amount: Decimal }[],
): { currency: string; opening: Decimal; activity: Decimal; closing: Decimal }[] {
  const [before, during] = [totalsOf(opening), totalsOf(entries)];
  const currencies = [...new Set([...before.keys(), ...during.keys()])].toSorted();
  return currencies.map((currency) => {
    const opens = before.get(currency) ?? zero;
    const activity = during.get(currency) ?? zero;
    return { currency, opening: opens, activity, closing: add(opens, activity) };
  });
}

/** The order of a list of customers: by id, by name without regard to case, or who owes most first. */
export const customerSorts = ['id', 'name', '-outstandingBalance'] as const;
export type CustomerSort = (typeof customerSorts)[number];

type Sorted = { readonly id: string; readonly sort_key: string };

/** Two parts of one list, each in order, as the list. */
export function mergeSorted<T extends Sorted>(
  a: readonly T[],
  b: readonly T[],
  sort: CustomerSort,
): T[] {
  return [...a, ...b].toSorted((x, y) => compareIn(sort, x, y));
}

function compareIn(sort: CustomerSort, a: Sorted, b: Sorted): number {
  if (sort === '-outstandingBalance')
    return compare(decimal(b.sort_key), decimal(a.sort_key)) || bytes(b.id, a.id);
  return bytes(a.sort_key, b.sort_key) || bytes(a.id, b.id);
}

/** As PostgreSQL's collation "C" has it, which UTF-16 has not. */
function bytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** What is added up by kind, in the order in which they come about. */
export const entryKindsShown = [
  'invoice',
  'payment',
  'credit_note',
  'refund',
  'write_off',
  'void_reversal',
] as const;

/** The words of a search. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
