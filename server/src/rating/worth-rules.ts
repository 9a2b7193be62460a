import { priceGroups, type Pricing, type Quantities } from '../catalog/pricing-rules.ts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  divide,
  isNegative,
  isZero,
  multiply,
  subtract,
  sum,
  zero,
} from '../lib/decimal.ts';
import { minorUnits, roundToMinor } from '../lib/money.ts';
import { allocate, type AllocationPart } from './allocate.ts';
import type { Usage } from './rules.ts';

/** What a period was rated at, group by group. */
export type RatedGroup = {
  readonly value: string | null;
  readonly quantity: Decimal;
  readonly amount: Decimal;
};

/** Decimals of an average price: far beyond those of any price. */
const RATE_DECIMALS = 30;

/**
 * What usage is worth in a period that was rated as a whole: each group's quantity at what a unit of it cost on
 * average, so that whoever used the dearer model bears its price, and a tier, or what is included, is everybody's. It
 * may be less than nothing: usage that was taken back.
 */
export function worthOf(
  { quantity, groups }: Pick<Usage, 'quantity' | 'groups'>,
  rated: readonly RatedGroup[],
  pricing: Pricing,
): Decimal {
  const quantities: Quantities = groups ?? new Map([[null, quantity]]);
  return sum(
    [...quantities].map(([value, part]) => multiply(part, unitWorth(value, part, rated, pricing))),
  );
}

function unitWorth(
  value: string | null,
  part: Decimal,
  rated: readonly RatedGroup[],
  pricing: Pricing,
): Decimal {
  const group = rated.find((each) => each.value === value);
  if (group !== undefined && !isZero(group.quantity))
    return divide(group.amount, group.quantity, RATE_DECIMALS);
  // Nothing of the group is left in the period: at what it would cost by itself.
  const size = absolute(part);
  if (isZero(size)) return zero;
  const cost = sum(priceGroups(pricing, new Map([[value, size]])).map(({ amount }) => amount));
  return divide(cost, size, RATE_DECIMALS);
}

/**
 * Splits an amount, to the minor unit, in proportion to what the parts are worth; the parts sum to it exactly. Where
 * some are worth less than nothing, each gets its worth, and what the amount differs by from their sum is shared in
 * proportion to their size: a few cents more or less do not turn into thousands of opposite signs, and what one gives
 * and the other takes is shown even where it comes to nothing.
 */
export function shareOutWorth(
  amount: Decimal,
  parts: readonly AllocationPart[],
  currency: string,
): Map<string, Decimal> {
  const scale = minorUnits(currency);
  if (parts.every(({ weight }) => !isNegative(weight))) return allocate(amount, parts, scale);
  const size = sum(parts.map(({ weight }) => absolute(weight)));
  const missing = subtract(amount, sum(parts.map(({ weight }) => weight)));
  const settled = parts.map(({ key, weight }) => {
    const share = divide(multiply(missing, absolute(weight)), size, RATE_DECIMALS);
    return { key, weight: add(weight, share) };
  });
  const gaining = settled.filter(({ weight }) => compare(weight, zero) > 0);
  const losing = settled.filter(({ weight }) => compare(weight, zero) <= 0);
  if (gaining.length === 0 || losing.length === 0) return allocate(amount, settled, scale);
  const gained = roundToMinor(sum(gaining.map(({ weight }) => weight)), currency);
  return new Map([
    ...allocate(gained, gaining, scale),
    ...allocate(subtract(amount, gained), losing, scale),
  ]);
}
