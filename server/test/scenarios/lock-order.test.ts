import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testApp, type TestApp } from '../support/app.ts';
import { adminClient } from '../support/database.ts';

/**
 * Batches that share what they store for the first time wait for each other, and never in a circle. A third session
 * holds something in the middle of what both want, until both wait: then whoever took things in another order than
 * the other would meet it head-on.
 */

let api: TestApp;
let holder: pg.Client;

beforeAll(async () => {
  api = await testApp();
  holder = await adminClient(api.database.url);
  await holder.query('set search_path = customary, public');
});
afterAll(async () => {
  await holder.end();
  await api.close();
});

/** Until so many sessions of this database wait for another. */
async function untilWaiting(sessions: number): Promise<void> {
  for (let tries = 0; tries < 5000; tries += 1) {
    const { rows } = await api.database.pool.query<{ waiting: number }>(
      `select count(distinct l.pid)::int as waiting from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where not l.granted and a.datname = current_database()`,
    );
    if ((rows[0]?.waiting ?? 0) >= sessions) return;
  }
  throw new Error(`never did ${sessions} sessions wait`);
}

/** A transaction takes a number of the journal even if it is rolled back and tried again. */
const nextNumber = () => api.act((action) => Promise.resolve(action.journalId));

/** Runs both while `held` is, one after the other has come to wait; answers how many transactions that took. */
async function meet(held: string, first: object[], second: object[]): Promise<number> {
  const before = await nextNumber();
  await holder.query('begin');
  await holder.query(held);
  const one = api.ok('POST', '/v1/events', first);
  await untilWaiting(1);
  const other = api.ok('POST', '/v1/events', second);
  await untilWaiting(2);
  await holder.query('rollback');
  const answers = await Promise.all([one, other]);
  expect(answers.flatMap(({ rejected }) => rejected)).toEqual([]);
  return (await nextNumber()) - before - 1;
}

const TIME = '2026-09-15T10:00:00Z';
const event = (source: string, id: string, fields: object = {}) => ({
  id,
  source,
  time: TIME,
  measures: { tokens: 1 },
  ...fields,
});
/** An event key that is none: rolled back before anybody reads it. */
const keyOf = (source: string, id: string) =>
  `insert into event_keys values ('${source}', '${id}', sha256('x'), 'evt_held', 0)`;

it('keys are taken in one order', async () => {
  const there = ['1', '2', '3'].map((id) => event('keys', id));
  expect(await meet(keyOf('keys', '2'), there, there.toReversed())).toBe(2);
});

it('new credential IDs are taken in one order', async () => {
  const there = ['1', '2', '3'].map((i) => event('ids', `a${i}`, { credential: `sk-${i}` }));
  const back = ['3', '2', '1'].map((i) => event('ids', `b${i}`, { credential: `sk-${i}` }));
  const held = `insert into credential_id_values (value, masked) values ('sk-2', 'held')`;
  expect(await meet(held, there, back)).toBe(2);
});

it('new meters are taken in one order', async () => {
  const there = ['1', '2', '3'].map((i) =>
    event('meters', `a${i}`, { measures: { [`m${i}`]: 1 } }),
  );
  const back = ['3', '2', '1'].map((i) => event('meters', `b${i}`, { measures: { [`m${i}`]: 1 } }));
  const held = `insert into meters (id, key, created_at, updated_at) values ('mtr_held', 'm2', now(), now())`;
  expect(await meet(held, there, back)).toBe(2);
});

it('credential IDs of conflicts are taken before keys, like all others', async () => {
  await api.ok('POST', '/v1/events', event('conflicts', 'known', { credential: 'sk-first' }));
  const first = [
    event('conflicts', 'known', { credential: 'sk-contested' }),
    event('conflicts', 'k1'),
    event('conflicts', 'k2'),
  ];
  const second = [event('conflicts', 'k1', { credential: 'sk-contested' })];
  expect(await meet(keyOf('conflicts', 'k2'), first, second)).toBe(2);
  const { items } = await api.ok('GET', '/v1/events?source=conflicts&clientId=k1');
  expect(items).toMatchObject([{ claim: { credential: null } }]);
});

it('a change of ownership waits for usage under way, and usage for it', async () => {
  const acme = await api.ok('POST', '/v1/organizations', { name: 'Acme' });
  await holder.query('begin');
  await holder.query(keyOf('owner', 'held'));
  const usage = api.ok('POST', '/v1/events', event('owner', 'held', { organization: 'Later' }));
  await untilWaiting(1);
  // The usage is attributed already, to nobody; not stored yet. The name must not slip in between.
  const rename = api.ok('PATCH', `/v1/organizations/${acme.id}`, { name: 'Later' });
  await untilWaiting(2);
  await holder.query('rollback');
  await Promise.all([usage, rename]);
  const { items } = await api.ok('GET', '/v1/events?source=owner&clientId=held');
  expect(items[0].attribution).toMatchObject({ organizationId: acme.id });
});
