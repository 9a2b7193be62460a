import type { Reason } from '../attribution/outcome.ts';
import { createCredentialOfKey, moveCredential } from '../credentials/actions.ts';
import { requireCredential } from '../credentials/change-actions.ts';
import { bindGaps } from '../credentials/gap-actions.ts';
import { namingsOf } from '../credentials/queries.ts';
import type { Action } from '../db/act.ts';
import { Problem } from '../lib/problem.ts';
import { rowAt } from '../lib/timeline.ts';
import { createSubscriber, serviceSubscriber } from '../subscribers/actions.ts';
import { findLiveByEmail } from '../subscribers/queries.ts';
import { type Claim, type Owner, ownerNeeded } from './claim-state-actions.ts';
import type { Bound } from './schema.ts';

/** Reasons of usage at which its credential was not bound. The ID may have become known since it was unknown. */
const outside: readonly string[] = [
  'unknown_credential',
  'credential_ended',
  'credential_not_started',
] satisfies Reason[];

/** Usage of a credential ID: the credential is made, bound where it was not, or moved. */
export async function claimByCredential(
  action: Action,
  claim: Claim,
  owner: Owner,
): Promise<Bound> {
  const { group, input, from } = claim;
  const valueKey = group.credential_key ?? 0;
  const namings = await namingsOf(action.tx, valueKey);
  const naming =
    rowAt(namings, group.last_seen_at) ?? rowAt(namings, group.first_seen_at) ?? namings.at(-1);
  const subscriberId = await subscriberFor(
    action,
    claim,
    owner.organizationId,
    naming === undefined,
  );
  const named = {
    organizationId: owner.organizationId ?? undefined,
    ...(subscriberId !== undefined && { subscriberId }),
    ...(owner.subscriptionId !== undefined && { subscriptionId: owner.subscriptionId }),
  };
  const about = { valueKey, from, reason: input.reason };
  if (naming === undefined) {
    if (owner.organizationId === null) throw ownerNeeded();
    claim.created.push('credential');
    const made = await createCredentialOfKey(action, { ...about, name: input.name, ...named });
    return done(claim, made);
  }
  const before = await requireCredential(action, naming.value);
  const isOutside = outside.includes(group.reason);
  if (isOutside) return done(claim, await bindGaps(action, before, { ...about, ...named }));
  if (owner.organizationId === group.organization_id && owner.subscriptionId === undefined) {
    throw new Problem(
      'unprocessable',
      'Its organization is known: what it lacks is a subscription.',
      [{ pointer: '/subscriptionId', code: 'required', detail: 'Name a subscription or a plan.' }],
    );
  }
  return done(
    claim,
    await moveCredential(action, before, { ...named, from, reason: input.reason }),
  );
}

function done(
  claim: Claim,
  { result, touched }: Awaited<ReturnType<typeof moveCredential>>,
): Bound {
  claim.touched.push(...[touched].flat());
  return {
    organizationId: result.organization_id,
    subscriberId: result.subscriber_id,
    credentialId: result.id,
    subscriptionId: result.subscription_id,
  };
}

/** Who holds it: whoever is named; of a credential that is made, else the organization's service subscriber. */
async function subscriberFor(
  action: Action,
  claim: Claim,
  organizationId: string | null,
  isNew: boolean,
): Promise<string | undefined> {
  const { input } = claim;
  if (input.subscriberId !== undefined) return input.subscriberId;
  if (input.subscriberEmail !== undefined) {
    const known = await findLiveByEmail(action.tx, input.subscriberEmail);
    if (known !== undefined) return known.id;
    if (organizationId === null) throw ownerNeeded();
    const made = await createSubscriber(action, {
      email: input.subscriberEmail,
      organizationIds: [organizationId],
    });
    claim.created.push('subscriber');
    claim.touched.push(...[made.touched].flat());
    return made.result.id;
  }
  return isNew && organizationId !== null ? serviceSubscriber(action, organizationId) : undefined;
}
