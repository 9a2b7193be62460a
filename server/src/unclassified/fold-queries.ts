import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { Period } from '../lib/period.ts';
import { costsOf, daysOf, entriesOf, entriesTaken, groupsOf, measuresOf } from './entry-queries.ts';

/** Locks the read model for a fold and answers up to where it is folded; null where somebody else is at it. */
export async function lockState(tx: Tx): Promise<number | null> {
  const { rows } = await sql<{ position: number }>`
    select position from unclassified_state for update skip locked`.execute(tx);
  return rows[0]?.position ?? null;
}

/** The position of the last journal row that the next fold takes; null if there is none. */
export async function nextPosition(tx: Tx, after: number, rowsMax: number): Promise<number | null> {
  const { rows } = await sql<{ position: number | null }>`
    select max(position) as position from (
      select position from journal where position > ${after} order by position limit ${rowsMax}) next`.execute(
    tx,
  );
  return rows[0]?.position ?? null;
}

/** Adds what was recorded in (after, upto] to the read model. */
export async function fold(tx: Tx, after: number, upto: number): Promise<void> {
  await add(
    tx,
    sql`batch as materialized (select id from journal where position > ${after} and position <= ${upto}),
    entry as materialized (${entriesOf(sql`batch`)})`,
  );
  await sql`update unclassified_state set position = ${upto}`.execute(tx);
}

/** Takes out what occurred in a stretch of time, all of it folded: its events go. Needs the read model locked. */
export async function takeOut(tx: Tx, period: Period): Promise<void> {
  await add(tx, sql`entry as materialized (${entriesTaken(period)})`);
}

/** Adds the entries of a table `entry`. */
async function add(tx: Tx, entry: RawBuilder<unknown>): Promise<void> {
  const { rows } = await sql<{ ids: string[] }>`
    with ${entry},
    days as (
      insert into unclassified_days as d (group_id, day, events, first_seen_at, last_seen_at)
      ${daysOf(sql`entry`)} order by 1, 2
      on conflict (group_id, day) do update set events = d.events + excluded.events,
        first_seen_at = least(d.first_seen_at, excluded.first_seen_at), last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at)),
    measures as (
      insert into unclassified_measures as m (group_id, measure, provider, model, quantity, uncosted)
      ${measuresOf(sql`entry`)} order by 1, 2, 3, 4
      on conflict (group_id, measure, provider, model) do update set quantity = m.quantity + excluded.quantity,
        uncosted = m.uncosted + excluded.uncosted),
    costs as (
      insert into unclassified_costs as c (group_id, currency, amount)
      ${costsOf(sql`entry`)} order by 1, 2
      on conflict (group_id, currency) do update set amount = c.amount + excluded.amount),
    groups as (
      insert into unclassified_groups as g (id, kind, credential_key, claim, reason, organization_id, events, first_seen_at, last_seen_at)
      ${groupsOf(sql`entry`)} order by 1
      on conflict (id) do update set events = g.events + excluded.events,
        first_seen_at = least(g.first_seen_at, excluded.first_seen_at), last_seen_at = greatest(g.last_seen_at, excluded.last_seen_at))
    select coalesce(array_agg(distinct group_id), '{}') as ids from entry where sign < 0`.execute(
    tx,
  );
  const reduced = rows[0]?.ids ?? [];
  if (reduced.length > 0) await tidy(tx, reduced);
}

/** Usage has left these groups: what is empty goes, and what is left has been seen on the days that are left. */
async function tidy(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`delete from unclassified_days where group_id = any(${ids}::text[]) and events = 0`.execute(
    tx,
  );
  await sql`delete from unclassified_groups where id = any(${ids}::text[]) and events = 0`.execute(
    tx,
  );
  await sql`
    update unclassified_groups g set first_seen_at = d.first_seen_at, last_seen_at = d.last_seen_at
      from (select group_id, min(first_seen_at) as first_seen_at, max(last_seen_at) as last_seen_at
              from unclassified_days where group_id = any(${ids}::text[]) group by 1) d
     where g.id = d.group_id`.execute(tx);
  const gone = sql`group_id = any(${ids}::text[]) and not exists (select from unclassified_groups g where g.id = group_id)`;
  await sql`delete from unclassified_measures where ${gone}`.execute(tx);
  await sql`delete from unclassified_costs where ${gone}`.execute(tx);
}

/** Forgets all of it, to be folded again from the beginning. */
export async function clear(tx: Tx): Promise<void> {
  await sql`delete from unclassified_days`.execute(tx);
  await sql`delete from unclassified_measures`.execute(tx);
  await sql`delete from unclassified_costs`.execute(tx);
  await sql`delete from unclassified_groups`.execute(tx);
  await sql`update unclassified_state set position = 0`.execute(tx);
}
