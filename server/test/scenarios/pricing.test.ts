import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json, TestApp } from '../support/app.ts';
import { linesOf as lines, pricingApp, type PricingApp } from '../support/pricing-app.ts';

/** Pricing models, prices by attribute and minimums, from events sent to invoices issued. */

let api: TestApp;
let booksAreRight: PricingApp['booksAreRight'];
let customer: PricingApp['customer'];
let invoiceOf: PricingApp['invoiceOf'];
let plan: PricingApp['plan'];
let refused: PricingApp['refused'];
let subscribe: PricingApp['subscribe'];
let use: PricingApp['use'];

beforeAll(async () => {
  ({ api, booksAreRight, customer, invoiceOf, plan, refused, subscribe, use } = await pricingApp());
});
afterAll(() => api.close());
beforeEach(() => void api.setClock('2026-11-01T06:00:00Z'));

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

describe('late usage', () => {
  it('re-rates its period at the price that it now has, price by price', async () => {
    const tiers = (unitPrice: string) => [
      { upTo: '100', unitPrice },
      { upTo: null, unitPrice: '0.5' },
    ];
    const subscription = await subscribe({
      fees: [{ name: 'Platform', amount: '60', timing: 'arrears' }],
      charges: [
        {
          meter: 'tokens',
          model: 'volume',
          tiers: tiers('1'),
          byAttribute: { attribute: 'model', prices: { large: { tiers: tiers('10') } } },
        },
      ],
    });
    const large = { attributes: { model: 'large' } };
    await use(subscription, { measures: { tokens: 100 } }, { measures: { tokens: 2 }, ...large });
    const october = await invoiceOf(subscription.organizationId);
    expect(lines(october)).toEqual([
      ['fee', '1', '60.00'],
      ['usage', '102', '120.00'],
    ]);
    await api.ok('POST', `/v1/invoices/${october.id}/finalize`);
    await use(subscription, { measures: { tokens: 1 } }, { measures: { tokens: 1 }, ...large });
    api.setClock('2026-12-01T06:00:00Z');
    // 101 × 0.5 + 3 × 10 = 80.5, of which 120 are billed.
    expect(lines(await invoiceOf(subscription.organizationId, '2026-11'))).toEqual([
      ['fee', '1', '60.00'],
      ['usage', '0', '0.00'],
      ['adjustment', '2', '-39.50'],
    ]);
    await booksAreRight();
  });
});
