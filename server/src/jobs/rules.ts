import { z } from 'zod';

/**
 * What a job works on: the id of a row that says what is to be done, and what came of it. Nothing else: whoever reads
 * the row sees it all, and a job that is lost, or there twice, does no harm.
 */
export const jobPayload = z.strictObject({ id: z.string() });
export type JobPayload = z.output<typeof jobPayload>;

type Task = {
  /** How often it is tried, with pauses of e, e², e³ … seconds between. */
  readonly attemptsMax: number;
  /** Jobs of one queue run one after another; those without a queue at once. */
  readonly queue: string | null;
};

export const tasks = {
  'billing.run': { attemptsMax: 10, queue: 'billing.run' },
  'reattributions.redraft': { attemptsMax: 10, queue: 'billing.run' },
  // The last attempt comes half an hour after the first: servers that greylist let one in by then.
  'messages.send': { attemptsMax: 8, queue: null },
  'links.send': { attemptsMax: 8, queue: null },
} as const satisfies Record<string, Task>;

export type TaskName = keyof typeof tasks;

export const taskNames = Object.keys(tasks) as TaskName[];

export function isTaskName(name: string): name is TaskName {
  return name in tasks;
}
