import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { pricingApp, type PricingApp } from '../support/pricing-app.ts';

/** What can be agreed to, and what cannot. */

let api: TestApp;
let plan: PricingApp['plan'];
let refused: PricingApp['refused'];

beforeAll(async () => {
  ({ api, plan, refused } = await pricingApp());
});
afterAll(() => api.close());
beforeEach(() => void api.setClock('2026-11-01T06:00:00Z'));

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
