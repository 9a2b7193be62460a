import {
  LIST_CURRENCY,
  type ListedTokens,
  type ListPriceAsk,
  listPriceOf,
} from '../catalog/list-prices.ts';
import { add, type Decimal, zero } from '../lib/decimal.ts';

export const costSources = ['event', 'list', 'none'] as const;

type Grouped = {
  readonly interval: number;
  readonly values: readonly (string | null)[];
  readonly events: number;
};

/** Usage with the cost that it carries, or with what it takes to find its list price. */
export type Costed = Grouped &
  (
    | { readonly currency: string; readonly amount: Decimal }
    | { readonly ask: ListPriceAsk; readonly tokens: ListedTokens }
    | { readonly ask: null }
  );

export type Cost = Grouped & {
  readonly source: (typeof costSources)[number];
  readonly amount: Decimal | null;
  readonly currency: string | null;
};

/** Costs per group, source and currency, in the order in which the groups come. */
export function totalCosts(rows: readonly Costed[]): Cost[] {
  const totals = new Map<string, Cost>();
  for (const row of rows) {
    const cost = costOf(row);
    const key = JSON.stringify([cost.interval, cost.values, cost.source, cost.currency]);
    const total = totals.get(key);
    totals.set(key, total === undefined ? cost : together(total, cost));
  }
  return [...totals.values()];
}

function together(a: Cost, b: Cost): Cost {
  const amount = a.amount === null ? null : add(a.amount, b.amount ?? zero);
  return { ...a, amount, events: a.events + b.events };
}

function costOf(row: Costed): Cost {
  const { interval, values, events } = row;
  const shared = { interval, values, events };
  if ('amount' in row)
    return { ...shared, source: 'event', amount: row.amount, currency: row.currency };
  const listed = row.ask === null ? null : listPriceOf(row.ask, row.tokens);
  return listed === null
    ? { ...shared, source: 'none', amount: null, currency: null }
    : { ...shared, source: 'list', amount: listed, currency: LIST_CURRENCY };
}
