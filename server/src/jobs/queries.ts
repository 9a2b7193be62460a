import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';

export type NewJob = {
  task: string;
  key: string;
  payload: unknown;
  queue: string | null;
  attemptsMax: number;
};

/**
 * Adds jobs in the transaction of `db`: a worker sees them once it commits. One whose key is waiting already is
 * replaced (`again`), or stays as it is.
 */
export async function insertJobs(
  db: Queryable,
  jobs: readonly NewJob[],
  again = false,
): Promise<void> {
  if (jobs.length === 0) return;
  await sql`
    select graphile_worker.add_job(identifier => j.task, payload => j.payload, queue_name => j.queue,
             max_attempts => j."attemptsMax", job_key => j.key, job_key_mode => ${again ? 'replace' : 'unsafe_dedupe'})
      from jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb)
        as j (task text, key text, payload json, queue text, "attemptsMax" integer)`.execute(db);
}

const lockName = sql`'customary.worker.'`;

/** The lock that tells that the worker of this id lives: held, on a connection of its own, as long as it does. */
export function workerLock(workerId: string): string {
  return `customary.worker.${workerId}`;
}

/**
 * Frees the jobs and queues of workers that no longer hold their lock; answers who they were. Who holds it is alive,
 * in whatever process: its jobs are never touched.
 */
export async function releaseDeadWorkers(db: Queryable): Promise<string[]> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      with holders as materialized (
        select locked_by as id from graphile_worker._private_jobs where locked_by is not null
        union
        select locked_by from graphile_worker._private_job_queues where locked_by is not null
      )
      select id from holders where pg_try_advisory_xact_lock(hashtextextended(${lockName} || id, 0))`.execute(
      tx,
    );
    const dead = rows.map((row) => row.id);
    if (dead.length > 0)
      // Idle workers look at once, as for new jobs.
      await sql`select graphile_worker.force_unlock_workers(${dead}::text[]), pg_notify('jobs:insert', '{"count":100}')`.execute(
        tx,
      );
    return dead;
  });
}

export type SpentJob = {
  id: number;
  task: string;
  payload: unknown;
  /** False: another job has taken over from it. */
  current: boolean;
  lastError: string | null;
};

/** Jobs that have used up their attempts, and that nobody is at. */
export async function spentJobs(db: Queryable, limit: number): Promise<SpentJob[]> {
  const { rows } = await sql<SpentJob>`
    select j.id, t.identifier as task, j.payload, j.key is not null as current, j.last_error as "lastError"
      from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where j.locked_at is null and j.attempts >= j.max_attempts
     order by j.id limit ${limit}`.execute(db);
  return rows;
}

export async function deleteJobs(db: Queryable, ids: readonly number[]): Promise<void> {
  await sql`select graphile_worker.complete_jobs(${ids}::bigint[])`.execute(db);
}

/** Of these keys, those that no job has. */
export async function keysWithoutJob(db: Queryable, keys: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select k.key from unnest(${keys}::text[]) as k (key)
     where not exists (select from graphile_worker._private_jobs j where j.key = k.key)`.execute(
    db,
  );
  return rows.map((row) => row.key);
}
