import { currentPosition, inOneSnapshot } from '../db/act.ts';
import type { Database, Tx } from '../db/connect.ts';
import { add, compare, type Decimal, decimal, isZero, sum, toText, zero } from '../lib/decimal.ts';
import { epochMs, type Instant, plusMs } from '../lib/instant.ts';
import { amountsOf } from './amount-actions.ts';
import { costedOf, sumCosts } from './cost-queries.ts';
import { totalCosts } from './cost-rules.ts';
import { attributesIn } from './explain-queries.ts';
import {
  type AttributeDriver,
  changeOf,
  type Driver,
  type Level,
  levels,
  type Metric,
  rank,
  rankAttributes,
  sentenceOf,
} from './explain-rules.ts';
import { namesOf } from './name-queries.ts';
import { sumQuantities } from './quantity-queries.ts';
import { readingOf } from './reading-actions.ts';
import type { Grouping, UsageFilter } from './rules.ts';

type Range = { readonly from: Instant; readonly to: Instant };
export type ExplainQuestion = Range & {
  /** Where the range to compare with begins; it is as long. */
  readonly against: Instant;
  readonly filter: UsageFilter;
  readonly limit: number;
  /** Compares what usage is rated at, in place of what it was or what it cost. */
  readonly by?: 'amount' | undefined;
};

/** What has to be known to measure: the snapshot, both ranges, what is compared. */
type Context = {
  readonly tx: Tx;
  readonly now: Instant;
  readonly position: number;
  readonly before: Range;
  readonly after: Range;
  readonly metric: Metric;
};
type Snapshot = Pick<Context, 'tx' | 'now' | 'position'>;
type Totals = Map<string | null, Decimal>;

/** What made usage change: from the subscription down to the attribute, each within what the one before left. */
export async function explainUsage(database: Database, question: ExplainQuestion, now: Instant) {
  const { from, to, against, filter, limit } = question;
  const before = { from: against, to: plusMs(against, epochMs(to) - epochMs(from)) };
  const position = question.by === 'amount' ? await currentPosition(database) : 0;
  return inOneSnapshot(database, async (tx) => {
    const after = { from, to };
    const snapshot = { tx, now, position };
    const metric = await metricOf(snapshot, [before, after], question);
    const context = { ...snapshot, before, after, metric };
    const whole = await wholeOf(context, filter);
    const { drivers, filter: narrowed } = await drillDown(context, filter, whole.change);
    const within = await wholeOf(context, narrowed);
    const attributes = await attributeDrivers(context, narrowed, whole.change, within.before);
    const ids = drivers.flatMap(({ found }) =>
      found.slice(0, limit).flatMap(({ value }) => value ?? []),
    );
    const names = await namesOf(tx, [...new Set(ids)]);
    const [attribute] = attributes;
    const steps = [
      ...drivers.flatMap(({ level, found: [first] }) =>
        first === undefined || first.value === null
          ? []
          : [{ what: level, name: names.get(first.value) ?? first.value, share: first.share }],
      ),
      ...(attribute === undefined
        ? []
        : [
            {
              what: `with ${attribute.attribute} =`,
              name: attribute.value ?? 'none',
              share: attribute.share,
            },
          ]),
    ];
    return {
      ...after,
      against: before,
      metric: metricToApi(metric),
      ...changeToApi(whole),
      sentence: sentenceOf(metric, whole, steps),
      levels: drivers.map(({ level, found }) => ({
        by: level,
        drivers: found.slice(0, limit).map((driver) => ({
          id: driver.value,
          name: driver.value === null ? null : (names.get(driver.value) ?? null),
          ...driverToApi(driver),
        })),
      })),
      attributes: attributes
        .slice(0, limit)
        .map((driver) => ({ name: driver.attribute, value: driver.value, ...driverToApi(driver) })),
    };
  });
}

/** What was asked for; else a measure if one is named; else cost, in the currency that most of it is in; else how many events there were. */
async function metricOf(
  snapshot: Snapshot,
  ranges: readonly Range[],
  { filter, by }: Pick<ExplainQuestion, 'filter' | 'by'>,
): Promise<Metric> {
  if (by === undefined && filter.measure !== undefined)
    return { by: 'quantity', measure: filter.measure };
  const totals = new Map<string, Decimal>();
  for (const range of ranges) {
    for (const { currency, amount } of await moneyIn(snapshot, by ?? 'cost', range, [], filter))
      if (currency !== null)
        totals.set(currency, add(totals.get(currency) ?? zero, amount ?? zero));
  }
  const [first] = [...totals].toSorted(([a, x], [b, y]) => compare(y, x) || (a < b ? -1 : 1));
  return first === undefined || isZero(first[1])
    ? { by: 'events' }
    : { by: by ?? 'cost', currency: first[0] };
}

function moneyIn(
  { tx, now, position }: Snapshot,
  by: 'cost' | 'amount',
  range: Range,
  groupBy: readonly Grouping[],
  filter: UsageFilter,
) {
  if (by === 'cost') return costsIn(tx, now, range, groupBy, filter);
  return amountsOf(tx, { ...range, groupBy, filter, ownRows: true }, now, position);
}

async function costsIn(
  tx: Tx,
  now: Instant,
  range: Range,
  groupBy: readonly Grouping[],
  filter: UsageFilter,
) {
  const reading = await readingOf(tx, { ...range, groupBy, filter, ownRows: true }, now);
  return totalCosts((await sumCosts(tx, reading, groupBy, null)).map(costedOf));
}

async function totalsBy(
  { metric, ...snapshot }: Context,
  range: Range,
  groupBy: readonly Grouping[],
  filter: UsageFilter,
): Promise<Totals> {
  const found: Totals = new Map();
  const put = (value: string | null | undefined, amount: Decimal) =>
    found.set(value ?? null, add(found.get(value ?? null) ?? zero, amount));
  const { tx, now } = snapshot;
  if (metric.by === 'quantity') {
    const reading = await readingOf(tx, { ...range, groupBy, filter, ownRows: true }, now);
    for (const row of await sumQuantities(tx, reading, groupBy))
      put(row.values[0], decimal(row.quantity));
    return found;
  }
  if (metric.by === 'events') {
    for (const row of await costsIn(tx, now, range, groupBy, filter))
      put(row.values[0], decimal(String(row.events)));
    return found;
  }
  for (const row of await moneyIn(snapshot, metric.by, range, groupBy, filter))
    if (row.currency === metric.currency) put(row.values[0], row.amount ?? zero);
  return found;
}

async function wholeOf(context: Context, filter: UsageFilter) {
  const of = async (range: Range) => sum((await totalsBy(context, range, [], filter)).values());
  return changeOf(await of(context.before), await of(context.after));
}

async function driversBy(
  context: Context,
  grouping: Grouping,
  filter: UsageFilter,
  whole: Decimal,
): Promise<Driver[]> {
  const before = await totalsBy(context, context.before, [grouping], filter);
  return rank(before, await totalsBy(context, context.after, [grouping], filter), whole);
}

/** Level by level, each within the first of the level above. */
async function drillDown(context: Context, asked: UsageFilter, whole: Decimal) {
  const drivers: { level: Level; found: Driver[] }[] = [];
  let filter = asked;
  for (const level of levels) {
    const found = await driversBy(context, level, filter, whole);
    drivers.push({ level, found });
    const first = found[0]?.value;
    if (first === undefined || first === null) continue;
    filter =
      level === 'organization'
        ? { ...filter, attributedTo: first }
        : { ...filter, [`${level}Id`]: first };
  }
  return { drivers, filter };
}

async function attributeDrivers(
  context: Context,
  filter: UsageFilter,
  whole: Decimal,
  before: Decimal,
): Promise<AttributeDriver[]> {
  const { tx, now } = context;
  const names = new Set<string>();
  for (const range of [context.before, context.after]) {
    const reading = await readingOf(tx, { ...range, groupBy: [], filter }, now);
    for (const name of await attributesIn(tx, reading)) names.add(name);
  }
  const found: AttributeDriver[] = [];
  for (const attribute of names) {
    const drivers = await driversBy(context, `attribute:${attribute}`, filter, whole);
    found.push(...drivers.map((driver) => ({ ...driver, attribute })));
  }
  return rankAttributes(found, before);
}

function metricToApi(metric: Metric) {
  return {
    by: metric.by,
    measure: metric.by === 'quantity' ? metric.measure : null,
    currency: 'currency' in metric ? metric.currency : null,
  };
}

function changeToApi({
  before,
  after,
  change,
}: {
  before: Decimal;
  after: Decimal;
  change: Decimal;
}) {
  return { before: toText(before), after: toText(after), change: toText(change) };
}

function driverToApi(driver: Driver) {
  return { ...changeToApi(driver), sharePercent: driver.share && toText(driver.share) };
}
