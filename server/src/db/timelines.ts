import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../lib/instant.ts';
import type { TimelineChange, TimelineRow } from '../lib/timeline.ts';
import type { Action } from './act.ts';
import type { Queryable } from './connect.ts';

/** Each timeline table: the column that names its subject, and those that are its value. */
export const timelines = {
  organization_parents: { subject: 'organization_id', value: ['parent_id'] },
  organization_payers: { subject: 'organization_id', value: ['payer_id'] },
  organization_aliases: {
    subject: 'organization_id',
    value: ['survivor_id', 'choices', 'merged_by'],
  },
  organization_cycles: {
    subject: 'organization_id',
    value: ['unit', 'count', 'anchor_day', 'time_zone', 'first_end'],
  },
  memberships: { subject: 'subscriber_id', value: ['organization_id', 'is_primary'] },
  credential_ids: { subject: 'credential_id', value: ['value_key'] },
  subscription_plans: { subject: 'subscription_id', value: ['plan_id', 'plan_version'] },
  subscription_anchors: { subject: 'subscription_id', value: ['anchor_day', 'time_zone'] },
  subscription_pauses: { subject: 'subscription_id', value: [] },
  bindings: {
    subject: 'credential_id',
    value: ['subscriber_id', 'organization_id', 'subscription_id'],
  },
} as const;

export type TimelineTable = keyof typeof timelines;

/** A row in force, with its id. */
export type StoredRow<V> = TimelineRow<V> & { readonly id: number };

/** The rows now in force of one subject, oldest first. */
export async function loadTimeline<V extends object>(
  db: Queryable,
  table: TimelineTable,
  subjectId: string,
): Promise<StoredRow<V>[]> {
  return storedRows(db, table, subjectId, sql`superseded_by is null`);
}

async function storedRows<V extends object>(
  db: Queryable,
  table: TimelineTable,
  subjectId: string,
  condition: RawBuilder<unknown>,
): Promise<StoredRow<V>[]> {
  const { subject, value } = timelines[table];
  const { rows } = await sql<{ id: number; from: Instant | null; to: Instant | null; value: V }>`
    select id, lower(valid) as "from", upper(valid) as "to", jsonb_build_object(${sql.raw(value.map((column) => `'${column}', ${column}`).join(', '))}) as value
      from ${sql.table(table)} where ${sql.ref(subject)} = ${subjectId} and ${condition}
     order by lower(valid) nulls first`.execute(db);
  return rows;
}

/** The rows of one subject that a journal row took out of force, but for those that it had made itself. */
export async function replacedBy<V extends object>(
  db: Queryable,
  table: TimelineTable,
  subjectId: string,
  journalId: number,
): Promise<StoredRow<V>[]> {
  return storedRows(
    db,
    table,
    subjectId,
    sql`superseded_by = ${journalId} and recorded_by <> ${journalId}`,
  );
}

/** The rows of one subject that a journal row put in force; null where another has taken some of them out since. */
export async function standingOf<V extends object>(
  db: Queryable,
  table: TimelineTable,
  subjectId: string,
  journalId: number,
): Promise<StoredRow<V>[] | null> {
  const mine = sql`recorded_by = ${journalId}`;
  const changed = sql`${mine} and superseded_by <> ${journalId}`;
  if ((await storedRows<V>(db, table, subjectId, changed)).length > 0) return null;
  return storedRows(db, table, subjectId, sql`${mine} and superseded_by is null`);
}

/** Supersedes and inserts; the EXCLUDE constraint has the last word on overlaps. */
export async function saveTimeline<V extends object>(
  action: Action,
  table: TimelineTable,
  subjectId: string,
  change: TimelineChange<StoredRow<V>>,
): Promise<void> {
  const { subject, value } = timelines[table];
  const supersededIds = change.superseded.map((row) => row.id);
  if (supersededIds.length > 0) {
    await sql`update ${sql.table(table)} set superseded_by = ${action.journalId} where id = any(${supersededIds}) and superseded_by is null`.execute(
      action.tx,
    );
  }
  for (const row of change.inserted) {
    const cells = row.value as Record<string, unknown>;
    const columns = sql.join(
      [subject, ...value, 'valid', 'recorded_by'].map((column) => sql.ref(column)),
    );
    const values = sql.join([subjectId, ...value.map((column) => cells[column] ?? null)]);
    await sql`insert into ${sql.table(table)} (${columns})
      values (${values}, tstzrange(${row.from}::timestamptz, ${row.to}::timestamptz, '[)'), ${action.journalId})`.execute(
      action.tx,
    );
  }
}
