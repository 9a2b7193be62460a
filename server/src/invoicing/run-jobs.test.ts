import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { adminClient } from '../../test/support/database.ts';
import { type ServerProcess, startServer } from '../../test/support/server-process.ts';
import { until } from '../db/embedded/wait.ts';
import { startWorker, type Worker } from '../jobs/worker.ts';

const LONG_MS = 30_000;
const CUSTOMERS = 12;

let api: TestApp;
let admin: pg.Client;
let planId: string;
let workers: Worker[] = [];
let servers: ServerProcess[] = [];

beforeAll(async () => {
  api = await testApp();
  api.setClock('2024-11-01T06:00:00Z');
  admin = await adminClient(api.database.url);
  const product = await api.ok('POST', '/v1/products', { name: 'Inference' });
  const fees = [{ name: 'Platform', amount: '10.00', timing: 'advance' }];
  const plan = { productId: product.id, name: 'Pro', fees, charges: [] };
  planId = (await api.ok('POST', '/v1/plans', plan)).id;
});
afterAll(async () => {
  await admin.end();
  await api.close();
});
beforeEach(() => void api.setClock('2024-11-01T06:00:00Z'));
afterEach(async () => {
  await Promise.all([
    ...workers.map((worker) => worker.stop()),
    ...servers.map((server) => server.kill()),
  ]);
  [workers, servers] = [[], []];
  // Each test has customers of its own, and bills nobody else.
  await admin.query('truncate graphile_worker._private_jobs');
  await admin.query('update customary.subscriptions set archived_at = now()');
  await admin.query('delete from customary.billing_cycles');
  await admin.query(`delete from customary.invoices where status = 'draft'`);
});

const work = async (stopping?: AbortSignal) => {
  const worker = await startWorker({ ...api.deployment, ...(stopping && { stopping }) });
  workers.push(worker);
  return worker;
};
const serve = async () => {
  const server = await startServer(api.database.url, await api.key('admin'));
  servers.push(server);
  return server;
};

async function customers(count: number, changes: object = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const { id } = await api.ok('POST', '/v1/organizations', { name: `Customer ${i}`, ...changes });
    const startAt = '2024-10-01T00:00:00Z';
    await api.ok('POST', '/v1/subscriptions', { organizationId: id, planId, startAt });
    ids.push(id);
  }
  return ids.toSorted();
}

const queue = (): Promise<Json> =>
  api.ok('POST', '/v1/billing-runs', { period: '2024-10', wait: false });
const runOf = (id: string): Promise<Json> => api.ok('GET', `/v1/billing-runs/${id}`);

async function ended(id: string): Promise<Json> {
  const run = await until(LONG_MS, async () => {
    const found = await runOf(id);
    return ['queued', 'running'].includes(found.status) ? undefined : found;
  });
  expect(run, 'the run has not ended').toBeDefined();
  return run;
}

const invoicesOf = async (organizationId: string): Promise<Json[]> =>
  (await api.ok('GET', `/v1/invoices?organizationId=${organizationId}`)).items;

/** Keeps whoever bills these payers waiting until it is called. */
async function holdPayers(ids: readonly string[]): Promise<() => Promise<void>> {
  const client = await adminClient(api.database.url);
  for (const id of ids)
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [
      `customary.payer.${id}`,
    ]);
  return () => client.end();
}

async function billedBy(runId: string): Promise<number> {
  const text = 'select organization_id from customary.billing_cycles where billing_run_id = $1';
  return (await admin.query(text, [runId])).rows.length;
}

const whenBilled = async (runId: string, count: number) =>
  expect(
    await until(LONG_MS, async () => ((await billedBy(runId)) >= count ? true : undefined)),
  ).toBe(true);

describe('a billing run', () => {
  it('is queued, carried out by a worker, and shows how far it is', async () => {
    const ids = await customers(3);
    const queued = await queue();
    expect(queued).toMatchObject({ status: 'queued', organizationsDone: 0, finishedAt: null });
    await work();
    expect(await ended(queued.id)).toMatchObject({
      status: 'succeeded',
      organizationsTotal: 3,
      organizationsDone: 3,
      invoicesDrafted: 3,
      problem: null,
    });
    for (const id of ids) expect(await invoicesOf(id)).toHaveLength(1);
  });

  it('that is waited for is done by whoever is first, once', async () => {
    const ids = await customers(4);
    await work();
    const runs = await Promise.all(
      Array.from({ length: 3 }, () => api.ok('POST', '/v1/billing-runs', { period: '2024-10' })),
    );
    const others = await Promise.all([queue(), queue()]);
    for (const { id } of [...runs, ...others]) await ended(id);
    expect(runs.filter(({ status }) => status === 'succeeded').length).toBeGreaterThan(0);
    for (const id of ids) expect(await invoicesOf(id)).toHaveLength(1);
  });

  it('stops with its process after the payer it is at, and goes on with the next', async () => {
    const ids = await customers(CUSTOMERS);
    const letGo = await holdPayers(ids.slice(5, 8));
    const stopping = new AbortController();
    const worker = await work(stopping.signal);
    const { id } = await queue();
    await whenBilled(id, 5);
    stopping.abort();
    workers = [];
    const stopped = worker.stop();
    await letGo();
    await stopped;
    expect(await billedBy(id)).toBe(8);
    expect(await runOf(id)).toMatchObject({ status: 'running' });
    await work();
    expect(await ended(id)).toMatchObject({ status: 'succeeded', organizationsDone: CUSTOMERS });
  });

  it('that fails for good says why', async () => {
    await customers(1);
    const { id } = await queue();
    await admin.query(
      `update graphile_worker._private_jobs set attempts = max_attempts, last_error = 'disk full'`,
    );
    await work();
    expect(await ended(id)).toMatchObject({
      status: 'failed',
      problem: { code: 'job_failed', detail: 'disk full' },
    });
  });

  it('is found again after a restore, which brings no jobs', async () => {
    await customers(1);
    const { id } = await queue();
    await admin.query('truncate graphile_worker._private_jobs');
    await work();
    expect(await ended(id)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a server that is killed', { timeout: 120_000 }, () => {
  it('in the middle of a run goes on with it at once when it is back, and no number is missing', async () => {
    const ids = await customers(CUSTOMERS);
    const letGo = await holdPayers(ids.slice(5, 8));
    let server = await serve();
    const asked = await server.call('POST', '/v1/billing-runs', { period: '2024-10', wait: false });
    const { id } = asked.body as { id: string };
    await whenBilled(id, 5);
    await server.kill();
    await letGo();
    expect(await runOf(id)).toMatchObject({ status: 'running' });
    expect(await billedBy(id)).toBe(5);

    server = await serve();
    expect(await ended(id)).toMatchObject({ status: 'succeeded', invoicesDrafted: CUSTOMERS });
    const drafts: Json[] = [];
    for (const each of ids) drafts.push(...(await invoicesOf(each)));
    expect(drafts).toHaveLength(CUSTOMERS);

    // Killed again while it issues them: what was answered is issued, and the numbers go on from there.
    const issuing = drafts.map(async (draft) => {
      const answer = await server.call('POST', `/v1/invoices/${draft.id}/finalize`);
      return (answer.body as { number: string }).number;
    });
    await Promise.any(issuing);
    await server.kill();
    const answered = (await Promise.allSettled(issuing)).flatMap((each) =>
      each.status === 'fulfilled' ? [each.value] : [],
    );
    for (const draft of drafts) await api.call('POST', `/v1/invoices/${draft.id}/finalize`);
    const { rows } = await admin.query(
      'select number, number_sequence::int as n from customary.invoices where number is not null order by n',
    );
    expect(rows.map(({ n }) => n)).toEqual(rows.map((_, i) => i + 1));
    expect(rows.length).toBe(CUSTOMERS);
    expect(rows.map(({ number }) => number)).toEqual(expect.arrayContaining(answered));
  });

  it('in good order ends with 0, and the run it was at goes on', async () => {
    const ids = await customers(4);
    const letGo = await holdPayers(ids.slice(1));
    const server = await serve();
    const asked = await server.call('POST', '/v1/billing-runs', { period: '2024-10', wait: false });
    const { id } = asked.body as { id: string };
    await whenBilled(id, 1);
    const stopped = server.stop();
    await letGo();
    const startedMs = performance.now();
    expect(await stopped).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(5000);
    await work();
    expect(await ended(id)).toMatchObject({ status: 'succeeded', organizationsDone: 4 });
  });
});
