import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../support/app.ts';

/**
 * The three problems that a customer layer is there for. One invoice and the spike are looked at more closely in
 * `one-invoice-for-three-teams.test.ts` and `spike.test.ts`.
 */
let api: TestApp;
const ids: Record<string, string> = {};

const october = 'from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z';
const post = async (path: string, body: object): Promise<Json> =>
  api.ok('POST', `/v1/${path}`, body);

async function organization(name: string, more: object = {}): Promise<string> {
  const { id } = await post('organizations', { name, ...more });
  ids[name] = id;
  return id;
}

async function keyOf(name: string, more: object = {}): Promise<void> {
  const organizationId = ids[name];
  const email = `dev@${name.toLowerCase().replaceAll(/\W/g, '')}.example`;
  const subscriber = await post('subscribers', { email, organizationIds: [organizationId] });
  const key = { name: `Key of ${name}`, credentialId: `sk-${name}`, organizationId };
  const credential = await post('credentials', { ...key, subscriberId: subscriber.id, ...more });
  ids[`key of ${name}`] = credential.id;
}

beforeAll(async () => {
  api = await testApp();
  api.setClock('2026-11-01T06:00:00Z');
  await post('meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const product = await post('products', { name: 'API' });
  const plan = await post('plans', {
    productId: product.id,
    name: 'Metered',
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.01' }],
  });
  // A customer: five uses, each with a subscription of its own.
  const acme = await organization('Acme');
  for (const use of ['Search', 'Chat', 'Batch', 'Mobile', 'Trial']) {
    await organization(use, { parentId: acme, billTo: acme });
    const subscription = await post('subscriptions', {
      organizationId: ids[use],
      planId: plan.id,
      name: use,
      startAt: '2026-10-01T00:00:00Z',
    });
    ids[`subscription of ${use}`] = subscription.id;
    await keyOf(use, { subscriptionId: subscription.id });
  }
  // Our own: a division with two departments of two teams, none of which subscribes to anything.
  const division = await organization('Division');
  for (const department of ['Research', 'Operations']) {
    const parentId = await organization(department, { parentId: division });
    for (const team of [1, 2]) {
      await organization(`${department} ${team}`, { parentId });
      await keyOf(`${department} ${team}`);
    }
  }
  await post('events', events());
});
afterAll(() => api.close());

function events(): object[] {
  const day = (n: number) => `2026-10-${String(n).padStart(2, '0')}T12:00:00Z`;
  const customers = ['Search', 'Chat', 'Batch', 'Mobile', 'Trial'].flatMap((use) =>
    [5, 6].map((n) => ({
      id: `${use} ${n}`,
      time: day(n),
      credential: `sk-${use}`,
      measures: { tokens: use === 'Batch' && n === 6 ? 5000 : 100 },
    })),
  );
  const teams = ['Research 1', 'Research 2', 'Operations 1', 'Operations 2'];
  const own = teams.map((team, i) => ({
    id: team,
    time: day(5),
    credential: `sk-${team}`,
    measures: { input_tokens: 1_000_000 * (i + 1), output_tokens: 0 },
    attributes: { model: 'gpt-5', provider: 'openai' },
    // Two say what they cost; the list price of the others is 1.25 per million.
    ...(i < 2 && { cost: { amount: '0.105', currency: 'USD' } }),
  }));
  return [...customers, ...own];
}

describe('a customer who should be getting one consolidated invoice', () => {
  it('gets one instead of five, with each use on a line of its own', async () => {
    await post('billing-runs', { period: '2026-10' });
    const { items } = await api.ok('GET', '/v1/invoices');
    expect(items).toMatchObject([{ organizationId: ids['Acme'], total: { amount: '59.00' } }]);
    const { lines } = await api.ok('GET', `/v1/invoices/${items[0].id}`);
    const amounts = lines.map((line: Json) => [line.subscriptionId, line.amount.amount]);
    const uses = ['Search', 'Chat', 'Batch', 'Mobile', 'Trial'];
    const expected = uses.map((use): [string | undefined, string] => [
      ids[`subscription of ${use}`],
      use === 'Batch' ? '51.00' : '2.00',
    ]);
    expect(new Map(amounts)).toEqual(new Map(expected));
    expect(lines).toHaveLength(5);
  });
});

describe("an internal team's AI usage", () => {
  const costs = async (name: string): Promise<Record<string, string>> => {
    const { costs: rows } = await api.ok(
      'GET',
      `/v1/usage?${october}&organizationId=${ids[name]}&rollUp=true`,
    );
    return Object.fromEntries(rows.map((row: Json) => [row.source, row.amount]));
  };

  it('is attributed back to it, with its cost, though it has no subscription', async () => {
    const { items } = await api.ok('GET', '/v1/events?source=&clientId=Research%201');
    expect(items[0].attribution).toMatchObject({
      organizationId: ids['Research 1'],
      credentialId: ids['key of Research 1'],
      subscriptionId: null,
    });
    expect(await costs('Research 1')).toEqual({ event: '0.105' });
    expect(await costs('Operations 1')).toEqual({ list: '3.75' });
  });

  it('rolls up from team to department to division, to the last digit', async () => {
    expect(await costs('Research')).toEqual({ event: '0.21' });
    expect(await costs('Operations')).toEqual({ list: '8.75' });
    expect(await costs('Division')).toEqual({ event: '0.21', list: '8.75' });
    const { items } = await api.ok(
      'GET',
      `/v1/usage?${october}&organizationId=${ids['Division']}&rollUp=true&groupBy=organization&measure=input_tokens`,
    );
    const quantities = Object.fromEntries(
      items.map((row: Json) => [row.group.organizationId, row.quantity]),
    );
    expect(quantities[ids['Research'] ?? '']).toBe('3000000');
    expect(quantities[ids['Operations'] ?? '']).toBe('7000000');
    expect(quantities[ids['Division'] ?? '']).toBe('10000000');
  });

  it('bills nobody', async () => {
    const { items } = await api.ok('GET', '/v1/invoices');
    expect(items.map((invoice: Json) => invoice.organizationId)).toEqual([ids['Acme']]);
  });
});

describe('a spike', () => {
  it('is traced to its subscription and key in one call', async () => {
    const { levels, change } = await api.ok(
      'GET',
      '/v1/usage/explain?from=2026-10-06T00:00:00Z&to=2026-10-07T00:00:00Z&measure=tokens',
    );
    expect(change).toBe('4900');
    const first = (by: string) => levels.find((level: Json) => level.by === by).drivers[0];
    expect(first('subscription')).toMatchObject({
      id: ids['subscription of Batch'],
      name: 'Batch',
      change: '4900',
    });
    expect(first('credential')).toMatchObject({ id: ids['key of Batch'], name: 'Key of Batch' });
  });
});
