import { describe, expect, it } from 'vitest';
import { decimal, toText } from '../../lib/decimal.ts';
import { flatByTierParts } from './flat-by-tier.ts';

const terms = {
  tiers: [
    { upTo: '1000', amount: '10' },
    { upTo: '10000', amount: '50.50' },
    { upTo: null, amount: '200' },
  ],
};

describe('flat by tier, worked by hand', () => {
  it.each([
    ['0', '0'],
    ['0.000000000001', '10'],
    ['1', '10'],
    ['1000', '10'],
    ['1001', '50.5'],
    ['10000', '50.5'],
    ['10000.000000000001', '200'],
    ['1000000000000', '200'],
    ['-1', '0'],
  ])('%s units cost %s', (quantity, amount) => {
    const parts = flatByTierParts(terms, decimal(quantity));
    expect(parts.map((part) => toText(part.amount))).toEqual([amount]);
  });

  it('names the tier reached, and none for nothing', () => {
    expect(flatByTierParts(terms, decimal('5'))[0]?.tier).toEqual({ from: '0', upTo: '1000' });
    expect(flatByTierParts(terms, decimal('0'))[0]?.tier).toBeUndefined();
  });
});
