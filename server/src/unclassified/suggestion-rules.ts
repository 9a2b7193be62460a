import { domainOfEmail, publicMailDomains } from '../organizations/rules.ts';
import { domainsOf } from './near-rules.ts';
import type { GroupKind } from './rules.ts';

/** Why an owner is suggested. */
export const evidenceKinds = [
  'ended_credential',
  'case_or_space',
  'external_id',
  'associated_domain',
  'organization_subscription',
  'parent_domain',
  'one_edit',
  'same_name',
  'member_domain',
  'ancestor_subscription',
  'sibling_credential',
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** How much a piece of evidence alone says, of a hundred. */
const weights: Record<EvidenceKind, number> = {
  ended_credential: 95,
  case_or_space: 90,
  external_id: 90,
  associated_domain: 85,
  organization_subscription: 80,
  parent_domain: 75,
  one_edit: 70,
  same_name: 60,
  member_domain: 60,
  ancestor_subscription: 60,
  sibling_credential: 50,
};

/** One observation that points to an owner. */
export type Clue = {
  groupId: string;
  kind: EvidenceKind;
  organizationId: string;
  organizationName: string;
  subscriberId: string | null;
  credentialId: string | null;
  subscriptionId: string | null;
  /** What matched, as it may be shown: credential IDs masked. */
  detail: string;
  /** Of those that match, the share that is this owner's: 1 where only one does. */
  share: number;
};

export type Suggestion = {
  organizationId: string;
  organizationName: string;
  subscriberId: string | null;
  credentialId: string | null;
  subscriptionId: string | null;
  score: number;
  evidence: { kind: EvidenceKind; detail: string }[];
};

const SUGGESTIONS_MAX = 5;
const EVIDENCE_MAX = 5;
const PER_FURTHER_KIND = 3;
const SCORE_MAX = 99;

/** The owners that the clues of one group point to, the likeliest first; further evidence of another kind adds a little. */
export function rank(clues: readonly Clue[]): Suggestion[] {
  const byOwner = new Map<string, Clue[]>();
  for (const clue of clues) {
    const owner = `${clue.organizationId} ${isAboutSubscription(clue) ? clue.subscriptionId : ''}`;
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), clue]);
  }
  return [...byOwner.values()]
    .map(suggestionOf)
    .toSorted((a, b) => b.score - a.score || (a.organizationId < b.organizationId ? -1 : 1))
    .slice(0, SUGGESTIONS_MAX);
}

function isAboutSubscription({ kind }: Clue): boolean {
  return kind === 'organization_subscription' || kind === 'ancestor_subscription';
}

function suggestionOf(clues: Clue[]): Suggestion {
  const strongest = clues.toSorted((a, b) => scoreOf(b) - scoreOf(a));
  const kinds = new Set(clues.map((clue) => clue.kind));
  const [best] = strongest as [Clue, ...Clue[]];
  const one = (field: 'subscriberId' | 'credentialId' | 'subscriptionId') =>
    strongest.find((clue) => clue[field] !== null)?.[field] ?? null;
  const score = Math.min(SCORE_MAX, scoreOf(best) + PER_FURTHER_KIND * (kinds.size - 1));
  return {
    organizationId: best.organizationId,
    organizationName: best.organizationName,
    subscriberId: one('subscriberId'),
    credentialId: one('credentialId'),
    subscriptionId: one('subscriptionId'),
    score,
    evidence: strongest.slice(0, EVIDENCE_MAX).map(({ kind, detail }) => ({ kind, detail })),
  };
}

function scoreOf({ kind, share }: Clue): number {
  return Math.round(weights[kind] * share);
}

/** An identifier of a group's events that may be a near miss of a known one. */
export type Probe = { groupId: string; kind: Exclude<GroupKind, 'none'>; value: string };

/** The mail domains that a probe speaks of, its own first; public ones say nothing. */
export function domainsIn({ kind, value }: Probe): { domain: string; isOwn: boolean }[] {
  const domain =
    kind === 'subscriber'
      ? domainOfEmail(value)
      : kind === 'organization'
        ? value.toLowerCase()
        : null;
  if (domain === null || !domain.includes('.')) return [];
  return domainsOf(domain)
    .filter((each) => !publicMailDomains.has(each))
    .map((each) => ({ domain: each, isOwn: each === domain }));
}
