import type { Action } from '../db/act.ts';
import type { Instant } from '../lib/instant.ts';
import { Problem, unknownReference } from '../lib/problem.ts';
import { answeringFor, standingId } from '../organizations/alias-queries.ts';
import { treeIds } from '../organizations/queries.ts';
import { findLiveByEmail } from '../subscribers/queries.ts';
import { findLiveSubscription, isLive } from './queries.ts';
import type { Binding, BindingChange } from './rules.ts';

export type NamedOwner = {
  subscriberId?: string | undefined;
  subscriberEmail?: string | undefined;
  organizationId?: string | undefined;
  subscriptionId?: string | null | undefined;
};

/** What a request says of a binding, each reference looked up: it must exist and not be archived. */
export async function namedChange(action: Action, input: NamedOwner): Promise<BindingChange> {
  const subscriberId = await namedSubscriber(action, input);
  const { subscriptionId } = input;
  const organizationId =
    input.organizationId && (await standingId(action.tx, input.organizationId, action.now));
  if (organizationId !== undefined && !(await isLive(action.tx, 'organizations', organizationId))) {
    throw unknownReference('/organizationId', 'organization');
  }
  if (subscriptionId && (await findLiveSubscription(action.tx, subscriptionId)) === undefined) {
    throw unknownReference('/subscriptionId', 'subscription');
  }
  return {
    ...(subscriberId !== undefined && { subscriber_id: subscriberId }),
    ...(organizationId !== undefined && { organization_id: organizationId }),
    ...(subscriptionId !== undefined && { subscription_id: subscriptionId }),
  };
}

async function namedSubscriber(action: Action, input: NamedOwner): Promise<string | undefined> {
  const { subscriberId, subscriberEmail } = input;
  if (subscriberEmail !== undefined) {
    const found = await findLiveByEmail(action.tx, subscriberEmail);
    if (found === undefined) throw unknownReference('/subscriberEmail', 'subscriber');
    return found.id;
  }
  if (subscriberId !== undefined && !(await isLive(action.tx, 'subscribers', subscriberId))) {
    throw unknownReference('/subscriberId', 'subscriber');
  }
  return subscriberId;
}

/** A whole binding from what was named, its subscription checked against its organization. */
export async function requireBinding(
  action: Action,
  named: BindingChange,
  from: Instant | null,
): Promise<Binding> {
  const { subscriber_id, organization_id, subscription_id = null } = named;
  if (subscriber_id === undefined) throw unknownReference('/subscriberId', 'subscriber');
  if (organization_id === undefined) throw unknownReference('/organizationId', 'organization');
  const binding = { subscriber_id, organization_id, subscription_id };
  if (!(await fits(action, binding, from))) refuseMisfit();
  return binding;
}

/** Whether its subscription is live, and of its organization, or of one above it, or merged into these, when it begins (since ever: now). */
export async function fits(
  action: Action,
  binding: Binding,
  from: Instant | null,
): Promise<boolean> {
  if (binding.subscription_id === null) return true;
  const subscription = await findLiveSubscription(action.tx, binding.subscription_id);
  if (subscription === undefined) return false;
  if (subscription.organization_id === binding.organization_id) return true;
  const at = from ?? action.now;
  const id = await standingId(action.tx, binding.organization_id, at);
  const above = await treeIds(action.tx, id, 'up', at);
  return (await answeringFor(action.tx, [id, ...above], at)).includes(subscription.organization_id);
}

export function refuseMisfit(pointer = '/subscriptionId'): never {
  throw new Problem(
    'unprocessable',
    'The subscription is neither of the organization nor of one above it.',
    [
      {
        pointer,
        code: 'organization_mismatch',
        detail: 'Name a subscription of the organization or of one above it, or null.',
      },
    ],
  );
}
