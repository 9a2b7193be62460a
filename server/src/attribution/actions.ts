import { associateBinding, createCredentialAuto } from '../credentials/actions.ts';
import type { Action } from '../db/act.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';
import { createSubscriberAuto, serviceSubscriber } from '../subscribers/actions.ts';
import { appendAttributions, findTouched, type RecordedEvent } from './entry-queries.ts';
import type { Claim } from './facts.ts';
import { loadDirectory } from './queries.ts';
import type { Attribution, Outcome, Provision, Reason, Touched } from './outcome.ts';
import { attribute } from './rules.ts';

/** Provisioning a batch may itself make provisioning necessary: subscriber, then credential, then association. */
const ROUNDS_MAX = 8;

/** Thrown when attributing needs something made, but the ownership lock is only shared. */
export class ProvisioningNeeded extends Error {}

export type AttributeOptions = {
  /** True under the exclusive ownership lock. */
  mayProvision: boolean;
  /** Refuse what an unknown identifier leads to, instead of making it or falling through (design §4.2). */
  strict?: boolean;
};

export type Refused = { refused: Reason };

/**
 * Attributes claims in recording order. With `mayProvision` it makes what is missing: auto-created credentials and
 * subscribers, associations; without, it throws `ProvisioningNeeded`.
 */
export async function attributeAll(action: Action, claims: readonly Claim[], options: AttributeOptions): Promise<(Attribution | Refused)[]> {
  const credentialKeys = new Set<number>();
  const subscribers = new Set<string>();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const directory = await loadDirectory(action.tx, claims, { credentialKeys, subscribers });
    const outcomes = claims.map((claim) => attribute(claim, directory));
    const answers = outcomes.map((outcome) => (options.strict === true ? (refusalOf(outcome) ?? outcome) : outcome));
    const needs = answers.flatMap((answer) => ('needs' in answer ? [answer.needs] : []));
    if (needs.length === 0) return answers.flatMap((answer): (Attribution | Refused)[] => ('attribution' in answer ? [answer.attribution] : 'refused' in answer ? [answer] : []));
    if (!options.mayProvision) throw new ProvisioningNeeded();
    for (const provision of firstOfEach(needs)) {
      await carryOut(action, provision);
      if (provision.kind === 'credential') credentialKeys.add(provision.valueKey);
      if (provision.kind === 'subscriber') subscribers.add(provision.email);
    }
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
      need.kind === 'subscriber' ? need.email : need.kind === 'credential' ? need.valueKey : need.kind === 'association' ? need.bindingId : need.organizationId;
    const key = `${need.kind} ${subject}`;
    if (!seen.has(key)) seen.set(key, need);
  }
  return [...seen.values()];
}

async function carryOut(action: Action, provision: Provision): Promise<void> {
  switch (provision.kind) {
    case 'subscriber':
      await createSubscriberAuto(action, provision);
      return;
    case 'serviceSubscriber':
      await serviceSubscriber(action, provision.organizationId);
      return;
    case 'credential':
      await createCredentialAuto(action, provision);
      return;
    case 'association':
      await associateBinding(action, provision.bindingId, provision.subscriptionId);
  }
}

/**
 * Attributes anew what was recorded and is touched by a change of ownership, in the transaction of that change.
 * Where the answer differs, the old entry is reversed and the new one appended. Needs the exclusive ownership lock.
 * @throws Problem `preview_required` above `limits.reattributedEventsMax` events.
 */
export async function reattribute(action: Action, touched: Touched): Promise<number> {
  const events = await findTouched(action.tx, touched, limits.reattributedEventsMax + 1);
  if (events.length > limits.reattributedEventsMax) {
    throw new Problem(
      'preview_required',
      `The change touches more than ${limits.reattributedEventsMax} recorded events. Make it from now on, or from a later time; moving more needs a previewed re-attribution.`,
    );
  }
  if (events.length === 0) return 0;
  const answers = await attributeAll(action, events.map((event) => event.claim), { mayProvision: true });
  const changed = events.flatMap((event, index) => {
    const now = answers[index];
    return now === undefined || 'refused' in now || sameOwner(event.current, now) ? [] : [{ event, now }];
  });
  await appendAttributions(action, [
    ...changed.map(({ event }) => ({ eventId: event.eventId, occurredAt: event.claim.occurredAt, sign: -1 as const, attribution: event.current })),
    ...changed.map(({ event, now }) => ({ eventId: event.eventId, occurredAt: event.claim.occurredAt, sign: 1 as const, attribution: now })),
  ]);
  return changed.length;
}

/** Which rule found the owner, or through which row of the timeline, is no reason to move usage. */
function sameOwner(a: RecordedEvent['current'], b: Attribution): boolean {
  return (
    a.credentialId === b.credentialId &&
    a.subscriberId === b.subscriberId &&
    a.organizationId === b.organizationId &&
    a.subscriptionId === b.subscriptionId &&
    a.unbilledReason === b.unbilledReason
  );
}
