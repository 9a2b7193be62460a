import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../support/app.ts';

/** Pricing models, minimums, set-up fees and trials, from events sent to invoices issued. */

let api: TestApp;
let productId: string;

beforeAll(async () => {
  api = await testApp();
  productId = (await api.ok('POST', '/v1/products', { name: 'Inference' })).id;
  const meters = [
    { key: 'tokens', aggregation: 'sum', measure: 'tokens' },
    { key: 'seats', aggregation: 'unique', measure: 'seat' },
    { key: 'peak', aggregation: 'max', measure: 'gigabytes' },
    { key: 'calls', aggregation: 'count' },
    { key: 'eu_calls', aggregation: 'count', filter: { region: 'eu' } },
    { key: 'us_calls', aggregation: 'count', filter: { region: ['us', 'ca'] } },
  ];
  for (const meter of meters) await api.ok('POST', '/v1/meters', meter);
});
afterAll(() => api.close());
beforeEach(() => void api.setClock('2026-11-01T06:00:00Z'));

const plan = (terms: object) => api.ok('POST', '/v1/plans', { productId, name: 'Plan', ...terms });
const refused = async (terms: object) => {
  const { status, body } = await api.call('POST', '/v1/plans', { productId, name: 'No', ...terms });
  return [status, body.errors?.[0]?.pointer, body.errors?.[0]?.code];
};
const customer = (name = 'Acme') => api.ok('POST', '/v1/organizations', { name });
const subscribe = async (terms: object, changes: object = {}): Promise<Json> => {
  const [{ id: planId }, { id: organizationId }] = [await plan(terms), await customer()];
  const startAt = '2026-10-01T00:00:00Z';
  return api.ok('POST', '/v1/subscriptions', { organizationId, planId, startAt, ...changes });
};
let events = 0;
const use = async (subscription: Json, ...used: object[]) => {
  const sent = used.map((each) => ({
    id: `e${(events += 1)}`,
    time: '2026-10-05T00:00:00Z',
    subscription: subscription.id,
    measures: { tokens: 1 },
    ...each,
  }));
  expect(await api.ok('POST', '/v1/events', sent)).toMatchObject({ accepted: used.length });
};
const invoiceOf = async (organizationId: string, period = '2026-10'): Promise<Json> => {
  await api.ok('POST', '/v1/billing-runs', { period });
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${organizationId}`);
  return items[0] === undefined ? null : api.ok('GET', `/v1/invoices/${items[0].id}`);
};
const lines = (invoice: Json) =>
  invoice.lines.map((line: Json) => [line.kind, line.quantity, line.amount.amount]);
const booksAreRight = async () =>
  expect((await api.ok('GET', '/v1/checks')).checks.filter((check: Json) => !check.ok)).toEqual([]);

describe('prices by attribute', () => {
  const byModel = (changes: object = {}) => ({
    charges: [
      {
        meter: 'tokens',
        model: 'perUnit',
        unitPrice: '0.001',
        byAttribute: { attribute: 'model', prices: { large: { unitPrice: '0.01' } } },
        ...changes,
      },
    ],
  });

  it('are on one line, rounded once, and explained price by price', async () => {
    const subscription = await subscribe(byModel());
    await use(
      subscription,
      { measures: { tokens: '100.4' }, attributes: { model: 'large' } },
      { measures: { tokens: 1000 }, attributes: { model: 'small' } },
      { measures: { tokens: 1 }, attributes: { model: 'unheard-of' } },
      { measures: { tokens: 1 } },
    );
    const invoice = await invoiceOf(subscription.organizationId);
    // 100.4 × 0.01 + 1,002 × 0.001 = 1.004 + 1.002 = 2.006
    expect(lines(invoice)).toEqual([['usage', '1102.4', '2.01']]);
    expect(invoice.lines[0].price.rated).toMatchObject({
      quantity: '1102.4',
      amount: '2.01',
      breakdown: [
        { value: 'large', quantity: '100.4', amount: '1.004' },
        { value: null, quantity: '1002', amount: '1.002' },
      ],
    });
    await booksAreRight();
  });

  it('divide what two payers owe by what each one used, price by price', async () => {
    const subscription = await subscribe(byModel());
    const heir = await customer('Heir');
    await use(
      subscription,
      { measures: { tokens: 1000 }, attributes: { model: 'large' } },
      { measures: { tokens: 1000 }, time: '2026-10-20T00:00:00Z' },
    );
    await api.ok('POST', `/v1/organizations/${subscription.organizationId}/bill-to`, {
      billTo: heir.id,
      from: '2026-10-15T00:00:00Z',
    });
    const [first, second] = [
      await invoiceOf(subscription.organizationId),
      await invoiceOf(heir.id),
    ];
    expect([lines(first), lines(second)]).toEqual([
      [['usage', '1000', '10.00']],
      [['usage', '1000', '1.00']],
    ]);
    await booksAreRight();
  });
});

describe('every aggregation, with every model', () => {
  const tiers = [
    { upTo: '2', unitPrice: '3' },
    { upTo: null, unitPrice: '1' },
  ];
  const terms: Record<string, object> = {
    perUnit: { unitPrice: '2' },
    graduated: { tiers },
    volume: { tiers },
    package: { packageSize: '2', packagePrice: '5' },
    flatByTier: {
      tiers: [
        { upTo: '2', amount: '7' },
        { upTo: null, amount: '9' },
      ],
    },
    percentage: { percent: '10' },
  };
  // Seats a, a, b → 2; peak of 1, 3, 2 → 3; cost 1 + 2 + 3 = 6.
  const cases: [string, string, [string, string][]][] = [
    [
      'seats',
      'unique',
      [
        ['perUnit', '4.00'],
        ['graduated', '6.00'],
        ['volume', '6.00'],
        ['package', '5.00'],
        ['flatByTier', '7.00'],
        ['percentage', '6.60'],
      ],
    ],
    [
      'peak',
      'max',
      [
        ['perUnit', '6.00'],
        ['graduated', '7.00'],
        ['volume', '3.00'],
        ['package', '10.00'],
        ['flatByTier', '9.00'],
        ['percentage', '6.60'],
      ],
    ],
  ];
  it.each(cases)('%s (%s)', async (meter, _aggregation, amounts) => {
    for (const [model, amount] of amounts) {
      const subscription = await subscribe({ charges: [{ meter, model, ...terms[model] }] });
      const cost = (value: string) => ({ amount: value, currency: 'USD' });
      await use(
        subscription,
        { measures: { seat: 1, gigabytes: 1 }, cost: cost('1') },
        { measures: { seat: 1, gigabytes: 3 }, cost: cost('2') },
        { measures: { seat: 2, gigabytes: 2 }, cost: cost('3') },
      );
      const invoice = await invoiceOf(subscription.organizationId);
      expect([model, invoice.total.amount]).toEqual([model, amount]);
    }
    await booksAreRight();
  });

  it('takes each group of a maximum for itself', async () => {
    const prices = { eu: { unitPrice: '10' }, us: { unitPrice: '1' } };
    const byAttribute = { attribute: 'region', prices };
    const subscription = await subscribe({
      charges: [{ meter: 'peak', model: 'perUnit', unitPrice: '100', byAttribute }],
    });
    const peak = (gigabytes: number, region: string) => ({
      measures: { gigabytes },
      attributes: { region },
    });
    await use(subscription, peak(3, 'eu'), peak(2, 'eu'), peak(7, 'us'));
    expect(lines(await invoiceOf(subscription.organizationId))).toEqual([['usage', '10', '37.00']]);
    await booksAreRight();
  });
});

describe('a percentage of cost', () => {
  const terms = { charges: [{ meter: 'calls', model: 'percentage', percent: '20' }] };

  it('is of cost in the currency of the plan; what it cannot be taken of is named, and its events are not on the line', async () => {
    const subscription = await subscribe(terms);
    await use(
      subscription,
      { cost: { amount: '1.5', currency: 'USD' } },
      { cost: { amount: '0.000000000001', currency: 'USD' } },
      { cost: { amount: '7', currency: 'EUR' } },
      { cost: { amount: '3', currency: 'EUR' } },
      {},
    );
    const invoice = await invoiceOf(subscription.organizationId);
    expect(lines(invoice)).toEqual([['usage', '1.500000000001', '1.80']]);
    const [line] = invoice.lines;
    expect([line.eventCount, line.eventQuantity]).toEqual([2, '1.500000000001']);
    expect(line.price.rated.unrated).toEqual([
      { reason: 'no_cost', currency: null, eventCount: 1, cost: null },
      { reason: 'other_currency', currency: 'EUR', eventCount: 2, cost: '10' },
    ]);
    const listed = await api.ok('GET', `/v1/invoice-lines/${line.id}/events`);
    expect(listed.items.map((event: Json) => event.quantity).toSorted()).toEqual([
      '0.000000000001',
      '1.5',
    ]);
    await booksAreRight();
  });

  it('is refused where it would bill a cost twice', async () => {
    const on = (...meters: string[]) => ({
      charges: meters.map((meter) => ({ meter, model: 'percentage', percent: '1' })),
    });
    expect(await refused(on('calls', 'tokens'))).toEqual([422, '/charges/1/meter', 'shared_cost']);
    expect(await refused(on('eu_calls', 'us_calls', 'tokens'))).toEqual([
      422,
      '/charges/2/meter',
      'shared_cost',
    ]);
    await plan(on('eu_calls', 'us_calls'));
  });
});

describe('a minimum', () => {
  const terms = { charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '1', minimum: '31' }] };

  it('is filled up, and no longer once usage comes to more', async () => {
    const subscription = await subscribe(terms);
    await use(subscription, { measures: { tokens: 30.5 } });
    const invoice = await invoiceOf(subscription.organizationId);
    expect(lines(invoice)).toEqual([['usage', '30.5', '31.00']]);
    expect(invoice.lines[0].price.rated).toMatchObject({ minimum: '31', topUp: '0.5' });
    await api.ok('POST', `/v1/invoices/${invoice.id}/finalize`);
    await use(subscription, { measures: { tokens: 2 } });
    api.setClock('2026-12-01T06:00:00Z');
    expect(lines(await invoiceOf(subscription.organizationId, '2026-11'))).toEqual([
      ['usage', '0', '31.00'],
      ['adjustment', '2', '1.50'],
    ]);
    await booksAreRight();
  });

  it('is prorated with its period, and owed by who pays at the end', async () => {
    const subscription = await subscribe(terms, { startAt: '2026-10-22T00:00:00Z', anchorDay: 1 });
    const heir = await customer('Heir');
    await use(subscription, { measures: { tokens: 4 }, time: '2026-10-23T00:00:00Z' });
    await api.ok('POST', `/v1/organizations/${subscription.organizationId}/bill-to`, {
      billTo: heir.id,
      from: '2026-10-25T00:00:00Z',
    });
    const [first, second] = [
      await invoiceOf(subscription.organizationId),
      await invoiceOf(heir.id),
    ];
    // 10 days of 31: 31 × 10 / 31 = 10, of which usage comes to 4.
    expect([lines(first), lines(second)]).toEqual([
      [['usage', '4', '4.00']],
      [['usage', '0', '6.00']],
    ]);
    await booksAreRight();
  });
});

describe('fees and trials', () => {
  const terms = {
    trialDays: 14,
    fees: [
      { name: 'Platform', amount: '10', timing: 'advance' },
      { name: 'Set-up', amount: '99', timing: 'setUp' },
    ],
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '1', minimum: '5' }],
  };

  it('bills the set-up at the start, and nothing else of a trial; whole periods follow it', async () => {
    api.setClock('2026-10-05T00:00:00Z');
    const subscription = await subscribe(terms);
    expect(subscription).toMatchObject({
      status: 'trialing',
      trialEndAt: '2026-10-15T00:00:00.000000Z',
      anchorDay: 15,
      currentPeriod: { start: '2026-10-01T00:00:00.000000Z', end: '2026-10-15T00:00:00.000000Z' },
    });
    const { items } = await api.ok(
      'GET',
      `/v1/subscriptions?status=trialing&organizationId=${subscription.organizationId}`,
    );
    expect(items).toHaveLength(1);
    api.setClock('2026-11-01T06:00:00Z');
    await use(
      subscription,
      { measures: { tokens: 1000 }, time: '2026-10-14T23:59:59.999999Z' },
      { measures: { tokens: 7 }, time: '2026-10-15T00:00:00Z' },
    );
    const october = await invoiceOf(subscription.organizationId);
    expect(lines(october)).toEqual([
      ['fee', '1', '99.00'],
      ['fee', '1', '10.00'],
    ]);
    expect(october.lines[1].periodStart).toBe('2026-10-15T00:00:00.000000Z');
    await api.ok('POST', `/v1/invoices/${october.id}/finalize`);
    api.setClock('2026-12-01T06:00:00Z');
    expect(lines(await invoiceOf(subscription.organizationId, '2026-11'))).toEqual([
      ['fee', '1', '10.00'],
      ['usage', '7', '7.00'],
    ]);
    expect(await api.ok('GET', `/v1/subscriptions/${subscription.id}`)).toMatchObject({
      status: 'active',
    });
    await booksAreRight();
  });

  it('takes another end of the trial, or none, from the subscription', async () => {
    const none = await subscribe(terms, { trialEndAt: null });
    expect(none).toMatchObject({ trialEndAt: null, anchorDay: 1, status: 'active' });
    const longer = await subscribe(terms, { trialEndAt: '2026-11-20T00:00:00Z' });
    expect(longer).toMatchObject({ status: 'trialing', anchorDay: 20 });
    const answer = await api.call('POST', '/v1/subscriptions', {
      organizationId: none.organizationId,
      planId: none.planId,
      startAt: '2026-10-01T00:00:00Z',
      trialEndAt: '2026-10-01T00:00:00Z',
    });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/trialEndAt']);
  });

  it('bills a trial that was cancelled no more than its set-up', async () => {
    const subscription = await subscribe(terms, { endAt: '2026-10-10T00:00:00Z' });
    await use(subscription, { measures: { tokens: 1000 } });
    expect(lines(await invoiceOf(subscription.organizationId))).toEqual([['fee', '1', '99.00']]);
    expect(await invoiceOf(subscription.organizationId, '2026-11')).toMatchObject({
      periodStart: '2026-10-01T00:00:00.000000Z',
    });
  });
});

describe('terms that make no sense', () => {
  const charge = (changes: object) => ({
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '1', ...changes }],
  });
  const tiered = (...tiers: object[]) => ({
    charges: [{ meter: 'tokens', model: 'graduated', tiers }],
  });
  it.each<[string, object, unknown[]]>([
    ['an unknown model', charge({ model: 'perMoon' }), [400, '/charges/0/model', 'invalid_union']],
    [
      'terms of another model',
      charge({ packageSize: '10' }),
      [400, '/charges/0/packageSize', 'unknown_field'],
    ],
    [
      'no price',
      { charges: [{ meter: 'tokens', model: 'package', packageSize: '10' }] },
      [400, '/charges/0/packagePrice', 'invalid_union'],
    ],
    [
      'an empty package',
      { charges: [{ meter: 'tokens', model: 'package', packageSize: '0', packagePrice: '1' }] },
      [400, '/charges/0/packageSize', 'invalid_value'],
    ],
    [
      'a negative price',
      charge({ unitPrice: '-1' }),
      [400, '/charges/0/unitPrice', 'invalid_value'],
    ],
    ['no tiers', tiered(), [400, '/charges/0/tiers', 'too_small']],
    [
      'a closed last tier',
      tiered({ upTo: '5', unitPrice: '1' }),
      [400, '/charges/0/tiers/0/upTo', 'invalid_value'],
    ],
    [
      'descending tiers',
      tiered(
        { upTo: '5', unitPrice: '1' },
        { upTo: '4', unitPrice: '1' },
        { upTo: null, unitPrice: '1' },
      ),
      [400, '/charges/0/tiers/1/upTo', 'invalid_value'],
    ],
    [
      'a bad tier of one value',
      charge({ byAttribute: { attribute: 'model', prices: { 'a/b': { unitPrice: 'x' } } } }),
      [400, '/charges/0/byAttribute/prices/a~1b/unitPrice', 'invalid_value'],
    ],
    [
      'no values',
      charge({ byAttribute: { attribute: 'model', prices: {} } }),
      [400, '/charges/0/byAttribute/prices', 'invalid_value'],
    ],
    [
      'a minimum finer than the currency',
      { currency: 'JPY', ...charge({ minimum: '0.5' }) },
      [400, '/charges/0/minimum', 'too_many_decimals'],
    ],
    [
      'a flat amount finer than it',
      {
        charges: [
          {
            meter: 'tokens',
            model: 'flatByTier',
            tiers: [
              { upTo: '1', amount: '1' },
              { upTo: null, amount: '1.005' },
            ],
          },
        ],
      },
      [400, '/charges/0/tiers/1/amount', 'too_many_decimals'],
    ],
    [
      'one among prices by attribute',
      {
        charges: [
          {
            meter: 'tokens',
            model: 'flatByTier',
            tiers: [{ upTo: null, amount: '1' }],
            byAttribute: {
              attribute: 'm',
              prices: { 'a/b': { tiers: [{ upTo: null, amount: '0.001' }] } },
            },
          },
        ],
      },
      [400, '/charges/0/byAttribute/prices/a~1b/tiers/0/amount', 'too_many_decimals'],
    ],
    [
      'a set-up fee finer than it',
      { fees: [{ name: 'S', amount: '0.001', timing: 'setUp' }] },
      [400, '/fees/0/amount', 'too_many_decimals'],
    ],
  ])('%s', async (_name, terms, problem) => expect(await refused(terms)).toEqual(problem));

  it('keep what was agreed to, whatever the model, and answer it as it was sent', async () => {
    const charges = [
      {
        meter: 'tokens',
        model: 'graduated',
        tiers: [
          { upTo: '10', unitPrice: '0.000000000001' },
          { upTo: null, unitPrice: '0' },
        ],
        included: '5',
        minimum: '3',
        name: 'T',
      },
      {
        meter: 'calls',
        model: 'percentage',
        percent: '20',
        bills: 'markUp',
        byAttribute: {
          attribute: 'model',
          prices: { a: { percent: '3', bills: 'costAndMarkUp' } },
        },
      },
    ];
    const made = await plan({ charges, trialDays: 3 });
    expect(made.charges).toMatchObject(charges);
    const same = await api.ok('PATCH', `/v1/plans/${made.id}`, { charges });
    expect([same.planVersion, same.trialDays]).toEqual([1, 3]);
    const other = await api.ok('PATCH', `/v1/plans/${made.id}`, { trialDays: 4 });
    expect([other.planVersion, other.trialDays]).toEqual([2, 4]);
  });
});
