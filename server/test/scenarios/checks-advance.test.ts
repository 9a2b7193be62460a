import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { advanceChecks } from '../../src/checks/actions.ts';
import { foldUsage } from '../../src/usage/fold-actions.ts';
import { foldUnclassified } from '../../src/unclassified/fold-actions.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { adminClient } from '../support/database.ts';

/** What was proven is taken as it was until somebody asks for everything; what is new is always looked at. */
let api: TestApp;
let superuser: pg.Client;
let first: Json;
let second: Json;

beforeAll(async () => {
  api = await testApp();
  superuser = await adminClient(api.database.url);
  await superuser.query(
    `set search_path = customary, public; set session_replication_role = replica`,
  );
  api.setClock('2026-10-01T00:00:00Z');
  first = await api.ok('POST', '/v1/organizations', { name: 'First' });
  second = await api.ok('POST', '/v1/organizations', { name: 'Second' });
  const subscriber = await api.ok('POST', '/v1/subscribers', {
    email: 'ada@first.example',
    organizationIds: [first.id, second.id],
  });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const product = await api.ok('POST', '/v1/products', { name: 'API' });
  const plan = await api.ok('POST', '/v1/plans', {
    productId: product.id,
    name: 'Metered',
    fees: [{ name: 'Platform', amount: '10.00', timing: 'arrears' }],
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.01' }],
  });
  for (const organization of [first, second])
    await api.ok('POST', '/v1/subscriptions', {
      organizationId: organization.id,
      planId: plan.id,
    });
  await api.ok('POST', '/v1/credentials', {
    name: 'Production',
    subscriberId: subscriber.id,
    organizationId: first.id,
    credentialId: 'sk-first',
  });
  api.setClock('2026-11-01T06:00:00Z');
  await send('old', '2026-10-05T00:00:00Z');
  await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  const { items } = await api.ok('GET', '/v1/invoices');
  for (const { id } of items) await api.ok('POST', `/v1/invoices/${id}/finalize`);
});
afterAll(async () => {
  await superuser.end();
  await api.close();
});
beforeEach(async () => {
  await foldUsage(api.database);
  while (await foldUnclassified(api.database));
  await advance();
});

const advance = () => advanceChecks(api.deployment);
const look = (complete: boolean) => api.ok('GET', `/v1/checks?complete=${complete}`);
const failing = async (complete: boolean): Promise<[string, string[]][]> =>
  (await look(complete)).checks
    .filter(({ ok }: Json) => !ok)
    .map(({ name, problems }: Json) => [name, problems.map(({ row }: Json) => row)]);
const figures = async (complete: boolean) =>
  (await look(complete)).checks.map(({ name, figures: counted }: Json) => [name, counted]);
const eventId = async (clientId: string): Promise<string> => {
  const { items } = await api.ok('GET', `/v1/events?source=&clientId=${clientId}`);
  return items[0].id;
};

async function send(prefix: string, time: string): Promise<void> {
  await api.ok('POST', '/v1/events', [
    { id: `${prefix}-1`, credential: 'sk-first', measures: { tokens: 100 }, time },
    { id: `${prefix}-2`, organization: second.id, measures: { tokens: 50 }, time },
    { id: `${prefix}-3`, credential: 'sk-nobody', measures: { tokens: 7 }, time },
    { id: `${prefix}-3`, credential: 'sk-nobody', measures: { tokens: 8 }, time },
  ]);
}

it('counts the same as over everything, whatever happened since', async () => {
  expect(await figures(false)).toEqual(await figures(true));
  await send('later', '2026-11-01T05:00:00Z');
  const { items } = await api.ok('GET', '/v1/credentials');
  const key = items.find(({ name }: Json) => name === 'Production');
  await api.ok('POST', `/v1/credentials/${key.id}/move`, {
    organizationId: second.id,
    from: '2026-11-01T00:00:00Z',
  });
  await api.ok('POST', '/v1/payments', {
    organizationId: first.id,
    amount: { amount: '3.00', currency: 'USD' },
  });
  const ofNew = await look(false);
  expect(ofNew.complete).toBe(false);
  expect(ofNew.checks.every(({ ok }: Json) => ok)).toBe(true);
  const both = [await figures(false), await figures(true)];
  expect(both[0]).toEqual(both[1]);
  const [, conservation] = both[0].find(([name]: [string]) => name === 'conservation');
  expect(conservation).toMatchObject({ accepted: '6', corrections: '1', conflicts: '2' });
});

it('what is much is proven part by part, each counted once, up to what fails', async () => {
  for (const prefix of ['part-a', 'part-b', 'part-c']) await send(prefix, '2026-11-01T05:15:00Z');
  const broken = await eventId('part-b-1');
  const body = (tokens: number) =>
    superuser.query(
      `update events set measures = '{"tokens": "${tokens}"}' where id = '${broken}'`,
    );
  await body(8);
  await advanceChecks(api.deployment, { events: 2, journalRows: 1_000 });
  const unproven = async (name: string) => {
    const { rows } = await superuser.query<{ count: string }>(
      `select count(*) as count from journal where position > (select position from check_state where name = '${name}')`,
    );
    return Number(rows[0]?.count);
  };
  // The first part was proven; what fails and what is after it was not.
  expect(await unproven('conservation')).toBe(0);
  expect(await unproven('exactlyOnce')).toBe(2);
  await body(100);
  expect(await failing(false)).toEqual([]);
  expect(await figures(false)).toEqual(await figures(true));
});

const below: [what: string, corrupt: string, repair: string, found: string][] = [
  [
    'the body of an event',
    `update events set measures = '{"tokens": "8"}' where client_id = 'old-3'`,
    `update events set measures = '{"tokens": "7"}' where client_id = 'old-3'`,
    'exactlyOnce',
  ],
  [
    'an entry of an event',
    `update attributions set sign = -1 where event_id = (select id from events where client_id = 'old-3')`,
    `update attributions set sign = 1 where event_id = (select id from events where client_id = 'old-3')`,
    'conservation',
  ],
  [
    'an invoice',
    `update invoices set recipient = jsonb_set(recipient, '{x}', '1') where number = 'INV-000001'`,
    `update invoices set recipient = recipient - 'x' where number = 'INV-000001'`,
    'issued',
  ],
  [
    'the work queue',
    `update unclassified_groups set events = events + 1`,
    `update unclassified_groups set events = events - 1`,
    'derivedUsage',
  ],
];
it.each(below)(
  'whoever breaks %s that was proven is found by a look at everything, and kept failing until it is repaired',
  async (_what, corrupt, repair, name) => {
    await superuser.query(corrupt);
    try {
      expect(await failing(false)).toEqual([]);
      expect((await failing(true)).map(([failed]) => failed)).toContain(name);
      expect((await failing(false)).map(([failed]) => failed)).toContain(name);
      await advance();
      expect((await failing(false)).map(([failed]) => failed)).toContain(name);
    } finally {
      await superuser.query(repair);
    }
    expect(await failing(false)).toEqual([]);
    expect(await failing(true)).toEqual([]);
    expect((await look(false)).checks.every((check: Json) => check.provenBefore > 0)).toBe(true);
  },
);

it('a failure among what is new is not passed over when the minute has passed', async () => {
  await send('broken', '2026-11-01T05:30:00Z');
  const id = await eventId('broken-1');
  const entry = `from attributions where event_id = '${id}'`;
  // Takes back what is held, and gives nothing: then gives it, on its own.
  await superuser.query(
    `create table kept as select * ${entry};
     insert into attributions select (jsonb_populate_record(a, jsonb_build_object('journal_id', 1, 'sign', -1))).* from kept a;
     insert into attributions select (jsonb_populate_record(a, jsonb_build_object('journal_id', 2))).* from kept a`,
  );
  for (const complete of [false, true, false])
    expect(await failing(complete)).toContainEqual(['conservation', [id]]);
  await advance();
  expect(await failing(false)).toContainEqual(['conservation', [id]]);
  await superuser.query(`delete ${entry}; insert into attributions select * from kept`);
  expect(await failing(false)).toEqual([]);
});

it('checks rest nine times as long as all of them took before they look again, unless somebody asks', async () => {
  const provenUpTo = async () => {
    const { rows } = await superuser.query<{ position: string }>(
      `select position from check_state where name = 'conservation'`,
    );
    return Number(rows[0]?.position);
  };
  await look(true);
  const before = await provenUpTo();
  expect(before).toBeGreaterThan(0);
  await superuser.query(
    `update check_state set took_ms = case name when 'twoClocks' then 6000 when 'issued' then 4000 else 0 end`,
  );
  await send('rested', '2026-11-01T05:45:00Z');
  api.setClock('2026-11-01T06:01:29Z');
  await advance();
  expect(await provenUpTo()).toBe(before);
  const [conservation] = (await look(false)).checks;
  expect(conservation).toMatchObject({ name: 'conservation', provenBefore: before });
  expect(Number(conservation.figures.accepted)).toBeGreaterThan(0);
  api.setClock('2026-11-01T06:01:30Z');
  await advance();
  expect(await provenUpTo()).toBeGreaterThan(before);
});
