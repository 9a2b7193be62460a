import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decimal, sum, toFixedText } from '../../src/lib/decimal.ts';
import type { Json } from '../support/app.ts';
import { pricingApp, type PricingApp } from '../support/pricing-app.ts';
import { createRandom } from '../support/random.ts';

/** Rate cards worked by hand, from events sent to the total of an invoice; `none`: nothing to pay, no invoice. */

const tiers = [
  { upTo: '1000', unitPrice: '0.10' },
  { upTo: '10000', unitPrice: '0.01' },
  { upTo: null, unitPrice: '0.000000000001' },
];
const oneTier = [{ upTo: null, unitPrice: '0.0077' }];
const cards: [string, object, [string, string][]][] = [
  [
    'perUnit',
    { unitPrice: '0.123456789012' },
    [
      ['0', 'none'],
      ['1', '0.12'],
      // 123,456,789,012 less the price of one: 123,456,789,011.876543210988
      ['999999999999', '123456789011.88'],
      ['1000000000000', '123456789012.00'],
    ],
  ],
  [
    'graduated',
    { tiers },
    [
      ['0', 'none'],
      ['1', '0.10'],
      ['1000', '100.00'],
      ['1001', '100.01'],
      ['10000', '190.00'],
      // 190 and 100 units of a millionth of a millionth
      ['10100', '190.00'],
      // 190 + 0.99999999
      ['1000000000000', '191.00'],
    ],
  ],
  [
    'volume',
    { tiers },
    [
      ['0', 'none'],
      ['1000', '100.00'],
      // All of them at a cent.
      ['1001', '10.01'],
      ['10000', '100.00'],
      ['10001', 'none'],
      ['1000000000000', '1.00'],
    ],
  ],
  [
    'package',
    { packageSize: '1000', packagePrice: '5' },
    [
      ['0', 'none'],
      ['0.000000000001', '5.00'],
      ['1000', '5.00'],
      ['1001', '10.00'],
      ['1000000000000', '5000000000.00'],
      ['1000000000001', '5000000005.00'],
    ],
  ],
  [
    'flatByTier',
    {
      tiers: [
        { upTo: '1000', amount: '10' },
        { upTo: null, amount: '50.50' },
      ],
    },
    [
      ['0', 'none'],
      ['0.000000000001', '10.00'],
      ['1000', '10.00'],
      ['1000.000000000001', '50.50'],
      ['1000000000000', '50.50'],
    ],
  ],
  [
    'percentage',
    { percent: '2.900000000001' },
    [
      ['0', 'none'],
      ['100', '102.90'],
      // 10^12 + 2.9 % = 1.029 × 10^12, and 10^12 × 10^-14 = 0.01
      ['1000000000000', '1029000000000.01'],
    ],
  ],
  ['graduated', { tiers: oneTier }, [['1234.5', '9.51']]],
  ['volume', { tiers: oneTier }, [['1234.5', '9.51']]],
];

let app: PricingApp;
const totals = new Map<string, string>();

/** A plan for each card, a customer for each of its lines, one run for them all. */
async function billAll() {
  const owners: { key: string; organizationId: string }[] = [];
  for (const [card, [model, terms, lines]] of cards.entries()) {
    const charges = [{ meter: 'tokens', model, ...terms }];
    const { id: planId } = await app.plan({ charges });
    for (const [quantity] of lines) {
      const { id: organizationId } = await app.customer();
      const asked = { organizationId, planId, startAt: '2026-10-01T00:00:00Z' };
      const subscription = await app.api.ok('POST', '/v1/subscriptions', asked);
      const cost = { amount: quantity, currency: 'USD' };
      await app.use(subscription, { measures: { tokens: quantity }, cost });
      owners.push({ key: `${card} ${quantity}`, organizationId });
    }
  }
  const run = await app.api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  const { items } = await app.api.ok('GET', `/v1/invoices?billingRunId=${run.id}&limit=200`);
  for (const { key, organizationId } of owners) {
    const invoice = items.find((each: Json) => each.organizationId === organizationId);
    totals.set(key, invoice?.total.amount ?? 'none');
  }
}

beforeAll(async () => {
  app = await pricingApp();
  app.api.setClock('2026-11-01T06:00:00Z');
  await billAll();
});
afterAll(() => app.api.close());

describe('rate cards', () => {
  it.each(cards.map(([model, , lines], card) => ({ model, lines, card })))(
    '$model ($card)',
    ({ lines, card }) => {
      expect(lines.map(([quantity]) => [quantity, totals.get(`${card} ${quantity}`)])).toEqual(
        lines,
      );
    },
  );
});

it('a period that is cut anywhere comes to the same: fees, and charges at one price', async () => {
  const random = createRandom(20_261_031);
  const terms = {
    fees: [
      { name: 'Advance', amount: '99.99', timing: 'advance' },
      { name: 'Arrears', amount: '33.33', timing: 'arrears' },
    ],
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.01' }],
  };
  const { id: sameAgain } = await app.plan(terms);
  const instant = () =>
    `2026-10-${String(random.integer(2, 29)).padStart(2, '0')}T12:34:56.${random.integer(100, 999)}Z`;
  for (const cuts of [0, 1, 1, 2, 3]) {
    app.api.setClock('2026-10-01T12:00:00Z');
    const subscription = await app.subscribe(terms);
    const plans = [sameAgain, subscription.planId, sameAgain];
    for (const [i, from] of Array.from({ length: cuts }, instant).toSorted().entries()) {
      app.api.setClock(from);
      const planId = plans[i];
      const url = `/v1/subscriptions/${subscription.id}/change-plan`;
      await app.api.ok('POST', url, { planId, at: 'now' });
    }
    app.api.setClock('2026-11-01T06:00:00Z');
    const used = Array.from({ length: 20 }, () => random.integer(1, 999));
    await app.use(
      subscription,
      ...used.map((tokens) => ({ time: instant(), measures: { tokens } })),
    );
    const { lines, total } = await app.invoiceOf(subscription.organizationId);
    expect(lines).toHaveLength(3 * (cuts + 1));
    const usage = used.reduce((a, b) => a + b, 0);
    const whole = sum([decimal('133.32'), decimal(`${usage}e-2`)]);
    expect(total.amount).toBe(toFixedText(whole, 2));
  }
  await app.booksAreRight();
});
