import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, decimal, sum, toText } from '../../lib/decimal.ts';
import { anyQuantity, anyTiers } from '../../../test/support/prices.ts';
import { volumeParts } from './volume.ts';

const terms = {
  tiers: [
    { upTo: '1000', unitPrice: '0.10' },
    { upTo: '10000', unitPrice: '0.01' },
    { upTo: null, unitPrice: '0.000000000001' },
  ],
};
const cost = (quantity: string, of = terms) =>
  toText(sum(volumeParts(of, decimal(quantity)).map((part) => part.amount)));

describe('volume, worked by hand', () => {
  it.each([
    ['0', '0'],
    ['1', '0.1'],
    ['1000', '100'],
    // One unit over: all 1,001 at the price of the second tier.
    ['1001', '10.01'],
    ['10000', '100'],
    ['10001', '0.000000010001'],
    ['1000000000000', '1'],
    ['1000.000001', '10.00000001'],
    ['-3', '-0.3'],
  ])('%s units cost %s', (quantity, amount) => expect(cost(quantity)).toBe(amount));

  it('names the tier reached', () => {
    const [part] = volumeParts(terms, decimal('1001'));
    expect(part).toMatchObject({ unitPrice: '0.01', tier: { from: '1000', upTo: '10000' } });
  });
});

it('never costs less for more within one tier', () => {
  fc.assert(
    fc.property(anyTiers, anyQuantity, anyQuantity, (tiers, a, b) => {
      const [one, other] = [a, b].map((each) => volumeParts({ tiers }, decimal(each))[0]);
      fc.pre(one?.tier?.from === other?.tier?.from);
      const order = compare(decimal(a), decimal(b));
      const costs = compare(one?.amount ?? decimal('0'), other?.amount ?? decimal('0'));
      expect([0, order]).toContain(costs);
    }),
  );
});
