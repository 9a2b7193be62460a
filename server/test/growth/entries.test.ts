import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestApp, testApp } from '../support/app.ts';
import { makeMonth } from './month.ts';
import { watchStatements } from './plans.ts';

/**
 * What an event is attributed to now is one look down one index. Where an index has few values of a column for its size,
 * PostgreSQL may skip from one to the next instead, and with all usage in one month it did: through every customer, for
 * each event.
 */

const CUSTOMERS = 2_000;
const EVENTS = 10_000;
const MONTH = { from: '2026-09-01T00:00:00Z', to: '2026-09-30T00:00:00Z' };

let api: TestApp;
beforeAll(async () => {
  api = await testApp();
  // As it looks with millions of events: few transactions and few customers, for how many pages the indexes have.
  const tune = (sql: pg.Pool) =>
    sql.query(`
    alter table attributions_2026_09 alter column journal_id set (n_distinct = 5);
    alter table attributions_2026_09 alter column organization_id set (n_distinct = 2)`);
  await makeMonth(api, { customers: CUSTOMERS, events: EVENTS, ...MONTH }, tune);
});
afterAll(() => api.close());

it.each(['/v1/events', '/v1/events/{id}', '/v1/events/{id}/trace'])(
  'GET %s looks entries up by their key',
  async (path) => {
    const { items } = await api.ok('GET', '/v1/events?limit=1');
    const watch = watchStatements();
    try {
      await api.ok('GET', path.replace('{id}', items[0].id as string));
      const scans = watch.taken().flatMap((each) => each.scans);
      const ofEntries = scans.filter(({ table }) => table === 'attributions');
      expect(new Set(ofEntries.map(({ index }) => index))).toEqual(
        new Set(['attributions_2026_09_pkey']),
      );
    } finally {
      watch.stop();
    }
  },
);
