import { setTimeout as delay } from 'node:timers/promises';
import { audit } from '../audit/actions.ts';
import { act, currentPosition, type Action } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { addJob } from '../jobs/actions.ts';
import { newId } from '../lib/id.ts';
import { limits } from '../lib/limits.ts';
import type { Period } from '../lib/period.ts';
import { calendarMonth } from '../lib/period.ts';
import { notFound, Problem } from '../lib/problem.ts';
import { type Asked, cyclesEndingIn } from './cycle-rules.ts';
import { billPayer, type RunContext } from './draft-actions.ts';
import { findNews, type News } from './news-queries.ts';
import { isUnfinished } from './run-rules.ts';
import {
  everyPayer,
  findRun,
  finishRun,
  holdingRun,
  payersDone,
  payersWithWork,
  recordProgress,
  type Rhythm,
  type RunRow,
  runningOf,
  setRunning,
} from './run-queries.ts';

const PAYERS_AT_ONCE = 3;
const PAYERS_PER_REPORT = 50;
const FAILURES_KEPT = 20;
const LOOK_EVERY_MS = 100;

/** Records a run of the cycles asked for, as usage is known now, and the job that carries it out. */
export async function createRun(action: Action, asked: Asked, position: number): Promise<RunRow> {
  const id = newId('run', action.now);
  const { start, end } =
    'period' in asked ? calendarMonth(asked.period, 'UTC') : { start: asked.from, end: asked.to };
  const period = 'period' in asked ? asked.period : `${asked.from}/${asked.to}`;
  await action.tx
    .insertInto('billing_runs')
    .values({
      id,
      period,
      period_start: start,
      period_end: end,
      status: 'queued',
      position,
      actor: action.actor,
      created_at: action.now,
      updated_at: action.now,
    })
    .execute();
  await addJob(action, 'billing.run', { id });
  await audit(action, {
    action: 'billingRuns.create',
    resourceId: id,
    before: null,
    after: { id, period, position },
  });
  return requireRun(action, id);
}

async function requireRun(action: Action, id: string): Promise<RunRow> {
  const row = await findRun(action.tx, id);
  if (row === undefined) throw notFound('billing run', id);
  return row;
}

type Asking = { actor: string; requestId: string | null };

/** Asks for a billing run and waits for it; answers its id. */
export async function bill(deployment: Deployment, asked: Asked, by: Asking): Promise<string> {
  const { database, clock } = deployment;
  const position = await currentPosition(database);
  const run = await act(database, clock, { kind: 'billingRuns.create', ...by }, (action) =>
    createRun(action, asked, position),
  );
  await closeDead(deployment, run);
  await finishBilling(deployment, run.id, limits.billingWaitMsMax);
  return run.id;
}

/** Another run of the period that died on the way need not be resumed: this one comes to the same drafts, and knows more. */
async function closeDead({ database, clock }: Deployment, run: RunRow): Promise<void> {
  for (const { id } of await runningOf(database.db, run.period)) {
    if (id === run.id) continue;
    const detail = `It was interrupted; ${run.id} took over.`;
    const problem = { code: 'interrupted', detail, organizations: [] };
    await holdingRun(database, id, () => finishRun(database.db, id, problem, clock()));
  }
}

/**
 * Sees to it that a run has ended: carries it out, or waits while somebody else does and goes on where they died.
 * Answers false when told to stop before, or where others take longer than `waitMsMax`.
 */
export async function finishBilling(
  deployment: Deployment,
  runId: string,
  waitMsMax = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const { database, stopping } = deployment;
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    await runBilling(deployment, runId);
    const run = await findRun(database.db, runId);
    if (run === undefined || !isUnfinished(run.status)) return true;
    if (stopping?.aborted === true || waitedMs >= waitMsMax) return false;
    await delay(LOOK_EVERY_MS);
  }
}

/**
 * Carries out a recorded run: one transaction for each payer, so that what is done is done when it is interrupted, and
 * calling it again goes on with the rest. Does nothing where the run has ended or somebody else is at it. One payer's
 * failure does not hold up the others: the run goes through them all, and has failed.
 */
export async function runBilling(deployment: Deployment, runId: string): Promise<void> {
  const { database } = deployment;
  await holdingRun(database, runId, async () => {
    const run = await findRun(database.db, runId);
    if (run === undefined) throw notFound('billing run', runId);
    if (isUnfinished(run.status)) await carryOut(deployment, run);
  });
}

/** A run that has failed for good, whatever the reason. */
export async function failBilling(
  { database, clock }: Deployment,
  runId: string,
  reason: string,
): Promise<void> {
  const problem = { code: 'job_failed', detail: reason, organizations: [] };
  await finishRun(database.db, runId, problem, clock());
}

type Failure = { organizationId: string; detail: string };

async function carryOut(deployment: Deployment, run: RunRow): Promise<void> {
  const {
    clock,
    database: { db },
  } = deployment;
  const news = await findNews(db, run.position);
  const work = await findWork(deployment, run, news.payerIds);
  const done = await payersDone(db, run.id);
  const left = work.filter(({ id }) => !done.has(id));
  await setRunning(db, run.id, work.length, clock());
  const failures = await billAll(deployment, run, news, left, work.length - left.length);
  await recordProgress(db, run.id, work.length - left.length - failures.length, clock());
  if (left.length > 0) return; // told to stop: the job goes on with them
  await finishRun(db, run.id, problemOf(failures, work.length), clock());
}

function problemOf(failures: readonly Failure[], total: number): object | null {
  if (failures.length === 0) return null;
  const detail = `${failures.length} of ${total} organizations could not be billed.`;
  return { code: 'organizations_failed', detail, organizations: failures.slice(0, FAILURES_KEPT) };
}

type Work = { readonly id: string; readonly cycles: readonly Period[] };

/** Each payer with its cycles, oldest first; only those for whom there may be anything to do. */
async function findWork(
  { database: { db } }: Deployment,
  run: RunRow,
  newsPayerIds: ReadonlySet<string>,
): Promise<Work[]> {
  const asked: Asked = /^\d{4}-\d{2}$/.test(run.period)
    ? { period: run.period }
    : { from: run.period_start, to: run.period_end };
  const known = new Map<string, Period[]>();
  const cyclesOf = ({ spans }: Rhythm): Period[] => {
    const key = JSON.stringify(spans);
    const cycles = known.get(key) ?? cyclesEndingIn(spans, asked);
    known.set(key, cycles);
    return cycles;
  };
  const payers = (await everyPayer(db))
    .map((payer) => ({ id: payer.id, cycles: cyclesOf(payer) }))
    .filter(({ cycles }) => cycles.length > 0);
  const spans = payers.map(({ id, cycles }) => ({
    id,
    start: (cycles[0] as Period).start,
    end: (cycles.at(-1) as Period).end,
  }));
  const active = await payersWithWork(db, spans);
  return payers.filter(({ id }) => active.has(id) || newsPayerIds.has(id));
}

/** A few payers at a time, taken from `left`, until the process stops; answers those that failed. */
async function billAll(
  deployment: Deployment,
  run: RunRow,
  news: News,
  left: Work[],
  doneBefore: number,
): Promise<Failure[]> {
  const { database, clock, log } = deployment;
  const context: RunContext = {
    id: run.id,
    position: run.position,
    news,
    isToCredit: true,
  };
  const asked = { kind: 'billingRuns.bill', actor: run.actor };
  const failures: Failure[] = [];
  let finished = doneBefore;
  const work = async () => {
    while (deployment.stopping?.aborted !== true) {
      const next = left.shift();
      if (next === undefined) return;
      const { id, cycles } = next;
      try {
        await act(database, clock, asked, (action) => billPayer(action, context, id, cycles));
      } catch (error) {
        log.error({ err: error, run: run.id, organization: id }, 'a payer could not be billed');
        failures.push({
          organizationId: id,
          detail:
            error instanceof Problem
              ? error.detail
              : 'An unexpected error occurred; it has been logged.',
        });
      }
      finished += 1;
      if (finished % PAYERS_PER_REPORT === 0)
        await recordProgress(database.db, run.id, finished - failures.length, clock());
    }
  };
  await Promise.all(Array.from({ length: PAYERS_AT_ONCE }, work));
  return failures;
}
