import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';

export type ScheduleRow = Awaited<ReturnType<typeof findSchedule>>;

export async function findSchedule(db: Queryable) {
  return db.selectFrom('billing_schedule').selectAll().executeTakeFirstOrThrow();
}

/** The schedule, which nobody else changes until the transaction ends. */
export async function lockedSchedule(action: Action): Promise<ScheduleRow> {
  return action.tx.selectFrom('billing_schedule').selectAll().forUpdate().executeTakeFirstOrThrow();
}

export async function updateSchedule(
  action: Action,
  before: ScheduleRow,
  change: Partial<
    Pick<ScheduleRow, 'enabled' | 'grace_hours' | 'late_policy' | 'billed_until' | 'last_run_id'>
  >,
): Promise<ScheduleRow> {
  return action.tx
    .updateTable('billing_schedule')
    .set({ ...change, updated_at: action.now, version: before.version + 1 })
    .returningAll()
    .executeTakeFirstOrThrow();
}
