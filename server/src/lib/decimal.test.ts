import { Decimal as Oracle } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  countPackages,
  decimal,
  decimalPlaces,
  divide,
  equals,
  fromUnits,
  isNegative,
  isZero,
  larger,
  multiply,
  negate,
  normalDecimal,
  parseDecimal,
  roundHalfEven,
  smaller,
  subtract,
  sum,
  toFixedText,
  toText,
  toUnits,
} from './decimal.ts';

const Exact = Oracle.clone({
  precision: 400,
  rounding: Oracle.ROUND_HALF_EVEN,
  toExpNeg: -9e15,
  toExpPos: 9e15,
});
const plain = (value: Oracle) => (value.isZero() ? '0' : value.toFixed());

/** Numbers as they come: up to 38 digits, the point anywhere, many zeros and fives, either sign. */
const digits = fc.oneof(
  fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }).map(String),
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc.constantFrom('0', '5', '-5', '15', '25', '-25', '50', '100', '-1000', '99999', '1000000005'),
);
const number = fc
  .tuple(digits, fc.integer({ min: 0, max: 14 }))
  .map(([text, scale]) => `${text}e-${scale}`);

describe('against decimal.js', () => {
  it.each([
    ['add', add, (a: Oracle, b: Oracle) => a.plus(b)],
    ['subtract', subtract, (a: Oracle, b: Oracle) => a.minus(b)],
    ['multiply', multiply, (a: Oracle, b: Oracle) => a.times(b)],
    ['smaller', smaller, (a: Oracle, b: Oracle) => Exact.min(a, b)],
    ['larger', larger, (a: Oracle, b: Oracle) => Exact.max(a, b)],
  ] as const)('%s', (_name, ours, theirs) => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(toText(ours(decimal(a), decimal(b)))).toBe(
          plain(theirs(new Exact(a), new Exact(b))),
        );
      }),
    );
  });

  it('negate, absolute, compare and the signs', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const oracle = new Exact(a);
        expect(toText(negate(decimal(a)))).toBe(plain(oracle.neg()));
        expect(toText(absolute(decimal(a)))).toBe(plain(oracle.abs()));
        expect(compare(decimal(a), decimal(b))).toBe(oracle.cmp(b));
        expect(equals(decimal(a), decimal(b))).toBe(oracle.eq(b));
        expect(isZero(decimal(a))).toBe(oracle.isZero());
        expect(isNegative(decimal(a))).toBe(oracle.lt(0));
        expect(decimalPlaces(decimal(a))).toBe(oracle.dp());
      }),
    );
  });

  it('sum, in any order', () => {
    fc.assert(
      fc.property(fc.array(number), (list) => {
        const total = plain(list.reduce((a, b) => a.plus(b), new Exact(0)));
        expect(toText(sum(list.map(decimal)))).toBe(total);
        expect(toText(sum(list.toReversed().map(decimal)))).toBe(total);
      }),
    );
  });

  it('divide to a scale, half-even', () => {
    fc.assert(
      fc.property(number, number, fc.integer({ min: 0, max: 30 }), (a, b, scale) => {
        fc.pre(!new Exact(b).isZero());
        // Rounding twice would be wrong at a tie, so the oracle divides to far more digits than a tie can hide in.
        const oracle = new Exact(a).div(b).toDecimalPlaces(scale, Oracle.ROUND_HALF_EVEN);
        expect(toText(divide(decimal(a), decimal(b), scale))).toBe(plain(oracle));
      }),
      { numRuns: 1000 },
    );
  });

  it('roundHalfEven', () => {
    fc.assert(
      fc.property(number, fc.integer({ min: 0, max: 13 }), (a, scale) => {
        const oracle = new Exact(a).toDecimalPlaces(scale, Oracle.ROUND_HALF_EVEN);
        expect(toText(roundHalfEven(decimal(a), scale))).toBe(plain(oracle));
      }),
      { numRuns: 1000 },
    );
  });

  it('countPackages', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        fc.pre(new Exact(b).gt(0));
        const oracle = new Exact(a).lte(0) ? new Exact(0) : new Exact(a).div(b).ceil();
        expect(toText(countPackages(decimal(a), decimal(b)))).toBe(plain(oracle));
      }),
    );
  });

  it('toUnits and back', () => {
    fc.assert(
      fc.property(number, fc.integer({ min: 14, max: 30 }), (a, scale) => {
        const units = toUnits(decimal(a), scale);
        expect(units).toBe(BigInt(new Exact(a).times(new Exact(10).pow(scale)).toFixed()));
        expect(toText(fromUnits(units, scale))).toBe(plain(new Exact(a)));
      }),
    );
  });
});

describe('text', () => {
  it.each([
    ['1.50', '1.5'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['0.0000001', '0.0000001'],
    ['1e21', '1000000000000000000000'],
    ['1E-7', '0.0000001'],
    ['-12.5e+1', '-125'],
    ['99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
  ])('%s is written %s', (given, written) => {
    expect(toText(decimal(given))).toBe(written);
    expect(toText(decimal(given))).not.toContain('e');
  });

  it('writes no -0 that a rounding made', () => {
    expect(toText(roundHalfEven(decimal('-0.4'), 0))).toBe('0');
    expect(toFixedText(roundHalfEven(decimal('-0.004'), 2), 2)).toBe('0.00');
    expect(toText(multiply(decimal('-1'), decimal('0')))).toBe('0');
    expect(isNegative(negate(decimal('0')))).toBe(false);
  });

  it.each([
    '',
    ' ',
    '1 ',
    '+1',
    '.5',
    '5.',
    '007',
    '1,5',
    '0x10',
    'NaN',
    'Infinity',
    '1e',
    '1e1000',
    '--1',
    '1_000',
    '١',
  ])('refuses %j', (text) => {
    expect(() => decimal(text)).toThrow(RangeError);
    expect(parseDecimal(text)).toBeNull();
  });

  it.each([
    ['2.5', 0, '2'],
    ['3.5', 0, '4'],
    ['-2.5', 0, '-2'],
    ['0.125', 2, '0.12'],
    ['0.135', 2, '0.14'],
    ['0.12500000000000000000000001', 2, '0.13'],
  ])('rounds %s to %i decimals: %s', (given, scale, rounded) => {
    expect(toText(roundHalfEven(decimal(given), scale))).toBe(rounded);
  });

  it('writes a fixed scale without rounding', () => {
    expect(toFixedText(decimal('12.5'), 2)).toBe('12.50');
    expect(toFixedText(decimal('12.50'), 1)).toBe('12.5');
    expect(() => toFixedText(decimal('12.345'), 2)).toThrow('more than 2 decimals');
    expect(() => toUnits(decimal('12.345'), 2)).toThrow(RangeError);
  });
});

describe('limits of numbers from outside', () => {
  it.each([
    '0.000000000001',
    '-99999999999999999999999999.999999999999',
    '99999999999999999999999999999999999999',
    '1e37',
    '1.0000000000000000',
    '0e999',
  ])('takes %s', (text) => expect(parseDecimal(text)).not.toBeNull());

  it.each([
    '0.0000000000001',
    '1e-13',
    '999999999999999999999999999.999999999999',
    '100000000000000000000000000000000000000',
    '1e38',
    '1e999',
    `1.${'0'.repeat(200)}`,
  ])('refuses %s', (text) => expect(parseDecimal(text)).toBeNull());

  it('are written in one way, the short ones that are read without thinking like all others', () => {
    fc.assert(
      fc.property(fc.oneof(number, digits, fc.constantFrom('-0', '007', '')), (text) => {
        const value = parseDecimal(text);
        expect(normalDecimal(text)).toBe(value === null ? null : toText(value));
      }),
    );
  });

  it('reads a huge exponent without writing it out', () => {
    expect(parseDecimal('1e999999999')).toBeNull();
    expect(() => decimal('1e999999999')).toThrow(RangeError);
  });
});

it('divides by zero never', () => {
  expect(() => divide(decimal('1'), decimal('0'), 2)).toThrow('Division by zero');
  expect(() => countPackages(decimal('1'), decimal('0'))).toThrow(RangeError);
});
