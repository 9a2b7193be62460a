import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testApp, type Json, type TestApp } from '../support/app.ts';

/**
 * An ingest transaction is held open across a finalize: it waits for an event key that another session has written and
 * neither committed nor rolled back.
 */
let test: TestApp;
let holder: pg.Client;

beforeAll(async () => {
  test = await testApp();
  holder = new pg.Client({ connectionString: test.database.url });
  await holder.connect();
  await holder.query('set search_path = customary, public');
  await signUp();
});

afterAll(async () => {
  await holder.end();
  await test.close();
});

async function signUp(): Promise<void> {
  test.setClock('2026-10-01T00:00:00Z');
  await test.ok('POST', '/v1/meters', { key: 'calls', aggregation: 'sum', measure: 'calls' });
  const product = await test.ok('POST', '/v1/products', { name: 'API' });
  const plan = await test.ok('POST', '/v1/plans', {
    productId: product.id,
    name: 'Metered',
    charges: [{ meter: 'calls', model: 'perUnit', unitPrice: '0.10' }],
  });
  const organization = await test.ok('POST', '/v1/organizations', { name: 'Acme' });
  const subscriber = await test.ok('POST', '/v1/subscribers', {
    email: 'ada@acme.example',
    organizationIds: [organization.id],
  });
  const subscription = await test.ok('POST', '/v1/subscriptions', {
    organizationId: organization.id,
    planId: plan.id,
  });
  const names = {
    subscriberId: subscriber.id,
    organizationId: organization.id,
    subscriptionId: subscription.id,
  };
  await test.ok('POST', '/v1/credentials', { name: 'Key', credentialId: 'sk-1', ...names });
}

const event = (id: string, calls: number) => ({
  id,
  credential: 'sk-1',
  measures: { calls },
  time: '2026-10-15T00:00:00Z',
});

/** Until a session of this database waits for the end of another's transaction. */
async function untilSomebodyWaits(): Promise<void> {
  for (let tries = 0; tries < 5000; tries += 1) {
    const { rows } = await sql<{ waiting: number }>`
      select count(*)::int as waiting from pg_locks l join pg_stat_activity a on a.pid = l.pid
       where not l.granted and l.locktype = 'transactionid' and a.datname = current_database()`.execute(
      test.database.db,
    );
    if ((rows[0]?.waiting ?? 0) > 0) return;
  }
  throw new Error('the ingest transaction was not held');
}

async function billAndIssue(period: string): Promise<Json> {
  await test.ok('POST', '/v1/billing-runs', { period });
  const { items } = await test.ok('GET', '/v1/invoices?status=draft');
  return items.length === 0 ? null : test.ok('POST', `/v1/invoices/${items[0].id}/finalize`);
}

async function setOf(lineId: string): Promise<Json[]> {
  return (await test.ok('GET', `/v1/invoice-lines/${lineId}/events`)).items;
}

it('usage recorded by a transaction that was open when its period was billed is late exactly once', async () => {
  test.setClock('2026-11-01T06:00:00Z');
  await test.ok('POST', '/v1/events', [event('in-time', 100)]);

  await holder.query('begin');
  await holder.query(`insert into event_keys values ('', 'held', sha256('x'), 'evt_held', 0)`);
  const held = test.ok('POST', '/v1/events', [event('a', 7), event('held', 3)]);
  await untilSomebodyWaits();

  const october = await billAndIssue('2026-10');
  expect(october.total).toEqual({ amount: '10.00', currency: 'USD' });
  const [line] = october.lines;
  const before = await setOf(line.id);
  expect(before).toHaveLength(1);

  await holder.query('rollback');
  expect(await held).toMatchObject({ accepted: 2 });

  const after = await test.ok('GET', `/v1/invoices/${october.id}`);
  expect(after).toEqual(october);
  expect(await setOf(line.id)).toEqual(before);
  const late = (await test.ok('GET', '/v1/events?clientId=held')).items[0];
  expect((await test.ok('GET', `/v1/events/${late.id}/trace`)).lines).toEqual([]);

  test.setClock('2026-12-01T06:00:00Z');
  const november = await billAndIssue('2026-11');
  expect(november.total).toEqual({ amount: '1.00', currency: 'USD' });
  const adjustment = november.lines.find((each: Json) => each.kind === 'adjustment');
  expect(adjustment).toMatchObject({
    eventCount: 2,
    quantity: '10',
    periodStart: '2026-10-01T00:00:00.000000Z',
  });
  expect(adjustment.description).toContain(october.number);
  expect((await test.ok('GET', `/v1/events/${late.id}/trace`)).lines).toMatchObject([
    { lineId: adjustment.id, kind: 'adjustment', sign: 1 },
  ]);

  test.setClock('2027-01-01T06:00:00Z');
  const december = await billAndIssue('2026-12');
  expect((december?.lines ?? []).filter((each: Json) => each.kind === 'adjustment')).toEqual([]);
  const { checks } = await test.ok('GET', '/v1/checks');
  expect(checks.filter((check: Json) => !check.ok)).toEqual([]);
});
