import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Deployment } from '../db/deployment.ts';
import { readBacklog } from './queries.ts';

/** What a process counts as it works, and what it looks up when it is asked. */
export type Metrics = {
  readonly registry: Registry;
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void;
  countIngested(outcome: IngestOutcome, events: number): void;
  /** Who knows what waits to be recorded. */
  watchIntake(load: () => { requests: number; events: number; bytes: number }): void;
};

export type IngestOutcome = 'accepted' | 'duplicate' | 'conflict' | 'rejected';

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics(deployment: Deployment): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'customary_' });
  const requests = new Histogram({
    name: 'customary_http_request_duration_seconds',
    help: 'Requests by method, route and status, and how long they took.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const ingested = new Counter({
    name: 'customary_ingest_events_total',
    help: 'Events by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  watchPool(deployment, registry);
  watchBacklog(deployment, registry);
  return {
    registry,
    observeRequest: ({ method, route, status, seconds }) =>
      requests.observe({ method, route, status }, seconds),
    countIngested: (outcome, events) => ingested.inc({ outcome }, events),
    watchIntake(load) {
      const waiting = new Gauge({
        name: 'customary_ingest_waiting',
        help: 'Requests, events and bytes of bodies that wait to be recorded or are being recorded.',
        labelNames: ['what'],
        registers,
        collect() {
          for (const [what, count] of Object.entries(load())) waiting.set({ what }, count);
        },
      });
    },
  };
}

function watchPool({ database: { pool } }: Deployment, registry: Registry): void {
  const connections = new Gauge({
    name: 'customary_pool_connections',
    help: 'Connections to PostgreSQL: all, idle, and requests for one that wait.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      connections.set({ state: 'total' }, pool.totalCount);
      connections.set({ state: 'idle' }, pool.idleCount);
      connections.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
}

/** One look at the database for all gauges that need it, however many of them are asked at once. */
function watchBacklog({ database, clock }: Deployment, registry: Registry): void {
  let looking: Promise<void> | undefined;
  const look = () => (looking ??= read().finally(() => (looking = undefined)));
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry], collect: look });
  const up = gauge('customary_database_up', '1 where the database answered this very question.');
  const position = gauge('customary_journal_position', 'The latest position.');
  const unfolded = gauge(
    'customary_fold_lag_transactions',
    'Recording transactions that the derived usage does not hold yet.',
  );
  const behind = gauge('customary_fold_lag_seconds', 'How long the first of them has waited.');
  const jobs = gauge('customary_jobs', 'Jobs by task and state.', ['task', 'state']);
  const read = async (): Promise<void> => {
    const backlog = await readBacklog(database.db, clock()).catch(() => null);
    up.set(backlog === null ? 0 : 1);
    if (backlog === null) return;
    position.set(backlog.position);
    unfolded.set(backlog.unfolded);
    behind.set(backlog.behindSeconds);
    jobs.reset();
    for (const { task, state, count } of backlog.jobs) jobs.set({ task, state }, count);
  };
}
