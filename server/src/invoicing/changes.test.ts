import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';

/** Subscriptions that change within a service period, on the invoices that follow. */

let api: TestApp;
let productId: string;
let planId: string;
let largeId: string;

beforeAll(async () => {
  api = await testApp();
  productId = (await api.ok('POST', '/v1/products', { name: 'Inference' })).id;
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  planId = (await plan('Pro', '31.00', '0.01')).id;
  largeId = (await plan('Large', '62.00', '0.005')).id;
});
afterAll(() => api.close());
beforeEach(() => void api.setClock('2026-10-11T00:00:00Z'));

const plan = (name: string, amount: string, unitPrice: string, changes: object = {}) =>
  api.ok('POST', '/v1/plans', {
    productId,
    name,
    fees: [
      { name: 'Platform', amount, timing: 'advance' },
      { name: 'Support', amount: '3.10', timing: 'arrears' },
    ],
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice }],
    ...changes,
  });
const bill = (period: string) => api.ok('POST', '/v1/billing-runs', { period });
const finalize = (id: string) => api.ok('POST', `/v1/invoices/${id}/finalize`);
const subscribe = async (changes: object = {}): Promise<Json> => {
  const { id: organizationId } = await api.ok('POST', '/v1/organizations', { name: 'Acme' });
  const startAt = '2026-10-01T00:00:00Z';
  return api.ok('POST', '/v1/subscriptions', { organizationId, planId, startAt, ...changes });
};
const verb = (subscription: Json, name: string, body: object) =>
  api.ok('POST', `/v1/subscriptions/${subscription.id}/${name}`, body);
/** The old plan's lines before those of the new one. */
const byPlan = (a: string, b: string) => Number(b.includes('Pro: ')) - Number(a.includes('Pro: '));
let events = 0;
const use = (subscription: Json, time: string, tokens: number) =>
  api.ok('POST', '/v1/events', {
    id: `changes ${(events += 1)}`,
    subscription: subscription.id,
    time,
    measures: { tokens },
  });
/** The latest invoice: what kind of line, for what, from when to when, how many, how much. */
async function latest({
  organizationId,
}: Json): Promise<{ id: string; total: Json; short: string[] }> {
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${organizationId}`);
  const invoice = await api.ok('GET', `/v1/invoices/${items[0].id}`);
  const short = invoice.lines.map((line: Json) =>
    [
      line.kind,
      line.description,
      line.periodStart.slice(5, 10),
      line.periodEnd.slice(5, 10),
      line.quantity,
      line.amount.amount,
    ].join(' | '),
  );
  return { id: invoice.id, total: invoice.total, short };
}
async function booksAreRight() {
  const { checks } = await api.ok('GET', '/v1/checks');
  expect(checks.filter(({ ok }: Json) => !ok)).toEqual([]);
}

describe('a change of plan', () => {
  it('in the middle of a period: usage and fees of each plan for its own time', async () => {
    const subscription = await subscribe();
    await use(subscription, '2026-10-10T23:59:59.999999Z', 1000);
    await use(subscription, '2026-10-11T00:00:00Z', 2000);
    await verb(subscription, 'change-plan', { planId: largeId, at: 'now' });
    api.setClock('2026-11-01T06:00:00Z');
    await bill('2026-10');
    // Ten of 31 days on one, 21 on the other.
    expect((await latest(subscription)).short).toEqual([
      'fee | Pro: Platform | 10-01 | 10-11 | 1 | 10.00',
      'fee | Pro: Support | 10-01 | 10-11 | 1 | 1.00',
      'fee | Large: Platform | 10-11 | 11-01 | 1 | 42.00',
      'fee | Large: Support | 10-11 | 11-01 | 1 | 2.10',
      'usage | Pro: tokens | 10-01 | 10-11 | 1000 | 10.00',
      'usage | Large: tokens | 10-11 | 11-01 | 2000 | 10.00',
    ]);
    await booksAreRight();
  });

  it('credits the unused part of a fee that was billed, on the next invoice', async () => {
    const subscription = await subscribe({ anchorDay: 15, startAt: '2026-09-15T00:00:00Z' });
    await bill('2026-09');
    const first = await latest(subscription);
    expect(first.short).toEqual(['fee | Pro: Platform | 09-15 | 10-15 | 1 | 31.00']);
    const { number } = await finalize(first.id);
    // Six of thirty days are left.
    await verb(subscription, 'change-plan', { planId: largeId, from: '2026-10-09T00:00:00Z' });
    await use(subscription, '2026-10-09T00:00:00Z', 100);
    api.setClock('2026-11-01T06:00:00Z');
    await bill('2026-10');
    const second = await latest(subscription);
    expect(second.short).toEqual([
      'fee | Pro: Support | 09-15 | 10-09 | 1 | 2.48',
      'fee | Large: Platform | 10-09 | 10-15 | 1 | 12.40',
      'fee | Large: Support | 10-09 | 10-15 | 1 | 0.62',
      'fee | Large: Platform | 10-15 | 11-15 | 1 | 62.00',
      'usage | Pro: tokens | 09-15 | 10-09 | 0 | 0.00',
      'usage | Large: tokens | 10-09 | 10-15 | 100 | 0.50',
      `adjustment | Pro: Platform, credit for 2026-10-09 to 2026-10-14 (invoice ${number}) | 09-15 | 10-09 | -1 | -6.20`,
    ]);
    await finalize(second.id);
    api.setClock('2026-12-01T06:00:00Z');
    await bill('2026-11');
    expect((await latest(subscription)).short.join()).not.toContain('adjustment');
    await booksAreRight();
  });

  it('backwards, after the period was billed: the old plan gives back, the new one bills', async () => {
    const subscription = await subscribe();
    await use(subscription, '2026-10-05T00:00:00Z', 1000);
    api.setClock('2026-10-31T23:00:00Z');
    await bill('2026-10');
    const first = await latest(subscription);
    expect(first.total.amount).toBe('44.10');
    const { number } = await finalize(first.id);
    await verb(subscription, 'change-plan', { planId: largeId, from: '2026-10-01T00:00:00Z' });
    api.setClock('2026-12-01T06:00:00Z');
    await bill('2026-11');
    const second = await latest(subscription);
    const found = 'which had no line for it';
    expect(second.short.filter((line) => line.startsWith('adjustment')).toSorted(byPlan)).toEqual(
      [
        `Pro: Platform, credit for 2026-10-01 to 2026-10-31 (invoice ${number}) | 10-01 | 11-01 | -1 | -31.00`,
        `Pro: Support, credit for 2026-10-01 to 2026-10-31 (invoice ${number}) | 10-01 | 11-01 | -1 | -3.10`,
        `Pro: tokens, credit for 2026-10-01 to 2026-10-31 (invoice ${number}) | 10-01 | 11-01 | -1000 | -10.00`,
        `Large: Platform, adjustment of 2026-10-01 to 2026-10-31 (${found}) | 10-01 | 11-01 | 1 | 62.00`,
        `Large: Support, adjustment of 2026-10-01 to 2026-10-31 (${found}) | 10-01 | 11-01 | 1 | 3.10`,
        `Large: tokens, adjustment of 2026-10-01 to 2026-10-31 (${found}) | 10-01 | 11-01 | 1000 | 5.00`,
      ].map((line) => `adjustment | ${line}`),
    );
    await finalize(second.id);
    api.setClock('2027-01-01T06:00:00Z');
    await bill('2026-12');
    expect((await latest(subscription)).short.join()).not.toContain('adjustment');
    await booksAreRight();
  });

  it('to another interval: one stub, then the new rhythm', async () => {
    const { id: yearly } = await plan('Yearly', '365.00', '0.01', { interval: { unit: 'year' } });
    const subscription = await subscribe();
    await verb(subscription, 'change-plan', { planId: yearly, at: 'now' });
    api.setClock('2026-11-01T06:00:00Z');
    await bill('2026-10');
    expect((await latest(subscription)).short).toEqual([
      'fee | Pro: Platform | 10-01 | 10-11 | 1 | 10.00',
      'fee | Pro: Support | 10-01 | 10-11 | 1 | 1.00',
      'fee | Yearly: Platform | 10-11 | 10-11 | 1 | 365.00',
      'usage | Pro: tokens | 10-01 | 10-11 | 0 | 0.00',
    ]);
  });
});

describe('an end', () => {
  it('within a period: fees up to it, and credit for the rest of one that was billed', async () => {
    const [ended, kept] = [
      await subscribe({ anchorDay: 15, startAt: '2026-09-15T00:00:00Z' }),
      await subscribe({ anchorDay: 15, startAt: '2026-09-15T00:00:00Z' }),
    ];
    await bill('2026-09');
    for (const each of [ended, kept]) await finalize((await latest(each)).id);
    api.setClock('2026-10-12T00:00:00Z');
    await use(ended, '2026-09-20T00:00:00Z', 2000);
    const endAt = '2026-10-09T00:00:00Z';
    await verb(ended, 'cancel', { endAt });
    expect(await verb(kept, 'cancel', { endAt, credit: 'none' })).toMatchObject({
      endCredit: 'none',
    });
    await bill('2026-10');
    expect((await latest(ended)).short).toEqual([
      'fee | Pro: Support | 09-15 | 10-09 | 1 | 2.48',
      'usage | Pro: tokens | 09-15 | 10-09 | 2000 | 20.00',
      expect.stringMatching(
        /^adjustment \| Pro: Platform, credit for 2026-10-09 to 2026-10-14 .* -6.20$/,
      ),
    ]);
    expect((await latest(kept)).short).toEqual([
      'fee | Pro: Support | 09-15 | 10-09 | 1 | 2.48',
      'usage | Pro: tokens | 09-15 | 10-09 | 0 | 0.00',
    ]);
    await booksAreRight();
  });

  it('that is lifted again: the period is whole, and so is what is owed for it', async () => {
    const subscription = await subscribe();
    await verb(subscription, 'cancel', {});
    await bill('2026-10');
    const first = await latest(subscription);
    expect(first.total.amount).toBe('11.00');
    await finalize(first.id);
    await api.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { endAt: null });
    await use(subscription, '2026-10-10T00:00:00Z', 500);
    api.setClock('2026-12-01T06:00:00Z');
    await bill('2026-11');
    const second = await latest(subscription);
    expect(second.short.filter((line) => line.startsWith('adjustment'))).toEqual([
      expect.stringMatching(/Pro: Platform, adjustment of 2026-10-01 to 2026-10-31 .* \| 21.00$/),
      expect.stringMatching(/Pro: Support, adjustment of 2026-10-01 to 2026-10-31 .* \| 2.10$/),
      expect.stringMatching(
        /Pro: tokens, adjustment of 2026-10-01 to 2026-10-31 .* \| 500 \| 5.00$/,
      ),
    ]);
    await booksAreRight();
  });
});

it('another anchor day makes one prorated stub', async () => {
  const subscription = await subscribe();
  await api.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { anchorDay: 11 });
  api.setClock('2026-12-01T06:00:00Z');
  await bill('2026-10');
  await finalize((await latest(subscription)).id);
  api.setClock('2026-12-01T07:00:00Z');
  await bill('2026-11');
  // Ten of the 31 days from 11 October to 11 November.
  expect((await latest(subscription)).short).toEqual([
    'fee | Pro: Platform | 11-01 | 11-11 | 1 | 10.00',
    'fee | Pro: Support | 11-01 | 11-11 | 1 | 1.00',
    'fee | Pro: Platform | 11-11 | 12-11 | 1 | 31.00',
    'usage | Pro: tokens | 11-01 | 11-11 | 0 | 0.00',
  ]);
});

it('is billed though the advance fee of the same period is still on a draft', async () => {
  const subscription = await subscribe({ startAt: '2026-09-15T00:00:00Z' });
  await use(subscription, '2026-09-20T00:00:00Z', 2000);
  api.setClock('2026-11-01T06:00:00Z');
  await bill('2026-09');
  const september = await latest(subscription);
  api.setClock(1000); // the next id is a later one
  await bill('2026-10');
  const october = await latest(subscription);
  expect(october.short).toEqual([
    'fee | Pro: Support | 09-15 | 10-15 | 1 | 3.10',
    'fee | Pro: Platform | 10-15 | 11-15 | 1 | 31.00',
    'usage | Pro: tokens | 09-15 | 10-15 | 2000 | 20.00',
  ]);
  for (const { id } of [september, october]) await finalize(id);
  await booksAreRight();
});

it('is owed by a payer who paid for nothing when the month was billed', async () => {
  const subscription = await subscribe({ startAt: '2026-09-18T00:00:00Z' });
  await api.ok('PATCH', `/v1/organizations/${subscription.organizationId}`, {
    billingCycle: { anchorDay: 15 },
  });
  // Its cycle with the 18th of September is not over, that of its payer to be was.
  await bill('2026-09');
  const { id: payer } = await api.ok('POST', '/v1/organizations', { name: 'Holding' });
  await api.ok('POST', `/v1/organizations/${subscription.organizationId}/bill-to`, {
    billTo: payer,
    from: '2026-09-05T00:00:00Z',
  });
  api.setClock('2026-11-01T06:00:00Z');
  await bill('2026-10');
  const october = await latest({ organizationId: payer });
  expect(october.short).toEqual([
    'fee | Pro: Support | 09-18 | 10-18 | 1 | 3.10',
    'fee | Pro: Platform | 10-18 | 11-18 | 1 | 31.00',
    'usage | Pro: tokens | 09-18 | 10-18 | 0 | 0.00',
    'adjustment | Pro: Platform, adjustment of 2026-09-18 to 2026-10-17 (which had no line for it) | 09-18 | 10-18 | 1 | 31.00',
  ]);
  await finalize(october.id);
  api.setClock('2026-12-01T06:00:00Z');
  await bill('2026-11');
  expect((await latest({ organizationId: payer })).short.join()).not.toContain('adjustment');
  await booksAreRight();
});

it('is owed by a customer who had nothing when the month was billed', async () => {
  const [asked, { id: organizationId }] = [
    await subscribe(),
    await api.ok('POST', '/v1/organizations', { name: 'Late' }),
  ];
  api.setClock('2026-11-01T06:00:00Z');
  await bill('2026-10');
  expect((await latest(asked)).short).toHaveLength(3);
  api.setClock('2026-11-05T00:00:00Z');
  const startAt = '2026-10-01T00:00:00Z';
  const late = await api.ok('POST', '/v1/subscriptions', { organizationId, planId, startAt });
  await use(late, '2026-10-07T00:00:00Z', 1000);
  api.setClock('2026-12-01T06:00:00Z');
  await bill('2026-11');
  const november = await latest(late);
  expect(november.short).toEqual([
    'fee | Pro: Platform | 11-01 | 12-01 | 1 | 31.00',
    'fee | Pro: Support | 11-01 | 12-01 | 1 | 3.10',
    'usage | Pro: tokens | 11-01 | 12-01 | 0 | 0.00',
    'adjustment | Pro: Platform, adjustment of 2026-10-01 to 2026-10-31 (which had no line for it) | 10-01 | 11-01 | 1 | 31.00',
    'adjustment | Pro: Support, adjustment of 2026-10-01 to 2026-10-31 (which had no line for it) | 10-01 | 11-01 | 1 | 3.10',
    'adjustment | Pro: tokens, adjustment of 2026-10-01 to 2026-10-31 (which had no line for it) | 10-01 | 11-01 | 1000 | 10.00',
  ]);
  await finalize(november.id);
  api.setClock('2027-01-01T06:00:00Z');
  await bill('2026-12');
  expect((await latest(late)).short.join()).not.toContain('adjustment');
  await booksAreRight();
});
