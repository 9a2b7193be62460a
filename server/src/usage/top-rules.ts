import { add, compare, type Decimal, decimal, sum, toText, zero } from '../lib/decimal.ts';
import { groupBy as collect } from '../lib/group.ts';
import type { Grouping, Ranking } from './rules.ts';

/** The groups that matter most, and what all others come to. */

type Values = readonly (string | null)[];
type Placed = { readonly interval: number; readonly values: Values; readonly other: boolean };

export type Item = Placed & {
  readonly measure: string;
  /** Null: of groups that have no sum. */
  readonly quantity: string | null;
  readonly events: number;
};
export type CostItem = Placed & {
  readonly source: 'event' | 'list' | 'none';
  readonly amount: Decimal | null;
  readonly currency: string | null;
  readonly events: number;
};

export type AmountItem = Placed & {
  readonly kind: 'usage' | 'fixed';
  readonly amount: Decimal;
  readonly currency: string;
};

export type Answer = {
  readonly items: readonly Item[];
  readonly costs: readonly CostItem[];
  readonly amounts: readonly AmountItem[];
};

/** What tells apart is never added up with another of its kind. */
const kept: readonly Grouping[] = ['meter', 'measure'];

/**
 * Keeps the first `top` groups by what they rank by, all intervals together, and adds up the rest as one group, unless
 * groups overlap: then the rest has no sum.
 * @param isSum whether the quantities of a measure, or of a meter, may be added up.
 */
export function keepTop(
  answer: Answer,
  asked: { top: number; by: Ranking; groupBy: readonly Grouping[]; overlap: boolean },
  isSum: (values: Values) => boolean,
): Answer {
  const isKeptApart = ({ groupBy }: { groupBy: readonly Grouping[] }, i: number) =>
    kept.includes(groupBy[i] as Grouping);
  // Costs are not told apart by what is kept: their values are those of the other groupings.
  const of = (row: Placed) => ('source' in row ? { groupBy: [] } : asked);
  const keyOf = (row: Placed) =>
    JSON.stringify(row.values.filter((_, i) => !isKeptApart(of(row), i)));
  const ranked = [...scores(answer, asked.by, keyOf)].toSorted(
    ([a, x], [b, y]) => compare(y, x) || (a < b ? -1 : 1),
  );
  const first = new Set(ranked.slice(0, asked.top).map(([key]) => key));
  const isKept = (row: Placed) => first.has(keyOf(row));
  const rank = new Map(ranked.map(([key], i) => [key, i]));
  const inOrder = <T extends Placed>(rows: readonly T[]) =>
    rows.filter(isKept).toSorted((a, b) => (rank.get(keyOf(a)) ?? 0) - (rank.get(keyOf(b)) ?? 0));
  const rest = <T extends Placed>(rows: readonly T[]) =>
    asked.overlap ? [] : rows.filter((row) => !isKept(row));
  const blank = (row: Placed) =>
    row.values.map((value, i) => (isKeptApart(of(row), i) ? value : null));
  return {
    items: [...inOrder(answer.items), ...restOfItems(rest(answer.items), blank, isSum)],
    costs: [...inOrder(answer.costs), ...restOfCosts(rest(answer.costs), blank)],
    amounts: [...inOrder(answer.amounts), ...restOfAmounts(rest(answer.amounts), blank)],
  };
}

function scores(
  { items, costs, amounts }: Answer,
  by: Ranking,
  keyOf: (row: Placed) => string,
): Map<string, Decimal> {
  const found = new Map<string, Decimal>();
  const put = (row: Placed, value: Decimal) =>
    found.set(keyOf(row), add(found.get(keyOf(row)) ?? zero, value));
  for (const row of [...items, ...costs, ...amounts]) put(row, zero);
  if (by === 'quantity') for (const row of items) put(row, decimal(row.quantity ?? '0'));
  if (by === 'events') for (const row of costs) put(row, decimal(String(row.events)));
  if (by === 'cost') for (const row of inLeading(costs)) put(row, row.amount ?? zero);
  if (by === 'amount') for (const row of inLeading(amounts)) put(row, row.amount);
  return found;
}

/** Amounts of several currencies have no order: those of the one that most are in. */
function inLeading<T extends { currency: string | null; amount: Decimal | null }>(
  rows: readonly T[],
): T[] {
  const totals = [...collect(rows, (row) => row.currency ?? '')]
    .filter(([currency]) => currency !== '')
    .map(([currency, some]) => ({ currency, total: sum(some.map((row) => row.amount ?? zero)) }))
    .toSorted((a, b) => compare(b.total, a.total) || (a.currency < b.currency ? -1 : 1));
  return rows.filter((row) => row.currency === totals[0]?.currency);
}

type Blank = (row: Placed) => Values;

function restOfItems(rows: readonly Item[], blank: Blank, isSum: (values: Values) => boolean) {
  const groups = collect(rows, (row) => JSON.stringify([row.interval, blank(row), row.measure]));
  return [...groups.values()].map((some): Item => {
    const [one] = some as [Item];
    const quantity = isSum(one.values)
      ? toText(sum(some.map((row) => decimal(row.quantity ?? '0'))))
      : null;
    const events = some.reduce((count, row) => count + row.events, 0);
    return { ...one, values: blank(one), other: true, quantity, events };
  });
}

function restOfCosts(rows: readonly CostItem[], blank: Blank) {
  const groups = collect(rows, (row) =>
    JSON.stringify([row.interval, blank(row), row.source, row.currency]),
  );
  return [...groups.values()].map((some): CostItem => {
    const [one] = some as [CostItem];
    const amount = one.amount === null ? null : sum(some.map((row) => row.amount ?? zero));
    const events = some.reduce((count, row) => count + row.events, 0);
    return { ...one, values: blank(one), other: true, amount, events };
  });
}

function restOfAmounts(rows: readonly AmountItem[], blank: Blank) {
  const groups = collect(rows, (row) =>
    JSON.stringify([row.interval, blank(row), row.kind, row.currency]),
  );
  return [...groups.values()].map((some): AmountItem => {
    const [one] = some as [AmountItem];
    const amount = sum(some.map((row) => row.amount));
    return { ...one, values: blank(one), other: true, amount };
  });
}
