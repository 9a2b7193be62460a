import type { MeterDefinition } from '../catalog/meter-rules.ts';
import {
  type PricedGroup,
  priceGroups,
  type Pricing,
  type Quantities,
  splitOf,
} from '../catalog/pricing-rules.ts';
import {
  add,
  type Decimal,
  decimalPlaces,
  isZero,
  larger,
  negate,
  subtract,
  sum,
  zero,
} from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { minorUnits, roundToMinor } from '../lib/money.ts';
import { allocate, type AllocationPart } from './allocate.ts';

/** Which events are counted, and how: of a meter's definition and a charge's pricing, what decides that. */
export type Counted = Pick<MeterDefinition, 'aggregation' | 'measure' | 'filter'> & {
  /** Counts, in place of the measure, the cost that events carry in this currency; those without are not counted. */
  readonly cost?: string;
  /** Keeps quantities apart by the values of an attribute that are listed; all other usage is one more group. */
  readonly split?: { readonly attribute: string; readonly values: readonly string[] };
};

/**
 * What a charge counts. A percentage charge takes from its meter only which events count: it adds up their cost, so
 * that meters of every aggregation will do.
 */
export function countedBy(
  definition: Pick<MeterDefinition, 'aggregation' | 'measure' | 'filter'>,
  pricing: Pricing,
  currency: string,
): Counted {
  const { aggregation, measure, filter } = definition;
  const split = splitOf(pricing);
  const isOnCost = pricing.model === 'percentage';
  return {
    aggregation: isOnCost ? 'sum' : aggregation,
    measure,
    filter,
    ...(isOnCost && { cost: currency }),
    ...(split !== null && { split }),
  };
}

/** A measured set of events, and the figures that prove which set it was: signed count, quantity and hash. */
export type Usage = {
  readonly quantity: Decimal;
  /** The quantity where it is kept apart; the groups sum to it. */
  readonly groups?: Quantities;
  readonly eventCount: number;
  readonly eventQuantity: Decimal;
  readonly eventHash: Decimal;
  /** Events that the meter counts and a percentage cannot be taken of. They are not part of the set. */
  readonly unrated?: readonly Unrated[];
};

/**
 * Late usage that was ignored: the events that were recorded for the subscription in (after, upto], occurred in
 * [from, to) and were its own at `upto`. Whatever became of them later, no entry of theirs counts for it.
 */
export type IgnoredSet = {
  readonly from: Instant;
  readonly to: Instant;
  readonly after: number;
  readonly upto: number;
};

/** Why events have no amount: they carry no cost, or one in another currency than the charge's. */
export type Unrated = {
  readonly reason: 'no_cost' | 'other_currency';
  readonly currency: string | null;
  readonly eventCount: number;
  readonly cost: Decimal | null;
};

export const noUsage: Usage = {
  quantity: zero,
  eventCount: 0,
  eventQuantity: zero,
  eventHash: zero,
};

/** What one organization, key, tag or the like has of a measured set. */
export type UsagePart = {
  /** An id, or the text of a tag or attribute; null: usage that has none. */
  readonly value: string | null;
  /** True for the one part that holds all those beyond the limit. */
  readonly isRest: boolean;
  readonly usage: Usage;
};

/** The same events, taken back. */
export function takenBack(usage: Usage): Usage {
  const { groups } = usage;
  return {
    quantity: negate(usage.quantity),
    ...(groups && { groups: new Map([...groups].map(([value, part]) => [value, negate(part)])) }),
    eventCount: 0 - usage.eventCount,
    eventQuantity: negate(usage.eventQuantity),
    eventHash: negate(usage.eventHash),
  };
}

/** What is left of a set without a part of it. */
export function lessened(whole: Usage, part: Usage): Usage {
  return {
    quantity: subtract(whole.quantity, part.quantity),
    eventCount: whole.eventCount - part.eventCount,
    eventQuantity: subtract(whole.eventQuantity, part.eventQuantity),
    eventHash: subtract(whole.eventHash, part.eventHash),
  };
}

/** Nothing was added and nothing removed. */
export function isEmptySet(usage: Usage): boolean {
  return usage.eventCount === 0 && isZero(usage.eventQuantity) && isZero(usage.eventHash);
}

/** What a charge costs over a whole service period. */
export type Rated = {
  readonly quantity: Decimal;
  /** What it comes to exactly, in parts that sum to it. */
  readonly groups: readonly PricedGroup[];
  /** What usage costs, rounded to the minor unit: the one rounding (design §3.7). */
  readonly usageAmount: Decimal;
  /** What is missing from that to the minimum. */
  readonly topUp: Decimal;
  /** Both together: what is billed. */
  readonly amount: Decimal;
};

/** @param minimum what the charge comes to at least in this very period; null for nothing. */
export function rateUsage(
  pricing: Pricing,
  usage: Pick<Usage, 'quantity' | 'groups'>,
  currency: string,
  minimum: Decimal | null,
): Rated {
  const groups = priceGroups(pricing, usage.groups ?? new Map([[null, usage.quantity]]));
  const usageAmount = roundToMinor(sum(groups.map((group) => group.amount)), currency);
  const topUp = minimum === null ? zero : larger(subtract(minimum, usageAmount), zero);
  const amount = add(usageAmount, topUp);
  return { quantity: usage.quantity, groups, usageAmount, topUp, amount };
}

/**
 * What each of those who share a rated period is accountable for, exactly: every group's amount in proportion to
 * their quantities of it, so that whoever used the dearer model bears its price. These weights split the rounded
 * amount (`shareOut`); they sum to the exact one.
 */
export function accountableFor(
  rated: Pick<Rated, 'groups'>,
  parts: readonly { readonly key: string; readonly usage: Pick<Usage, 'quantity' | 'groups'> }[],
): AllocationPart[] {
  const [only] = rated.groups;
  if (rated.groups.length < 2 && only?.value === null)
    return parts.map(({ key, usage }) => ({ key, weight: usage.quantity }));
  const names = parts.map((_, i) => String(i).padStart(6, '0'));
  const shares = rated.groups.map(({ value, amount }) => {
    const weights = parts.map(({ usage }, i) => ({
      key: names[i] ?? '',
      weight: usage.groups?.get(value) ?? zero,
    }));
    return allocate(amount, weights, decimalPlaces(amount) + GUARD_DECIMALS);
  });
  return parts.map(({ key }, i) => ({
    key,
    weight: sum(shares.map((share) => share.get(names[i] ?? '') ?? zero)),
  }));
}

/** Decimals beyond those of an amount when it is only shared out to be compared. */
const GUARD_DECIMALS = 12;

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
