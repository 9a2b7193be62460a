import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { type SeededEvent, seedUsage } from '../../test/support/usage.ts';

let api: TestApp;
let planId: string;
let productId: string;

beforeAll(async () => {
  api = await testApp();
  productId = (await api.ok('POST', '/v1/products', { name: 'Inference' })).id;
  for (const measure of ['tokens', 'requests']) {
    await api.ok('POST', '/v1/meters', { key: measure, aggregation: 'sum', measure });
  }
  planId = (await makePlan({})).id;
});
afterAll(() => api.close());
beforeEach(() => void api.setClock('2026-11-01T06:00:00Z'));

const makePlan = (changes: object) =>
  api.ok('POST', '/v1/plans', {
    productId,
    name: 'Pro',
    fees: [{ name: 'Platform', amount: '10.00', timing: 'advance' }],
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.001' }],
    ...changes,
  });
const customer = (changes: object = {}): Promise<Json> =>
  api.ok('POST', '/v1/organizations', { name: 'Acme', ...changes });
const subscribe = (organizationId: string, changes: object = {}): Promise<Json> =>
  api.ok('POST', '/v1/subscriptions', {
    organizationId,
    planId,
    startAt: '2026-10-01T00:00:00Z',
    ...changes,
  });
const bill = (period: string): Promise<Json> => api.ok('POST', '/v1/billing-runs', { period });
const invoicesOf = async (organizationId: string): Promise<Json[]> => {
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${organizationId}`);
  return Promise.all(items.map(({ id }: Json) => api.ok('GET', `/v1/invoices/${id}`)));
};
const finalize = (id: string) => api.ok('POST', `/v1/invoices/${id}/finalize`);
const tokens = (
  { id: subscriptionId, organizationId }: Json,
  at: string,
  count: string,
): SeededEvent => ({ at, subscriptionId, organizationId, measures: { tokens: count } });
const record = (...events: SeededEvent[]) => api.act((action) => seedUsage(action, events));
const amounts = (lines: Json[]) =>
  lines.map((line) => [line.kind, line.quantity, line.amount.amount]);

describe('a month', () => {
  it('is an invoice of fees and usage, explained to its events, issued, owed', async () => {
    const acme = await customer();
    const subscription = await subscribe(acme.id, { name: 'Production' });
    await record(
      tokens(subscription, '2026-10-01T00:00:00Z', '1000'),
      tokens(subscription, '2026-10-31T23:59:59.999999Z', '234.5'),
      tokens(subscription, '2026-11-01T00:00:00Z', '999999'),
    );
    const run = await bill('2026-10');
    expect(run).toMatchObject({ status: 'succeeded', period: '2026-10', problem: null });
    const [draft] = await invoicesOf(acme.id);
    expect(draft).toMatchObject({
      status: 'draft',
      number: null,
      currency: 'USD',
      periodStart: '2026-10-01T00:00:00.000000Z',
      periodEnd: '2026-11-01T00:00:00.000000Z',
      total: { amount: '11.23', currency: 'USD' },
      amountDue: { amount: '0.00', currency: 'USD' },
      position: run.position,
      billingRunId: run.id,
    });
    expect(amounts(draft.lines)).toEqual([
      ['fee', '1', '10.00'],
      ['usage', '1234.5', '1.23'],
    ]);
    expect(draft.lines[1]).toMatchObject({
      description: 'Production: tokens',
      meter: 'tokens',
      unitPrice: '0.001',
      eventCount: 2,
      eventQuantity: '1234.5',
      subscriptionId: subscription.id,
      planId,
      planVersion: 1,
    });

    const issued = await finalize(draft.id);
    expect(issued).toMatchObject({
      status: 'open',
      number: 'INV-000001',
      issuedAt: '2026-11-01T06:00:00.000000Z',
      dueAt: '2026-12-01T06:00:00.000000Z',
      amountDue: { amount: '11.23', currency: 'USD' },
      lines: draft.lines,
    });
    const statement = await api.ok('GET', `/v1/statements/${acme.id}`);
    expect(statement).toMatchObject({
      organization: { id: acme.id, name: 'Acme' },
      outstandingBalance: [{ amount: '11.23', currency: 'USD' }],
      unappliedCredit: [{ amount: '0.00', currency: 'USD' }],
      openInvoices: { count: 1, items: [{ id: draft.id, number: 'INV-000001', daysPastDue: 0 }] },
      ageing: [{ currency: 'USD', current: '11.23', days1To30: '0.00' }],
    });

    const again = await api.call('POST', `/v1/invoices/${draft.id}/finalize`);
    expect([again.status, again.body.code]).toEqual([409, 'invalid_state']);
    await bill('2026-10');
    expect(await invoicesOf(acme.id)).toEqual([issued]);
  });
});
