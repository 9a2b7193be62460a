import { z } from 'zod';
import { idOf, instant, instantInput, pageQuery, resource } from '../http/shapes.ts';
import { DAY_MS, epochMs } from '../lib/instant.ts';
import type { Asked } from './cycle-rules.ts';
import { runStatuses } from './run-rules.ts';
import type { RunRow } from './run-queries.ts';

const RANGE_DAYS_MAX = 366;

export const monthInput = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'Expected a month, such as 2026-10')
  .meta({ examples: ['2026-10'] });

export const runCreate = z
  .strictObject({
    period: monthInput.describe(
      'The cycles that end in this month, in the time zone of each payer.',
    ),
    from: instantInput.describe(
      'With `to`, in place of `period`: the cycles whose last instant is in [from, to).',
    ),
    to: instantInput,
    wait: z
      .boolean()
      .describe(
        '`true` (default): answer when it has ended, or after ten minutes. `false`: answer at once; ask for it to see how far it is.',
      ),
  })
  .partial()
  .transform((body, context): { asked: Asked; wait: boolean } => {
    const { period, from, to, wait = true } = body;
    const refuse = (pointer: string, message: string) => {
      context.addIssue({ code: 'custom', message, path: [pointer] });
      return z.NEVER;
    };
    if (period !== undefined)
      return from === undefined && to === undefined
        ? { asked: { period }, wait }
        : refuse('period', 'Send either `period` or `from` and `to`');
    if (from === undefined || to === undefined)
      return refuse(
        from === undefined && to === undefined ? 'period' : from === undefined ? 'from' : 'to',
        'Send either `period` or `from` and `to`',
      );
    if (from >= to) return refuse('to', 'Must be later than `from`');
    if (epochMs(to) - epochMs(from) > RANGE_DAYS_MAX * DAY_MS)
      return refuse('to', `At most ${RANGE_DAYS_MAX} days after \`from\``);
    return { asked: { from, to }, wait };
  })
  .meta({ id: 'BillingRunCreate' });

const problem = z.object({
  code: z.string(),
  detail: z.string(),
  organizations: z.array(z.object({ organizationId: z.string(), detail: z.string() })),
});

export const run = z
  .object({
    id: z.string(),
    period: z.string().describe('The month, or `from/to`.'),
    from: instant.nullable(),
    to: instant.nullable(),
    status: z.enum(runStatuses),
    position: z.int().describe('What was recorded up to here is billed.'),
    organizationsTotal: z.int(),
    organizationsDone: z.int(),
    invoicesDrafted: z.int(),
    linesDrafted: z.int(),
    creditNotesIssued: z.int().describe('For credits that no invoice could take.'),
    problem: problem.nullable(),
    finishedAt: instant.nullable(),
    ...resource,
  })
  .meta({ id: 'BillingRun' });

export const runParams = z.strictObject({ id: idOf('run') });

export const runList = z.strictObject({
  ...pageQuery,
  status: z.enum(runStatuses).optional(),
  period: z.string().max(64).optional(),
});

export function runToApi(row: RunRow): z.output<typeof run> {
  const isRange = row.period.includes('/');
  return {
    id: row.id,
    period: row.period,
    from: isRange ? row.period_start : null,
    to: isRange ? row.period_end : null,
    status: row.status as (typeof runStatuses)[number],
    position: row.position,
    organizationsTotal: row.organizations_total,
    organizationsDone: row.organizations_done,
    invoicesDrafted: row.invoices_drafted,
    linesDrafted: row.lines_drafted,
    creditNotesIssued: row.credit_notes_issued,
    problem: row.problem as z.output<typeof problem> | null,
    finishedAt: row.finished_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
