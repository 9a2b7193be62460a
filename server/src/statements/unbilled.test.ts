import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { seedUsage } from '../../test/support/seeded-usage.ts';

/** What usage to date comes to that no issued document has. */

let api: TestApp;
const plans = new Map<string, string>();

beforeAll(async () => {
  api = await testApp();
  const product = await api.ok('POST', '/v1/products', { name: 'Inference' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const plan = async (name: string, more: object) => {
    const body = { productId: product.id, name, ...more };
    plans.set(name, (await api.ok('POST', '/v1/plans', body)).id);
  };
  const perUnit = { meter: 'tokens', model: 'perUnit', unitPrice: '0.01' };
  await plan('monthly', {
    fees: [{ name: 'Platform', amount: '20.00', timing: 'arrears' }],
    charges: [{ ...perUnit, minimum: '50' }],
  });
  const interval = { unit: 'year', count: 1 };
  await plan('yearly', { interval, charges: [perUnit] });
  await plan('yen', { currency: 'JPY', charges: [{ ...perUnit, unitPrice: '1' }] });
});
afterAll(() => api.close());

async function subscribe(organizationId: string, plan: string): Promise<Json> {
  const startAt = '2026-10-01T00:00:00Z';
  return api.ok('POST', '/v1/subscriptions', { organizationId, planId: plans.get(plan), startAt });
}
const use = ({ id: subscriptionId, organizationId }: Json, at: string, tokens: string) =>
  api.act((action) =>
    seedUsage(action, [{ at, subscriptionId, organizationId, measures: { tokens } }]),
  );
const unbilled = async (id: string): Promise<string[]> =>
  (await api.ok('GET', `/v1/statements/${id}?unbilledUsage=true`)).unbilledUsage.map(
    ({ amount, currency }: Json) => `${amount} ${currency}`,
  );

it('is all usage that is on no issued invoice: drafted, ended, under way, or found later', async () => {
  const { id } = await api.ok('POST', '/v1/organizations', { name: 'Acme' });
  expect(await unbilled(id)).toEqual([]);
  const [monthly, yearly] = [await subscribe(id, 'monthly'), await subscribe(id, 'yearly')];
  const yen = await subscribe(id, 'yen');
  api.setClock('2026-11-10T00:00:00Z');
  await use(monthly, '2026-10-05T00:00:00Z', '100'); // ended, not billed
  await use(monthly, '2026-11-05T00:00:00Z', '20'); // under way
  await use(yearly, '2026-11-05T00:00:00Z', '3000'); // a year that is under way
  await use(yen, '2026-11-05T00:00:00Z', '7');
  expect(await unbilled(id)).toEqual(['7 JPY', '31.20 USD']);
  await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  expect(await unbilled(id)).toEqual(['7 JPY', '31.20 USD']); // a draft is nothing issued
  const [draft] = (await api.ok('GET', `/v1/invoices?organizationId=${id}`)).items;
  await api.ok('POST', `/v1/invoices/${draft.id}/finalize`);
  expect(await unbilled(id)).toEqual(['7 JPY', '30.20 USD']);
  await use(monthly, '2026-10-06T00:00:00Z', '5500'); // late: beyond the minimum that was billed
  const [, dollars] = await unbilled(id);
  expect(dollars).toBe('85.20 USD');
});

it('is asked for, and only as of now', async () => {
  const { id } = await api.ok('POST', '/v1/organizations', { name: 'Acme' });
  const statement = await api.ok('GET', `/v1/statements/${id}`);
  expect(statement.unbilledUsage).toBeNull();
  const path = `/v1/statements/${id}?unbilledUsage=true&knownAt=${statement.knownAt}`;
  const { status, body } = await api.call('GET', path);
  expect([status, body.errors[0].pointer]).toEqual([400, '?unbilledUsage']);
});

it('of what is below, too', async () => {
  const { id } = await api.ok('POST', '/v1/organizations', { name: 'Holding' });
  const below = await api.ok('POST', '/v1/organizations', { name: 'Unit', parentId: id });
  await use(await subscribe(id, 'monthly'), '2026-11-05T00:00:00Z', '100');
  await use(await subscribe(below.id, 'monthly'), '2026-11-05T00:00:00Z', '200');
  const path = `/v1/statements/${id}?unbilledUsage=true`;
  const amountsAt = async (url: string) =>
    (await api.ok('GET', url)).unbilledUsage.map(({ amount }: Json) => amount);
  expect(await amountsAt(path)).toEqual(['1.00']);
  expect(await amountsAt(`${path}&withDescendants=true`)).toEqual(['3.00']);
});
