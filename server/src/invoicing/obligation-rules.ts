import type { Pricing } from '../catalog/pricing-rules.ts';
import type { FeeTerms } from '../catalog/plan-rules.ts';
import type { MeterDefinition } from '../catalog/meter-rules.ts';
import { decimal, type Decimal, divide, multiply, subtract, zero } from '../lib/decimal.ts';
import { epochMs, type Instant } from '../lib/instant.ts';
import { roundToMinor } from '../lib/money.ts';
import type { Period } from '../lib/period.ts';
import type { IgnoredSet } from '../rating/rules.ts';
import type { PayerSegment } from './payer-rules.ts';
import type { LatePolicy } from './policy-rules.ts';
import {
  type Paced,
  type PlannedPeriod,
  type ServicePeriod,
  servicePeriodAt,
  servicePeriods,
  type Terms,
} from '../subscriptions/period-rules.ts';
import { endsWithin, startsWithin } from '../subscriptions/rules.ts';

/** A plan version as rating needs it. */
export type RatedPlan = {
  readonly planId: string;
  readonly planVersion: number;
  readonly name: string;
  readonly currency: string;
  readonly fees: readonly ({ readonly id: string } & FeeTerms)[];
  readonly charges: readonly RatedCharge[];
};

export type RatedCharge = {
  readonly id: string;
  readonly name: string;
  readonly meterId: string;
  readonly meterVersion: number;
  readonly meterKey: string;
  readonly definition: MeterDefinition;
  readonly pricing: Pricing;
};

export type BilledSubscription = {
  readonly id: string;
  readonly name: string | null;
  readonly organizationId: string;
  readonly terms: Terms;
  readonly plans: readonly Paced[];
  readonly late: LatePolicy;
};

export type FeeItem = {
  readonly kind: 'fee';
  readonly id: string;
  readonly name: string;
  readonly timing: FeeTerms['timing'];
  /** Of a whole period. */
  readonly price: string;
  /** Of this one: prorated where it is a stub, rounded to the minor unit. */
  readonly amount: Decimal;
};
export type ChargeItem = {
  readonly kind: 'charge';
  /** What it comes to at least in this period: prorated and rounded, as a fee is. */
  readonly minimum: Decimal | null;
} & RatedCharge;

/** A service period whose usage is charged for: by which charges, who owes, and what late usage does not count. */
export type ChargedPeriod = {
  readonly subscriptionId: string;
  readonly organizationId: string;
  readonly productId: string;
  readonly plan: RatedPlan;
  readonly period: Period;
  readonly charges: readonly ChargeItem[];
  readonly segments: readonly PayerSegment[];
  readonly ignoring: readonly IgnoredSet[];
};

/** One fee or charge over one service period: what is rated, and billed, as a whole. */
export type Obligation = {
  readonly subscription: BilledSubscription;
  readonly plan: RatedPlan;
  readonly item: FeeItem | ChargeItem;
  readonly period: Period;
  /** No service period has it any more: all that was billed of it is taken back. */
  readonly isGone?: boolean;
  /** It was due in a cycle that was billed without it: up to where that one had been looked at. */
  readonly lookedAtUpTo?: number | null;
};

/** Names an obligation: a fee or charge of a subscription over the period that begins then. */
export function obligationKey(o: Obligation): string {
  return `${pairKey(o)} ${o.item.id}`;
}

/** Names a service period of a subscription, over which all its charges are settled together. */
export function pairKey(o: Pick<Obligation, 'subscription' | 'period'>): string {
  return `${o.subscription.id} ${o.period.start}`;
}

/** All fees and charges of a subscription that fall due in a cycle, by the plan of each service period. */
export function obligationsDueIn(
  subscription: BilledSubscription,
  plans: ReadonlyMap<string, RatedPlan>,
  cycle: Period,
): Obligation[] {
  const { terms, plans: spans } = subscription;
  return servicePeriods(terms, spans, cycle.start, cycle.end).flatMap((period) =>
    obligationsOf(subscription, plans, period).filter((o) => isDueIn(o, cycle)),
  );
}

function obligationsOf(
  subscription: BilledSubscription,
  plans: ReadonlyMap<string, RatedPlan>,
  period: PlannedPeriod<Paced>,
): Obligation[] {
  const plan = plans.get(planKey(period.plan));
  if (plan === undefined) return [];
  return itemsOf(plan, period, subscription.terms.startAt).map((item) => ({
    subscription,
    plan,
    item,
    period: { start: period.start, end: period.end },
  }));
}

/** The obligation of that key as the subscription has it today, its service period perhaps cut; or null. */
export function presentObligation(
  subscription: BilledSubscription,
  plan: RatedPlan,
  { itemId, start }: { itemId: string; start: Instant },
): Obligation | null {
  const period = servicePeriodAt(subscription.terms, subscription.plans, start);
  if (period?.start !== start || planKey(period.plan) !== planKey(plan)) return null;
  const all = obligationsOf(subscription, new Map([[planKey(plan), plan]]), period);
  return all.find(({ item }) => item.id === itemId) ?? null;
}

export function planKey({ planId, planVersion }: { planId: string; planVersion: number }): string {
  return `${planId} ${planVersion}`;
}

/** What a service period has to bill: in a trial nothing but the set-up fees, which are due wherever it starts. */
export function itemsOf(
  plan: RatedPlan,
  period: ServicePeriod,
  startAt: Instant,
): (FeeItem | ChargeItem)[] {
  const isDue = ({ timing }: FeeTerms) =>
    timing === 'setUp' ? period.start === startAt : period.isTrial !== true;
  const charges = period.isTrial === true ? [] : plan.charges;
  return [
    ...plan.fees.filter(isDue).map((fee) => ({
      kind: 'fee' as const,
      id: fee.id,
      name: fee.name,
      timing: fee.timing,
      price: fee.amount,
      amount:
        fee.timing === 'setUp'
          ? roundToMinor(decimal(fee.amount), plan.currency)
          : prorated(decimal(fee.amount), periodOfFee(fee, period), plan.currency),
    })),
    ...charges.map((charge) => ({
      kind: 'charge' as const,
      ...charge,
      minimum: minimumOf(charge, period, plan.currency),
    })),
  ];
}

/** An advance fee may be owed for what the end of the subscription cut off, too. */
function periodOfFee({ timing }: FeeTerms, period: ServicePeriod): ServicePeriod {
  const { paidUntil } = period;
  return timing === 'advance' && paidUntil !== undefined ? { ...period, end: paidUntil } : period;
}

function minimumOf({ pricing }: RatedCharge, period: ServicePeriod, currency: string) {
  const { minimum } = pricing.terms;
  return minimum === undefined ? null : prorated(decimal(minimum), period, currency);
}

/**
 * A fee over a stub: in proportion to the time, by the millisecond. It is what had come up by the stub's end, rounded,
 * less what had by its start, so that the stubs that a period is cut into sum to the whole fee, wherever it is cut.
 */
export function prorated(amount: Decimal, period: ServicePeriod, currency: string): Decimal {
  const { start, end, full } = period;
  const cameUpBy = (at: Instant) => {
    const [part, whole] = [at, full.end].map((until) => epochMs(until) - epochMs(full.start));
    if (part === whole || !whole) return roundToMinor(amount, currency);
    const product = multiply(amount, decimal(String(part)));
    return roundToMinor(divide(product, decimal(String(whole)), PRORATION_DIGITS), currency);
  };
  return subtract(cameUpBy(end), start === full.start ? zero : cameUpBy(start));
}

const PRORATION_DIGITS = 24;

/** An advance fee, as a set-up fee, is due when its period begins; arrears fees and usage when it ends (design §4.6). */
export function isDueIn({ item, period }: Obligation, cycle: Period): boolean {
  return isInAdvance(item) ? startsWithin(period, cycle) : endsWithin(period, cycle);
}

export function isDueBefore({ item, period }: Obligation, cycle: Period): boolean {
  return isInAdvance(item) ? period.start < cycle.start : period.end <= cycle.start;
}

function isInAdvance(item: FeeItem | ChargeItem): boolean {
  return item.kind === 'fee' && item.timing !== 'arrears';
}
