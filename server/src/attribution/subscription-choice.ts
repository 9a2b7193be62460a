import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { rowAt } from '../lib/timeline.ts';
import type { Claim, Directory, PricedMeter, SubscriptionFacts } from './facts.ts';
import type { Standing } from './outcome.ts';

/** Whether a subscription takes usage at an instant, and if not, why. */
export function standingAt(subscription: SubscriptionFacts, at: Instant): Standing {
  if (at < subscription.startAt) return 'subscription_not_started';
  if (subscription.endAt !== null && at >= subscription.endAt) return 'subscription_ended';
  return rowAt(subscription.pauses, at) === null ? 'active' : 'subscription_paused';
}

/** The organization and those above it at an instant, nearest first; it ends even if they should form a circle. */
export function* lineage(
  organizationId: string,
  at: Instant,
  directory: Directory,
): Generator<string> {
  let current: string | undefined = organizationId;
  for (let depth = 0; current !== undefined && depth <= limits.treeDepthMax; depth += 1) {
    yield current;
    const organization = directory.organizations.get(current);
    current = organization === undefined ? undefined : rowAt(organization.parents, at)?.value;
  }
}

/**
 * Design §4.3: of the organization, then of its ancestors nearest first, the single subscription that is active and
 * prices a measure of the event (and is of the claimed product). Several on one level are a question, not a choice;
 * but what was chosen when the event was recorded stays chosen among them.
 */
export function chooseSubscription(
  claim: Claim,
  organizationId: string,
  directory: Directory,
): { subscriptionId: string } | { unbilledReason: 'no_subscription' | 'several_subscriptions' } {
  for (const current of lineage(organizationId, claim.occurredAt, directory)) {
    const candidates = (directory.subscriptionsOf.get(current) ?? []).filter((id) =>
      takes(directory.subscriptions.get(id), claim, directory),
    );
    const [first] = candidates;
    const kept = candidates.find((id) => id === claim.recorded?.subscriptionId);
    if (kept !== undefined) return { subscriptionId: kept };
    if (candidates.length > 1) return { unbilledReason: 'several_subscriptions' };
    if (first !== undefined) return { subscriptionId: first };
  }
  return { unbilledReason: 'no_subscription' };
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
