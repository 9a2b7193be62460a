import type { Usage } from '@customary/sdk';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import {
  intervalOf,
  rangeBefore,
  rangeOf,
  timeZone,
  type Interval,
  type Range,
  type UsageSearch,
} from './ranges.ts';

/** Groups that are told apart in the chart; the rest is one. */
export const groupsDrawn = 7;
const groupsListed = 100;
const driversMax = 5;

function filtersOf(search: UsageSearch) {
  const { organizationId, rollUp, subscriberId, credentialId, subscriptionId, measure } = search;
  return { organizationId, rollUp, subscriberId, credentialId, subscriptionId, measure };
}

/** What is shown, and what groups are ranked by: money by how much it is, usage by what the server takes for most. */
const figureOf = ({ show }: UsageSearch) => ({ figures: show ?? 'quantity', by: show });

function usageQuery(name: string, query: Parameters<ReturnType<typeof api>['usage']['get']>[0]) {
  return queryOptions({
    queryKey: ['usage', name, query] as readonly unknown[],
    queryFn: ({ signal }) => api().usage.get(query, { signal }),
  });
}

/** Interval by interval, for the chart. */
export const usageOverTimeQuery = (search: UsageSearch) => {
  const range = rangeOf(search);
  return usageQuery('over-time', {
    ...range,
    ...filtersOf(search),
    groupBy: search.groupBy ?? 'organization',
    interval: intervalOf(search, range),
    timeZone,
    ...figureOf(search),
    top: groupsDrawn,
  });
};

/** Group by group: added up by the server, exactly. */
const totalsOf = (name: string, search: UsageSearch, range: Range) =>
  usageQuery(name, {
    ...range,
    ...filtersOf(search),
    groupBy: search.groupBy ?? 'organization',
    ...figureOf(search),
    top: groupsListed,
  });

export const usageTotalsQuery = (search: UsageSearch) =>
  totalsOf('totals', search, rangeOf(search));

export const usageBeforeQuery = (search: UsageSearch) =>
  totalsOf('before', search, rangeBefore(rangeOf(search)));

/** What usage cost in a range: one figure for each currency and where it is known from. */
export const costsQuery = (name: string, range: Range) =>
  usageQuery(name, { ...range, figures: 'cost' });

/** What changed in a range against the one before it. */
export const explainQuery = (search: UsageSearch, range: Range) =>
  queryOptions({
    queryKey: ['usage', 'explain', filtersOf(search), search.show, range] as readonly unknown[],
    queryFn: ({ signal }) =>
      api().usage.explain(
        {
          ...range,
          ...filtersOf(search),
          ...(search.show === 'amount' && { by: 'amount' }),
          limit: driversMax,
        },
        { signal },
      ),
  });

export type Drawn = {
  readonly starts: readonly number[];
  readonly series: readonly { readonly label: string; readonly values: readonly number[] }[];
};

type Row = {
  start: string | null;
  group: Record<string, string | null>;
  other: boolean;
  value: number;
};

/**
 * Rows of usage as what a chart draws: one series for each group, one value for each interval. All of one unit, a
 * measure or a currency: others cannot be added to it.
 */
export function drawn(usage: Usage, search: UsageSearch, unit: string | null): Drawn {
  const rows: Row[] =
    search.show === undefined
      ? usage.items
          .filter((row) => unit === null || row.measure === unit)
          .map((row) => ({ ...row, value: Number(row.quantity ?? 0) }))
      : moneyOf(usage, search.show)
          .filter(({ currency }) => currency === unit)
          .map((row) => ({ ...row, value: Number(row.amount ?? 0) }));
  const starts = intervalsOf(usage, search);
  const index = new Map(starts.map((start, at) => [start, at]));
  const series = new Map<string, number[]>();
  for (const row of rows) {
    const label = groupLabel(row, usage.names);
    const values = series.get(label) ?? starts.map(() => 0);
    series.set(label, values);
    const at = row.start === null ? undefined : index.get(Date.parse(row.start));
    if (at !== undefined) values[at] = (values[at] ?? 0) + row.value;
  }
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    starts: starts.map((start) => start / 1000),
    series: [...series]
      .map(([label, values]) => ({ label, values }))
      .toSorted((a, b) => sum(b.values) - sum(a.values)),
  };
}

/** Every interval of the range, also those without usage. */
function intervalsOf(usage: Usage, search: UsageSearch): number[] {
  const range = { from: usage.from, to: usage.to };
  const interval: Interval = intervalOf(search, range);
  const starts: number[] = [];
  const at = new Date(usage.from);
  if (interval === 'month') at.setDate(1);
  if (interval !== 'hour') at.setHours(0, 0, 0, 0);
  else at.setMinutes(0, 0, 0);
  while (at.getTime() < Date.parse(usage.to) && starts.length < intervalsMax) {
    starts.push(at.getTime());
    if (interval === 'hour') at.setTime(at.getTime() + 3_600_000);
    else if (interval === 'month') at.setMonth(at.getMonth() + 1);
    else at.setDate(at.getDate() + (interval === 'week' ? 7 : 1));
  }
  return starts;
}

const intervalsMax = 2000;

export function groupLabel(
  { group, other }: Pick<Row, 'group' | 'other'>,
  names: Record<string, string>,
): string {
  if (other) return 'All others';
  const values = Object.entries(group).map(([name, value]) =>
    value === null
      ? `No ${name.replace(/Id$/, '').replace('attribute:', '')}`
      : value === ''
        ? `No ${name}`
        : (names[value] ?? value),
  );
  return values.length === 0 ? 'All usage' : values.join(' · ');
}

/** The measures that there are, the one of most events first. */
export function measuresOf({ items }: Usage): string[] {
  return mostFirst(items.map(({ measure, events }) => [measure, events]));
}

/** The currencies that costs or amounts are in, the one that is named most first. */
export function currenciesOf(usage: Usage, show: 'cost' | 'amount'): string[] {
  return mostFirst(
    moneyOf(usage, show).flatMap(({ currency, events }) =>
      currency === null ? [] : [[currency, events]],
    ),
  );
}

type MoneyRow = Omit<Row, 'value'> & {
  amount: string | null;
  currency: string | null;
  events: number;
};

function moneyOf({ costs, amounts }: Usage, show: 'cost' | 'amount'): readonly MoneyRow[] {
  return show === 'cost' ? costs : amounts.map((row) => ({ ...row, events: 1 }));
}

function mostFirst(rows: readonly (readonly [name: string, events: number])[]): string[] {
  const events = new Map<string, number>();
  for (const [name, count] of rows) events.set(name, (events.get(name) ?? 0) + count);
  return [...events].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
}
