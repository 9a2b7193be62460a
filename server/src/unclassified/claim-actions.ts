import type { Touched } from '../attribution/outcome.ts';
import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import { notFound, Problem } from '../lib/problem.ts';
import { createOrganization } from '../organizations/actions.ts';
import { createSubscription } from '../subscriptions/actions.ts';
import type { Claim } from './claim-state-actions.ts';
import { claimByCredential } from './claim-credential-actions.ts';
import { claimByName } from './claim-name-actions.ts';
import { findGroup, type GroupRow } from './queries.ts';
import type { ClaimInput, Claimed } from './schema.ts';

/**
 * Gives the usage of a group an owner: makes or picks organization, subscriber, credential and subscription as its
 * identifier demands, bound from when it was first seen. Whoever calls re-attributes what is touched.
 */
export async function claimGroup(
  action: Action,
  input: ClaimInput,
): Promise<{ result: Claimed; touched: Touched[] }> {
  const group = await findGroup(action.tx, input.id);
  if (group === undefined) throw notFound('group of unclassified usage', input.id);
  const from = input.from === undefined ? group.first_seen_at : input.from;
  const claim: Claim = { group, input, from, touched: [], created: [] };
  const organizationId = await ownerOf(action, claim);
  const subscriptionId = await subscriptionOf(action, claim, organizationId);
  const owner = { organizationId, subscriptionId };
  const bound =
    group.kind === 'credential'
      ? await claimByCredential(action, claim, owner)
      : await claimByName(action, claim, owner);
  const result: Claimed = { id: group.id, ...bound, created: claim.created, from };
  await audit(action, {
    action: 'unclassified.claim',
    resourceId: group.id,
    before: { identifier: group.masked ?? group.claim, reason: group.reason, events: group.events },
    after: result,
    reason: input.reason,
  });
  return { result, touched: claim.touched };
}

/** The organization: the one named, a new one, or the one that the usage has reached; null where none is named. */
async function ownerOf(action: Action, claim: Claim): Promise<string | null> {
  const { group, input } = claim;
  if (input.organization !== undefined) {
    const externalId = input.organization.externalId ?? claimedName(group, input.organization.name);
    const made = await createOrganization(action, {
      ...input.organization,
      ...(externalId !== undefined && { externalId }),
    });
    claim.touched.push(...[made.touched].flat());
    claim.created.push('organization');
    return made.result.id;
  }
  const reached = group.organization_id === UNCLASSIFIED_ID ? null : group.organization_id;
  return input.organizationId ?? reached;
}

/** A claim that an organization is to be found by, unless its name says so already. */
function claimedName({ kind, claim }: GroupRow, name: string): string | undefined {
  return kind === 'organization' && claim !== null && claim !== name ? claim : undefined;
}

async function subscriptionOf(
  action: Action,
  claim: Claim,
  organizationId: string | null,
): Promise<string | undefined> {
  const { group, input, from } = claim;
  if (input.planId === undefined) return input.subscriptionId;
  if (organizationId === null) {
    throw new Problem('unprocessable', 'A subscription needs an organization.', [
      { pointer: '/organizationId', code: 'required', detail: 'Name or make an organization.' },
    ]);
  }
  const made = await createSubscription(action, {
    organizationId,
    planId: input.planId,
    startAt: from ?? group.first_seen_at,
    ...(group.kind === 'subscription' && group.claim !== null && { externalId: group.claim }),
  });
  claim.touched.push(made.touched);
  claim.created.push('subscription');
  return made.result.id;
}
