import type { Queryable } from '../db/connect.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { CREDENTIAL_CHARS_MIN, issuedPrefix, nearMiss } from './near-rules.ts';
import type { GroupRow } from './queries.ts';
import {
  type Candidate,
  credentialsLike,
  externalIdsOf,
  type Match,
  membersOf,
  organizationsLike,
  ownersOfDomains,
  predecessorsOf,
  probesOf,
  siblingsOf,
  subscribersLike,
  subscriptionsLike,
} from './suggestion-queries.ts';
import { type Clue, domainsIn, type EvidenceKind, type Probe } from './suggestion-rules.ts';

/** Everything that points to an owner of these groups. Identifiers are compared in clear and described masked. */
export async function cluesFor(
  db: Queryable,
  groups: readonly GroupRow[],
  candidates: readonly Candidate[],
  now: Instant,
): Promise<Clue[]> {
  const lost = groups.filter((group) => group.organization_id === UNCLASSIFIED_ID);
  const probes = await probesOf(db, lost);
  return [
    ...candidates
      .filter(({ group_id }) => !lost.some((group) => group.id === group_id))
      .map(clueOfCandidate),
    ...(await cluesOfCredentials(db, probes)),
    ...(await cluesOfSubscribers(db, probes, now)),
    ...(await cluesOfOrganizations(db, probes)),
  ];
}

async function cluesOfCredentials(db: Queryable, probes: readonly Probe[]): Promise<Clue[]> {
  const credentials = probes.filter(({ kind }) => kind === 'credential');
  const prefixed = credentials.flatMap((probe) => {
    const prefix = issuedPrefix(probe.value);
    return prefix === null ? [] : [{ ...probe, prefix }];
  });
  const isOwn = (match: Match) =>
    credentials.some((probe) => probe.groupId === match.group_id && probe.value === match.known);
  const siblings = (await siblingsOf(db, prefixed)).filter((match) => !isOwn(match));
  return [
    ...(await predecessorsOf(db, credentials)).map((match) =>
      clueOf(match, 'ended_credential', `It named ${match.credential_id} at another time.`),
    ),
    ...(await credentialsLike(db, credentials)).flatMap((match) =>
      nearClue(match, `the credential ID ${match.masked}`, CREDENTIAL_CHARS_MIN),
    ),
    ...shared(siblings, 'sibling_credential', (match, count) =>
      count === 1
        ? `${match.masked} begins alike.`
        : `${count} of its credential IDs begin alike, such as ${match.masked}.`,
    ),
  ];
}

async function cluesOfSubscribers(
  db: Queryable,
  probes: readonly Probe[],
  now: Instant,
): Promise<Clue[]> {
  const subscribers = probes.filter(({ kind }) => kind === 'subscriber');
  const domains = probes.flatMap((probe) =>
    domainsIn(probe).map(({ domain, isOwn }) => ({ ...probe, value: domain, isOwn })),
  );
  const own = domains.filter(({ isOwn }) => isOwn);
  const isOwn = (match: Match) =>
    own.some(({ groupId, value }) => groupId === match.group_id && value === match.sent);
  return [
    ...(await subscribersLike(db, subscribers, now)).flatMap((match) =>
      nearClue(match, `the subscriber ${match.known}`),
    ),
    ...(await ownersOfDomains(db, domains)).map((match) =>
      isOwn(match)
        ? clueOf(match, 'associated_domain', `${match.known} is associated with it.`)
        : clueOf(
            match,
            'parent_domain',
            `${match.known}, which is above the domain, is associated with it.`,
          ),
    ),
    ...shared(await membersOf(db, own, now), 'member_domain', (match, count) =>
      count === 1
        ? `${match.known} belongs to it.`
        : `${count} of its subscribers have an address at ${match.sent}.`,
    ),
  ];
}

async function cluesOfOrganizations(db: Queryable, probes: readonly Probe[]): Promise<Clue[]> {
  const named = probes.filter(({ kind }) => kind === 'organization');
  const sold = probes.filter(({ kind }) => kind === 'subscription');
  return [
    ...(await organizationsLike(db, named)).flatMap((match) =>
      match.known === match.sent
        ? [clueOf(match, 'same_name', 'It has this very name, as others do.')]
        : nearClue(match, `“${match.known}”`),
    ),
    ...(await subscriptionsLike(db, sold)).flatMap((match) =>
      nearClue(match, `the external id ${match.known} of ${match.subscription_id}`),
    ),
    ...(await externalIdsOf(db, probes)).map((match) =>
      clueOf(
        match,
        'external_id',
        `What was sent is the external id of ${match.subscription_id ?? match.organization_id}.`,
      ),
    ),
  ];
}

function clueOf(match: Match, kind: EvidenceKind, detail: string, share = 1): Clue {
  return {
    groupId: match.group_id,
    kind,
    organizationId: match.organization_id,
    organizationName: match.organization_name,
    subscriberId: match.subscriber_id,
    credentialId: match.credential_id,
    subscriptionId: match.subscription_id,
    detail,
    share,
  };
}

function nearClue(match: Match, what: string, charsMin?: number): Clue[] {
  const miss = nearMiss(match.sent, match.known, charsMin);
  if (miss === null) return [];
  const how = miss === 'one_edit' ? 'by one character' : 'only by case or by a space around it';
  return [clueOf(match, miss, `Differs from ${what} ${how}.`)];
}

/** Many that match are one clue for each organization, as strong as its share of them. */
function shared(
  found: readonly Match[],
  kind: EvidenceKind,
  describe: (match: Match, count: number) => string,
): Clue[] {
  const totals = new Map<string, number>();
  const byOwner = new Map<string, Match[]>();
  for (const match of found) {
    const owner = `${match.group_id} ${match.organization_id}`;
    totals.set(match.group_id, (totals.get(match.group_id) ?? 0) + 1);
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), match]);
  }
  return [...byOwner.values()].map((own) => {
    const [first] = own as [Match, ...Match[]];
    const share = own.length / (totals.get(first.group_id) ?? own.length);
    const only = own.length === 1 ? first : { ...first, subscriber_id: null, credential_id: null };
    return clueOf(only, kind, describe(first, own.length), share);
  });
}

function clueOfCandidate(candidate: Candidate): Clue {
  const { depth, is_active: isActive } = candidate;
  const state = isActive ? 'is active' : 'was not active';
  return {
    groupId: candidate.group_id,
    kind: depth === 0 ? 'organization_subscription' : 'ancestor_subscription',
    organizationId: candidate.organization_id,
    organizationName: candidate.organization_name,
    subscriberId: null,
    credentialId: null,
    subscriptionId: candidate.subscription_id,
    detail: `${candidate.subscription_name ?? candidate.subscription_id} on ${candidate.plan_name} ${state} when it was last seen.`,
    share: isActive ? 1 : 0.5,
  };
}
