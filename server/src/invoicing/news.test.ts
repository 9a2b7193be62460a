import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { newsIsWhole } from '../../test/support/news.ts';
import { currentPosition } from '../db/act.ts';
import { findNews } from './news-queries.ts';

/** What a billing run looks at again is found without going through all that was ever billed. */

const NAMES = ['Ada', 'Ben', 'Cyd', 'Dan', 'Eve'];
const MONTHS = ['2026-10', '2026-11'];

let api: TestApp;
let plans: string[];
const customers: { organizationId: string; subscriptionId: string }[] = [];
let sent = 0;

const customer = (name: string) => customers[NAMES.indexOf(name)] as (typeof customers)[number];

beforeAll(async () => {
  api = await testApp();
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'Inference' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const plan = async (name: string, unitPrice: string) =>
    (
      await api.ok('POST', '/v1/plans', {
        productId,
        name,
        fees: [{ name: 'Platform', amount: '10.00', timing: 'arrears' }],
        charges: [{ meter: 'tokens', model: 'perUnit', unitPrice }],
      })
    ).id as string;
  plans = [await plan('Pro', '0.01'), await plan('Basic', '0.02')];
  for (const name of NAMES) {
    const { id: organizationId } = await api.ok('POST', '/v1/organizations', { name });
    const startAt = '2026-10-01T00:00:00Z';
    const wanted = { organizationId, planId: plans[0], startAt };
    customers.push({
      organizationId,
      subscriptionId: (await api.ok('POST', '/v1/subscriptions', wanted)).id,
    });
  }
  for (const [i, period] of MONTHS.entries()) {
    api.setClock(`2026-${11 + i}-01T06:00:00Z`);
    for (const name of NAMES) await use(name, `${period}-10T00:00:00Z`);
    await api.ok('POST', '/v1/billing-runs', { period });
    const { items } = await api.ok('GET', '/v1/invoices?status=draft');
    for (const { id } of items) await api.ok('POST', `/v1/invoices/${id}/finalize`);
  }
});
afterAll(() => api.close());

function use(name: string, time: string): Promise<Json> {
  const subscription = customer(name).subscriptionId;
  const event = { id: `e${(sent += 1)}`, time, subscription, measures: { tokens: 100 } };
  return api.ok('POST', '/v1/events', event);
}

/** How many lines of invoices are read to find what is new, where an index is there to be used. */
async function linesRead(): Promise<number> {
  const position = await currentPosition(api.database);
  return api.database.db.transaction().execute(async (tx) => {
    const readSoFar = async () => {
      const { rows } = await sql<{ read: number }>`
        select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as read
          from pg_stat_xact_user_tables where schemaname = 'customary' and relname = 'invoice_lines'`.execute(
        tx,
      );
      return rows[0]?.read ?? Number.NaN;
    };
    await sql`set local enable_seqscan = off`.execute(tx);
    const before = await readSoFar();
    await findNews(tx, position);
    return (await readSoFar()) - before;
  });
}

it('reads nothing of what was billed while there is nothing new about it', async () => {
  await use('Ada', '2026-12-01T05:00:00Z'); // of a month that nobody was billed for
  expect(await newsIsWhole(api)).toEqual({ periods: 0, cycles: 0 });
  expect(await linesRead()).toBe(0);
});

it('finds what was recorded late, and reads no more than what was billed of that subscription', async () => {
  await use('Ada', '2026-10-20T00:00:00Z');
  expect(await newsIsWhole(api)).toEqual({ periods: 1, cycles: 0 });
  // Its lines of both months, a fee and a charge each: once to look, once for who was billed.
  expect(await linesRead()).toBeLessThanOrEqual(8);
});

it('finds what was changed, given to another payer or voided after it had been billed', async () => {
  const ben = `/v1/subscriptions/${customer('Ben').subscriptionId}`;
  api.setClock('2026-11-15T00:00:00Z');
  await api.ok('POST', `${ben}/change-plan`, { planId: plans[1], at: 'now' });
  api.setClock('2026-12-02T00:00:00Z');
  expect((await newsIsWhole(api)).periods).toBe(2);

  const billTo = { billTo: customer('Dan').organizationId, from: '2026-11-20T00:00:00Z' };
  await api.ok('POST', `/v1/organizations/${customer('Cyd').organizationId}/bill-to`, billTo);
  expect((await newsIsWhole(api)).periods).toBe(3);

  const { items } = await api.ok(
    'GET',
    `/v1/invoices?organizationId=${customer('Eve').organizationId}&period=2026-10`,
  );
  await api.ok('POST', `/v1/invoices/${items[0].id}/void`);
  expect((await newsIsWhole(api)).periods).toBe(4);
});

it('has no news of what has been followed up, and finds what is late for that', async () => {
  // What was found is on invoices of December; in the next run nothing more is found.
  for (const [period, at] of [
    ['2026-12', '2027-01-01T06:00:00Z'],
    ['2027-01', '2027-02-01T06:00:00Z'],
  ] as const) {
    api.setClock(at);
    await api.ok('POST', '/v1/billing-runs', { period });
    for (const { id } of (await api.ok('GET', '/v1/invoices?status=draft')).items)
      await api.ok('POST', `/v1/invoices/${id}/finalize`);
  }
  expect((await newsIsWhole(api)).periods).toBe(0);
  for (const name of NAMES) await use(name, '2026-10-25T00:00:00Z');
  expect((await newsIsWhole(api)).periods).toBe(NAMES.length);
});
