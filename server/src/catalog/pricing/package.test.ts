import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, decimal, sum, toText } from '../../lib/decimal.ts';
import { packageParts } from './package.ts';
import { anyQuantity } from '../../../test/support/prices.ts';

const cost = (packageSize: string, packagePrice: string, quantity: string) =>
  toText(
    sum(packageParts({ packageSize, packagePrice }, decimal(quantity)).map((part) => part.amount)),
  );

describe('package, worked by hand', () => {
  it.each([
    ['1000', '5', '0', '0'],
    ['1000', '5', '0.000001', '5'],
    ['1000', '5', '1', '5'],
    ['1000', '5', '1000', '5'],
    ['1000', '5', '1001', '10'],
    ['1000', '5', '1000000000000', '5000000000'],
    ['1000', '5', '1000000000001', '5000000005'],
    ['1000', '0.000000000001', '1000000000000', '0.001'],
    // Packages of a fraction: 0.3 goes into 1 three times, and a fourth is begun.
    ['0.3', '2', '1', '8'],
    ['1000', '5', '-1', '0'],
  ])('packages of %s at %s: %s units cost %s', (size, price, quantity, amount) =>
    expect(cost(size, price, quantity)).toBe(amount),
  );

  it('says how many', () => {
    const [part] = packageParts({ packageSize: '1000', packagePrice: '5' }, decimal('1001'));
    expect(toText(part?.packages ?? decimal('-1'))).toBe('2');
  });
});

it('never costs less for more, and covers the quantity with less than a package to spare', () => {
  const sizes = fc.bigInt({ min: 1n, max: 10n ** 12n }).map((units) => `${units}e-3`);
  fc.assert(
    fc.property(sizes, anyQuantity, anyQuantity, (size, a, b) => {
      const [less, more] = [a, b].toSorted((x, y) => compare(decimal(x), decimal(y)));
      const costs = [less, more].map((each) => decimal(cost(size, '7', each ?? a)));
      expect(compare(costs[0] ?? decimal('0'), costs[1] ?? decimal('0'))).not.toBe(1);
    }),
  );
});
