import type { Action } from '../db/act.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import { Problem } from '../lib/problem.ts';
import { createOrganization, updateOrganization } from '../organizations/actions.ts';
import { requireOrganization } from '../organizations/change-actions.ts';
import {
  changeSubscriberMemberships,
  createSubscriber,
  requireSubscriber,
  updateSubscriber,
} from '../subscribers/actions.ts';
import { findLiveByEmail, findLiveBySubscriberId } from '../subscribers/queries.ts';
import { isEmailAddress } from '../subscribers/rules.ts';
import { updateSubscription } from '../subscriptions/actions.ts';
import { requireSubscription } from '../subscriptions/change-actions.ts';
import { type Claim, type Owner, ownerNeeded } from './claim-state-actions.ts';
import type { Bound } from './schema.ts';

/** Usage that names a subscriber, an organization or a subscription, or nothing. */
export async function claimByName(action: Action, claim: Claim, owner: Owner): Promise<Bound> {
  const { group } = claim;
  if (group.organization_id !== UNCLASSIFIED_ID) return bySubscription(claim, owner);
  switch (group.kind) {
    case 'subscriber':
      return bySubscriber(action, claim, owner);
    case 'organization':
      return byOrganization(action, claim, owner);
    case 'subscription':
      return byExternalId(action, claim, owner);
    default:
      throw notClaimable(
        'These events carry no identifier that could be bound. Let their sender name a credential, or re-attribute them.',
      );
  }
}

/** It has reached an organization: a subscription that prices it is all that helps, and it has been made by now. */
function bySubscription(claim: Claim, { organizationId }: Owner): Bound {
  if (claim.input.planId === undefined) {
    throw notClaimable(
      'Its organization is known, and nothing in it can be bound to a subscription. Name a plan to subscribe to, mend the subscription that it names, or re-attribute it.',
    );
  }
  return bound(organizationId, {});
}

async function bySubscriber(action: Action, claim: Claim, owner: Owner): Promise<Bound> {
  const { group, input, from } = claim;
  const name = group.claim ?? '';
  const { organizationId } = owner;
  if (organizationId === null) throw ownerNeeded();
  const known =
    (await findLiveByEmail(action.tx, name)) ?? (await findLiveBySubscriberId(action.tx, name));
  if (known !== undefined) {
    const before = await requireSubscriber(action, known.id);
    const others = before.organization_ids.filter(
      (id) => id !== UNCLASSIFIED_ID && id !== organizationId,
    );
    const change = { organizationIds: [organizationId, ...others], from, reason: input.reason };
    const { touched } = await changeSubscriberMemberships(action, before, change);
    claim.touched.push(...[touched].flat());
    return bound(organizationId, { subscriberId: known.id });
  }
  const isEmail = isEmailAddress(name);
  const other =
    input.subscriberId ?? (await idByEmail(action, isEmail ? undefined : input.subscriberEmail));
  if (other !== undefined) return bySubscriberKnown(action, claim, organizationId, other);
  const email = isEmail ? name : input.subscriberEmail;
  if (email === undefined) {
    throw new Problem('unprocessable', 'A subscriber has an e-mail address, and this is none.', [
      {
        pointer: '/subscriberEmail',
        code: 'required',
        detail: 'Name the address of this subscriber.',
      },
    ]);
  }
  const { result, touched } = await createSubscriber(action, {
    email,
    organizationIds: [organizationId],
    ...(!isEmail && { subscriberId: name }),
    ...(from !== null && { from }),
  });
  claim.created.push('subscriber');
  claim.touched.push(...[touched].flat());
  return bound(organizationId, { subscriberId: result.id });
}

async function idByEmail(action: Action, email: string | undefined): Promise<string | undefined> {
  return email === undefined ? undefined : (await findLiveByEmail(action.tx, email))?.id;
}

/** One who is known by another name: the claim becomes its own id, if it has none yet. */
async function bySubscriberKnown(
  action: Action,
  claim: Claim,
  organizationId: string,
  id: string,
): Promise<Bound> {
  const name = claim.group.claim ?? '';
  const before = await requireSubscriber(action, id);
  if (before.subscriber_id !== before.id || isEmailAddress(name)) {
    throw notClaimable(
      `${id} is known by ${before.email} and ${before.subscriber_id}. Correct the sender, change one of these, or re-attribute the usage.`,
    );
  }
  const { touched } = await updateSubscriber(action, before, {
    subscriberId: name,
    reason: claim.input.reason,
  });
  claim.touched.push(...[touched].flat());
  return bound(organizationId, { subscriberId: id });
}

async function byOrganization(action: Action, claim: Claim, owner: Owner): Promise<Bound> {
  const name = claim.group.claim ?? '';
  if (claim.input.organization !== undefined) return bound(owner.organizationId, {});
  if (owner.organizationId === null) {
    const { result, touched } = await createOrganization(action, { name: name.trim() });
    claim.created.push('organization');
    claim.touched.push(...[touched].flat());
    return bound(result.id, {});
  }
  const before = await requireOrganization(action, owner.organizationId);
  if (before.external_id !== null) {
    throw notClaimable(
      `${before.id} has the external id ${before.external_id} already. Correct the sender, change the external id, or re-attribute the usage.`,
    );
  }
  const { touched } = await updateOrganization(action, before, {
    externalId: name,
    reason: claim.input.reason,
  });
  claim.touched.push(...[touched].flat());
  return bound(before.id, {});
}

async function byExternalId(action: Action, claim: Claim, owner: Owner): Promise<Bound> {
  const name = claim.group.claim ?? '';
  const { organizationId, subscriptionId } = owner;
  if (claim.input.planId !== undefined) return bound(organizationId, { subscriptionId });
  if (subscriptionId === undefined) {
    throw new Problem(
      'unprocessable',
      'Say which subscription it is: subscriptionId, or planId to make one.',
      [{ pointer: '/subscriptionId', code: 'required', detail: 'Name a subscription or a plan.' }],
    );
  }
  const before = await requireSubscription(action, subscriptionId);
  if (before.external_id !== null) {
    throw notClaimable(
      `${before.id} has the external id ${before.external_id} already. Correct the sender, change the external id, or re-attribute the usage.`,
    );
  }
  const { touched } = await updateSubscription(action, before, { externalId: name });
  claim.touched.push(touched);
  return bound(before.organization_id, { subscriptionId });
}

function bound(
  organizationId: string | null,
  more: { subscriberId?: string; subscriptionId?: string | undefined },
): Bound {
  if (organizationId === null) throw ownerNeeded();
  return {
    organizationId,
    subscriberId: more.subscriberId ?? null,
    credentialId: null,
    subscriptionId: more.subscriptionId ?? null,
  };
}

function notClaimable(detail: string): Problem {
  return new Problem('unprocessable', detail, [
    { pointer: '/id', code: 'not_claimable', detail: 'See the detail of the problem.' },
  ]);
}
