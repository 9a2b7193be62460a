import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';

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
    Pick<
      ScheduleRow,
      | 'enabled'
      | 'grace_hours'
      | 'late_policy'
      | 'auto_finalize_from'
      | 'billed_until'
      | 'last_run_id'
    >
  >,
): Promise<ScheduleRow> {
  return action.tx
    .updateTable('billing_schedule')
    .set({ ...change, updated_at: action.now, version: before.version + 1 })
    .returningAll()
    .executeTakeFirstOrThrow();
}

const DRAFTS_AT_ONCE = 500;

/**
 * Drafts whose grace is over: that of the schedule, and the longest that their subscriptions, or for those that say
 * nothing the payer, ask for. Oldest first.
 */
export async function draftsToFinalize(db: Queryable, now: Instant): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select i.id
      from billing_schedule b
      join invoices i on i.status = 'draft' and i.period_end > b.auto_finalize_from and i.total >= 0
      join organizations o on o.id = i.organization_id
     where i.period_end + make_interval(hours => b.grace_hours) <= ${now}::timestamptz
       and not exists (
         select from invoice_lines l join subscriptions s on s.id = l.subscription_id
          where l.invoice_id = i.id
            and i.period_end + make_interval(hours => coalesce((s.late_usage ->> 'graceHours')::int, (o.late_usage ->> 'graceHours')::int, 0)) > ${now}::timestamptz)
     order by i.period_end, i.id limit ${DRAFTS_AT_ONCE}`.execute(db);
  return rows.map(({ id }) => id);
}
