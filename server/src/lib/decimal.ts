import Big from 'big.js';
import { limits } from './limits.ts';

declare const brand: unique symbol;

/**
 * An exact decimal number. Opaque: made by `decimal`, used through the functions of this file, written by `toText`.
 * Adding, subtracting and multiplying are exact; only `divide` and `roundHalfEven` round, each at a stated scale.
 */
export type Decimal = { readonly [brand]: 'Decimal' };

const halfEven = 2;

/** A constructor of our own: strict (JS numbers throw), never in exponent notation, dividing to `scale`. */
function makeExact(scale: number): Big.BigConstructor {
  const exact = Big();
  exact.strict = true;
  exact.RM = halfEven;
  exact.DP = scale;
  exact.NE = -1e6;
  exact.PE = 1e6;
  return exact;
}

const Exact = makeExact(0);
const dividers = new Map<number, Big.BigConstructor>();

const big = (value: Decimal): Big => value as unknown as Big;
const wrap = (value: Big): Decimal => value as unknown as Decimal;

const zeroBig = new Exact('0');
export const zero: Decimal = wrap(zeroBig);
export const one: Decimal = wrap(new Exact('1'));

// A JSON number, or the text of a PostgreSQL `numeric`. The exponent is kept short so that `1e999999` costs nothing.
const notation = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?$/;

/**
 * Reads a number that we wrote or computed ourselves, of any size: `'12.5'`, `'-3'`, `'1e-7'`.
 * @throws RangeError on anything else, `NaN`, `Infinity`, `''`, `'+1'`, `'.5'` and `'007'` among it.
 */
export function decimal(text: string): Decimal {
  if (!notation.test(text))
    throw new RangeError(`Not a decimal number: ${JSON.stringify(text.slice(0, 60))}`);
  return wrap(new Exact(text));
}

/**
 * Reads a number from outside: as `decimal`, within the limits of 38 digits in all and 12 after the point, counted
 * on the value (`1.50` has one decimal, `1e3` four digits). Null for anything else.
 */
export function parseDecimal(text: string): Decimal | null {
  if (text.length > limits.quantityCharsMax || !notation.test(text)) return null;
  const value = new Exact(text);
  const decimals = decimalsOf(value);
  const wholeDigits = Math.max(value.e + 1, 1);
  if (decimals > limits.quantityDecimalsMax) return null;
  if (wholeDigits + decimals > limits.quantityDigitsMax) return null;
  return wrap(value);
}

// Few digits, no point, no sign: as it would be written.
const wholeNumber = /^(?:0|[1-9][0-9]{0,17})$/;

/** The one way to write a number from outside, as `parseDecimal` reads it; null where it does not. */
export function normalDecimal(text: string): string | null {
  if (wholeNumber.test(text)) return text;
  const value = parseDecimal(text);
  return value === null ? null : toText(value);
}

export function add(a: Decimal, b: Decimal): Decimal {
  return wrap(big(a).plus(big(b)));
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return wrap(big(a).minus(big(b)));
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return wrap(big(a).times(big(b)));
}

export function negate(value: Decimal): Decimal {
  return wrap(big(value).neg());
}

export function absolute(value: Decimal): Decimal {
  return wrap(big(value).abs());
}

/** The exact total; zero for none. */
export function sum(values: Iterable<Decimal>): Decimal {
  let total = zeroBig;
  for (const value of values) total = total.plus(big(value));
  return wrap(total);
}

/** -1 when a < b, 0 when they are equal (`1.0` is `1`, `-0` is `0`), 1 when a > b: fit for `sort`. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  return big(a).cmp(big(b));
}

export function equals(a: Decimal, b: Decimal): boolean {
  return big(a).eq(big(b));
}

export function isZero(value: Decimal): boolean {
  return big(value).eq(zeroBig);
}

/** True below zero; false for `-0`. */
export function isNegative(value: Decimal): boolean {
  return big(value).lt(zeroBig);
}

export function smaller(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) <= 0 ? a : b;
}

export function larger(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) >= 0 ? a : b;
}

/**
 * a ÷ b to `scale` decimals, a half going to the even neighbour.
 * @throws RangeError when b is zero.
 */
export function divide(a: Decimal, b: Decimal, scale: number): Decimal {
  if (isZero(b)) throw new RangeError('Division by zero');
  let divider = dividers.get(scale);
  if (divider === undefined) {
    divider = makeExact(scale);
    dividers.set(scale, divider);
  }
  return wrap(new divider(big(a)).div(big(b)));
}

/**
 * How many times `size` goes into `value`, a begun one counting as a whole: packages of 1,000 in 1,001 are 2.
 * Zero or less needs none. Exact.
 * @throws RangeError unless `size` is above zero.
 */
export function countPackages(value: Decimal, size: Decimal): Decimal {
  if (compare(size, zero) <= 0) throw new RangeError('A package must hold more than nothing');
  if (compare(value, zero) <= 0) return zero;
  const scale = Math.max(decimalsOf(big(value)), decimalsOf(big(size)));
  const unitsPerPackage = toUnits(size, scale);
  return fromUnits((toUnits(value, scale) + unitsPerPackage - 1n) / unitsPerPackage, 0);
}

/** Rounds to `scale` decimals, a half going to the even neighbour. For money use `roundToMinor` of `money.ts`. */
export function roundHalfEven(value: Decimal, scale: number): Decimal {
  return wrap(big(value).round(scale, halfEven));
}

/** Plain notation, as on the wire: no exponent, no trailing zeros, never `-0`. */
export function toText(value: Decimal): string {
  return big(value).toFixed();
}

/**
 * Plain notation with exactly `scale` decimals: `'12.50'`.
 * @throws RangeError when that would lose digits: round first.
 */
export function toFixedText(value: Decimal, scale: number): string {
  if (decimalsOf(big(value)) > scale)
    throw new RangeError(`${toText(value)} has more than ${scale} decimals`);
  return big(value).toFixed(scale);
}

/** How many decimals the value needs: 1 for `1.50`, 0 for `300`. */
export function decimalPlaces(value: Decimal): number {
  return decimalsOf(big(value));
}

/**
 * The value as a whole number of units of 10^-scale: `12.5` at scale 2 is `1250n`.
 * @throws RangeError when it is not a whole number of them.
 */
export function toUnits(value: Decimal, scale: number): bigint {
  return BigInt(toFixedText(value, scale).replace('.', ''));
}

/** The inverse of `toUnits`. */
export function fromUnits(units: bigint, scale: number): Decimal {
  return wrap(new Exact(`${units}e-${scale}`));
}

// big.js keeps c without trailing zeros, c[0] standing at 10^e; zero is c = [0], e = 0.
function decimalsOf(value: Big): number {
  return Math.max(value.c.length - 1 - value.e, 0);
}
