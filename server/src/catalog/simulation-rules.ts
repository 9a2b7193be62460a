import { type FeeItem, itemsOf, type RatedPlan } from '../invoicing/obligation-rules.ts';
import { add, compare, type Decimal, sum, zero } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { periodsOverlapping, type Schedule } from '../lib/period.ts';
import { explainRating, type RatingExplained } from '../rating/explain.ts';
import { type Rated, rateUsage, type Usage } from '../rating/rules.ts';
import type { ServicePeriod } from '../subscriptions/period-rules.ts';
import type { MeterDefinition } from './meter-rules.ts';
import { type Pricing, type Quantities, splitOf } from './pricing-rules.ts';

/** What a plan comes to over one service period: by the very rules that it is billed by. */
export type Simulated = {
  readonly fees: readonly FeeItem[];
  readonly charges: readonly SimulatedCharge[];
  readonly total: Decimal;
};
export type SimulatedCharge = {
  readonly id: string;
  readonly name: string;
  readonly meterKey: string;
  readonly model: Pricing['model'];
  readonly rated: Rated;
  readonly explained: RatingExplained;
};

export function simulatePeriod(
  plan: RatedPlan,
  period: ServicePeriod,
  { startAt, usageOf }: { startAt: Instant; usageOf: (chargeId: string) => Usage },
): Simulated {
  const items = itemsOf(plan, period, startAt);
  const fees = items.filter((item) => item.kind === 'fee');
  const charges = items.flatMap((item) => {
    if (item.kind !== 'charge') return [];
    const usage = usageOf(item.id);
    const rated = rateUsage(item.pricing, usage, plan.currency, item.minimum);
    return {
      id: item.id,
      name: item.name,
      meterKey: item.meterKey,
      model: item.pricing.model,
      rated,
      explained: explainRating(rated, item.minimum, usage.unrated),
    };
  });
  const total = sum([
    ...fees.map((fee) => fee.amount),
    ...charges.map((charge) => charge.rated.amount),
  ]);
  return { fees, charges, total };
}

/** The service periods of a plan that begins at `from`; the last one is cut where the range ends. */
export function simulatedPeriods(schedule: Schedule, from: Instant, to: Instant): ServicePeriod[] {
  return periodsOverlapping(schedule, from, to).map((period) =>
    period.end <= to ? period : { ...period, end: to, isStub: true },
  );
}

/** A quantity given by hand, and the attributes that its usage is thought to have. */
export type GivenQuantity = {
  readonly quantity: Decimal;
  readonly attributes: Readonly<Record<string, string>>;
};

/** Given quantities as a meter would have measured them: added up price by price; of a `max` meter the largest. */
export function usageGiven(
  given: readonly GivenQuantity[],
  { aggregation }: Pick<MeterDefinition, 'aggregation'>,
  pricing: Pricing,
): Pick<Usage, 'quantity' | 'groups'> {
  const split = splitOf(pricing);
  const isPeak = aggregation === 'max' && pricing.model !== 'percentage';
  const groups = new Map<string | null, Decimal>();
  for (const { quantity, attributes } of given) {
    const value = split === null ? undefined : attributes[split.attribute];
    const key = value !== undefined && split?.values.includes(value) === true ? value : null;
    const before = groups.get(key);
    if (before === undefined) groups.set(key, quantity);
    else if (!isPeak) groups.set(key, add(before, quantity));
    else if (compare(quantity, before) > 0) groups.set(key, quantity);
  }
  return { quantity: sum(groups.values()), groups };
}

/** Usage with list prices in place of the cost that some of its events do not carry. */
export function withListPrices(
  usage: Usage,
  listed: readonly { value: string | null; amount: Decimal; eventCount: number }[],
): Usage {
  if (listed.length === 0) return usage;
  const groups = new Map<string | null, Decimal>(
    usage.groups ?? (usage.eventCount === 0 ? [] : [[null, usage.quantity]]),
  );
  for (const { value, amount } of listed) groups.set(value, add(groups.get(value) ?? zero, amount));
  const priced = listed.reduce((count, { eventCount }) => count + eventCount, 0);
  return {
    ...usage,
    quantity: sum(groups.values()),
    groups: groups satisfies Quantities,
    unrated: (usage.unrated ?? [])
      .map((each) =>
        each.reason === 'no_cost' ? { ...each, eventCount: each.eventCount - priced } : each,
      )
      .filter(({ eventCount }) => eventCount !== 0),
  };
}
