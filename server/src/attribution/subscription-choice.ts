import type { Instant } from '../lib/instant.ts';
import { rowAt } from '../lib/timeline.ts';
import type { Choices, Claim, Directory, PricedMeter, SubscriptionFacts } from './facts.ts';
import type { Standing } from './outcome.ts';
import { type Level, lineage, mergedInto } from './standing-rules.ts';

/** Whether a subscription takes usage at an instant, and if not, why. */
export function standingAt(subscription: SubscriptionFacts, at: Instant): Standing {
  if (at < subscription.startAt) return 'subscription_not_started';
  if (subscription.endAt !== null && at >= subscription.endAt) return 'subscription_ended';
  return rowAt(subscription.pauses, at) === null ? 'active' : 'subscription_paused';
}

/**
 * Design §4.3: of the organization, then of its ancestors nearest first, the single subscription that is active and
 * prices a measure of the event (and is of the claimed product). Several on one level are a question, not a choice;
 * but what was chosen when the event was recorded stays chosen among them, and a merge that put them there may have
 * said which.
 */
export function chooseSubscription(
  claim: Claim,
  organizationId: string,
  directory: Directory,
): { subscriptionId: string } | { unbilledReason: 'no_subscription' | 'several_subscriptions' } {
  for (const level of lineage(organizationId, claim.occurredAt, directory)) {
    const merged = mergedInto(level.id, claim.occurredAt, directory);
    const candidates = [level.id, ...merged.ids]
      .flatMap((id) => directory.subscriptionsOf.get(id) ?? [])
      .filter((id) => takes(directory.subscriptions.get(id), claim, directory));
    const [first] = candidates;
    const chosen = chosenAmong(candidates, level, merged.choices, claim, directory);
    const kept = candidates.find((id) => id === claim.recorded?.subscriptionId);
    const one = chosen ?? kept;
    if (one !== undefined) return { subscriptionId: one };
    if (candidates.length > 1) return { unbilledReason: 'several_subscriptions' };
    if (first !== undefined) return { subscriptionId: first };
  }
  return { unbilledReason: 'no_subscription' };
}

/** What a merge chose for one of the event's measures, where it is to be had. */
function chosenAmong(
  candidates: readonly string[],
  { named }: Level,
  choices: Choices,
  claim: Claim,
  directory: Directory,
): string | undefined {
  if (candidates.length < 2) return undefined;
  for (const measure of [...claim.measures.toSorted(), '*']) {
    const choice = choices[measure];
    if (choice === undefined) continue;
    const own = candidates.filter(
      (id) => directory.subscriptions.get(id)?.organizationId === named,
    );
    const taken = choice === null ? (own.length === 1 ? own[0] : undefined) : choice;
    if (taken !== undefined && candidates.includes(taken)) return taken;
  }
  return undefined;
}

function takes(
  subscription: SubscriptionFacts | undefined,
  claim: Claim,
  directory: Directory,
): boolean {
  if (subscription === undefined || standingAt(subscription, claim.occurredAt) !== 'active')
    return false;
  const plan = rowAt(subscription.plans, claim.occurredAt)?.value;
  if (plan === undefined || !plan.prices.some((meter) => prices(meter, claim))) return false;
  if (claim.product === null || claim.recorded?.subscriptionId === subscription.id) return true;
  return (directory.productsByClaim.get(claim.product) ?? []).includes(plan.productId);
}

function prices(meter: PricedMeter, claim: Claim): boolean {
  if (meter.measure !== null && !claim.measures.includes(meter.measure)) return false;
  return Object.entries(meter.filter).every(([attribute, wanted]) => {
    const value = claim.attributes[attribute];
    return (
      value !== undefined && (Array.isArray(wanted) ? wanted.includes(value) : wanted === value)
    );
  });
}
