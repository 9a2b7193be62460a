import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';

/** Another billing cycle, or time zone, means from now on. */

let api: TestApp;
let planId: string;

beforeAll(async () => {
  api = await testApp();
  const product = await api.ok('POST', '/v1/products', { name: 'Inference' });
  const fees = [{ name: 'Daily', amount: '1.00', timing: 'arrears' }];
  const interval = { unit: 'day' };
  const plan = { productId: product.id, name: 'Daily', interval, fees, charges: [] };
  planId = (await api.ok('POST', '/v1/plans', plan)).id;
});
afterAll(() => api.close());
beforeEach(() => void api.setClock('2026-10-14T12:00:00Z'));

const customer = async (startAt: string) => {
  const { id } = await api.ok('POST', '/v1/organizations', { name: 'Acme' });
  await api.ok('POST', '/v1/subscriptions', { organizationId: id, planId, startAt });
  return id as string;
};
const change = (id: string, body: object): Promise<Json> =>
  api.ok('PATCH', `/v1/organizations/${id}`, body);
const bill = (period: string) => api.ok('POST', '/v1/billing-runs', { period });
const invoices = async (id: string) => {
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${id}`);
  return items
    .map((each: Json) =>
      [each.periodStart.slice(0, 16), each.periodEnd.slice(0, 16), each.total.amount].join(' '),
    )
    .toSorted();
};
const weekly = { billingCycle: { unit: 'week', count: 1, anchorDay: 1 } };

it('cycles that ended stay, and one cycle joins the old rhythm and the new', async () => {
  const id = await customer('2026-09-01T00:00:00Z');
  await change(id, weekly);
  expect((await change(id, weekly)).billingCycle).toEqual(weekly.billingCycle);
  api.setClock('2026-11-05T00:00:00Z');
  // September had not been billed when the rhythm changed.
  for (const period of ['2026-09', '2026-10', '2026-11']) await bill(period);
  expect((await invoices(id)).slice(0, 5)).toEqual([
    '2026-09-01T00:00 2026-10-01T00:00 30.00',
    '2026-10-01T00:00 2026-10-19T00:00 18.00',
    '2026-10-19T00:00 2026-10-26T00:00 7.00',
    '2026-10-26T00:00 2026-11-02T00:00 7.00',
    '2026-11-02T00:00 2026-11-09T00:00 7.00',
  ]);
});

it('what was billed ahead of time stays, and the new rhythm follows it', async () => {
  const id = await customer('2026-10-01T00:00:00Z');
  await bill('2026-10');
  await change(id, weekly);
  api.setClock('2026-11-05T00:00:00Z');
  await bill('2026-10');
  await bill('2026-11');
  expect((await invoices(id)).slice(0, 3)).toEqual([
    '2026-10-01T00:00 2026-11-01T00:00 31.00',
    '2026-11-01T00:00 2026-11-02T00:00 1.00',
    '2026-11-02T00:00 2026-11-09T00:00 7.00',
  ]);
});

it('another time zone moves the end of the cycle under way, not its start', async () => {
  const id = await customer('2026-10-01T00:00:00Z');
  await change(id, { timeZone: 'America/New_York' });
  api.setClock('2026-12-05T00:00:00Z');
  for (const period of ['2026-10', '2026-11']) await bill(period);
  expect(await invoices(id)).toEqual([
    '2026-10-01T00:00 2026-11-01T04:00 31.00',
    '2026-11-01T04:00 2026-12-01T05:00 30.00',
  ]);
});

it('where there was nothing to bill, the rhythm is as if it had always been so', async () => {
  const { id } = await api.ok('POST', '/v1/organizations', { name: 'New' });
  await change(id, { timeZone: 'Asia/Kathmandu' });
  const startAt = '2026-09-30T18:15:00Z';
  await api.ok('POST', '/v1/subscriptions', { organizationId: id, planId, startAt });
  await bill('2026-10');
  expect(await invoices(id)).toEqual(['2026-09-30T18:15 2026-10-31T18:15 31.00']);
});

it('the schedule follows the cycle that joins', async () => {
  await change(await customer('2026-10-01T00:00:00Z'), weekly);
  await api.ok('PATCH', '/v1/billing-schedule', { enabled: true, graceHours: 0 });
  expect((await api.ok('GET', '/v1/billing-schedule')).nextRunAt).toBe(
    '2026-10-19T00:00:00.000000Z',
  );
});
