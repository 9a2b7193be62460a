import { type RawBuilder, sql } from 'kysely';
import type { MeterDefinition } from '../catalog/meter-rules.ts';
import type { Queryable } from '../db/connect.ts';
import { limits } from '../lib/limits.ts';
import { groupedBy, needsKinds, needsOwners, places } from './group-queries.ts';
import type { Grouping } from './rules.ts';
import { type Needs, type Reading, usageSource } from './source-queries.ts';

type Sql = RawBuilder<unknown>;

/** A meter as it counts now. */
export type AskedMeter = Pick<MeterDefinition, 'aggregation' | 'measure' | 'filter'> & {
  readonly key: string;
};

export type QuantityRow = {
  interval: number;
  values: (string | null)[];
  measure: string;
  quantity: string;
  events: number;
};

/** How the rows of a base are added up. */
type Shape = {
  needs: Needs;
  joins: Sql;
  measure: Sql;
  meter?: Sql;
  quantity: Sql;
  /** What comes of the parts `p` of a group; default: their sum. */
  total?: Sql;
};

/** Quantities for each interval, group and measure: sums of signed entries, so corrections are in and nothing counts twice. */
export async function sumQuantities(
  db: Queryable,
  reading: Reading,
  groupBy: readonly Grouping[],
): Promise<QuantityRow[]> {
  const { measure } = reading.filter;
  return addUp(db, reading, groupBy, {
    needs: { measures: measure === undefined ? null : [measure], kinds: needsKinds(groupBy) },
    joins: sql``,
    measure: sql`b.measure`,
    quantity: sql`sum(b.quantity)`,
  });
}

/** The same by meters that sum or count: each adds up what it counts. */
export async function sumMeters(
  db: Queryable,
  reading: Reading,
  groupBy: readonly Grouping[],
  meters: readonly AskedMeter[],
): Promise<QuantityRow[]> {
  if (meters.length === 0) return [];
  return addUp(db, reading, groupBy, {
    needs: { measures: [...new Set(meters.map(({ measure }) => measure ?? ''))], kinds: true },
    joins: sql`join ${metersTable(meters)} on t.measure = b.measure and ${passes}`,
    measure: sql`t.measure`,
    meter: sql`t.key`,
    quantity: sql`sum(case t.aggregation when 'count' then b.events else b.quantity end)`,
  });
}

/** The same by meters that take the greatest, or count the distinct: over all events of a group together. */
export async function extremeMeters(
  db: Queryable,
  reading: Reading,
  groupBy: readonly Grouping[],
  meters: readonly AskedMeter[],
): Promise<QuantityRow[]> {
  const totals = { max: sql`max(p.quantity)`, unique: sql`count(distinct p.quantity)` };
  const rows: QuantityRow[] = [];
  for (const [aggregation, total] of Object.entries(totals)) {
    const some = meters.filter((meter) => meter.aggregation === aggregation);
    if (some.length === 0) continue;
    const measures = [...new Set(some.map(({ measure }) => measure ?? ''))];
    const found = await addUp(db, reading, groupBy, {
      needs: { measures, kinds: true, eventIds: true },
      joins: sql`join ${metersTable(some)} on t.measure = b.measure and ${passes}`,
      measure: sql`t.measure`,
      meter: sql`t.key`,
      quantity: sql`sum(b.quantity)`,
      total,
    });
    rows.push(...found);
  }
  return rows;
}

/** Whether a meter `t` counts usage `b` of its measure. */
export const passes = sql`not exists (select from jsonb_each(t.filter) f where not coalesce(f.value ? (b.attributes ->> f.key), false))`;

export function metersTable(meters: readonly AskedMeter[]): Sql {
  const rows = meters.map(({ key, aggregation, measure, filter }) => ({
    key,
    aggregation,
    measure: measure ?? '',
    filter,
  }));
  return sql`(select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t (key text, aggregation text, measure text, filter jsonb)) t`;
}

async function addUp(
  db: Queryable,
  reading: Reading,
  groupBy: readonly Grouping[],
  shape: Shape,
): Promise<QuantityRow[]> {
  const { measure, meter } = shape;
  const needs = { ...shape.needs, owners: needsOwners(reading, groupBy) };
  const grouped = groupedBy(reading, groupBy, { measure, ...(meter && { meter }) });
  const event = needs.eventIds === true ? sql`b.event_id` : sql`null::text`;
  const columns = [...grouped.columns, sql`${measure} as measure`, sql`${event} as event_id`];
  const { rows } = await sql<QuantityRow>`
    with recursive ${grouped.before}
    parts as materialized (
      select ${sql.join(columns)}, ${shape.quantity} as quantity, sum(b.events) as events
        from (${usageSource(reading, needs)}) b ${shape.joins} ${grouped.joins}
       where ${grouped.condition}
       group by ${places(columns)} having sum(b.events) <> 0 or sum(b.quantity) <> 0
    )${grouped.after}
    select p."interval", ${grouped.list} as "values", p.measure, ${shape.total ?? sql`sum(p.quantity)`}::text as quantity,
           sum(p.events)::bigint as events
      from parts p ${grouped.rolled}
     group by 1, 2, 3 having sum(p.events) <> 0 or sum(p.quantity) <> 0
     order by 1, 2, 3 limit ${limits.usageRowsMax + 1}`.execute(db);
  return rows;
}
