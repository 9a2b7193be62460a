import { z } from 'zod';
import { instant, instantInput, resource } from '../http/shapes.ts';
import type { Instant } from '../lib/instant.ts';
import { latePolicies, type LatePolicy } from './policy-rules.ts';
import type { ScheduleRow } from './schedule-queries.ts';

export const schedule = z
  .object({
    enabled: z.boolean(),
    graceHours: z
      .int()
      .describe(
        'How long after its end a cycle is billed: usage that arrives in between is on it.',
      ),
    latePolicy: z
      .enum(latePolicies)
      .describe(
        'What becomes of usage recorded after its service period was billed, where neither the subscription nor its payer says.',
      ),
    autoFinalize: z
      .boolean()
      .describe(
        'Whether drafts are issued by themselves: once `graceHours` are over, and those of `lateUsage` of the payer and of every subscription on it. Each is brought up to date before.',
      ),
    autoFinalizeFrom: instant
      .nullable()
      .describe('Drafts of cycles that ended before are left to somebody; null while it is off.'),
    billedUntil: instant
      .nullable()
      .describe('Cycles that ended up to here have been billed, or are not for the schedule.'),
    nextRunAt: instant
      .nullable()
      .describe('When the next run begins; null while it is off, or nobody is billed.'),
    lastRunId: z.string().nullable(),
    ...resource,
  })
  .meta({ id: 'BillingSchedule' });

export const scheduleUpdate = z
  .strictObject({
    enabled: z.boolean(),
    graceHours: z.int().min(0).max(720),
    latePolicy: z.enum(latePolicies),
    autoFinalize: z
      .boolean()
      .describe('Turned on, it begins with the cycles whose grace is not over.'),
    billedUntil: instantInput.describe(
      'Begin with the cycles that end after this. Default when it is turned on: those whose grace is not over.',
    ),
  })
  .partial()
  .meta({ id: 'BillingScheduleUpdate' });

export type ScheduleUpdate = z.output<typeof scheduleUpdate>;

export function scheduleToApi(
  row: ScheduleRow,
  nextRunAt: Instant | null,
): z.output<typeof schedule> {
  return {
    enabled: row.enabled,
    graceHours: row.grace_hours,
    latePolicy: row.late_policy as LatePolicy,
    autoFinalize: row.auto_finalize_from !== null,
    autoFinalizeFrom: row.auto_finalize_from,
    billedUntil: row.billed_until,
    nextRunAt,
    lastRunId: row.last_run_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
