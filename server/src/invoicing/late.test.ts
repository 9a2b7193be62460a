import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { moveUsage, seedUsage } from '../../test/support/seeded-usage.ts';

/** Late usage by documents of its own: where the policy is `creditNote`. */

let api: TestApp;
let planId: string;

beforeAll(async () => {
  api = await testApp();
  const product = await api.ok('POST', '/v1/products', { name: 'Inference' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const charges = [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.001' }];
  planId = (await api.ok('POST', '/v1/plans', { productId: product.id, name: 'Pro', charges })).id;
});
afterAll(() => api.close());

const bill = (period: string): Promise<Json> => api.ok('POST', '/v1/billing-runs', { period });
const invoicesOf = async (id: string): Promise<Json[]> =>
  (await api.ok('GET', `/v1/invoices?organizationId=${id}`)).items;

it('credits are a credit note, debits an invoice beside the regular one', async () => {
  api.setClock('2026-11-01T06:00:00Z');
  const lateUsage = { policy: 'creditNote' };
  const [acme, other] = [
    await api.ok('POST', '/v1/organizations', { name: 'Acme', lateUsage }),
    await api.ok('POST', '/v1/organizations', { name: 'Other', lateUsage }),
  ];
  const subscribe = ({ id: organizationId }: Json) =>
    api.ok('POST', '/v1/subscriptions', {
      organizationId,
      planId,
      startAt: '2026-10-01T00:00:00Z',
    });
  const [mine, theirs] = [await subscribe(acme), await subscribe(other)];
  const use = ({ id: subscriptionId, organizationId }: Json, at: string, tokens: string) =>
    api.act((action) =>
      seedUsage(action, [{ at, subscriptionId, organizationId, measures: { tokens } }]),
    );
  const events = await use(mine, '2026-10-05T00:00:00Z', '6000');
  await use(mine, '2026-10-06T00:00:00Z', '4000');
  await use(theirs, '2026-10-06T00:00:00Z', '1000');
  await bill('2026-10');
  for (const { id } of [acme, other]) {
    const [draft] = await invoicesOf(id);
    await api.ok('POST', `/v1/invoices/${draft.id}/finalize`);
  }
  await api.act((action) =>
    moveUsage(action, events, { subscriptionId: theirs.id, organizationId: other.id }),
  );
  await use(mine, '2026-11-05T00:00:00Z', '9000');
  await use(theirs, '2026-11-05T00:00:00Z', '2000');
  api.setClock('2026-12-01T06:00:00Z');
  const run = await bill('2026-11');
  expect(run).toMatchObject({ creditNotesIssued: 1 });
  expect((await invoicesOf(acme.id))[0].total.amount).toBe('9.00');
  const { items: notes } = await api.ok('GET', `/v1/credit-notes?organizationId=${acme.id}`);
  expect(notes).toMatchObject([{ total: { amount: '6.00' }, billingRunId: run.id }]);
  const found = (await invoicesOf(other.id))
    .filter(({ status }) => status === 'draft')
    .toSorted((a, b) => Number(a.standalone) - Number(b.standalone))
    .map((each) => [each.standalone, each.total.amount]);
  expect(found).toEqual([
    [false, '2.00'],
    [true, '6.00'],
  ]);
  // Nothing more is found by asking again.
  expect(await bill('2026-11')).toMatchObject({ creditNotesIssued: 0 });
  const { checks } = await api.ok('GET', '/v1/checks');
  expect(checks.find(({ name }: Json) => name === 'explained')).toMatchObject({ ok: true });
});
