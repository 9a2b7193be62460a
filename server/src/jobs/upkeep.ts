import type { Deployment } from '../db/deployment.ts';
import { newJob } from './actions.ts';
import {
  deleteJobs,
  insertJobs,
  keysWithoutJob,
  releaseDeadWorkers,
  type SpentJob,
  spentJobs,
} from './queries.ts';
import { isTaskName, jobPayload, type TaskName, taskNames } from './rules.ts';
import type { Handlers } from './tasks.ts';

const SPENT_AT_ONCE = 100;

/**
 * Puts right what a crash or a restore leaves behind: frees the jobs of dead workers, closes what has failed for good,
 * and gives a job to whatever waits without one. Any process may do it at any time.
 */
export async function keepUp(deployment: Deployment, handlers: Handlers): Promise<void> {
  const { db } = deployment.database;
  const dead = await releaseDeadWorkers(db);
  if (dead.length > 0) deployment.log.warn({ workers: dead }, 'freed the jobs of dead workers');
  await closeSpent(deployment, handlers);
  for (const name of taskNames) await giveJobs(deployment, handlers, name);
}

/** What has used up its attempts, whether they failed or the process ended each time. */
async function closeSpent(deployment: Deployment, handlers: Handlers): Promise<void> {
  const { db } = deployment.database;
  for (const job of await spentJobs(db, SPENT_AT_ONCE)) {
    if (!isTaskName(job.task)) continue; // of a newer version, which knows what to do
    if (job.current) await giveUp(deployment, handlers, job.task, job);
    await deleteJobs(db, [job.id]);
  }
}

async function giveUp(
  deployment: Deployment,
  handlers: Handlers,
  name: TaskName,
  { payload, lastError }: SpentJob,
): Promise<void> {
  const parsed = jobPayload.safeParse(payload);
  if (!parsed.success) return;
  const reason = lastError ?? 'The process ended while it was at it, each time.';
  deployment.log.error({ task: name, id: parsed.data.id, reason }, 'a job has failed for good');
  await handlers[name].giveUp(deployment, parsed.data, reason);
}

async function giveJobs(
  { database: { db }, log }: Deployment,
  handlers: Handlers,
  name: TaskName,
): Promise<void> {
  const waiting = await handlers[name].waiting(db);
  if (waiting.length === 0) return;
  const without = new Set(
    await keysWithoutJob(
      db,
      waiting.map(({ id }) => id),
    ),
  );
  const lost = waiting.filter(({ id }) => without.has(id));
  if (lost.length === 0) return;
  log.warn({ task: name, jobs: lost.length }, 'gave a job to what had none');
  await insertJobs(
    db,
    lost.map((payload) => newJob(name, payload)),
  );
}
