import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { associateBinding, createCredentialAuto } from './actions.ts';
import { ensureCredentialKeys } from './queries.ts';

/** Credentials and the usage that names them. */

let api: TestApp;
let acme: string;
let globex: string;
let ada: string;

beforeAll(async () => {
  api = await testApp();
  acme = (await api.ok('POST', '/v1/organizations', { name: 'Acme' })).id;
  globex = (await api.ok('POST', '/v1/organizations', { name: 'Globex' })).id;
  const person = { email: 'ada@acme.example', organizationIds: [acme] };
  ada = (await api.ok('POST', '/v1/subscribers', person)).id;
});
afterAll(() => api.close());

let sent = 0;
const use = (credential: string, time: string) =>
  api.ok('POST', '/v1/events', {
    id: `e${(sent += 1)}`,
    time,
    credential,
    measures: { tokens: 1 },
  });
/** What usage with the ID is attributed to: organization → signed sum. */
const owners = async (credentialId: string): Promise<Record<string, number>> => {
  const { rows } = await api.database.pool.query({
    text: `select a.organization_id, sum(a.sign)::int as events
             from events e join attributions a on a.event_id = e.id and a.occurred_at = e.occurred_at
             join credential_id_values v on v.key = e.credential_key
            where v.value = $1 group by 1 having sum(a.sign) <> 0`,
    values: [credentialId],
  });
  return Object.fromEntries(rows.map((row) => [row.organization_id, row.events]));
};
const create = (credentialId: string, more: object = {}): Promise<Json> => {
  const fields = { name: 'k', subscriberId: ada, organizationId: acme, credentialId, ...more };
  return api.ok('POST', '/v1/credentials', fields);
};

describe('usage of a credential', () => {
  const credentialId = 'sk-used-000000000000000001';

  it('finds its owner once the credential is made, and tells when it was seen', async () => {
    await use(credentialId, '2026-08-15T10:00:00Z');
    await use(credentialId, '2026-09-20T10:00:00Z');
    expect(await owners(credentialId)).toEqual({ org_00000000000000000000000000: 2 });
    const made = await create(credentialId);
    expect(await owners(credentialId)).toEqual({ [acme]: 2 });
    expect(made).toMatchObject({
      firstSeenAt: '2026-08-15T10:00:00.000000Z',
      lastSeenAt: '2026-09-20T10:00:00.000000Z',
    });
  });

  it('moves with it from the time of the move', async () => {
    const { body } = await api.call('POST', '/v1/credentials/lookup', { credentialId });
    const move = { organizationId: globex, from: '2026-09-01T00:00:00Z' };
    await api.ok('POST', `/v1/credentials/${body.credential.id}/move`, move);
    expect(await owners(credentialId)).toEqual({ [acme]: 1, [globex]: 1 });
  });

  it('stays where it was when the credential ends, and is not the successor’s', async () => {
    const { body } = await api.call('POST', '/v1/credentials/lookup', { credentialId });
    await api.ok('DELETE', `/v1/credentials/${body.credential.id}`);
    const successor = await create(credentialId);
    expect(await owners(credentialId)).toEqual({ [acme]: 1, [globex]: 1 });
    expect(successor.firstSeenAt).toBeNull();
    api.setClock(60_000);
    await use(credentialId, api.now());
    const seen = await api.ok('GET', `/v1/credentials/${successor.id}`);
    expect(seen).toMatchObject({ firstSeenAt: api.now(), lastSeenAt: api.now() });
  });

  it('is restored to whom it was bound, though a merge answers for that one', async () => {
    const merged = (await api.ok('POST', '/v1/organizations', { name: 'Merged' })).id;
    const key = await create('sk-used-000000000000000003', { organizationId: merged });
    await api.ok('POST', `/v1/credentials/${key.id}/revoke`, { from: '2026-09-10T00:00:00Z' });
    const both = { organizationId: merged, intoId: globex, from: '2026-09-01T00:00:00Z' };
    const { id } = await api.ok('POST', '/v1/merges', both);
    await api.ok('POST', `/v1/merges/${id}/apply`);
    await api.ok('POST', `/v1/credentials/${key.id}/restore`, { from: '2026-09-10T00:00:00Z' });
    await use('sk-used-000000000000000003', '2026-09-20T00:00:00Z');
    expect(await owners('sk-used-000000000000000003')).toEqual({ [globex]: 1 });
    await api.ok('POST', `/v1/merges/${id}/undo`);
    expect(await owners('sk-used-000000000000000003')).toEqual({ [merged]: 1 });
  });

  it('follows a rotation', async () => {
    const [one, two] = ['sk-rotated-0000000000000001', 'sk-rotated-0000000000000002'];
    const { id } = await create(one);
    await use(one, '2026-09-02T00:00:00Z');
    await use(two, '2026-09-03T00:00:00Z');
    const rotated = await api.ok('POST', `/v1/credentials/${id}/rotate`, { credentialId: two });
    expect([await owners(one), await owners(two)]).toEqual([{ [acme]: 1 }, { [acme]: 1 }]);
    expect(rotated).toMatchObject({
      firstSeenAt: '2026-09-02T00:00:00.000000Z',
      lastSeenAt: '2026-09-03T00:00:00.000000Z',
    });
  });
});

describe('for ingest', () => {
  it('numbers credential IDs once, whoever asks first', async () => {
    const values = Array.from({ length: 50 }, (_, i) => `key-${i}-of-a-batch`);
    const ask = (wanted: string[]) => api.act((action) => ensureCredentialKeys(action.tx, wanted));
    const answers = await Promise.all([
      ask(values),
      ask(values.toReversed()),
      ask([...values, 'a', 'a']),
    ]);
    for (const value of values) {
      const [one, ...others] = answers.map((answer) => answer.get(value));
      expect(one?.masked).toMatch(/^ke[^…]*…[^…]*ch$/);
      for (const other of others) expect(other?.key).toBe(one?.key);
    }
    expect(answers[2]?.size).toBe(51);
    expect((await ask([])).size).toBe(0);
  });

  it('makes a credential of an ID once, and associates its binding once', async () => {
    const keys = await api.act((action) =>
      ensureCredentialKeys(action.tx, ['sk-auto-4242424242429f3a']),
    );
    const valueKey = keys.get('sk-auto-4242424242429f3a')?.key ?? 0;
    const owner = { valueKey, subscriberId: ada, organizationId: acme, subscriptionId: null };
    const auto = () => api.act((action) => createCredentialAuto(action, owner));
    const id = await auto();
    expect(await auto()).toBe(id);
    const url = `/v1/credentials/${id}`;
    expect(await api.ok('GET', url)).toMatchObject({
      name: 'Auto-created sk-a…9f3a',
      autoCreated: true,
      credentialId: 'sk-a…9f3a',
    });

    const product = await api.ok('POST', '/v1/products', { name: 'API' });
    const interval = { unit: 'month', count: 1 };
    const terms = { productId: product.id, name: 'Flat', currency: 'USD', interval };
    const plan = await api.ok('POST', '/v1/plans', terms);
    const subscribe = async () =>
      (await api.ok('POST', '/v1/subscriptions', { organizationId: acme, planId: plan.id })).id;
    const [first, second] = [await subscribe(), await subscribe()];
    const { rows } = await api.database.pool.query({
      text: 'select id from bindings where credential_id = $1',
      values: [id],
    });
    for (const subscription of [first, second]) {
      await api.act((action) => associateBinding(action, rows[0].id, subscription));
    }
    expect((await api.ok('GET', `${url}/bindings`)).items).toMatchObject([
      { from: null, to: null, subscriptionId: first },
    ]);
    expect((await api.ok('GET', url)).version).toBe(2);
  });
});

it('an association reaches all usage of its binding, recorded before or after it', async () => {
  const credentialId = 'sk-used-000000000000000004';
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'API' });
  await use('sk-of-nobody', '2026-09-01T00:00:00Z'); // its measure gets a meter
  const charges = [{ meter: 'tokens', model: 'perUnit', unitPrice: '1' }];
  const plan = { productId, name: 'Plan', charges };
  const { id: planId } = await api.ok('POST', '/v1/plans', plan);
  const [above, below] = [
    await api.ok('POST', '/v1/organizations', { name: 'Above' }),
    await api.ok('POST', '/v1/organizations', { name: 'Below' }),
  ].map(({ id }) => id as string);
  await api.ok('POST', `/v1/organizations/${below}/move`, { parentId: above, from: null });
  const startAt = '2026-01-01T00:00:00Z';
  const subscribe = (organizationId: string | undefined) =>
    api.ok('POST', '/v1/subscriptions', { organizationId, planId, startAt });
  const [one, other] = [await subscribe(below), await subscribe(above)];
  const key = await create(credentialId, { organizationId: below });
  // What is to end is chosen for event by event.
  await api.ok('POST', `/v1/credentials/${key.id}/expire`, { at: '2026-12-01T00:00:00Z' });
  await use(credentialId, '2026-09-20T00:00:00Z');
  const holders = async () => {
    const { items } = await api.ok(
      'GET',
      '/v1/usage?from=2026-09-01T00:00:00Z&to=2026-10-01T00:00:00Z&groupBy=subscription&figures=quantity',
    );
    return items
      .map(({ group, quantity }: Json) => [Object.values(group)[0], quantity])
      .filter(([id]: [string]) => [one.id, other.id].includes(id));
  };
  expect(await holders()).toEqual([[one.id, '1']]);
  await api.ok('POST', `/v1/credentials/${key.id}/expire`, { at: null });
  const claimed = { id: 'claimed', time: '2026-09-21T00:00:00Z', credential: credentialId };
  const subscription = other.id;
  await api.ok('POST', '/v1/events', { ...claimed, subscription, measures: { tokens: 1 } });
  expect(await holders()).toEqual([[other.id, '2']]);
});
