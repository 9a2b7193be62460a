import { type RawBuilder, sql } from 'kysely';
import { refuseArchived } from '../archive/queries.ts';
import type { Queryable } from '../db/connect.ts';
import { type BreakdownBy, breakdownAttribute } from '../lib/breakdown.ts';
import { decimal, sum } from '../lib/decimal.ts';
import { groupBy } from '../lib/group.ts';
import {
  askTables,
  counts,
  eventsOf,
  groupValue,
  hasCost,
  isAdditive,
  measured,
  ofSubscription,
  scan,
  type UsageAsk,
  valueOf,
} from './queries.ts';
import { noUsage, type Usage, type UsagePart } from './rules.ts';

type Row = {
  key: string;
  part: string | null;
  is_rest: boolean;
  value: string | null;
  quantity: string;
  event_count: number;
  event_quantity: string;
  event_hash: string;
};

/**
 * Measures sets as `measureUsage` does, but kept apart by who or what the events are of. Event counts and sums of the
 * parts are those of the set; the quantity of a `max` or `unique` is each part's own. At most `partsMax` parts, those
 * with the most events; all others are one.
 */
export async function measureParts(
  db: Queryable,
  asks: readonly UsageAsk[],
  by: BreakdownBy,
  partsMax: number,
): Promise<Map<string, UsagePart[]>> {
  const rows = [
    ...(await additiveParts(db, asks.filter(isAdditive), by, partsMax)),
    ...(await valuedParts(
      db,
      asks.filter((ask) => !isAdditive(ask)),
      by,
      partsMax,
    )),
  ];
  await refuseArchived(db, asks);
  const splitKeys = new Set(
    asks.filter((ask) => ask.counted.split !== undefined).map((a) => a.key),
  );
  return new Map(
    [...groupBy(rows, (row) => row.key)].map(([key, some]) => [
      key,
      partsOf(some, splitKeys.has(key)),
    ]),
  );
}

function partsOf(rows: readonly Row[], isSplit: boolean): UsagePart[] {
  const byPart = groupBy(rows, (row) => JSON.stringify([row.is_rest, row.part]));
  return [...byPart.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const total = (pick: (row: Row) => string) => sum(some.map((row) => decimal(pick(row))));
    const usage: Usage = {
      ...noUsage,
      quantity: total((row) => row.quantity),
      ...(isSplit && { groups: new Map(some.map((row) => [row.value, decimal(row.quantity)])) }),
      eventCount: some.reduce((count, row) => count + row.event_count, 0),
      eventQuantity: total((row) => row.event_quantity),
      eventHash: total((row) => row.event_hash),
    };
    return { value: first.part, isRest: first.is_rest, usage };
  });
}

function partOf(by: BreakdownBy): { part: RawBuilder<unknown>; join: RawBuilder<unknown> } {
  const attribute = breakdownAttribute(by);
  if (attribute !== null) return { part: sql`e.attributes ->> ${attribute}`, join: sql`` };
  if (by !== 'tag') return { part: sql.ref(`a.${by}_id`), join: sql`` };
  return {
    part: sql`nullif(array_to_string(array(select distinct tag from unnest(c.tags) as tag order by tag), ', '), '')`,
    join: sql`left join credentials c on c.id = a.credential_id`,
  };
}

/** Which parts of each set are named: those with the most events, by name where they have as many. */
const ranked = (source: string) => sql`
  ranked as (
    select key, part, row_number() over (partition by key order by sum(events) desc, part nulls last) as rank
      from ${sql.table(source)} group by key, part
  )`;

async function additiveParts(
  db: Queryable,
  asks: readonly UsageAsk[],
  by: BreakdownBy,
  partsMax: number,
): Promise<Row[]> {
  if (asks.length === 0) return [];
  const { part, join } = partOf(by);
  const { rows } = await sql<Row>`
    with ${askTables(asks)},
    grouped as materialized (
      select t.key, (${part})::text collate "C" as part, ${groupValue} as value, count(*) as events, sum(a.sign * ${measured}) as quantity,
             sum(a.sign) as event_count, sum(a.sign * event_hash(a.event_id)) as event_hash
        from ${scan(asks, ofSubscription)}
        join journal j on j.id = a.journal_id and j.position > r.after and j.position <= r.upto
        ${eventsOf(asks)}
        join asked t on t.range = r.range and ${counts} and ${hasCost}
        ${join}
       group by 1, 2, 3
    ), ${ranked('grouped')}
    select g.key, case when rank <= ${partsMax} then g.part end as part, rank > ${partsMax} as is_rest, g.value,
           sum(g.quantity)::text as quantity, sum(g.event_count)::bigint as event_count,
           sum(g.quantity)::text as event_quantity, sum(g.event_hash)::text as event_hash
      from grouped g join ranked k on k.key = g.key and k.part is not distinct from g.part
     group by 1, 2, 3, 4
    having sum(g.event_count) <> 0 or sum(g.quantity) <> 0 or sum(g.event_hash) <> 0
     order by 1, 3, 2 nulls last, 4 nulls last`.execute(db);
  return rows;
}

async function valuedParts(
  db: Queryable,
  asks: readonly UsageAsk[],
  by: BreakdownBy,
  partsMax: number,
): Promise<Row[]> {
  if (asks.length === 0) return [];
  const { part, join } = partOf(by);
  const { rows } = await sql<Row>`
    with ${askTables(asks)},
    net as materialized (
      select t.key, t.aggregation, (${part})::text collate "C" as part, ${groupValue} as value, a.event_id, ${measured} as measured,
             1 as events, sum(a.sign) as at_end, coalesce(sum(a.sign) filter (where j.position <= r.after), 0) as at_start
        from ${scan(asks, ofSubscription)}
        join journal j on j.id = a.journal_id and j.position <= r.upto
        ${eventsOf(asks)}
        join asked t on t.range = r.range and ${counts}
        ${join}
       group by t.key, t.aggregation, part, value, a.event_id, measured
    ), ${ranked('net')}
    select n.key, case when rank <= ${partsMax} then n.part end as part, rank > ${partsMax} as is_rest, n.value,
           (${valueOf('n.at_end')} - ${valueOf('n.at_start')})::text as quantity,
           sum(n.at_end - n.at_start)::bigint as event_count,
           sum((n.at_end - n.at_start) * n.measured)::text as event_quantity,
           sum((n.at_end - n.at_start) * event_hash(n.event_id))::text as event_hash
      from net n join ranked k on k.key = n.key and k.part is not distinct from n.part
     group by 1, 2, 3, 4, n.aggregation
    having sum(n.at_end - n.at_start) <> 0 or sum((n.at_end - n.at_start) * n.measured) <> 0
        or sum((n.at_end - n.at_start) * event_hash(n.event_id)) <> 0
     order by 1, 3, 2 nulls last, 4 nulls last`.execute(db);
  return rows;
}
