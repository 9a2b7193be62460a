import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { BillingCycle } from './cycle-rules.ts';
import type { CycleKind } from './schedule-rules.ts';

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
  change: Partial<Pick<ScheduleRow, 'enabled' | 'grace_hours' | 'billed_until' | 'last_run_id'>>,
): Promise<ScheduleRow> {
  return action.tx
    .updateTable('billing_schedule')
    .set({ ...change, updated_at: action.now, version: before.version + 1 })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The rhythms that payers have, each once. */
export async function cycleKinds(db: Queryable): Promise<CycleKind[]> {
  const { rows } = await sql<{ time_zone: string; billing_cycle: BillingCycle | null }>`
    select distinct o.time_zone, o.billing_cycle from organizations o
     where not o.unclassified
       and (exists (select from subscriptions s where s.organization_id = o.id and s.archived_at is null)
         or exists (select from organization_payers p where p.payer_id = o.id and p.superseded_by is null)
         or exists (select from invoices i where i.organization_id = o.id))`.execute(db);
  return rows.map((row) => ({ cycle: row.billing_cycle, timeZone: row.time_zone }));
}
