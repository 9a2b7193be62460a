import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, decimal, sum, toText } from '../../lib/decimal.ts';
import { graduatedParts, type GraduatedTerms } from './graduated.ts';
import { anyPrice, anyQuantity, anyTiers } from '../../../test/support/prices.ts';
import { volumeParts } from './volume.ts';

/** The first 1,000 at 10 cents, the next 9,000 at 1 cent, all others at 12 decimals. */
const terms: GraduatedTerms = {
  tiers: [
    { upTo: '1000', unitPrice: '0.10' },
    { upTo: '10000', unitPrice: '0.01' },
    { upTo: null, unitPrice: '0.000000000001' },
  ],
};
const cost = (quantity: string, of = terms) =>
  toText(sum(graduatedParts(of, decimal(quantity)).map((part) => part.amount)));

describe('graduated, worked by hand', () => {
  it.each([
    ['0', '0'],
    ['1', '0.1'],
    ['999', '99.9'],
    ['1000', '100'],
    ['1001', '100.01'],
    ['10000', '190'],
    ['10001', '190.000000000001'],
    // 190 + (10^12 − 10^4) × 10^-12 = 190 + 1 − 0.00000001
    ['1000000000000', '190.99999999'],
    ['1000.5', '100.005'],
    ['-3', '-0.3'],
  ])('%s units cost %s', (quantity, amount) => expect(cost(quantity)).toBe(amount));

  it('says what each tier holds', () => {
    const parts = graduatedParts(terms, decimal('1001'));
    expect(
      parts.map(({ quantity, tier, amount }) => [toText(quantity), tier, toText(amount)]),
    ).toEqual([
      ['1000', { from: '0', upTo: '1000' }, '100'],
      ['1', { from: '1000', upTo: '10000' }, '0.01'],
    ]);
  });
});

it('names no tier that holds nothing', () => {
  expect(graduatedParts(terms, decimal('1000'))).toHaveLength(1);
  expect(graduatedParts(terms, decimal('0'))).toHaveLength(1);
});

describe('graduated, always', () => {
  it('is volume where there is one tier', () => {
    fc.assert(
      fc.property(anyPrice, anyQuantity, (unitPrice, quantity) => {
        const one = { tiers: [{ upTo: null, unitPrice }] };
        const [volume] = volumeParts(one, decimal(quantity));
        expect(cost(quantity, one)).toBe(toText(volume?.amount ?? decimal('-1')));
      }),
    );
  });

  it('never costs less for more, and its parts hold the whole quantity', () => {
    fc.assert(
      fc.property(anyTiers, anyQuantity, anyQuantity, (tiers, a, b) => {
        const [less, more] = [a, b].toSorted((x, y) => compare(decimal(x), decimal(y)));
        const of = { tiers };
        expect(compare(decimal(cost(less ?? a, of)), decimal(cost(more ?? b, of)))).not.toBe(1);
        const parts = graduatedParts(of, decimal(a));
        expect(toText(sum(parts.map((part) => part.quantity)))).toBe(toText(decimal(a)));
      }),
    );
  });
});
