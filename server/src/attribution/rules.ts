import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { rowAt } from '../lib/timeline.ts';
import { isEmailAddress, isServiceAddress } from '../subscribers/rules.ts';
import type { Binding, Claim, Directory, SubscriptionFacts } from './facts.ts';
import type { Attribution, Outcome, Rule, UnbilledReason } from './outcome.ts';
import { chooseSubscription, standingAt } from './subscription-choice.ts';
import { sentenceOf } from './sentences.ts';
import { isReachedUnmerged, lineage, standingFor, standsFor } from './standing-rules.ts';

type Draft = Pick<Attribution, 'credentialId' | 'bindingId' | 'subscriberId' | 'reasons'>;

/**
 * Design §4.2: pure, total, deterministic. A claim that does not resolve leaves its reason and falls through to the
 * next rule; UNCLASSIFIED is what remains, never what wins.
 */
export function attribute(claim: Claim, directory: Directory): Outcome {
  const draft: Draft = { credentialId: null, bindingId: null, subscriberId: null, reasons: [] };
  return (
    byCredential(claim, directory, draft) ??
    bySubscription(claim, directory, draft) ??
    bySubscriber(claim, directory, draft) ??
    byOrganization(claim, directory, draft) ??
    unclassified(claim, draft)
  );
}

// Rules 1 and 2 ----------------------------------------------------------------------------------

function byCredential(claim: Claim, directory: Directory, draft: Draft): Outcome | null {
  if (claim.credentialKey === null) return null;
  const named = directory.credentialIds.get(claim.credentialKey) ?? [];
  if (named.length === 0) return byNewCredential(claim, claim.credentialKey, directory, draft);
  const credentialId = rowAt(named, claim.occurredAt)?.value ?? null;
  const bindings = credentialId === null ? [] : (directory.bindings.get(credentialId) ?? []);
  const binding = rowAt(bindings, claim.occurredAt);
  if (credentialId === null || binding === null) {
    const began = (credentialId === null ? named : bindings).some(
      (row) => row.from === null || row.from <= claim.occurredAt,
    );
    draft.reasons.push(began ? 'credential_ended' : 'credential_not_started');
    return null;
  }
  Object.assign(draft, {
    credentialId,
    bindingId: binding.id,
    subscriberId: binding.value.subscriberId,
  });
  if (binding.value.organizationId === UNCLASSIFIED_ID) {
    draft.reasons.push('credential_unclassified');
    return null;
  }
  return byBinding(claim, directory, draft, binding);
}

function byBinding(claim: Claim, directory: Directory, draft: Draft, binding: Binding): Outcome {
  const { organizationId, subscriptionId } = binding.value;
  const justCreated =
    claim.credentialKey !== null && directory.justCreated.credentialKeys.has(claim.credentialKey);
  const rule = justCreated ? 'credential_auto_created' : 'credential_binding';
  if (subscriptionId !== null)
    return withSubscription(claim, directory, draft, rule, organizationId, subscriptionId);
  const claimed = claimedSubscription(claim, directory);
  const own = claimed !== null && belongsTo(claimed, organizationId, claim.occurredAt, directory);
  // A claimed one that takes no usage then is no reason to bill another, nor to be bound to for good.
  if (own && standingAt(claimed, claim.occurredAt) !== 'active')
    return withSubscription(claim, directory, draft, rule, organizationId, claimed.id);
  const choice = own
    ? { subscriptionId: claimed.id }
    : chooseSubscription(claim, organizationId, directory);
  if (
    'subscriptionId' in choice &&
    binding.to === null &&
    mayBind(claim, directory, organizationId, choice.subscriptionId)
  ) {
    return {
      needs: { kind: 'association', bindingId: binding.id, subscriptionId: choice.subscriptionId },
    };
  }
  return conclude(claim, directory, draft, rule, organizationId, choice);
}

/** What a merge leads to is not bound to for good: it would outlast the merge. */
function mayBind(
  { occurredAt }: Claim,
  directory: Directory,
  organizationId: string,
  subscriptionId: string,
): boolean {
  const ownerId = directory.subscriptions.get(subscriptionId)?.organizationId;
  return ownerId !== undefined && isReachedUnmerged(organizationId, ownerId, occurredAt, directory);
}

/** Rule 2: an unknown credential beside a known subscription is that subscription's. */
function byNewCredential(
  claim: Claim,
  valueKey: number,
  directory: Directory,
  draft: Draft,
): Outcome | null {
  const subscription = claimedSubscription(claim, directory);
  if (subscription === null) {
    draft.reasons.push('unknown_credential');
    return null;
  }
  const subscriberId = claimedSubscriber(claim, directory);
  const email =
    subscriberId === null && claim.subscriber !== null && isEmail(claim.subscriber)
      ? claim.subscriber
      : null;
  return {
    needs: {
      kind: 'credential',
      valueKey,
      subscriberId,
      email,
      organizationId: subscription.organizationId,
      subscriptionId: subscription.id,
    },
  };
}

// Rule 3 -----------------------------------------------------------------------------------------

function bySubscription(claim: Claim, directory: Directory, draft: Draft): Outcome | null {
  if (claim.subscription === null) return null;
  const subscription = claimedSubscription(claim, directory);
  if (subscription === null) {
    draft.reasons.push('unknown_subscription');
    return null;
  }
  const { organizationId } = subscription;
  const subscriberId = claimedSubscriber(claim, directory);
  if (subscriberId !== null && isMember(subscriberId, organizationId, claim.occurredAt, directory))
    draft.subscriberId = subscriberId;
  else if (claim.subscriber !== null)
    draft.reasons.push(subscriberId === null ? 'unknown_subscriber' : 'subscriber_not_member');
  return withSubscription(claim, directory, draft, 'subscription', organizationId, subscription.id);
}

// Rule 4 -----------------------------------------------------------------------------------------

function bySubscriber(claim: Claim, directory: Directory, draft: Draft): Outcome | null {
  if (claim.subscriber === null) return null;
  const subscriberId = claimedSubscriber(claim, directory);
  if (subscriberId === null) return byEmailDomain(claim.subscriber, directory, draft);
  const memberships = (directory.memberships.get(subscriberId) ?? []).filter(
    (row) =>
      row.value.organizationId !== UNCLASSIFIED_ID && rowAt([row], claim.occurredAt) !== null,
  );
  draft.subscriberId = subscriberId;
  const at = claim.occurredAt;
  const claimed = standingFor(organizationsNamed(claim, directory), at, directory);
  const chosen = memberships.find((row) =>
    claimed.includes(standsFor(row.value.organizationId, at, directory)),
  );
  if (chosen)
    return chosenOrganization(
      claim,
      directory,
      draft,
      'subscriber_organization',
      chosen.value.organizationId,
    );
  const primary = memberships.find((row) => row.value.isPrimary) ?? memberships[0];
  const rule = directory.justCreated.subscribers.has(claim.subscriber)
    ? 'subscriber_domain'
    : 'subscriber_primary';
  if (primary)
    return chosenOrganization(claim, directory, draft, rule, primary.value.organizationId);
  draft.reasons.push('subscriber_unclassified');
  return null;
}

function byEmailDomain(subscriber: string, directory: Directory, draft: Draft): Outcome | null {
  const domain = isEmail(subscriber) ? subscriber.slice(subscriber.lastIndexOf('@') + 1) : '';
  const owners = directory.domainOwners.get(domain) ?? [];
  if (owners.length === 1 && owners[0] !== undefined)
    return { needs: { kind: 'subscriber', email: subscriber, organizationId: owners[0] } };
  draft.reasons.push(owners.length > 1 ? 'ambiguous_domain' : 'unknown_subscriber');
  return null;
}

// Rules 5 and 6 ----------------------------------------------------------------------------------

function byOrganization(claim: Claim, directory: Directory, draft: Draft): Outcome | null {
  if (claim.organization === null) return null;
  const known = recordedOrganization(claim, directory);
  if (known !== null)
    return chosenOrganization(claim, directory, draft, known.rule, known.organizationId);
  const named = directory.organizationsByClaim.get(claim.organization);
  // Of several that have the name, all may have been merged into one.
  const standing = standingFor(named?.byName ?? [], claim.occurredAt, directory);
  const one = named?.byName.length === 1 ? named.byName[0] : onlyOne(standing);
  if (named?.byId)
    return chosenOrganization(claim, directory, draft, 'organization_id', named.byId);
  if (named?.byExternalId)
    return chosenOrganization(
      claim,
      directory,
      draft,
      'organization_external_id',
      named.byExternalId,
    );
  if (one !== undefined)
    return chosenOrganization(claim, directory, draft, 'organization_name', one);
  draft.reasons.push((named?.byName.length ?? 0) > 1 ? 'ambiguous_name' : 'unknown_organization');
  return null;
}

function onlyOne<T>(values: readonly T[]): T | undefined {
  return values.length === 1 ? values[0] : undefined;
}

function unclassified(claim: Claim, draft: Draft): Outcome {
  const { credentialKey, subscription, subscriber, organization } = claim;
  if (
    credentialKey === null &&
    subscription === null &&
    subscriber === null &&
    organization === null
  )
    draft.reasons.push('no_identifier');
  const attribution: Attribution = {
    ...draft,
    organizationId: UNCLASSIFIED_ID,
    subscriptionId: null,
    rule: 'unclassified',
    unbilledReason: 'unclassified',
    claimConflicts: [],
    sentence: '',
  };
  return { attribution: { ...attribution, sentence: sentenceOf(attribution) } };
}

// Conclusions ------------------------------------------------------------------------------------

function chosenOrganization(
  claim: Claim,
  directory: Directory,
  draft: Draft,
  rule: Rule,
  organizationId: string,
): Outcome {
  return conclude(
    claim,
    directory,
    draft,
    rule,
    organizationId,
    chooseSubscription(claim, organizationId, directory),
  );
}

/** A subscription that is named, by a binding or a claim: billed if it is active then, else kept with the reason. */
function withSubscription(
  claim: Claim,
  directory: Directory,
  draft: Draft,
  rule: Rule,
  organizationId: string,
  subscriptionId: string,
): Outcome {
  const subscription = directory.subscriptions.get(subscriptionId);
  const standing =
    subscription === undefined ? 'subscription_ended' : standingAt(subscription, claim.occurredAt);
  const choice = standing === 'active' ? { subscriptionId } : { unbilledReason: standing };
  return conclude(claim, directory, draft, rule, organizationId, choice);
}

function conclude(
  claim: Claim,
  directory: Directory,
  draft: Draft,
  rule: Rule,
  organizationId: string,
  choice: { subscriptionId: string } | { unbilledReason: UnbilledReason },
): Outcome {
  const standing = standsFor(organizationId, claim.occurredAt, directory);
  // Written out: of every event, and spreading the draft takes ten times as long as all else here.
  const { credentialId, bindingId, subscriberId, reasons } = draft;
  const attribution: Attribution = {
    credentialId,
    bindingId,
    subscriberId,
    reasons,
    organizationId: standing,
    rule,
    subscriptionId: 'subscriptionId' in choice ? choice.subscriptionId : null,
    unbilledReason: 'unbilledReason' in choice ? choice.unbilledReason : null,
    claimConflicts: [],
    sentence: '',
  };
  attribution.claimConflicts = conflictsOf(claim, directory, attribution);
  attribution.sentence = sentenceOf(attribution, standing !== organizationId);
  return { attribution };
}

/** The claims that do not name what was decided: recorded, never obeyed silently. */
function conflictsOf(
  claim: Claim,
  directory: Directory,
  decided: Attribution,
): Attribution['claimConflicts'] {
  const conflicts: Attribution['claimConflicts'] = [];
  const subscription =
    decided.subscriptionId === null
      ? undefined
      : directory.subscriptions.get(decided.subscriptionId);
  if (
    claim.subscription !== null &&
    decided.subscriptionId !== null &&
    claimedSubscription(claim, directory)?.id !== decided.subscriptionId
  ) {
    conflicts.push('subscription');
  }
  if (
    claim.subscriber !== null &&
    decided.subscriberId !== null &&
    claimedSubscriber(claim, directory) !== decided.subscriberId
  ) {
    conflicts.push('subscriber');
  }
  if (
    claim.organization !== null &&
    !standingFor(organizationsNamed(claim, directory), claim.occurredAt, directory).includes(
      decided.organizationId,
    )
  )
    conflicts.push('organization');
  if (claim.product !== null && subscription !== undefined) {
    const sold = rowAt(subscription.plans, claim.occurredAt)?.value.productId;
    if (sold === undefined || !(directory.productsByClaim.get(claim.product) ?? []).includes(sold))
      conflicts.push('product');
  }
  return conflicts;
}

// Looking things up ------------------------------------------------------------------------------

function claimedSubscription(claim: Claim, directory: Directory): SubscriptionFacts | null {
  if (claim.subscription === null) return null;
  const known = claim.recorded?.rule === 'subscription' ? claim.recorded.subscriptionId : null;
  const id = directory.subscriptionsByClaim.get(claim.subscription);
  return (
    (known === null ? undefined : directory.subscriptions.get(known)) ??
    (id === undefined ? undefined : directory.subscriptions.get(id)) ??
    null
  );
}

function claimedSubscriber(claim: Claim, directory: Directory): string | null {
  if (claim.subscriber === null) return null;
  // Where a credential decided, the subscriber is the credential's, whatever was claimed.
  const known = claim.recorded?.credentialId === null ? claim.recorded.subscriberId : null;
  return known ?? directory.subscribersByClaim.get(claim.subscriber) ?? null;
}

/** The organization that the claim was taken for when the event was recorded. */
function recordedOrganization(
  claim: Claim,
  directory: Directory,
): { rule: Rule; organizationId: string } | null {
  if (claim.recorded === null) return null;
  const { rule } = claim.recorded;
  const organizationId = namedThen(claim, claim.recorded.organizationId, directory);
  if (rule === 'subscriber_organization') return { rule: 'organization_name', organizationId };
  return rule === 'organization_id' ||
    rule === 'organization_external_id' ||
    rule === 'organization_name'
    ? { rule, organizationId }
    : null;
}

/** What is attributed to a survivor may name one that was merged into it, and may be no longer. */
function namedThen(claim: Claim, organizationId: string, directory: Directory): string {
  const named = directory.organizationsByClaim.get(claim.organization ?? '');
  const ids = [named?.byId, named?.byExternalId, ...(named?.byName ?? [])];
  const isMerged = (id: string | undefined) =>
    id !== undefined &&
    directory.organizations.get(id)?.everMergedInto.includes(organizationId) === true;
  return ids.includes(organizationId) ? organizationId : (ids.find(isMerged) ?? organizationId);
}

/** Every live organization the claim could mean. */
function organizationsNamed(claim: Claim, directory: Directory): string[] {
  const known = claim.organization === null ? null : recordedOrganization(claim, directory);
  if (known !== null) return [known.organizationId];
  const named =
    claim.organization === null
      ? undefined
      : directory.organizationsByClaim.get(claim.organization);
  if (named === undefined) return [];
  if (named.byId) return [named.byId];
  if (named.byExternalId) return [named.byExternalId];
  return named.byName;
}

function isMember(
  subscriberId: string,
  organizationId: string,
  at: Instant,
  directory: Directory,
): boolean {
  const standing = standsFor(organizationId, at, directory);
  return (directory.memberships.get(subscriberId) ?? []).some(
    (row) =>
      standsFor(row.value.organizationId, at, directory) === standing && rowAt([row], at) !== null,
  );
}

/** True if the subscription is of the organization or of one above it then. */
function belongsTo(
  subscription: SubscriptionFacts,
  organizationId: string,
  at: Instant,
  directory: Directory,
): boolean {
  const owner = standsFor(subscription.organizationId, at, directory);
  return [...lineage(organizationId, at, directory)].some(({ id }) => id === owner);
}

/** An address that a subscriber can be made for; those of service subscribers are ours. */
function isEmail(text: string): boolean {
  return isEmailAddress(text) && !isServiceAddress(text);
}
