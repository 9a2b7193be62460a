import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import type { MeterDefinition } from './meter-rules.ts';

export type MeterRow = {
  id: string;
  key: string;
  auto_created: boolean;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: number;
  meter_version: number;
  aggregation: MeterDefinition['aggregation'];
  measure: string | null;
  filter: Record<string, string | string[]>;
  split_by: string[];
};

export type MeterFilters = {
  limit: number;
  cursor?: string | undefined;
  key?: string | undefined;
  measure?: string | undefined;
  archived?: boolean | undefined;
};

/** Meters as they count now: joined with the latest of their versions. */
const currentMeters = sql`
  select m.*, v.version as meter_version, v.aggregation, v.measure, v.filter, v.split_by
    from meters m
    join lateral (select * from meter_versions where meter_id = m.id order by version desc limit 1) v on true`;

export async function findMeter(db: Queryable, id: string): Promise<MeterRow | undefined> {
  const { rows } = await sql<MeterRow>`${currentMeters} where m.id = ${id}`.execute(db);
  return rows[0];
}

/** The live meters that go by any of these keys or ids. */
export async function findLiveMeters(db: Queryable, keysOrIds: string[]): Promise<MeterRow[]> {
  const { rows } = await sql<MeterRow>`${currentMeters}
    where m.archived_at is null and (m.key = any(${keysOrIds}) or m.id = any(${keysOrIds}))`.execute(
    db,
  );
  return rows;
}

/** Every live meter, in order of their keys. */
export async function liveMeters(db: Queryable): Promise<MeterRow[]> {
  const { rows } =
    await sql<MeterRow>`${currentMeters} where m.archived_at is null order by m.key`.execute(db);
  return rows;
}

export async function listMeters(db: Queryable, query: MeterFilters): Promise<MeterRow[]> {
  const archived = query.archived === true;
  const { rows } = await sql<MeterRow>`${currentMeters}
    where (m.archived_at is not null) = ${archived}
      and (${query.cursor ?? null}::text is null or m.id < ${query.cursor ?? null})
      and (${query.key ?? null}::text is null or m.key = ${query.key ?? null})
      and (${query.measure ?? null}::text is null or v.measure = ${query.measure ?? null})
    order by m.id desc limit ${query.limit + 1}`.execute(db);
  return rows;
}

/** False, and nothing inserted, where a live meter has the key. */
export async function insertMeter(action: Action, id: string, key: string): Promise<boolean> {
  const { rows } = await sql`
    insert into meters (id, key, created_at, updated_at) values (${id}, ${key}, ${action.now}, ${action.now})
    on conflict (key) where archived_at is null do nothing returning id`.execute(action.tx);
  return rows.length > 0;
}

export async function insertMeterVersion(
  action: Action,
  meterId: string,
  version: number,
  definition: MeterDefinition,
): Promise<void> {
  await action.tx
    .insertInto('meter_versions')
    .values({
      meter_id: meterId,
      version,
      aggregation: definition.aggregation,
      measure: definition.measure,
      filter: JSON.stringify(definition.filter),
      split_by: [...definition.splitBy],
      created_at: action.now,
    })
    .execute();
}

/**
 * A `sum` meter of its own name for each measure that no meter, live or archived, was ever named after. In the order
 * of the names, so that two ingests that see the same new measures at once wait for each other and never in a circle.
 */
export async function insertMissingMeters(action: Action, measures: string[]): Promise<string[]> {
  const keys = [...new Set(measures)].toSorted();
  const ids = keys.map(() => newId('mtr', action.now));
  const { rows } = await sql<{ id: string }>`
    with created as (
      insert into meters (id, key, auto_created, created_at, updated_at)
      select n.id, n.key, true, ${action.now}::timestamptz, ${action.now}::timestamptz
        from unnest(${ids}::text[], ${keys}::text[]) with ordinality as n (id, key, ordinal)
       where not exists (select from meters m where m.key = n.key)
       order by n.ordinal
      on conflict (key) where archived_at is null do nothing
      returning id, key
    )
    insert into meter_versions (meter_id, version, aggregation, measure, created_at)
    select id, 1, 'sum', key, ${action.now}::timestamptz from created
    returning meter_id as id`.execute(action.tx);
  return rows.map((row) => row.id);
}

/** False where a plan has ever named it, or events brought it about. */
export async function removeUnusedMeter(db: Queryable, id: string): Promise<boolean> {
  const { rows } = await sql<{ removed: boolean }>`
    select remove_unused_meter(${id}) as removed`.execute(db);
  return rows[0]?.removed === true;
}
