import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, sum, toText } from '../lib/decimal.ts';
import { anyPrice, anyQuantity } from '../../test/support/prices.ts';
import { amountFor, type Pricing, priceGroups, splitOf } from './pricing-rules.ts';

const cost = (pricing: Pricing, quantity: string) => toText(amountFor(pricing, decimal(quantity)));
const tiers = [
  { upTo: '100', unitPrice: '1' },
  { upTo: null, unitPrice: '0.5' },
];

describe('an included quantity', () => {
  const models: [string, Pricing, [string, string][]][] = [
    [
      'perUnit',
      { model: 'perUnit', terms: { unitPrice: '2', included: '10' } },
      [
        ['11', '2'],
        ['10', '0'],
        ['9', '0'],
        ['-1', '-2'],
      ],
    ],
    // Tiers count from the first unit beyond what is included.
    [
      'graduated',
      { model: 'graduated', terms: { tiers, included: '10' } },
      [
        ['10', '0'],
        ['110', '100'],
        ['112', '101'],
      ],
    ],
    [
      'volume',
      { model: 'volume', terms: { tiers, included: '10' } },
      [
        ['110', '100'],
        ['111', '50.5'],
      ],
    ],
    [
      'package',
      { model: 'package', terms: { packageSize: '100', packagePrice: '3', included: '10' } },
      [
        ['10', '0'],
        ['11', '3'],
        ['110', '3'],
        ['111', '6'],
      ],
    ],
    [
      'flatByTier',
      { model: 'flatByTier', terms: { tiers: [{ upTo: null, amount: '7' }], included: '10' } },
      [
        ['10', '0'],
        ['11', '7'],
      ],
    ],
    [
      'percentage',
      { model: 'percentage', terms: { percent: '20', bills: 'costAndMarkUp', included: '10' } },
      [
        ['10', '0'],
        ['15', '6'],
      ],
    ],
  ];
  it.each(models)('is free under %s', (_model, pricing, cases) => {
    for (const [quantity, amount] of cases) expect(cost(pricing, quantity)).toBe(amount);
  });

  it('changes nothing where it is zero, and nothing is owed where it is never used up', () => {
    fc.assert(
      fc.property(anyPrice, anyQuantity, (unitPrice, quantity) => {
        const plain: Pricing = { model: 'perUnit', terms: { unitPrice } };
        const free: Pricing = { model: 'perUnit', terms: { unitPrice, included: '1e14' } };
        const zero: Pricing = { model: 'perUnit', terms: { unitPrice, included: '0' } };
        expect(cost(zero, quantity)).toBe(cost(plain, quantity));
        expect(cost(free, quantity)).toBe('0');
      }),
    );
  });
});

describe('prices by attribute', () => {
  const pricing: Pricing = {
    model: 'graduated',
    terms: {
      tiers,
      byAttribute: {
        attribute: 'model',
        prices: {
          large: { tiers: [{ upTo: null, unitPrice: '10' }], included: '1' },
          small: {
            tiers: [
              { upTo: '5', unitPrice: '0.1' },
              { upTo: null, unitPrice: '0.01' },
            ],
          },
        },
      },
    },
  };

  it('price each value by itself, and all else at the price of the charge', () => {
    const groups = priceGroups(
      pricing,
      new Map([
        [null, decimal('102')],
        ['small', decimal('6')],
        ['large', decimal('3')],
      ]),
    );
    expect(
      groups.map((group) => [
        group.value,
        toText(group.amount),
        group.included && toText(group.included),
      ]),
    ).toEqual([
      ['large', '20', '1'],
      ['small', '0.51', null],
      [null, '101', null],
    ]);
  });

  it('are asked for by their values', () => {
    expect(splitOf(pricing)).toEqual({ attribute: 'model', values: ['large', 'small'] });
    expect(splitOf({ model: 'perUnit', terms: { unitPrice: '1' } })).toBeNull();
  });

  it('never take a value from a prototype', () => {
    const groups = priceGroups(pricing, new Map([['constructor', decimal('1')]]));
    expect(groups.map(({ amount }) => toText(amount))).toEqual(['1']);
  });

  it('name what nothing costs', () => {
    expect(
      priceGroups(pricing, new Map()).map(({ value, amount }) => [value, toText(amount)]),
    ).toEqual([[null, '0']]);
  });
});

/** Events of one period, as (time, quantity); cut anywhere, what they cost in parts is what they cost together. */
describe('a period split at any instant', () => {
  const events = fc.array(fc.tuple(fc.nat({ max: 1000 }), anyQuantity), { maxLength: 20 });
  const linear: fc.Arbitrary<Pricing> = fc.oneof(
    anyPrice.map((unitPrice): Pricing => ({ model: 'perUnit', terms: { unitPrice } })),
    anyPrice.map((unitPrice): Pricing => ({
      model: 'graduated',
      terms: { tiers: [{ upTo: null, unitPrice }] },
    })),
    anyPrice.map((unitPrice): Pricing => ({
      model: 'volume',
      terms: { tiers: [{ upTo: null, unitPrice }] },
    })),
    anyPrice.map((percent): Pricing => ({
      model: 'percentage',
      terms: { percent, bills: 'costAndMarkUp' },
    })),
  );
  it('conserves the amount of linear charges', () => {
    fc.assert(
      fc.property(linear, events, fc.nat({ max: 1000 }), (pricing, all, at) => {
        const total = (some: typeof all) =>
          toText(sum(some.map(([, quantity]) => decimal(quantity))));
        const parts = [all.filter(([time]) => time < at), all.filter(([time]) => time >= at)];
        const split = sum(parts.map((part) => decimal(cost(pricing, total(part)))));
        expect(toText(split)).toBe(cost(pricing, total(all)));
      }),
    );
  });
});
