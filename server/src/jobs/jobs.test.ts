import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { testApp, type TestApp } from '../../test/support/app.ts';
import { adminClient } from '../../test/support/database.ts';
import { until } from '../db/embedded/wait.ts';
import { limits } from '../lib/limits.ts';
import { addJob } from './actions.ts';
import type { TaskName } from './rules.ts';
import type { Handler, Handlers } from './tasks.ts';
import { startWorker, type Worker, type WorkerOptions } from './worker.ts';

const driver = fileURLToPath(new URL('../../test/support/worker-driver.ts', import.meta.url));
const LONG_MS = 20_000;

let api: TestApp;
let admin: pg.Client;
let workers: Worker[] = [];
let children: ChildProcess[] = [];
let seen: string[];

beforeAll(async () => {
  api = await testApp();
  admin = await adminClient(api.database.url);
  await admin.query('create table public.begun (id text, pid integer)');
  await admin.query('grant select, insert on public.begun to customary_app');
});
afterAll(async () => {
  await admin.end();
  await api.close();
});
beforeEach(async () => {
  seen = [];
  await admin.query('truncate public.begun');
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
  children = [];
  await admin.query('truncate graphile_worker._private_jobs');
});

const done: Handler = {
  async work(_deployment, { id }) {
    seen.push(id);
    return 'done';
  },
  giveUp: async () => undefined,
  waiting: async () => [],
};

async function work(
  changes: Partial<Handlers & { drainMsMax: number }> = {},
  stopping?: AbortSignal,
): Promise<Worker> {
  const { drainMsMax, ...handlers } = changes;
  const options: WorkerOptions = {
    handlers: {
      'billing.run': done,
      'messages.send': done,
      'reattributions.redraft': done,
      'links.send': done,
      ...handlers,
    },
    ...(drainMsMax !== undefined && { drainMsMax }),
  };
  const worker = await startWorker({ ...api.deployment, ...(stopping && { stopping }) }, options);
  workers.push(worker);
  return worker;
}

async function stop(worker: Worker): Promise<void> {
  workers = workers.filter((other) => other !== worker);
  await worker.stop();
}

const add = (task: TaskName, ...ids: string[]) =>
  api.act(async (action) => {
    for (const id of ids) await addJob(action, task, { id });
  });

const jobs = async () =>
  (
    await admin.query(
      'select key, attempts, locked_by from graphile_worker._private_jobs order by id',
    )
  ).rows;

const eventually = async (check: () => Promise<boolean> | boolean) =>
  expect(await until(LONG_MS, async () => ((await check()) ? true : undefined))).toBe(true);

/** A process that takes jobs and is stuck with them. */
async function stuckProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', driver, api.database.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const gone = once(child, 'exit').then(() => Promise.reject(new Error('The process has ended.')));
  await Promise.race([once(createInterface({ input: child.stdout }), 'line'), gone]);
  gone.catch(() => undefined);
  return child;
}

const begun = async (): Promise<{ id: string; pid: number }[]> =>
  (await admin.query('select id, pid from public.begun order by id')).rows;

it('runs what an action asked for, if it was recorded, and forgets it', async () => {
  await work();
  await expect(
    api.act(async (action) => {
      await addJob(action, 'messages.send', { id: 'never' });
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  await add('messages.send', 'a', 'b');
  await eventually(async () => (await jobs()).length === 0);
  expect(seen.toSorted()).toEqual(['a', 'b']);
});

it('has one job for each thing to do', async () => {
  await add('messages.send', 'a', 'a');
  await add('messages.send', 'a');
  expect(await jobs()).toHaveLength(1);
});

it('runs billing one after another, all else side by side', async () => {
  let [together, most] = [0, { billing: 0, messages: 0 }];
  const count = (kind: 'billing' | 'messages', enough: number): Handler => ({
    ...done,
    async work(_deployment, { id }) {
      together += 1;
      most = { ...most, [kind]: Math.max(most[kind], together) };
      await until(500, () => (together >= enough ? true : undefined));
      seen.push(id);
      await until(20, () => undefined);
      together -= 1;
      return 'done';
    },
  });
  const worker = await work({ 'billing.run': count('billing', 1) });
  await add('billing.run', 'a', 'b', 'c');
  await eventually(() => seen.length === 3);
  await stop(worker);
  await work({ 'messages.send': count('messages', 3) });
  await add('messages.send', 'd', 'e', 'f');
  await eventually(() => seen.length === 6);
  expect(most.billing).toBe(1);
  expect(most.messages).toBeGreaterThan(1);
});

it('tries again what failed, so many times, and then says so where it belongs', async () => {
  const gaveUp: string[] = [];
  const failing: Handler = {
    ...done,
    async work(_deployment, { id }, { isLast }) {
      seen.push(`${id} ${isLast}`);
      throw new Error(`No ${seen.length}`);
    },
    async giveUp(_deployment, { id }, reason) {
      gaveUp.push(`${id}: ${reason}`);
    },
  };
  await work({ 'messages.send': failing });
  await add('messages.send', 'a');
  await eventually(async () => {
    await admin.query(
      'update graphile_worker._private_jobs set run_at = now() where run_at > now()',
    );
    return gaveUp.length > 0;
  });
  expect(gaveUp).toEqual(['a: No 8']);
  expect(seen).toEqual([...Array.from({ length: 7 }, () => 'a false'), 'a true']);
  await eventually(async () => (await jobs()).length === 0);
});

it('frees at once what a killed process was at, and leaves a living one in peace', async () => {
  // As many as a process takes at once: the other one gets what comes next.
  const alive = Array.from({ length: limits.jobsAtOnceMax }, (_, i) => `alive ${i}`);
  await add('messages.send', ...alive);
  await stuckProcess();
  await eventually(async () => (await begun()).length === alive.length);
  await add('messages.send', 'dead');
  await add('billing.run', 'dead in a queue');
  const doomed = await stuckProcess();
  await eventually(async () => (await begun()).length === alive.length + 2);
  doomed.kill('SIGKILL');
  await once(doomed, 'exit');
  const startedMs = performance.now();
  await work();
  await eventually(() => seen.length === 2);
  expect(performance.now() - startedMs).toBeLessThan(5000);
  await eventually(async () => (await jobs()).length === alive.length);
  expect(seen.toSorted()).toEqual(['dead', 'dead in a queue']);
  expect((await jobs()).map(({ key, attempts }) => [key, attempts])).toEqual(
    alive.map((key) => [key, 1]),
  );
});

it('frees what a process was at that dies while others run', async () => {
  await add('messages.send', 'a');
  const doomed = await stuckProcess();
  await eventually(async () => (await begun()).length === 1);
  await work();
  doomed.kill('SIGKILL');
  await eventually(() => seen.length === 1);
  expect(seen).toEqual(['a']);
});

it('closes what a crash ended at its last attempt', async () => {
  const gaveUp: string[] = [];
  await add('messages.send', 'a');
  const doomed = await stuckProcess();
  await eventually(async () => (await begun()).length === 1);
  await admin.query('update graphile_worker._private_jobs set attempts = max_attempts');
  doomed.kill('SIGKILL');
  await once(doomed, 'exit');
  const giveUp: Handler['giveUp'] = async (_deployment, { id }, reason) =>
    void gaveUp.push(`${id}: ${reason}`);
  await work({ 'messages.send': { ...done, giveUp } });
  await eventually(async () => (await jobs()).length === 0);
  expect([seen, gaveUp]).toEqual([[], ['a: The process ended while it was at it, each time.']]);
});

it('stops once the jobs that run have ended, and takes no more', async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const slow: Handler = {
    ...done,
    async work(_deployment, { id }) {
      seen.push(`${id} begun`);
      await gate;
      seen.push(`${id} ended`);
      return 'done';
    },
  };
  const worker = await work({ 'billing.run': slow });
  await add('billing.run', ...Array.from({ length: 20 }, (_, i) => `${i}`));
  await eventually(() => seen.length >= 1);
  const stopped = stop(worker);
  release();
  await stopped;
  // Each hand may have taken another one at that very moment; if so it waited for that one, too.
  const ran = seen.length / 2;
  expect(seen.filter((what) => what.endsWith(' ended'))).toHaveLength(ran);
  const left = await jobs();
  expect(left).toHaveLength(20 - ran);
  expect(ran).toBeLessThanOrEqual(2 * limits.jobsAtOnceMax);
  expect(left.every(({ locked_by: by, attempts }) => by === null && attempts === 0)).toBe(true);
});

it('hands on at once what its end interrupts', async () => {
  const stopping = new AbortController();
  const interruptible: Handler = {
    ...done,
    async work({ stopping: signal }, { id }) {
      seen.push(`${id} begun`);
      await until(LONG_MS, () => (signal?.aborted === true ? true : undefined));
      return 'interrupted';
    },
  };
  const worker = await work({ 'billing.run': interruptible }, stopping.signal);
  await add('billing.run', 'a');
  await eventually(() => seen.length === 1);
  stopping.abort();
  await stop(worker);
  expect(await jobs()).toMatchObject([{ key: 'a', attempts: 0, locked_by: null }]);
  await work();
  await eventually(() => seen.includes('a'));
});

it('waits no longer than its limit, and leaves the rest to whoever comes next', async () => {
  const endless: Handler = {
    ...done,
    async work({ database }, { id }) {
      seen.push(`${id} begun`);
      await database.pool.query('select pg_sleep(600)');
      return 'done';
    },
  };
  const worker = await work({ 'billing.run': endless, drainMsMax: 100 });
  await add('billing.run', 'a');
  await eventually(() => seen.length === 1);
  const startedMs = performance.now();
  await stop(worker);
  expect(performance.now() - startedMs).toBeLessThan(5000);
  await work();
  await eventually(() => seen.includes('a'));
});

it('gives a job to what waits without one, as after a restore', async () => {
  const waiting = { ...done, waiting: async () => (seen.length === 0 ? [{ id: 'a' }] : []) };
  await work({ 'billing.run': waiting });
  await eventually(() => seen.length === 1);
  expect(seen).toEqual(['a']);
});

it('lets nobody but the application and the owner at the jobs', async () => {
  const { rows } = await admin.query(
    `select relname from pg_class where relnamespace = 'graphile_worker'::regnamespace and relkind = 'r'
        and relname <> 'migrations' and not relrowsecurity`,
  );
  expect(rows).toEqual([]);
});
