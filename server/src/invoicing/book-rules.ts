import { decimal } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import type { TimelineRow } from '../lib/timeline.ts';
import type { IgnoredSet } from '../rating/rules.ts';
import { samePeriod } from './cycle-rules.ts';
import { groupBy } from '../lib/group.ts';
import {
  type BilledSubscription,
  type FeeItem,
  type ChargeItem,
  type Obligation,
  obligationKey,
  obligationsDueIn,
  pairKey,
  presentObligation,
  type RatedPlan,
} from './obligation-rules.ts';
import { payerSegments } from './payer-rules.ts';
import { type BilledLine, type Plan, planFor } from './due-rules.ts';

/** A line that stands, on whatever invoice, with what it takes to name its obligation again. */
export type BookLine = BilledLine & {
  readonly subscriptionId: string;
  readonly period: Period;
  readonly itemId: string;
  /** It took back what had been billed over a service period that there is no more. */
  readonly isGone: boolean;
  /** What the whole obligation was rated at. */
  readonly ratedAmount: string;
  /** The minimum that it was rated with, if any. */
  readonly ratedMinimum: string | null;
};

/** All that decides what one payer is billed, as plain data. */
export type Books = {
  readonly payerId: string;
  readonly position: number;
  readonly subscriptions: readonly BilledSubscription[];
  readonly plans: ReadonlyMap<string, RatedPlan>;
  /** Organization → who pays for it. */
  readonly billTo: ReadonlyMap<string, readonly TimelineRow<string>[]>;
  /** Without those of the drafts being rebuilt; in the order in which they were billed. */
  readonly lines: readonly BookLine[];
  /** Cycles of the payer's drafts, other than those being rebuilt. */
  readonly openDrafts: readonly Period[];
  /** Billed service periods to look at again: subscription → starts. */
  readonly newsPeriods: ReadonlyMap<string, ReadonlySet<Instant>>;
  /** Those of them that may have been cut, or be no more. */
  readonly changedPeriods: ReadonlyMap<string, ReadonlySet<Instant>>;
  /** Billed cycles to look at again. */
  readonly newsCycles: readonly NewsCycle[];
  /** Late usage that is ignored already: subscription → sets. */
  readonly ignored: ReadonlyMap<string, readonly IgnoredSet[]>;
  /** Usage before it was archived; null: none was. */
  readonly archivedBefore: Instant | null;
};

/** A billed cycle of a payer in which a subscription has something that has no line. */
export type NewsCycle = {
  readonly subscriptionId: string;
  /** Up to where the cycle had been looked at with the subscription in it; null: never. */
  readonly lookedAtUpTo: number | null;
} & Period;

/** Everything to settle on the invoices of one cycle. */
export function plansFor(books: Books, cycle: Period): Plan[] {
  const linesByPair = groupBy(books.lines, (line) => line.pair);
  const linesById = groupBy(books.lines, (line) => line.subscriptionId);
  const obligations = new Map<string, Obligation>();
  for (const o of [...newObligations(books, cycle), ...billedObligations(books, cycle)])
    obligations.set(obligationKey(o), o);
  return [...obligations.values()].flatMap((o) => {
    if (isArchived(o, books)) return [];
    const { organizationId } = o.subscription;
    const segments = payerSegments(
      organizationId,
      books.billTo.get(organizationId) ?? [],
      o.period,
    );
    return (
      planFor(o, segments, linesByPair.get(pairKey(o)) ?? [], {
        payerId: books.payerId,
        cycle,
        position: books.position,
        openDrafts: books.openDrafts,
        subscriptionLines: linesById.get(o.subscription.id) ?? [],
        ignored: books.ignored.get(o.subscription.id) ?? [],
      }) ?? []
    );
  });
}

/** Its usage cannot be rated any more, or not all of it: it stands as it was billed. */
function isArchived({ item, period }: Obligation, { archivedBefore }: Books): boolean {
  return item.kind === 'charge' && archivedBefore !== null && period.start < archivedBefore;
}

/** Due in the cycle, or in an earlier one that was billed without them. */
function newObligations(books: Books, cycle: Period): Obligation[] {
  const { subscriptions, plans, newsCycles, lines, payerId } = books;
  const billed = new Set(
    lines.filter((line) => line.payerId === payerId).map((line) => line.obligation),
  );
  const earlier = groupBy(
    newsCycles.filter((each) => each.end <= cycle.start),
    (each) => each.subscriptionId,
  );
  return subscriptions.flatMap((subscription) => [
    ...(earlier.get(subscription.id) ?? [])
      .flatMap((each) =>
        obligationsDueIn(subscription, plans, each).map((o) => ({
          ...o,
          lookedAtUpTo: each.lookedAtUpTo,
        })),
      )
      .filter((o) => !billed.has(obligationKey(o))),
    ...obligationsDueIn(subscription, plans, cycle),
  ]);
}

/**
 * Billed before: those with news, and those of this cycle. At the original price version, and as they were billed last,
 * unless their service period was changed since.
 */
function billedObligations(
  { subscriptions, plans, lines, newsPeriods, changedPeriods }: Books,
  cycle: Period,
): Obligation[] {
  const byId = new Map(subscriptions.map((subscription) => [subscription.id, subscription]));
  return [...groupBy(lines, (line) => line.obligation).values()].flatMap((billed) => {
    const line = billed.at(-1);
    const subscription = line && byId.get(line.subscriptionId);
    const plan = line && plans.get(line.planKey);
    if (!subscription || !plan) return [];
    const { start, end } = line.period;
    if (changedPeriods.get(subscription.id)?.has(start) === true)
      return asItIs(subscription, plan, line) ?? [];
    const isNews = newsPeriods.get(subscription.id)?.has(start) === true;
    return isNews || end > cycle.start ? (asBilled(subscription, plan, line) ?? []) : [];
  });
}

/** Over its service period as it is today; where no period has it any more, it is gone. */
function asItIs(
  subscription: BilledSubscription,
  plan: RatedPlan,
  line: BookLine,
): Obligation | null {
  const place = { itemId: line.itemId, start: line.period.start };
  const present = presentObligation(subscription, plan, place);
  const billed = asBilled(subscription, plan, line);
  return present ?? (billed && { ...billed, isGone: true });
}

/** Over the service period of its last line; a fee at its amount then, usage with the minimum then. */
function asBilled(
  subscription: BilledSubscription,
  plan: RatedPlan,
  line: BookLine,
): Obligation | null {
  const item = itemOf(plan, line);
  return item && { subscription, plan, item, period: line.period, isGone: line.isGone };
}

function itemOf(plan: RatedPlan, line: BookLine): FeeItem | ChargeItem | null {
  const charge = plan.charges.find(({ id }) => id === line.itemId);
  if (charge !== undefined) {
    const minimum = line.ratedMinimum === null ? null : decimal(line.ratedMinimum);
    return { kind: 'charge', ...charge, minimum };
  }
  const fee = plan.fees.find(({ id }) => id === line.itemId);
  if (fee === undefined) return null;
  return {
    kind: 'fee',
    id: fee.id,
    name: fee.name,
    timing: fee.timing,
    price: fee.amount,
    amount: decimal(line.ratedAmount),
  };
}

/** True when the line is on a draft that is being rebuilt: as if it were not there. */
export function isRebuilt(
  line: Pick<BookLine, 'isDraft' | 'payerId' | 'cycle'>,
  payerId: string,
  cycles: readonly Period[],
): boolean {
  return (
    line.isDraft &&
    line.payerId === payerId &&
    cycles.some((cycle) => samePeriod(cycle, line.cycle))
  );
}
