import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { idOf } from '../../../bench/lib/generate.ts';
import { foldUsage } from '../../src/usage/fold-actions.ts';
import { type Json, type TestApp, testApp } from '../support/app.ts';
import { adminClient } from '../support/database.ts';
import { makeMonth } from './month.ts';

/** Of much, checks look at some at a time: whatever is wrong in any of it is named. */
const CUSTOMERS = 10;
const EVENTS = 50_000;
const MONTH = { from: '2026-09-01T00:00:00Z', to: '2026-10-01T00:00:00Z' };
/** In the first part, in one between and in the last. */
const WRONG_HOURS = ['2026-09-01T00:00:00Z', '2026-09-15T12:00:00Z', '2026-09-30T23:00:00Z'];

let api: TestApp;
let superuser: pg.Client;
beforeAll(async () => {
  api = await testApp();
  superuser = await adminClient(api.database.url);
  await superuser.query(
    `set search_path = customary, public; set session_replication_role = replica`,
  );
  await makeMonth(api, { customers: CUSTOMERS, events: EVENTS, ...MONTH });
  await foldUsage(api.database);
}, 120_000);
afterAll(async () => {
  await superuser.end();
  await api.close();
});

const failing = async (): Promise<[string, string[]][]> =>
  (await api.ok('GET', '/v1/checks?complete=true')).checks
    .filter(({ ok }: Json) => !ok)
    .map(({ name, problems }: Json) => [name, problems.map(({ row }: Json) => row)]);

it('hours that are not what their events come to are named, wherever they are', async () => {
  expect(await failing()).toEqual([]);
  const of = `owner_key = (select min(key) from usage_owners where organization_id = '${idOf('org', 1)}')`;
  const [missing, wrong, other] = WRONG_HOURS;
  await superuser.query(
    `delete from usage_hours where hour = '${missing}' and measure = '' and ${of}`,
  );
  await superuser.query(
    `update usage_hours set quantity = quantity + 1 where hour = '${wrong}' and measure = 'input_tokens' and ${of}`,
  );
  await superuser.query(
    `update usage_hours set events = events - 1 where hour = '${other}' and measure = '' and ${of}`,
  );
  expect(await failing()).toEqual([
    [
      'derivedUsage',
      WRONG_HOURS.map((hour) => `usage_hours ${hour.replace('Z', '.000000Z')} ${idOf('org', 1)}`),
    ],
  ]);
});
