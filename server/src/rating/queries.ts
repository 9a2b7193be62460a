import { type RawBuilder, sql } from 'kysely';
import type { MeterDefinition } from '../catalog/meterRules.ts';
import type { Queryable } from '../db/connect.ts';
import { decimal } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { noUsage, type Usage } from './rules.ts';

/** What is counted: the part of a meter's definition that says which events, and how. */
export type Counted = Pick<MeterDefinition, 'aggregation' | 'measure' | 'filter'>;

/** A set of usage: of one subscription, by when it occurred, and by what was recorded in (after, upto]. */
export type UsageRange = {
  readonly subscriptionId: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly after: number;
  readonly upto: number;
};

export type UsageAsk = UsageRange & { readonly key: string; readonly counted: Counted };

type UsageRow = {
  key: string;
  quantity: string;
  event_count: number;
  event_quantity: string;
  event_hash: string;
};

/**
 * Measures every set asked for, straight from the events and who they are attributed to, in one statement for the
 * additive aggregations and one for those that need the whole set. Charges on the same range share its scan.
 */
export async function measureUsage(
  db: Queryable,
  asks: readonly UsageAsk[],
): Promise<Map<string, Usage>> {
  const isAdditive = ({ counted }: UsageAsk) =>
    counted.aggregation === 'sum' || counted.aggregation === 'count';
  const rows = [
    ...(await additive(
      db,
      asks.filter((ask) => isAdditive(ask)),
    )),
    ...(await valued(
      db,
      asks.filter((ask) => !isAdditive(ask)),
    )),
  ];
  const found = new Map(rows.map((row) => [row.key, toUsage(row)]));
  return new Map(asks.map((ask) => [ask.key, found.get(ask.key) ?? noUsage]));
}

function toUsage(row: UsageRow): Usage {
  return {
    quantity: decimal(row.quantity),
    eventCount: row.event_count,
    eventQuantity: decimal(row.event_quantity),
    eventHash: decimal(row.event_hash),
  };
}

/** sum and count: the signed entries of the range simply add up. */
async function additive(db: Queryable, asks: readonly UsageAsk[]): Promise<UsageRow[]> {
  if (asks.length === 0) return [];
  const { from, to } = outerBounds(asks);
  const { rows } = await sql<UsageRow>`
    with ${askTables(asks)}
    select t.key, sum(a.sign * ${measured})::text as quantity, sum(a.sign)::bigint as event_count,
           sum(a.sign * ${measured})::text as event_quantity, sum(a.sign * event_hash(a.event_id))::text as event_hash
      from ranges r
      join attributions a on a.subscription_id = r.subscription and a.occurred_at >= r."from" and a.occurred_at < r."to"
       and a.occurred_at >= ${from}::timestamptz and a.occurred_at < ${to}::timestamptz
      join journal j on j.id = a.journal_id and j.position > r.after and j.position <= r.upto
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
       and e.occurred_at >= ${from}::timestamptz and e.occurred_at < ${to}::timestamptz
      join asked t on t.range = r.range and ${counts}
     group by t.key`.execute(db);
  return rows;
}

/**
 * max and unique: of the set as a whole, the events whose signs sum to more than zero. What a range adds to them is
 * the value at its end less the value at its beginning, so the entries before it are read as well.
 */
async function valued(db: Queryable, asks: readonly UsageAsk[]): Promise<UsageRow[]> {
  if (asks.length === 0) return [];
  const { from, to } = outerBounds(asks);
  const valueOf = (net: string) => sql`
    case n.aggregation
      when 'max' then coalesce(max(n.measured) filter (where ${sql.ref(net)} > 0), 0)
      else count(distinct n.measured) filter (where ${sql.ref(net)} > 0) end`;
  const { rows } = await sql<UsageRow>`
    with ${askTables(asks)},
    net as (
      select t.key, t.aggregation, a.event_id, ${measured} as measured, sum(a.sign) as at_end,
             coalesce(sum(a.sign) filter (where j.position <= r.after), 0) as at_start
        from ranges r
        join attributions a on a.subscription_id = r.subscription and a.occurred_at >= r."from" and a.occurred_at < r."to"
         and a.occurred_at >= ${from}::timestamptz and a.occurred_at < ${to}::timestamptz
        join journal j on j.id = a.journal_id and j.position <= r.upto
        join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
         and e.occurred_at >= ${from}::timestamptz and e.occurred_at < ${to}::timestamptz
        join asked t on t.range = r.range and ${counts}
       group by t.key, t.aggregation, a.event_id, measured
    )
    select n.key, (${valueOf('n.at_end')} - ${valueOf('n.at_start')})::text as quantity,
           sum(n.at_end - n.at_start)::bigint as event_count,
           sum((n.at_end - n.at_start) * n.measured)::text as event_quantity,
           sum((n.at_end - n.at_start) * event_hash(n.event_id))::text as event_hash
      from net n
     group by n.key, n.aggregation`.execute(db);
  return rows;
}

/** What one event adds, of the asked meter `t`. */
const measured = sql`case when t.aggregation = 'count' then 1 else (e.measures ->> t.measure)::numeric end`;

/** True when the asked meter `t` counts the event `e`: it carries the measure and passes the filter. */
const counts = sql`(t.measure is null or e.measures ? t.measure)
  and not exists (select from jsonb_each(t.filter) f where not coalesce(f.value ? (e.attributes ->> f.key), false))`;

function outerBounds(asks: readonly UsageRange[]): { from: Instant; to: Instant } {
  const froms = asks.map((ask) => ask.from).toSorted();
  const tos = asks.map((ask) => ask.to).toSorted();
  return { from: froms[0] as Instant, to: tos.at(-1) as Instant };
}

/** The tables `ranges` and `asked` of a statement: each range once, however many meters look at it. */
function askTables(asks: readonly UsageAsk[]): RawBuilder<unknown> {
  const ranges = new Map<string, number>();
  const asked = asks.map(({ key, counted, ...ask }) => ({
    key,
    range: numberOf(ranges, [ask.subscriptionId, ask.from, ask.to, ask.after, ask.upto]),
    aggregation: counted.aggregation,
    measure: counted.measure,
    filter: filterLists(counted.filter),
  }));
  const rangeRows = [...ranges].map(([text, range]) => {
    const [subscription, from, to, after, upto] = JSON.parse(text) as unknown[];
    return { range, subscription, from, to, after, upto };
  });
  return sql`ranges as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rangeRows)}::jsonb)
        as r (range int, subscription identifier, "from" timestamptz, "to" timestamptz, after bigint, upto bigint)),
    asked as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
        as t (key text, range int, aggregation text, measure text, filter jsonb))`;
}

function numberOf(numbers: Map<string, number>, parts: unknown[]): number {
  const text = JSON.stringify(parts);
  const number = numbers.get(text) ?? numbers.size;
  numbers.set(text, number);
  return number;
}

/** Attribute → the values allowed, always as a list. */
function filterLists(filter: Counted['filter']): Record<string, string[]> {
  return Object.fromEntries(Object.entries(filter).map(([key, wanted]) => [key, [wanted].flat()]));
}

export type UsageEvent = {
  id: string;
  occurredAt: Instant;
  recordedAt: Instant;
  sign: number;
  quantity: string;
};

/** The events of one set in order of time, each with its net sign; those that cancel out within it are left out. */
export async function listUsageEvents(
  db: Queryable,
  range: UsageRange,
  counted: Counted,
  page: { limit: number; afterEvent: { occurredAt: string; id: string } | null },
): Promise<UsageEvent[]> {
  const ask = { ...range, key: '', counted };
  const { rows } = await sql<UsageEvent>`
    with ${askTables([ask])}
    select a.event_id as id, a.occurred_at as "occurredAt", min(stored.recorded_at) as "recordedAt",
           sum(a.sign)::int as sign, min(${measured})::text as quantity
      from asked t
      join attributions a on a.subscription_id = ${range.subscriptionId}
       and a.occurred_at >= ${page.afterEvent?.occurredAt ?? range.from}::timestamptz and a.occurred_at < ${range.to}::timestamptz
      join journal j on j.id = a.journal_id and j.position > ${range.after} and j.position <= ${range.upto}
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
       and e.occurred_at >= ${range.from}::timestamptz and e.occurred_at < ${range.to}::timestamptz
      join journal stored on stored.id = e.journal_id
     where ${counts}
       and (${page.afterEvent === null} or (a.occurred_at, a.event_id) > (${page.afterEvent?.occurredAt ?? range.from}::timestamptz, ${page.afterEvent?.id ?? ''}))
     group by a.occurred_at, a.event_id
    having sum(a.sign) <> 0
     order by a.occurred_at, a.event_id
     limit ${page.limit}`.execute(db);
  return rows;
}
