import { liveMeters } from '../catalog/meter-queries.ts';
import { currentPosition, inOneSnapshot } from '../db/act.ts';
import type { Database, Tx } from '../db/connect.ts';
import { decimal, toText } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import type { Period } from '../lib/period.ts';
import { invalidField, Problem, unknownReference } from '../lib/problem.ts';
import { amountsOf } from './amount-actions.ts';
import { costedOf, sumCosts } from './cost-queries.ts';
import { totalCosts } from './cost-rules.ts';
import { namesOf } from './name-queries.ts';
import {
  type AskedMeter,
  extremeMeters,
  type QuantityRow,
  sumMeters,
  sumQuantities,
} from './quantity-queries.ts';
import { type ReadingAsked, readingOf } from './reading-actions.ts';
import { type Grouping, groupingsOfCost, groupOf, overlaps, type UsageQuestion } from './rules.ts';
import { intervalsOf } from './span-rules.ts';
import { type AmountItem, type Answer, type CostItem, type Item, keepTop } from './top-rules.ts';
import type { Ranking } from './rules.ts';

/** What usage there was, what it cost, and what it is rated at. */
export async function askUsage(database: Database, question: UsageQuestion, now: Instant) {
  const intervals = intervalsAsked(question);
  const by = rankingOf(question);
  const wantsAmounts =
    question.figures.includes('amount') || (question.top !== undefined && by === 'amount');
  const position = wantsAmounts ? await currentPosition(database) : 0;
  return inOneSnapshot(database, async (tx) => {
    const { from, to, groupBy, filter, figures } = question;
    const meters = await metersAsked(tx, question);
    const asked: ReadingAsked = { from, to, groupBy, filter, ...(intervals && { intervals }) };
    const needs = (figure: 'quantity' | 'cost', ranking: Ranking) =>
      figures.includes(figure) || (question.top !== undefined && by === ranking);
    const items = needs('quantity', 'quantity') ? await quantities(tx, asked, meters, now) : [];
    const wantsCosts = needs('cost', 'cost') || needs('cost', 'events');
    const costs = wantsCosts ? await costsOf(tx, asked, meters, now) : [];
    const amounts = wantsAmounts ? await amountItems(tx, asked, now, position) : [];
    const answer = top({ items, costs, amounts }, question, by, meters);
    const starts = intervals?.map(({ start }) => start) ?? [];
    const place = (row: {
      interval: number;
      values: readonly (string | null)[];
      other: boolean;
    }) => ({
      start: starts[row.interval] ?? null,
      other: row.other,
    });
    const ofCosts = groupingsOfCost(groupBy);
    return {
      from,
      to,
      items: (figures.includes('quantity') ? answer.items : []).map((row) => ({
        ...place(row),
        group: groupOf(groupBy, row.values),
        measure: row.measure,
        quantity: row.quantity,
        events: row.events,
      })),
      costs: (figures.includes('cost') ? answer.costs : []).map((row) => ({
        ...place(row),
        group: groupOf(ofCosts, row.values),
        source: row.source,
        amount: row.amount && toText(row.amount),
        currency: row.currency,
        events: row.events,
      })),
      amounts: (figures.includes('amount') ? answer.amounts : []).map((row) => ({
        ...place(row),
        group: groupOf(groupBy, row.values),
        kind: row.kind,
        amount: toText(row.amount),
        currency: row.currency,
      })),
      names: await namesIn(tx, groupBy, answer),
    };
  });
}

function intervalsAsked({ interval, timeZone, from, to }: UsageQuestion): Period[] | undefined {
  if (interval === undefined) return undefined;
  try {
    return intervalsOf(interval, timeZone, from, to);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidField(
      '?interval',
      'too_many_intervals',
      `More than ${limits.periodsListedMax} intervals: ask for a shorter range or longer intervals.`,
    );
  }
}

function rankingOf({ by, filter }: UsageQuestion): Ranking {
  const isOne = filter.measure !== undefined || filter.meter !== undefined;
  if (by === 'quantity' && !isOne)
    throw invalidField(
      '?by',
      'needs_measure',
      'Quantities of different measures have no order: name a measure or a meter to rank by.',
    );
  return by ?? (isOne ? 'quantity' : 'events');
}

/** The meters that quantities are taken by; null: by measures as events carry them. */
async function metersAsked(
  tx: Tx,
  { groupBy, filter }: UsageQuestion,
): Promise<AskedMeter[] | null> {
  const { meter, measure } = filter;
  if (meter === undefined && !groupBy.includes('meter')) return null;
  const live = await liveMeters(tx);
  const found = live.filter(({ id, key }) => meter === undefined || meter === key || meter === id);
  if (meter !== undefined && found.length === 0) throw unknownReference('?meter', 'meter');
  return found.filter((each) => measure === undefined || each.measure === measure);
}

async function quantities(
  tx: Tx,
  asked: ReadingAsked,
  meters: readonly AskedMeter[] | null,
  now: Instant,
): Promise<Item[]> {
  const { groupBy } = asked;
  if (meters === null) {
    const reading = await readingOf(tx, asked, now);
    return itemsOf(await sumQuantities(tx, reading, groupBy));
  }
  const attributes = meters.flatMap(({ filter }) => Object.keys(filter));
  const reading = await readingOf(tx, { ...asked, attributes }, now);
  const isAdditive = ({ aggregation }: AskedMeter) =>
    aggregation === 'sum' || aggregation === 'count';
  const rows = [
    ...(await sumMeters(tx, reading, groupBy, meters.filter(isAdditive))),
    ...(await extremeMeters(
      tx,
      reading,
      groupBy,
      meters.filter((meter) => !isAdditive(meter)),
    )),
  ];
  return itemsOf(rows);
}

function itemsOf(rows: readonly QuantityRow[]): Item[] {
  refuseTooMany(rows);
  const keyOf = (row: QuantityRow) => JSON.stringify([row.values, row.measure]);
  return rows
    .map((row) => ({ ...row, other: false, quantity: toText(decimal(row.quantity)) }))
    .toSorted((a, b) => a.interval - b.interval || (keyOf(a) < keyOf(b) ? -1 : 1));
}

async function costsOf(
  tx: Tx,
  asked: ReadingAsked,
  meters: readonly AskedMeter[] | null,
  now: Instant,
): Promise<CostItem[]> {
  const groupBy = groupingsOfCost(asked.groupBy);
  const meter = asked.filter.meter === undefined ? null : (meters?.[0] ?? null);
  const attributes = meter === null ? [] : Object.keys(meter.filter);
  const reading = await readingOf(tx, { ...asked, groupBy, attributes }, now);
  const rows = await sumCosts(tx, reading, groupBy, meter);
  refuseTooMany(rows);
  return totalCosts(rows.map(costedOf)).map((row) => ({ ...row, other: false }));
}

async function amountItems(
  tx: Tx,
  asked: ReadingAsked,
  now: Instant,
  position: number,
): Promise<AmountItem[]> {
  const rows = await amountsOf(tx, asked, now, position);
  refuseTooMany(rows);
  return rows.map((row) => ({ ...row, other: false }));
}

function refuseTooMany(rows: readonly unknown[]): void {
  if (rows.length <= limits.usageRowsMax) return;
  throw new Problem(
    'unprocessable',
    `The answer has more than ${limits.usageRowsMax} rows. Ask for a shorter range, longer intervals, or less to tell apart.`,
  );
}

function top(
  answer: Answer,
  { top: first, groupBy, filter }: UsageQuestion,
  by: Ranking,
  meters: readonly AskedMeter[] | null,
): Answer {
  if (first === undefined) return answer;
  const at = groupBy.indexOf('meter');
  const sums = new Set(
    (meters ?? []).flatMap(({ key, aggregation }) =>
      aggregation === 'sum' || aggregation === 'count' ? [key] : [],
    ),
  );
  const isSum = (values: readonly (string | null)[]) =>
    meters === null || sums.has((at < 0 ? meters[0]?.key : values[at]) ?? '');
  return keepTop(answer, { top: first, by, groupBy, overlap: overlaps(groupBy, filter) }, isSum);
}

const withNames: readonly Grouping[] = [
  'organization',
  'subscriber',
  'credential',
  'subscription',
  'product',
];

async function namesIn(
  tx: Tx,
  groupBy: readonly Grouping[],
  { items, costs, amounts }: Answer,
): Promise<Record<string, string>> {
  const idsOf = (
    rows: readonly { values: readonly (string | null)[] }[],
    by: readonly Grouping[],
  ) =>
    rows.flatMap(({ values }) =>
      values.flatMap((id, i) => (id !== null && withNames.includes(by[i] as Grouping) ? [id] : [])),
    );
  const ids = new Set([
    ...idsOf([...items, ...amounts], groupBy),
    ...idsOf(costs, groupingsOfCost(groupBy)),
  ]);
  return Object.fromEntries(await namesOf(tx, [...ids]));
}
