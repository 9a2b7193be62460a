import { setTimeout as delay } from 'node:timers/promises';
import { Logger, run, type Runner, type Task, type TaskList } from 'graphile-worker';
import type { PoolClient } from 'pg';
import type { Logger as Log } from 'pino';
import { connect, type Database } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import { JOB_SCHEMA } from '../db/job-schema.ts';
import { limits } from '../lib/limits.ts';
import { traced } from '../lib/tracing.ts';
import { newJob } from './actions.ts';
import { handlers as ours } from './handlers.ts';
import { type Presence, showPresence } from './presence.ts';
import { insertJobs } from './queries.ts';
import { repeat } from './repeat.ts';
import { jobPayload, type TaskName, taskNames } from './rules.ts';
import type { Handlers } from './tasks.ts';
import { keepUp } from './upkeep.ts';

export type Worker = {
  /** Takes no further jobs and waits for those that run, up to a limit. */
  stop(): Promise<void>;
};

// Each job may use a few connections of its own.
const CONNECTIONS_MAX = limits.jobsAtOnceMax * 3;
const POLL_MS = 1000;
const KEEP_UP_EVERY_MS = 5000;
const CUT_MS_MAX = 1000;

export type WorkerOptions = { handlers?: Handlers; drainMsMax?: number };

/** Runs jobs until it is stopped. Any number of processes may do so on the same database. */
export async function startWorker(
  deployment: Deployment,
  { handlers = ours, drainMsMax = limits.jobDrainMsMax }: WorkerOptions = {},
): Promise<Worker> {
  const { log } = deployment;
  // Connections of their own: jobs must not keep requests waiting, nor wait for them.
  const database = poolFor(deployment, 'customary jobs', CONNECTIONS_MAX);
  const clients = new Set<PoolClient>();
  database.pool.on('connect', (client) => void clients.add(client));
  database.pool.on('remove', (client) => void clients.delete(client));
  // And others to fetch them and to say what came of them, which must go on when those of the jobs are cut.
  const queue = poolFor(deployment, 'customary job queue', limits.jobsAtOnceMax + 1);
  const own = { ...deployment, database };
  let presence: Presence | undefined;
  const show = async (workerId: string): Promise<void> => {
    presence ??= showPresence(database.url, workerId, log);
    await presence.shown;
  };
  const close = async (): Promise<void> => {
    await presence?.end();
    await Promise.all([database.close(), queue.close()]);
  };
  try {
    await keepUp(own, handlers);
    const runner = await runJobs(own, queue, handlers, show);
    const upkeep = repeat(KEEP_UP_EVERY_MS, log, () => keepUp(own, handlers));
    return {
      async stop() {
        await Promise.all([drain(runner, clients, drainMsMax, log), upkeep.stop()]);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function poolFor({ database }: Deployment, name: string, connectionsMax: number): Database {
  const own = connect({ url: database.url, role: 'app', connectionsMax, name });
  return { ...own, tracing: database.tracing };
}

function runJobs(
  deployment: Deployment,
  queue: Database,
  handlers: Handlers,
  show: (workerId: string) => Promise<void>,
): Promise<Runner> {
  const presencePlugin = {
    name: 'CustomaryPresence',
    worker: {
      hooks: {
        // Before it asks for its first job: no job is ever held by a worker that cannot be seen.
        startWorker: (_context: unknown, { worker }: { worker: WorkerOfPool }) =>
          show(worker.workerPool.id),
      },
    },
  };
  return run({
    pgPool: queue.pool,
    schema: JOB_SCHEMA,
    concurrency: limits.jobsAtOnceMax,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    taskList: taskListOf(deployment, handlers),
    parsedCronItems: [],
    logger: loggerTo(deployment.log),
    preset: { plugins: [presencePlugin] },
  });
}

type WorkerOfPool = { workerPool: { id: string } };

/** What has not ended in time loses its connections, and so fails; whoever comes next begins it again. */
async function drain(
  runner: Runner,
  clients: ReadonlySet<PoolClient>,
  msMax: number,
  log: Log,
): Promise<void> {
  const stopped = runner.stop();
  if (await endsWithin(stopped, msMax)) return;
  log.warn('jobs did not end in time; they will be begun again');
  await Promise.allSettled([...clients].map((client) => (client as Endable).end()));
  await endsWithin(stopped, CUT_MS_MAX);
}

/** Ends even with a query under way, unlike the pool, which waits for whoever holds it. */
type Endable = PoolClient & { end(): Promise<void> };

async function endsWithin(work: Promise<unknown>, msMax: number): Promise<boolean> {
  const timer = new AbortController();
  const tooLong = delay(msMax, false, { signal: timer.signal }).catch(() => true);
  const ended = await Promise.race([work.then(() => true), tooLong]);
  timer.abort();
  return ended;
}

function taskListOf(deployment: Deployment, handlers: Handlers): TaskList {
  const taskOf =
    (name: TaskName): Task =>
    async (given, { job }) => {
      const payload = jobPayload.parse(given);
      const isLast = job.attempts >= job.max_attempts;
      const facts = { 'customary.subject': payload.id, 'customary.attempt': job.attempts };
      const outcome = await traced(deployment.database.tracing, `job ${name}`, { facts }, () =>
        handlers[name].work(deployment, payload, { isLast }),
      );
      // A fresh job in place of this one, which ends: for another process, or for this one when it is back.
      if (outcome === 'interrupted')
        await insertJobs(deployment.database.db, [newJob(name, payload)], true);
    };
  return Object.fromEntries(taskNames.map((name) => [name, taskOf(name)]));
}

const levels: Readonly<Record<string, 'error' | 'warn'>> = { error: 'error', warning: 'warn' };

function loggerTo(log: Log): Logger {
  return new Logger(() => (level, message) => log[levels[level] ?? 'debug'](message));
}
