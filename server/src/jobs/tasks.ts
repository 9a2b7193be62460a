import type { Queryable } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import type { JobPayload, TaskName } from './rules.ts';

export type Attempt = { readonly isLast: boolean };

/** What is behind the name of a task. */
export type Handler = {
  /**
   * Does it. May be begun twice at once, and again after it was done: it must look at what it finds. `interrupted`:
   * the process stops, and somebody shall go on at once. A throw is a failed attempt.
   */
  work(
    deployment: Deployment,
    payload: JobPayload,
    attempt: Attempt,
  ): Promise<'done' | 'interrupted'>;
  /** Writes down, where people look, that it has failed for good. May be called again. */
  giveUp(deployment: Deployment, payload: JobPayload, reason: string): Promise<void>;
  /** Everything that waits to be done: after a restore from a backup, which holds no jobs, it has none. */
  waiting(db: Queryable): Promise<JobPayload[]>;
};

export type Handlers = { readonly [Name in TaskName]: Handler };
