import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { adminClient } from '../../test/support/database.ts';
import { currentPosition } from '../db/act.ts';
import { until } from '../db/embedded/wait.ts';
import { foldUsage, rebuildUsage, rebuildWhereAsked } from './fold-actions.ts';
import { foldLag, readFold } from './fold-queries.ts';

/** Hours against what the entries come to, by a query that knows nothing of how they were made. */
const STRAIGHT = `
  select date_trunc('hour', a.occurred_at, 'UTC') as hour, a.organization_id, a.subscriber_id, a.credential_id, a.subscription_id,
         e.source, e.cost_currency, e.attributes ->> 'model' as model, m.key as measure, sum(a.sign)::text as events,
         trim_scale(sum(a.sign * m.value))::text as quantity
    from attributions a join events e on e.id = a.event_id
    cross join lateral (select '' as key, coalesce(e.cost_amount, 0) as value union all select key, value::numeric from jsonb_each_text(e.measures)) m
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9 having sum(a.sign) <> 0`;
const FOLDED = `
  select u.hour, o.organization_id, o.subscriber_id, o.credential_id, o.subscription_id, k.source, k.cost_currency,
         k.attributes ->> 'model' as model, u.measure, sum(u.events)::text as events, trim_scale(sum(u.quantity))::text as quantity
    from usage_hours u join usage_owners o on o.key = u.owner_key join usage_kinds k on k.key = u.kind_key
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9`;

let api: TestApp;
let superuser: pg.Client;
let acme: Json;
let other: Json;
let key: Json;
let sent = 0;

beforeAll(async () => {
  api = await testApp();
  superuser = await adminClient(api.database.url);
  await superuser.query(`set search_path = customary, public; set timezone = 'UTC'`);
  acme = await api.ok('POST', '/v1/organizations', { name: 'Acme' });
  other = await api.ok('POST', '/v1/organizations', { name: 'Other' });
  const ada = await api.ok('POST', '/v1/subscribers', {
    email: 'ada@acme.example',
    organizationIds: [acme.id],
  });
  key = await api.ok('POST', '/v1/credentials', {
    name: 'Production',
    subscriberId: ada.id,
    organizationId: acme.id,
    credentialId: 'sk-acme-production-1',
  });
});
afterAll(async () => {
  await superuser.end();
  await api.close();
});

async function record(...events: object[]): Promise<void> {
  const defaults = () => ({ id: `e${(sent += 1)}`, time: '2026-09-05T10:30:00Z' });
  const body = events.map((event) => ({
    ...defaults(),
    credential: 'sk-acme-production-1',
    ...event,
  }));
  expect(await api.ok('POST', '/v1/events', body)).toMatchObject({ accepted: events.length });
}

async function fold(): Promise<void> {
  const position = await currentPosition(api.database);
  expect(await foldUsage(api.database)).toBe(position);
}

/** What differs, either way. */
async function differences(): Promise<unknown[]> {
  const { rows } = await superuser.query(
    `(${STRAIGHT} except ${FOLDED}) union all (${FOLDED} except ${STRAIGHT})`,
  );
  return rows;
}

const count = async (table: string): Promise<number> =>
  Number((await superuser.query(`select count(*) from ${table}`)).rows[0].count);

describe('hours', () => {
  it('are what the entries come to, whenever they are folded', async () => {
    await record(
      { measures: { tokens: '0.1' }, attributes: { model: 'a' } },
      { measures: { tokens: '0.2', images: 3 }, attributes: { model: 'a', request: '1' } },
      { measures: { tokens: 7 }, attributes: { model: 'b' }, source: 'gateway' },
      { measures: { tokens: 1 }, cost: { amount: '0.000001', currency: 'EUR' } },
      { measures: { tokens: 1 }, time: '2026-09-05T10:59:59.999999Z', credential: 'sk-nobody' },
    );
    await fold();
    expect(await differences()).toEqual([]);
    await record({ measures: { tokens: 5 }, attributes: { model: 'a' } });
    expect(await differences()).not.toEqual([]);
    await fold();
    expect(await differences()).toEqual([]);
  });

  it('are folded up to what there was when that began: what comes meanwhile waits for more', async () => {
    await record({ measures: { tokens: 1 } });
    const begun = await currentPosition(api.database);
    // The fold comes as far as saving where it is, and waits for us there.
    await superuser.query('begin; select from usage_fold for update');
    const folding = foldUsage(api.database);
    const isWaiting = await until(60_000, async () => {
      const { rows } = await superuser.query(
        `select from pg_stat_activity where datname = current_database() and pg_backend_pid() = any(pg_blocking_pids(pid))`,
      );
      return rows.length > 0 ? true : undefined;
    });
    expect(isWaiting).toBe(true);
    await record({ measures: { tokens: 2 } });
    expect(await currentPosition(api.database)).toBeGreaterThan(begun);
    await superuser.query('commit');
    expect(await folding).toBe(begun);
    await fold();
    expect(await differences()).toEqual([]);
  });

  it('lose what a correction takes away, and keep no empty rows', async () => {
    const before = await count('usage_hours');
    const move = (organizationId: string) =>
      api.ok('POST', `/v1/credentials/${key.id}/move`, {
        organizationId,
        from: '2026-09-01T00:00:00Z',
      });
    await move(other.id);
    await fold();
    expect(await differences()).toEqual([]);
    await move(acme.id);
    await fold();
    expect(await differences()).toEqual([]);
    expect(await count('usage_hours')).toBe(before);
    await move(other.id);
    await move(acme.id);
    await fold();
    expect(await count('usage_hours')).toBe(before);
  });

  it('say how far behind they are', async () => {
    expect(await foldLag(api.database.db)).toEqual({ transactions: 0, since: null });
    api.setClock('2026-10-02T00:00:00Z');
    await record({ measures: { tokens: 1 } });
    expect(await foldLag(api.database.db)).toEqual({
      transactions: 1,
      since: '2026-10-02T00:00:00.000000Z',
    });
    await fold();
  });

  it('are folded by one at a time, each entry once', async () => {
    for (let i = 0; i < 5; i += 1) await record({ measures: { tokens: 1 } });
    await currentPosition(api.database);
    await Promise.all([1, 2, 3, 4].map(() => foldUsage(api.database)));
    await fold();
    expect(await differences()).toEqual([]);
  });
});

describe('a rebuild', () => {
  const contents = async () =>
    (await superuser.query(`select * from usage_hours order by owner_key, hour, kind_key, measure`))
      .rows;

  it('changes nothing where nothing is wrong', async () => {
    const before = await contents();
    expect(await rebuildUsage(api.database)).toMatchObject({ rowsMended: 0 });
    expect(await contents()).toEqual(before);
  });

  it('comes to the same from nothing, and mends what is wrong', async () => {
    const before = await contents();
    await superuser.query('delete from usage_hours');
    expect(await rebuildUsage(api.database)).toMatchObject({ rowsMended: before.length });
    expect(await contents()).toEqual(before);
    await superuser.query(`
      update usage_hours set quantity = quantity + 1 where measure = 'images';
      insert into usage_hours select hour + interval '1 year', owner_key, kind_key, measure, events, quantity from usage_hours where measure = 'images'`);
    expect(await rebuildUsage(api.database)).toMatchObject({ rowsMended: 2 });
    expect(await contents()).toEqual(before);
  });

  it('leaves to the fold what it has not come to', async () => {
    await record({ measures: { tokens: 11 } });
    expect(await rebuildUsage(api.database)).toMatchObject({ rowsMended: 0 });
    expect(await differences()).not.toEqual([]);
    await fold();
    expect(await differences()).toEqual([]);
  });

  it('tells apart an attribute that a meter has come to look at', async () => {
    await record({ measures: { tokens: 1 }, attributes: { region: 'eu' } });
    await fold();
    await api.ok('POST', '/v1/meters', {
      key: 'eu_tokens',
      aggregation: 'sum',
      measure: 'tokens',
      filter: { region: 'eu' },
    });
    await record({ measures: { tokens: 3 }, attributes: { region: 'eu' } });
    await fold();
    const told = `select sum(u.quantity)::text as sum from usage_hours u join usage_kinds k on k.key = u.kind_key
                   where u.measure = 'tokens' and k.attributes ->> 'region' = 'eu'`;
    expect((await superuser.query(told)).rows).toEqual([{ sum: '3' }]);
    expect(await readFold(api.database.db)).toMatchObject({
      attributes: ['model', 'provider'],
      folding: ['model', 'provider', 'region'],
    });
    await rebuildWhereAsked(api.database);
    expect((await superuser.query(told)).rows).toEqual([{ sum: '4' }]);
    expect((await readFold(api.database.db)).attributes).toEqual(['model', 'provider', 'region']);
    expect(await differences()).toEqual([]);
  });
});
