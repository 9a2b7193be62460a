import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../support/app.ts';

/**
 * What usage comes to at the prices of its subscriptions, by hand: a division with two teams on one agreement at a cent
 * a token up to 1,000 and half a cent beyond, at least 20.00; and another customer in euros.
 */

let api: TestApp;
const ids: Record<string, string> = {};
const october = 'from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z';

beforeAll(async () => {
  api = await testApp();
  api.setClock('2026-11-02T00:00:00Z');
  const post = async (path: string, body: object) => api.ok('POST', `/v1/${path}`, body);
  const make = async (name: string, path: string, body: object) => {
    ids[name] = (await post(path, body)).id;
  };
  await post('meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  await post('meters', { key: 'images', aggregation: 'sum', measure: 'images' });
  await make('product', 'products', { name: 'Inference' });
  const tiers = [
    { upTo: '1000', unitPrice: '0.01' },
    { upTo: null, unitPrice: '0.005' },
  ];
  const charges = [
    { meter: 'tokens', model: 'graduated', tiers },
    { meter: 'images', model: 'perUnit', unitPrice: '1', minimum: '20' },
  ];
  const productId = ids['product'];
  await make('dollars', 'plans', { productId, name: 'Dollars', charges });
  const flat = [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.02' }];
  await make('euros', 'plans', { productId, name: 'Euros', currency: 'EUR', charges: flat });
  await make('division', 'organizations', { name: 'Division' });
  const parentId = ids['division'];
  await make('search', 'organizations', { name: 'Search', parentId });
  await make('ads', 'organizations', { name: 'Ads', parentId });
  await make('abroad', 'organizations', { name: 'Abroad' });
  const startAt = '2026-10-01T00:00:00Z';
  const subscribe = (name: string, organization: string, plan: string) =>
    make(name, 'subscriptions', { organizationId: ids[organization], planId: ids[plan], startAt });
  await subscribe('agreement', 'division', 'dollars');
  await subscribe('foreign', 'abroad', 'euros');
  for (const [team, tags] of [
    ['search', ['prod', 'eu']],
    ['ads', ['prod']],
    ['abroad', []],
  ] as const) {
    const email = `${team}@d.example`;
    const organizationId = ids[team];
    const { id: subscriberId } = await post('subscribers', {
      email,
      organizationIds: [organizationId],
    });
    const subscriptionId = ids[team === 'abroad' ? 'foreign' : 'agreement'];
    const owners = { subscriberId, organizationId, subscriptionId };
    await make(`${team} key`, 'credentials', {
      name: team,
      credentialId: `sk-${team}`,
      tags,
      ...owners,
    });
  }
  const use = (id: string, team: string, day: string, measures: object, model = 'small') => ({
    id,
    time: `2026-10-${day}T10:00:00Z`,
    credential: `sk-${team}`,
    measures,
    attributes: { model },
  });
  await post('events', [
    use('a', 'search', '02', { tokens: 600 }),
    use('b', 'search', '03', { tokens: 400, images: 2 }, 'large'),
    use('c', 'ads', '03', { tokens: 1000, images: 1 }, 'large'),
    use('d', 'abroad', '03', { tokens: 50 }),
  ]);
});
afterAll(() => api.close());

const ask = async (query: string): Promise<Json[]> =>
  (await api.ok('GET', `/v1/usage?${october}&${query}`)).amounts;
const told = async (query: string, ...by: string[]) =>
  (await ask(query)).map(({ group, kind, amount, currency }) => [
    ...by.map((name) => group[name]),
    kind,
    amount,
    currency,
  ]);

describe('amounts', () => {
  it('are by currency, and apart from what no usage caused', async () => {
    // 1,000 × 0.01 + 1,000 × 0.005; 3 images, 17 to the minimum; 50 × 0.02.
    expect(await told('')).toEqual([
      ['fixed', '17', 'USD'],
      ['usage', '1', 'EUR'],
      ['usage', '18', 'USD'],
    ]);
    expect(await told('groupBy=meter&figures=amount', 'meter')).toEqual([
      ['images', 'fixed', '17', 'USD'],
      ['images', 'usage', '3', 'USD'],
      ['tokens', 'usage', '1', 'EUR'],
      ['tokens', 'usage', '15', 'USD'],
    ]);
  });

  it('share a tier among all who reached it, by quantity', async () => {
    const byKey = await told(`measure=tokens&groupBy=credential`, 'credentialId');
    expect(new Set(byKey)).toEqual(
      new Set([
        [ids['search key'], 'usage', '7.5', 'USD'],
        [ids['ads key'], 'usage', '7.5', 'USD'],
        [ids['abroad key'], 'usage', '1', 'EUR'],
      ]),
    );
    expect(await told('measure=tokens&interval=day&groupBy=attribute:model', 'model')).toEqual([
      ['small', 'usage', '4.5', 'USD'],
      ['large', 'usage', '10.5', 'USD'],
      ['small', 'usage', '1', 'EUR'],
    ]);
  });

  it('roll up, and count once for each tag', async () => {
    const names = Object.fromEntries(Object.entries(ids).map(([name, id]) => [id, name]));
    const rolled = await told(
      `organizationId=${ids['division']}&rollUp=true&groupBy=organization`,
      'organizationId',
    );
    expect(new Set(rolled.map(([id, ...rest]) => [names[id], ...rest]))).toEqual(
      new Set([
        ['ads', 'usage', '8.5', 'USD'],
        ['division', 'fixed', '17', 'USD'],
        ['division', 'usage', '18', 'USD'],
        ['search', 'usage', '9.5', 'USD'],
      ]),
    );
    expect(await told(`organizationId=${ids['division']}`), 'its own').toEqual([
      ['fixed', '17', 'USD'],
    ]);
    expect(await told('groupBy=tag&measure=images', 'tag')).toEqual([
      ['eu', 'usage', '2', 'USD'],
      ['prod', 'usage', '3', 'USD'],
      [null, 'fixed', '17', 'USD'],
    ]);
  });

  it('are ranked in one currency, the rest added up for each', async () => {
    const [first, ...rest] = await ask('groupBy=organization,meter&top=1&by=amount&figures=amount');
    const inOrder = [first, ...rest.toSorted((a, b) => Number(a.amount) - Number(b.amount))];
    expect(
      inOrder.map(({ group, other, kind, amount, currency }) => [
        group.organizationId,
        group.meter,
        other,
        kind,
        amount,
        currency,
      ]),
    ).toEqual([
      [ids['division'], 'images', false, 'fixed', '17', 'USD'],
      [null, 'tokens', true, 'usage', '1', 'EUR'],
      [null, 'images', true, 'usage', '3', 'USD'],
      [null, 'tokens', true, 'usage', '15', 'USD'],
    ]);
  });

  it('are of the range: the minimum is owed when its period ends', async () => {
    const range = 'from=2026-10-03T00:00:00Z&to=2026-10-04T00:00:00Z';
    const { amounts } = await api.ok('GET', `/v1/usage?${range}&figures=amount`);
    expect(amounts.map(({ amount, currency }: Json) => [amount, currency])).toEqual([
      ['1', 'EUR'],
      ['13.5', 'USD'],
    ]);
  });

  it('are what an invoice breaks its lines down to', async () => {
    await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
    const { items } = await api.ok('GET', `/v1/invoices?organizationId=${ids['division']}`);
    const { lines } = await api.ok('GET', `/v1/invoices/${items[0].id}?breakdownBy=organization`);
    const parts = lines.flatMap((line: Json) =>
      line.breakdown.map(({ kind, value, amount }: Json) => `${value} ${kind} ${amount.amount}`),
    );
    const rows = await ask('groupBy=organization,meter&figures=amount');
    const dollars = rows.filter(({ currency }) => currency === 'USD');
    expect(
      dollars
        .map(
          ({ group, kind, amount }) =>
            `${group.organizationId} ${kind} ${Number(amount).toFixed(2)}`,
        )
        .toSorted(),
    ).toEqual(parts.toSorted());
  });
});
