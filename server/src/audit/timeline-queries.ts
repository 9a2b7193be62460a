import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import { type TimelineTable, timelines } from '../db/timelines.ts';
import type { Instant } from '../lib/instant.ts';

const TIMELINE_ROWS_MAX = 1000;

/** Who recorded something, when, by which verb and why. */
export type Recording = {
  at: Instant;
  position: number | null;
  actor: string;
  action: string | null;
  reason: string | null;
};

/** A row of a timeline as it was recorded; `superseded` once another has taken its place. */
export type TimelineHistoryRow = {
  id: number;
  from: Instant | null;
  to: Instant | null;
  value: Record<string, unknown>;
  recorded: Recording;
  superseded: Recording | null;
};

/** Every row of one subject that a timeline ever had, in the order of recording: what holds and what was believed before. */
export async function timelineHistory(
  db: Queryable,
  table: TimelineTable,
  subjectId: string,
): Promise<TimelineHistoryRow[]> {
  const { subject, value } = timelines[table];
  const cells = sql.join(value.flatMap((column) => [sql`${column}::text`, sql.ref(`t.${column}`)]));
  const recording = (journalId: string) => sql`(
    select jsonb_build_object('at', to_char(j.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
             'position', j.position, 'actor', j.actor, 'action', coalesce(a.action, j.kind), 'reason', a.reason)
      from journal j
      left join lateral (select action, reason from audit_log where resource_id = ${subjectId} and journal_id = j.id
                          order by id desc limit 1) a on true
     where j.id = ${sql.ref(journalId)})`;
  const { rows } = await sql<TimelineHistoryRow>`
    select t.id, lower(t.valid) as "from", upper(t.valid) as "to", jsonb_build_object(${cells}) as value,
           ${recording('t.recorded_by')} as recorded, ${recording('t.superseded_by')} as superseded
      from ${sql.table(table)} t where ${sql.ref(`t.${subject}`)} = ${subjectId}
     order by t.recorded_by, lower(t.valid) nulls first, t.id limit ${TIMELINE_ROWS_MAX}`.execute(
    db,
  );
  return rows;
}
