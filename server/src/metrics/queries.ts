import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import { epochMs, type Instant } from '../lib/instant.ts';
import { foldLag } from '../usage/fold-queries.ts';

export type Backlog = {
  position: number;
  unfolded: number;
  behindSeconds: number;
  jobs: { task: string; state: string; count: number }[];
};

const MS = 1000;

/** What waits to be done, at `now`. */
export async function readBacklog(db: Queryable, now: Instant): Promise<Backlog> {
  const { rows } = await sql<{ position: number }>`
    select coalesce(max(position), 0) as position from journal`.execute(db);
  const lag = await foldLag(db);
  const jobs = await sql<Backlog['jobs'][number]>`
    select t.identifier as task, count(*) as count,
           case when j.locked_at is not null then 'running' when j.attempts >= j.max_attempts then 'failed'
                when j.attempts > 0 then 'retrying' else 'waiting' end as state
      from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     group by 1, 3`.execute(db);
  return {
    position: rows[0]?.position ?? 0,
    unfolded: lag.transactions,
    behindSeconds: lag.since === null ? 0 : Math.max(0, (epochMs(now) - epochMs(lag.since)) / MS),
    jobs: jobs.rows,
  };
}
