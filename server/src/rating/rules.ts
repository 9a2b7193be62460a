import { amountFor, type Pricing } from '../catalog/pricingRules.ts';
import { add, type Decimal, isZero, negate, zero } from '../lib/decimal.ts';
import { minorUnits, roundToMinor } from '../lib/money.ts';
import { allocate, type AllocationPart } from './allocate.ts';

/** A measured set of events, and the figures that prove which set it was: signed count, quantity and hash. */
export type Usage = {
  readonly quantity: Decimal;
  readonly eventCount: number;
  readonly eventQuantity: Decimal;
  readonly eventHash: Decimal;
};

export const noUsage: Usage = {
  quantity: zero,
  eventCount: 0,
  eventQuantity: zero,
  eventHash: zero,
};

/** The same events, taken back. */
export function takenBack(usage: Usage): Usage {
  return {
    quantity: negate(usage.quantity),
    eventCount: 0 - usage.eventCount,
    eventQuantity: negate(usage.eventQuantity),
    eventHash: negate(usage.eventHash),
  };
}

/** Nothing was added and nothing removed. */
export function isEmptySet(usage: Usage): boolean {
  return usage.eventCount === 0 && isZero(usage.eventQuantity) && isZero(usage.eventHash);
}

/** What a charge costs over the whole of a subscription's service period: the one rounding (design §3.7). */
export function rateCharge(pricing: Pricing, quantity: Decimal, currency: string): Decimal {
  return roundToMinor(amountFor(pricing, quantity), currency);
}

/** Splits a rated amount, to the minor unit, among those who share it; the parts sum to it exactly (design §4.5). */
export function shareOut(
  amount: Decimal,
  parts: readonly AllocationPart[],
  currency: string,
): Map<string, Decimal> {
  const weights = new Map<string, Decimal>();
  for (const { key, weight } of parts) weights.set(key, add(weights.get(key) ?? zero, weight));
  return allocate(
    amount,
    [...weights].map(([key, weight]) => ({ key, weight })),
    minorUnits(currency),
  );
}
