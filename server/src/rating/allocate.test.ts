import { Decimal as Oracle } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, equals, fromUnits, isZero, negate, sum, toText } from '../lib/decimal.ts';
import { allocate } from './allocate.ts';

const split = (total: string, weights: Record<string, string>, scale = 2) => {
  const parts = Object.entries(weights).map(([key, weight]) => ({ key, weight: decimal(weight) }));
  return Object.fromEntries(
    [...allocate(decimal(total), parts, scale)].map(([key, part]) => [key, toText(part)]),
  );
};

describe('by hand', () => {
  it.each([
    ['in proportion', '10', { a: '1', b: '3' }, { a: '2.5', b: '7.5' }],
    ['the odd cent to the smaller key', '0.01', { b: '1', a: '1' }, { a: '0.01', b: '0' }],
    ['thirds', '100', { a: '1', b: '1', c: '1' }, { a: '33.34', b: '33.33', c: '33.33' }],
    [
      'the largest remainder first',
      '1',
      { a: '1', b: '1', c: '4' },
      { a: '0.17', b: '0.17', c: '0.66' },
    ],
    [
      'nothing to weight zero',
      '0.05',
      { a: '0', b: '1', c: '1' },
      { a: '0', b: '0.03', c: '0.02' },
    ],
    ['a reversal mirrors', '-0.05', { a: '0', b: '1', c: '1' }, { a: '0', b: '-0.03', c: '-0.02' }],
    ['equally where no weight says anything', '0.05', { b: '0', a: '0' }, { a: '0.03', b: '0.02' }],
    ['equally where weights cancel out', '1', { a: '5', b: '-5' }, { a: '0.5', b: '0.5' }],
    ['weights of both signs', '1', { a: '1000', b: '-999' }, { a: '1000', b: '-999' }],
    ['weights all taken back', '-3', { a: '-1', b: '-2' }, { a: '-1', b: '-2' }],
    [
      'weights with decimals',
      '1',
      { a: '0.000000000001', b: '0.000000000003' },
      { a: '0.25', b: '0.75' },
    ],
    ['nothing', '0', { a: '1', b: '2' }, { a: '0', b: '0' }],
    ['nothing among nobody', '0', {}, {}],
  ])('%s', (_rule, total, weights, parts) => expect(split(total, weights)).toEqual(parts));

  it('in units of other sizes', () => {
    expect(split('100', { a: '1', b: '1', c: '1' }, 0)).toEqual({ a: '34', b: '33', c: '33' });
    expect(split('0.1', { a: '1', b: '2' }, 3)).toEqual({ a: '0.033', b: '0.067' });
  });

  it('refuses what has no answer', () => {
    expect(() => split('1', {})).toThrow('among no parts');
    expect(() => split('0.001', { a: '1' })).toThrow('more than 2 decimals');
    const twice = ['a', 'a'].map((key) => ({ key, weight: decimal('1') }));
    expect(() => allocate(decimal('1'), twice, 2)).toThrow('same key');
  });

  it('takes as many parts as a large month has', () => {
    const parts = Array.from({ length: 200_000 }, (_, i) => ({
      key: `k${i}`,
      weight: decimal(String(i % 7)),
    }));
    expect(toText(sum(allocate(decimal('12345.67'), parts, 2).values()))).toBe('12345.67');
  });
});

const weight = fc
  .tuple(
    fc.oneof(fc.integer({ min: 0, max: 5 }), fc.maxSafeNat(), fc.integer({ min: -50, max: 50 })),
    fc.integer({ min: 0, max: 12 }),
  )
  .map(([digits, scale]) => `${digits}e-${scale}`);
const weights = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), weight), {
  minLength: 1,
  maxLength: 30,
  selector: ([key]) => key,
});
const partsOf = (list: [string, string][]) =>
  list.map(([key, text]) => ({ key, weight: decimal(text) }));
const totals = fc.oneof(
  fc.integer({ min: -100, max: 100 }).map(BigInt),
  fc.bigInt({ min: -(10n ** 26n), max: 10n ** 26n }),
);
const scales = fc.integer({ min: 0, max: 4 });

describe('always', () => {
  it('sums exactly to the total, whatever the order, and mirrors a reversal', () => {
    fc.assert(
      fc.property(totals, scales, weights, (units, scale, list) => {
        const total = fromUnits(units, scale);
        const shares = allocate(total, partsOf(list), scale);
        expect(equals(sum(shares.values()), total)).toBe(true);
        expect([...allocate(total, partsOf(list.toReversed()), scale)]).toEqual([...shares]);
        const reversed = allocate(negate(total), partsOf(list), scale);
        for (const [key, part] of shares)
          expect(toText(reversed.get(key) ?? total)).toBe(toText(negate(part)));
      }),
      { numRuns: 500 },
    );
  });

  it('gives each part its exact share to within one unit, and weight zero nothing', () => {
    const Exact = Oracle.clone({ precision: 200 });
    fc.assert(
      fc.property(totals, scales, weights, (units, scale, list) => {
        const whole = list.reduce((total, [, text]) => total.plus(text), new Exact(0));
        fc.pre(!whole.isZero());
        const shares = allocate(fromUnits(units, scale), partsOf(list), scale);
        for (const [key, text] of list) {
          const share = shares.get(key) ?? expect.fail(`no share for ${key}`);
          if (isZero(decimal(text))) expect(isZero(share)).toBe(true);
          const exact = new Exact(units.toString()).times(text).div(whole);
          expect(
            exact
              .minus(new Exact(toText(share)).times(10 ** scale))
              .abs()
              .lt(1),
          ).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
