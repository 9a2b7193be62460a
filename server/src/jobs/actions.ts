import type { Action } from '../db/act.ts';
import { insertJobs, type NewJob } from './queries.ts';
import { type JobPayload, type TaskName, tasks } from './rules.ts';

/** Asks for a job in the action's own transaction: it runs if, and only if, the action is recorded. */
export async function addJob(action: Action, task: TaskName, payload: JobPayload): Promise<void> {
  await addJobs(action, task, [payload]);
}

/** The same for many. One that is waiting for its turn already is left as it is. */
export async function addJobs(
  action: Action,
  task: TaskName,
  payloads: readonly JobPayload[],
): Promise<void> {
  await insertJobs(
    action.tx,
    payloads.map((payload) => newJob(task, payload)),
  );
}

export function newJob(task: TaskName, payload: JobPayload): NewJob {
  const { queue, attemptsMax } = tasks[task];
  return { task, key: payload.id, payload, queue, attemptsMax };
}
