import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { moveUsage, type Seeded, seedUsage } from '../../test/support/seeded-usage.ts';

/** Late usage where the policy is `ignore`: recorded, shown, not billed. */

let api: TestApp;
let planId: string;
let tieredPlanId: string;

beforeAll(async () => {
  api = await testApp();
  const product = await api.ok('POST', '/v1/products', { name: 'Inference' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  await api.ok('POST', '/v1/meters', { key: 'peak', aggregation: 'max', measure: 'users' });
  const plan = async (name: string, charges: object[]) =>
    (await api.ok('POST', '/v1/plans', { productId: product.id, name, charges })).id;
  planId = await plan('Pro', [
    { meter: 'tokens', model: 'perUnit', unitPrice: '0.001' },
    { meter: 'peak', model: 'perUnit', unitPrice: '1' },
  ]);
  const tiers = [
    { upTo: '5000', unitPrice: '0.01' },
    { upTo: null, unitPrice: '0.001' },
  ];
  tieredPlanId = await plan('Tiered', [{ meter: 'tokens', model: 'graduated', tiers }]);
});
afterAll(() => api.close());
beforeEach(() => {
  api.setClock('2026-11-01T06:00:00Z');
});

const bill = (period: string): Promise<Json> => api.ok('POST', '/v1/billing-runs', { period });
const invoicesOf = async (id: string): Promise<Json[]> =>
  (await api.ok('GET', `/v1/invoices?organizationId=${id}`)).items;
const ignoredOf = async (id: string): Promise<Json[]> =>
  (await api.ok('GET', `/v1/ignored-usage?organizationId=${id}`)).items.toSorted(
    (a: Json, b: Json) => (a.charge < b.charge ? -1 : 1),
  );
const finalize = ({ id }: Json): Promise<Json> => api.ok('POST', `/v1/invoices/${id}/finalize`);
const quantitiesOf = async (id: string): Promise<string[]> =>
  (await ignoredOf(id)).map(({ quantity }: Json): string => quantity).toSorted();
const worthsOf = async (id: string): Promise<string[]> =>
  (await ignoredOf(id)).map(({ worth }: Json): string => worth.amount).toSorted();
const totalsOf = async (id: string): Promise<string[]> =>
  (await invoicesOf(id)).map(({ status, total }) => `${status} ${total.amount}`).toSorted();
const finalizeDraftOf = async (id: string): Promise<Json> => {
  const draft = (await invoicesOf(id)).find(({ status }) => status === 'draft');
  return finalize(draft ?? {});
};

async function customer(policy: string | null, plan = planId): Promise<Json> {
  const lateUsage = policy === null ? null : { policy };
  const organization = await api.ok('POST', '/v1/organizations', { name: 'Acme', lateUsage });
  const startAt = '2026-10-01T00:00:00Z';
  const subscription = await api.ok('POST', '/v1/subscriptions', {
    organizationId: organization.id,
    planId: plan,
    startAt,
  });
  return subscription;
}

function use(
  { id: subscriptionId, organizationId }: Json,
  at: string,
  tokens: string,
  users?: string,
): Promise<Seeded[]> {
  const measures = { tokens, ...(users !== undefined && { users }) };
  return api.act((action) => seedUsage(action, [{ at, subscriptionId, organizationId, measures }]));
}
const move = (events: Seeded[], to: Json): Promise<Seeded[]> =>
  api.act((action) =>
    moveUsage(action, events, { subscriptionId: to.id, organizationId: to.organizationId }),
  );

async function expectExplained(): Promise<Json> {
  const { checks } = await api.ok('GET', '/v1/checks');
  const looked = ['explained', 'twoClocks', 'issued']; // usage is seeded past ingest
  for (const each of checks.filter(({ name }: Json) => looked.includes(name)))
    expect(each).toMatchObject({ ok: true, problems: [] });
  return checks.find(({ name }: Json) => name === 'explained').figures;
}

it('is recorded, shown with figures, and on no invoice, whatever the policy becomes', async () => {
  const sub = await customer('ignore');
  const payer = sub.organizationId;
  await use(sub, '2026-10-05T00:00:00Z', '6000', '3');
  await bill('2026-10');
  await finalizeDraftOf(payer);
  const late = await use(sub, '2026-10-06T00:00:00Z', '4000', '5');
  await use(sub, '2026-11-05T00:00:00Z', '1000', '1');
  api.setClock('2026-12-01T06:00:00Z');
  const run = await bill('2026-11');
  const [draft] = await invoicesOf(payer);
  expect(draft.total.amount).toBe('2.00');
  const { lines } = await api.ok('GET', `/v1/invoices/${draft.id}`);
  expect(lines.map(({ kind }: Json) => kind)).toEqual(['usage', 'usage']);

  const ignored = await ignoredOf(payer);
  expect(ignored).toMatchObject([
    { charge: 'peak', quantity: '2', worth: { amount: '2.00' }, eventCount: 1 },
    { charge: 'tokens', quantity: '4000', worth: { amount: '4.00' }, eventCount: 1 },
  ]);
  expect(ignored[1]).toMatchObject({ subscriptionId: sub.id, billingRunId: run.id });
  const events = await api.ok('GET', `/v1/ignored-usage/${ignored[1].id}/events`);
  expect(events).toMatchObject({
    items: [{ id: late[0]?.id, sign: 1, quantity: '4000' }],
    computed: { equalsLine: true, added: 1 },
  });
  expect(await api.ok('GET', `/v1/events/${late[0]?.id}/trace`)).toMatchObject({
    lines: [],
    ignored: [
      { id: ignored[1].id, meter: 'tokens' },
      { id: ignored[0].id, meter: 'peak' },
    ].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  });

  // Asked again, nothing more; under another policy, neither: only what is recorded from then on.
  await bill('2026-11');
  expect(await ignoredOf(payer)).toHaveLength(2);
  await finalizeDraftOf(payer);
  await api.ok('PATCH', `/v1/organizations/${payer}`, {
    lateUsage: { policy: 'adjustNextInvoice' },
  });
  await use(sub, '2026-10-07T00:00:00Z', '500', '4');
  api.setClock('2027-01-01T06:00:00Z');
  await bill('2026-12');
  const [next] = await invoicesOf(payer);
  expect(next.total.amount).toBe('1.50'); // 500 tokens; a peak of 4 rather than 3, while 5 is ignored
  const adjusted = await api.ok('GET', `/v1/invoices/${next.id}`);
  const line = adjusted.lines.find(
    ({ meter, kind }: Json) => meter === 'tokens' && kind === 'adjustment',
  );
  expect(line).toMatchObject({ kind: 'adjustment', quantity: '500', eventCount: 1 });
  expect(line.price.ignoring).toHaveLength(1);
  expect(await expectExplained()).toMatchObject({ ignoredSets: '2', ignoredEvents: '2' });
});

it('a correction of ownership posts both sides, and undoing it returns the figures', async () => {
  const [mine, theirs] = [await customer('ignore'), await customer('ignore')];
  const onTime = await use(mine, '2026-10-05T00:00:00Z', '6000');
  await use(mine, '2026-10-06T00:00:00Z', '4000');
  await use(theirs, '2026-10-06T00:00:00Z', '1000');
  await bill('2026-10');
  for (const { organizationId } of [mine, theirs]) await finalizeDraftOf(organizationId);
  const late = await use(mine, '2026-10-07T00:00:00Z', '2000');
  const unseen = await use(mine, '2026-10-07T00:00:00Z', '300');
  const movedUnseen = await move(unseen, theirs); // before any run has ignored it
  await use(mine, '2026-11-05T00:00:00Z', '9000');
  await use(theirs, '2026-11-05T00:00:00Z', '1000');
  api.setClock('2026-12-01T06:00:00Z');
  await bill('2026-11');
  for (const { organizationId } of [mine, theirs]) await finalizeDraftOf(organizationId);
  expect(await totalsOf(mine.organizationId)).toEqual(['open 10.00', 'open 9.00']);
  expect(await totalsOf(theirs.organizationId)).toEqual(['open 1.00', 'open 1.30']);
  expect(await ignoredOf(mine.organizationId)).toMatchObject([{ quantity: '2000' }]);

  const moved = [...(await move(onTime, theirs)), ...(await move(late, theirs))];
  await use(mine, '2026-12-05T00:00:00Z', '7000');
  api.setClock('2027-01-01T06:00:00Z');
  await bill('2026-12');
  // What was billed is given back; what was ignored was not. Both are billed to whom they belong.
  expect(await totalsOf(mine.organizationId)).toContain('draft 1.00');
  expect(await totalsOf(theirs.organizationId)).toContain('draft 8.00');
  await move([...moved, ...movedUnseen], mine);
  await bill('2026-12');
  // Of what nobody had ignored, the correction back is a correction too.
  expect(await totalsOf(mine.organizationId)).toContain('draft 7.30');
  const { items } = await api.ok('GET', `/v1/credit-notes?organizationId=${theirs.organizationId}`);
  expect(items).toMatchObject([{ total: { amount: '0.30' } }]);
  expect(await ignoredOf(mine.organizationId)).toMatchObject([{ quantity: '2000' }]);
  expect(await ignoredOf(theirs.organizationId)).toEqual([]);
  await expectExplained();
});

it('what is voided is billed again, with what came by then; what was ignored stays so', async () => {
  const sub = await customer('ignore');
  const payer = sub.organizationId;
  await use(sub, '2026-10-05T00:00:00Z', '1000');
  await bill('2026-10');
  const october = await finalizeDraftOf(payer);
  await use(sub, '2026-10-06T00:00:00Z', '200');
  api.setClock('2026-12-01T06:00:00Z');
  await bill('2026-11');
  expect(await ignoredOf(payer)).toMatchObject([{ quantity: '200' }]);
  await use(sub, '2026-10-07T00:00:00Z', '30');
  await api.ok('POST', `/v1/invoices/${october.id}/void`, {});
  await bill('2026-11');
  expect(await totalsOf(payer)).toEqual(['draft 1.03', 'void 1.00']);
  await finalizeDraftOf(payer);
  await use(sub, '2026-10-08T00:00:00Z', '4');
  await bill('2026-12');
  expect(await quantitiesOf(payer)).toEqual(['200', '4']);
  expect(await totalsOf(payer)).toEqual(['open 1.03', 'void 1.00']);
  await expectExplained();
});

it('a month in which nothing was owed is billed as well: what comes later is late', async () => {
  const sub = await customer('ignore', tieredPlanId);
  const payer = sub.organizationId;
  await bill('2026-10');
  expect(await invoicesOf(payer)).toEqual([]);
  const backdated = await api.ok('POST', '/v1/subscriptions', {
    organizationId: payer,
    planId: tieredPlanId,
    startAt: '2026-10-01T00:00:00Z',
  });
  await use(sub, '2026-10-06T00:00:00Z', '6000');
  await use(backdated, '2026-10-06T00:00:00Z', '6000'); // was never billed before
  api.setClock('2026-12-01T06:00:00Z');
  await bill('2026-11');
  expect(await totalsOf(payer)).toEqual(['draft 51.00']);
  expect(await ignoredOf(payer)).toMatchObject([{ quantity: '6000', worth: { amount: '51.00' } }]);
  await bill('2026-11');
  await use(sub, '2026-10-06T00:00:00Z', '1000');
  await bill('2026-12');
  // Each time, what it would have added to what is billed: nothing of this month is.
  expect(await worthsOf(payer)).toEqual(['10.00', '51.00']);
  await expectExplained();
});

it('the deployment’s policy holds where nobody says otherwise', async () => {
  const [sub, other] = [await customer(null), await customer('adjustNextInvoice')];
  await api.ok('PATCH', '/v1/billing-schedule', { latePolicy: 'ignore' });
  expect(await api.ok('GET', '/v1/billing-schedule')).toMatchObject({ latePolicy: 'ignore' });
  for (const each of [sub, other]) await use(each, '2026-10-05T00:00:00Z', '1000');
  await bill('2026-10');
  for (const each of [sub, other]) {
    await finalizeDraftOf(each.organizationId);
    await use(each, '2026-10-06T00:00:00Z', '70');
  }
  api.setClock('2026-12-01T06:00:00Z');
  await bill('2026-11');
  expect(await totalsOf(sub.organizationId)).toEqual(['open 1.00']);
  expect(await totalsOf(other.organizationId)).toEqual(['draft 0.07', 'open 1.00']);
});
