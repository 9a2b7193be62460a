import { refuseClosed } from '../archive/queries.ts';
import { associateBinding, createCredentialAuto } from '../credentials/actions.ts';
import type { Action } from '../db/act.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';
import { createSubscriberAuto, serviceSubscriber } from '../subscribers/actions.ts';
import {
  appendAttributions,
  findTouched,
  noteChange,
  type RecordedEvent,
  subscriptionsAt,
} from './entry-queries.ts';
import type { Claim } from './facts.ts';
import { loadThrough } from './cached-queries.ts';
import type { DirectoryCache } from './directory-cache.ts';
import { loadDirectory } from './queries.ts';
import type { Attribution, Outcome, Provision, Refused, Touched } from './outcome.ts';
import { attribute } from './rules.ts';

/** What is made in one round may be needed in the next: a subscriber for a membership, a binding for an association. */
const ROUNDS_MAX = 8;

/** Thrown when attributing needs something made, but the ownership lock is only shared. */
export class ProvisioningNeeded extends Error {}

export type AttributeOptions = {
  /** True under the exclusive ownership lock. */
  mayProvision: boolean;
  /** Refuse what an unknown identifier leads to, instead of making it or falling through (design §4.2). */
  strict?: boolean;
  /** Of the version of ownership that the transaction holds; only where nothing is provisioned. */
  cache?: DirectoryCache;
};

/** What attributing has made, and the usage recorded before that it may touch. */
export type Made = { credentialKeys: Set<number>; subscribers: Set<string>; touched: Touched[] };

export function nothingMade(): Made {
  return { credentialKeys: new Set(), subscribers: new Set(), touched: [] };
}

/**
 * Attributes claims in recording order. With `mayProvision` it makes what is missing: auto-created credentials and
 * subscribers, associations; without, it throws `ProvisioningNeeded`. Whoever lets it provision re-attributes what
 * `made.touched` names.
 */
export async function attributeAll(
  action: Action,
  claims: readonly Claim[],
  options: AttributeOptions,
  made: Made,
): Promise<(Attribution | Refused)[]> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const loaded = await (options.cache === undefined
      ? loadDirectory(action.tx, claims)
      : loadThrough(options.cache, action.tx, claims));
    const directory = { ...loaded, justCreated: made };
    const outcomes = claims.map((claim) => attribute(claim, directory));
    const answers = outcomes.map((outcome) =>
      options.strict === true ? (refusalOf(outcome) ?? outcome) : outcome,
    );
    const needs = answers.flatMap((answer) => ('needs' in answer ? [answer.needs] : []));
    if (needs.length === 0)
      return answers.flatMap((answer): (Attribution | Refused)[] =>
        'attribution' in answer ? [answer.attribution] : 'refused' in answer ? [answer] : [],
      );
    if (!options.mayProvision) throw new ProvisioningNeeded();
    for (const provision of firstOfEach(needs)) await carryOut(action, provision, made);
  }
  throw new Error('Provisioning did not come to an end');
}

function refusalOf(outcome: Outcome): Refused | null {
  if ('attribution' in outcome) {
    const unknown = outcome.attribution.reasons.find((reason) => reason.startsWith('unknown_'));
    return unknown === undefined ? null : { refused: unknown };
  }
  if (outcome.needs.kind === 'subscriber') return { refused: 'unknown_subscriber' };
  return outcome.needs.kind === 'association' ? null : { refused: 'unknown_credential' };
}

/** The first event in recording order decides what is made for an identifier; the others find it made. */
function firstOfEach(needs: readonly Provision[]): Provision[] {
  const seen = new Map<string, Provision>();
  for (const need of needs) {
    const subject =
      need.kind === 'subscriber'
        ? need.email
        : need.kind === 'credential'
          ? need.valueKey
          : need.bindingId;
    const key = `${need.kind} ${subject}`;
    if (!seen.has(key)) seen.set(key, need);
  }
  return [...seen.values()];
}

async function carryOut(action: Action, provision: Provision, made: Made): Promise<void> {
  switch (provision.kind) {
    case 'subscriber':
      await createSubscriberAuto(action, provision);
      made.subscribers.add(provision.email);
      made.touched.push({ subscriberClaims: [provision.email] });
      return;
    case 'credential':
      await createCredentialAuto(action, {
        ...provision,
        subscriberId: await holderOf(action, provision, made),
      });
      made.credentialKeys.add(provision.valueKey);
      made.touched.push({ credentialKeys: [provision.valueKey] });
      return;
    case 'association':
      await associateBinding(action, provision.bindingId, provision.subscriptionId);
      made.touched.push({ bindings: [provision.bindingId] });
  }
}

/** Together with its credential, so that of two events that name a credential first, the first decides. */
async function holderOf(
  action: Action,
  { subscriberId, email, organizationId }: Provision & { kind: 'credential' },
  made: Made,
): Promise<string> {
  if (subscriberId !== null) return subscriberId;
  if (email === null) return serviceSubscriber(action, organizationId);
  made.touched.push({ subscriberClaims: [email] });
  return createSubscriberAuto(action, { email, organizationId });
}

/**
 * Attributes anew what was recorded and is touched by a change of ownership, in the transaction of that change.
 * Where the answer differs, the old entry is reversed and the new one appended. Needs the exclusive ownership lock.
 * @throws Problem `preview_required` above `limits.reattributedEventsMax` events.
 */
export async function reattribute(
  action: Action,
  touched: readonly Touched[],
  made: Made = nothingMade(),
): Promise<number> {
  const events = new Map<string, RecordedEvent>();
  let answers: { event: RecordedEvent; now: Attribution | Refused | undefined }[] = [];
  const noted: Touched[] = [];
  // Attributing may make what touches further usage.
  for (let pending = touched; pending.length > 0; pending = made.touched.splice(0)) {
    noted.push(...pending);
    const known = events.size;
    for (const event of await findTouched(action.tx, pending, limits.reattributedEventsMax + 1))
      events.set(event.eventId, event);
    if (events.size > limits.reattributedEventsMax) throw tooMany();
    if (events.size === known) break;
    const inOrder = [...events.values()].toSorted(
      (a, b) => a.journalId - b.journalId || (a.eventId < b.eventId ? -1 : 1),
    );
    const attributed = await attributeAll(
      action,
      inOrder.map((event) => event.claim),
      { mayProvision: true },
      made,
    );
    answers = inOrder.map((event, i) => ({ event, now: attributed[i] }));
  }
  const changed = answers.flatMap(({ event, now }) =>
    now === undefined || 'refused' in now || sameOwner(event.current, now) ? [] : [{ event, now }],
  );
  await refuseClosed(
    action.tx,
    subscriptionsAt(
      changed.flatMap(({ event, now }) =>
        [event.current, now].map(({ subscriptionId }) => ({
          subscriptionId,
          occurredAt: event.claim.occurredAt,
        })),
      ),
    ),
  );
  await noteChange(action, noted);
  await appendAttributions(action, [
    ...changed.map(({ event }) => ({
      eventId: event.eventId,
      occurredAt: event.claim.occurredAt,
      sign: -1 as const,
      attribution: event.current,
    })),
    ...changed.map(({ event, now }) => ({
      eventId: event.eventId,
      occurredAt: event.claim.occurredAt,
      sign: 1 as const,
      attribution: now,
    })),
  ]);
  return changed.length;
}

/**
 * The same for what ingest itself has made. It cannot ask for a preview: where more is touched than one transaction
 * takes, that usage stays where it is until somebody re-attributes it; so does what stands as it was billed.
 */
export async function reattributeEarlier(action: Action, made: Made): Promise<void> {
  try {
    await reattribute(action, made.touched.splice(0), made);
  } catch (error) {
    const isLeft =
      error instanceof Problem &&
      (error.code === 'preview_required' || 'archivedBefore' in error.extra);
    if (!isLeft) throw error;
  }
}

function tooMany(): Problem {
  return new Problem(
    'preview_required',
    `The change touches more than ${limits.reattributedEventsMax} recorded events. Make it from now on, or from a later time; or send \`reattribute: "later"\`, and move what was recorded with a previewed re-attribution: GET /v1/reattributions?status=pending.`,
  );
}

/** Which rule found the owner, or through which row of the timeline, is no reason to move usage. */
export function sameOwner(a: Attribution, b: Attribution): boolean {
  return (
    a.credentialId === b.credentialId &&
    a.subscriberId === b.subscriberId &&
    a.organizationId === b.organizationId &&
    a.subscriptionId === b.subscriptionId &&
    a.unbilledReason === b.unbilledReason
  );
}
