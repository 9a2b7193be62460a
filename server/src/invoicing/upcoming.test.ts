import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { moveUsage, seedUsage } from '../../test/support/seeded-usage.ts';
import { latePolicies } from './policy-rules.ts';

/** The running cycle: what a run at the same position would write, had it ended. */

let api: TestApp;
let planId: string;
let euroPlanId: string;

beforeAll(async () => {
  api = await testApp();
  const product = await api.ok('POST', '/v1/products', { name: 'Inference' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  await api.ok('POST', '/v1/meters', { key: 'peak', aggregation: 'max', measure: 'users' });
  const tiers = [
    { upTo: '5000', unitPrice: '0.01' },
    { upTo: null, unitPrice: '0.001' },
  ];
  const plan = async (name: string, more: object) =>
    (await api.ok('POST', '/v1/plans', { productId: product.id, name, ...more })).id;
  planId = await plan('Pro', {
    fees: [
      { name: 'Platform', amount: '20.00', timing: 'advance' },
      { name: 'Support', amount: '5.00', timing: 'arrears' },
    ],
    charges: [
      { meter: 'tokens', model: 'graduated', tiers },
      { meter: 'peak', model: 'perUnit', unitPrice: '1', minimum: '3' },
    ],
  });
  const charges = [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.002' }];
  euroPlanId = await plan('Europe', { currency: 'EUR', charges });
});
afterAll(() => api.close());

type Customer = { id: string; subs: Json[] };

async function customer(policy: string): Promise<Customer> {
  const { id } = await api.ok('POST', '/v1/organizations', {
    name: 'Acme',
    lateUsage: { policy },
    taxRates: [{ name: 'VAT', percent: '19' }],
    breakdownBy: 'organization',
  });
  const subs = [];
  for (const plan of [planId, planId, euroPlanId])
    subs.push(
      await api.ok('POST', '/v1/subscriptions', {
        organizationId: id,
        planId: plan,
        startAt: '2026-10-01T00:00:00Z',
      }),
    );
  return { id, subs };
}

const use = ({ id: subscriptionId, organizationId }: Json, at: string, tokens: string) =>
  api.act((action) =>
    seedUsage(action, [{ at, subscriptionId, organizationId, measures: { tokens, users: '4' } }]),
  );

const upcoming = (id: string): Promise<Json> =>
  api.ok('GET', `/v1/invoices/upcoming?organizationId=${id}`);

async function draftsOf(id: string): Promise<Json[]> {
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${id}&status=draft`);
  return Promise.all(items.map((each: Json) => api.ok('GET', `/v1/invoices/${each.id}`)));
}

const ofStored = ['id', 'number', 'status', 'billingRunId', 'issuedAt', 'dueAt', 'overdue'];
const ofPosting = ['amountDue', 'amountPaid', 'amountCredited', 'amountWrittenOff'];
const ofTime = ['position', 'createdAt', 'updatedAt', 'version'];
const left = new Set([...ofStored, ...ofPosting, ...ofTime]);
const without = (record: Json): Json =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !left.has(name)));

/** An invoice without what only a stored one has, and without when it was looked at. */
function unstored(invoice: Json): Json {
  const lines = invoice.lines.map((line: Json) => ({
    ...without(line),
    positionAfter: line.position === line.positionAfter ? null : line.positionAfter,
  }));
  return { ...without(invoice), lines };
}
const inOrder = (some: Json[]): Json[] =>
  some
    .map(unstored)
    .toSorted((a, b) => (JSON.stringify(a.total) < JSON.stringify(b.total) ? -1 : 1));

describe.each(latePolicies)('where late usage is %s', (policy) => {
  it('shows what the run of the cycle writes, and nothing is stored', async () => {
    api.setClock('2026-11-01T06:00:00Z');
    const [mine, theirs] = [await customer(policy), await customer(policy)];
    const [first, second, euro] = mine.subs;
    const moved = await use(first, '2026-10-05T00:00:00Z', '6000');
    for (const sub of [second, euro, ...theirs.subs]) await use(sub, '2026-10-09T00:00:00Z', '700');
    await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
    for (const { id } of [mine, theirs])
      for (const draft of await draftsOf(id))
        await api.ok('POST', `/v1/invoices/${draft.id}/finalize`);

    api.setClock('2026-11-16T13:00:00Z');
    await use(second, '2026-10-06T00:00:00Z', '5000'); // late
    await use(second, '2026-11-06T00:00:00Z', '123');
    await use(euro, '2026-11-06T00:00:00Z', '777');
    const { id: subscriptionId, organizationId } = theirs.subs[0];
    await api.act((action) => moveUsage(action, moved, { subscriptionId, organizationId }));

    const seen = [await upcoming(mine.id), await upcoming(theirs.id)];
    expect(await draftsOf(mine.id)).toEqual([]);
    expect(seen[0]).toMatchObject({
      periodStart: '2026-11-01T00:00:00.000000Z',
      periodEnd: '2026-12-01T00:00:00.000000Z',
    });
    api.setClock('2026-12-01T06:00:00Z');
    await api.ok('POST', '/v1/billing-runs', { period: '2026-11' });
    for (const [i, { id }] of [mine, theirs].entries()) {
      const written = inOrder(await draftsOf(id));
      expect(written.length).toBeGreaterThan(0);
      expect(inOrder(seen[i].invoices)).toEqual(written);
      const { items } = await api.ok('GET', `/v1/credit-notes?organizationId=${id}`);
      expect(seen[i].credits.map(({ amount }: Json) => amount)).toEqual(
        items.map(({ subtotal }: Json) => subtotal),
      );
    }
    // A draft of the cycle is made anew; what is issued stays, and nothing is left to come.
    expect(inOrder((await upcoming(mine.id)).invoices)).not.toEqual([]);
  });
});

it('a draft of the cycle is looked at as if it were not there; once issued, only what follows is left', async () => {
  api.setClock('2026-11-10T00:00:00Z');
  const { id, subs } = await customer('adjustNextInvoice');
  await use(subs[0], '2026-11-02T00:00:00Z', '100');
  const before = await upcoming(id);
  await api.ok('POST', '/v1/billing-runs', { period: '2026-11' });
  expect(inOrder((await upcoming(id)).invoices)).toEqual(inOrder(before.invoices));
  for (const draft of await draftsOf(id)) await api.ok('POST', `/v1/invoices/${draft.id}/finalize`);
  expect((await upcoming(id)).invoices).toEqual([]);
});

it('asks for a payer that there is, and for the right to see invoices', async () => {
  const { status } = await api.call('GET', '/v1/invoices/upcoming');
  expect(status).toBe(400);
  const { id } = await customer('ignore');
  const missing = `org_${'0'.repeat(26)}`;
  const found = await api.call('GET', `/v1/invoices/upcoming?organizationId=${missing}`);
  expect(found.status).toBe(404);
  const key = await api.key('statements.read');
  const path = `/v1/invoices/upcoming?organizationId=${id}`;
  expect((await api.call('GET', path, undefined, { key })).status).toBe(403);
});
