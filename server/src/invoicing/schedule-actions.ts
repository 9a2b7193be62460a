import { audit } from '../audit/actions.ts';
import { act, type Action, currentPosition } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import type { Instant } from '../lib/instant.ts';
import { createRun } from './run-actions.ts';
import { rhythms } from './run-queries.ts';
import {
  findSchedule,
  lockedSchedule,
  type ScheduleRow,
  updateSchedule,
} from './schedule-queries.ts';
import { afterGrace, dueUntil, nextCycleEnd } from './schedule-rules.ts';
import type { ScheduleUpdate } from './schedule-schema.ts';

const RESOURCE = 'billing-schedule';

/** Changes when cycles are billed by themselves. Turned on, it begins with those whose grace is not over. */
export async function changeSchedule(
  action: Action,
  before: ScheduleRow,
  input: ScheduleUpdate,
): Promise<ScheduleRow> {
  const enabled = input.enabled ?? before.enabled;
  const graceHours = input.graceHours ?? before.grace_hours;
  const starts = enabled && !before.enabled;
  const after = await updateSchedule(action, before, {
    enabled,
    grace_hours: graceHours,
    auto_finalize_from: autoFinalizeFrom(action.now, before, input),
    late_policy: input.latePolicy ?? before.late_policy,
    billed_until:
      input.billedUntil ?? (starts ? dueUntil(action.now, graceHours) : before.billed_until),
  });
  await audit(action, {
    action: 'billingSchedule.update',
    resourceId: RESOURCE,
    before: settingsOf(before),
    after: settingsOf(after),
  });
  return after;
}

function autoFinalizeFrom(
  now: Instant,
  before: ScheduleRow,
  { autoFinalize, graceHours = before.grace_hours }: ScheduleUpdate,
): Instant | null {
  if (autoFinalize === undefined) return before.auto_finalize_from;
  return autoFinalize ? (before.auto_finalize_from ?? dueUntil(now, graceHours)) : null;
}

function settingsOf(row: ScheduleRow) {
  return {
    enabled: row.enabled,
    graceHours: row.grace_hours,
    latePolicy: row.late_policy,
    autoFinalizeFrom: row.auto_finalize_from,
    billedUntil: row.billed_until,
  };
}

/** When the next run begins; null if none will. */
export async function nextRunAt(db: Queryable, row: ScheduleRow): Promise<Instant | null> {
  if (!row.enabled || row.billed_until === null) return null;
  const end = nextCycleEnd(await rhythms(db), row.billed_until);
  return end === null ? null : afterGrace(end, row.grace_hours);
}

/**
 * Asks for a run of the cycles whose grace is over, if there are any; answers its id. May be called at any time, in
 * several processes at once: each cycle is asked for once.
 */
export async function billBySchedule(deployment: Deployment): Promise<string | null> {
  const { database, clock } = deployment;
  const seen = await findSchedule(database.db);
  const next = await nextRunAt(database.db, seen);
  if (next === null || next > clock()) return null;
  const position = await currentPosition(database);
  const asked = { kind: 'billingRuns.create', actor: 'system' };
  return act(database, clock, asked, async (action) => {
    const row = await lockedSchedule(action);
    if (!row.enabled || row.billed_until === null || row.version !== seen.version) return null;
    const to = dueUntil(action.now, row.grace_hours);
    if (to <= row.billed_until) return null;
    const run = await createRun(action, { from: row.billed_until, to }, position);
    await updateSchedule(action, row, { billed_until: to, last_run_id: run.id });
    return run.id;
  });
}
