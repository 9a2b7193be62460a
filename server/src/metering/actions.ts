import { archivedBefore } from '../archive/queries.ts';
import {
  attributeAll,
  nothingMade,
  ProvisioningNeeded,
  reattributeEarlier,
} from '../attribution/actions.ts';
import type { Attribution, Refused } from '../attribution/outcome.ts';
import { appendAttributions, copyAttributions } from '../attribution/entry-queries.ts';
import { ensureMeters } from '../catalog/meter-actions.ts';
import { ensureCredentialKeys } from '../credentials/queries.ts';
import { type Action, actOnConnection, type Asked, ownAlone, shareOwnership } from '../db/act.ts';
import type { Connection } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { cacheAt, emptyCaches, type IngestCaches } from './caches.ts';
import {
  claimKeys,
  copyEvents,
  copyKeys,
  ensurePartitions,
  findKeys,
  insertBatch,
  insertConflicts,
  insertEvents,
  insertRejects,
  isStrict,
  type NewEvent,
} from './queries.ts';
import {
  bodyHash,
  claimOf,
  compareKeys,
  type EventKey,
  fatesOf,
  keyOf,
  monthsOf,
  type ValidEvent,
} from './rules.ts';
import { refusedAsArchived, refusedByStrictMode, refusedToo, resultOf } from './result-schema.ts';
import type { IngestResult } from './schema.ts';
import type { Rejection, Sorted } from './validation-schema.ts';

/** An event, and the request that it came with. */
export type Sent = {
  request: number;
  event: ValidEvent;
  key: EventKey;
  credentialKey: number | null;
};
type Candidate = Sent & NewEvent;
type Admitted = Candidate & { attribution: Attribution };

/** What a transaction that records works with. */
type Recording = Action & {
  /** Null where there is only the transaction: then rows are inserted. */
  connection: Connection | null;
  deployment: Deployment;
  caches: IngestCaches;
  /** The version of ownership that it shares; null where it holds ownership alone, and may provision. */
  version: number | null;
  /** When events without a time were first sent, if not now. */
  sentAt?: ReadonlyMap<ValidEvent, Instant>;
};

/**
 * Records the events of several requests: dedupe, attribution and storage, set-wise, in one transaction that is durable
 * before the answers. It runs under the shared ownership lock; only where something must be made first does it run
 * again alone.
 */
export async function ingest(
  deployment: Deployment,
  caches: IngestCaches,
  asked: Asked,
  requests: readonly Sorted[],
): Promise<IngestResult[]> {
  const now = deployment.clock();
  await prepareMonths(
    deployment,
    requests.flatMap(({ valid }) => valid.map((event) => event.time ?? now)),
    caches.months,
  );
  const attempt = (mode: 'shared' | 'alone') =>
    actOnConnection(
      deployment.database,
      () => now,
      asked,
      async (action, connection) => {
        if (mode === 'alone') await ownAlone(action);
        const version = mode === 'alone' ? null : await shareOwnership(action.tx);
        return record({ ...action, connection, deployment, caches, version }, requests);
      },
    );
  try {
    return await attempt('shared');
  } catch (error) {
    if (error instanceof ProvisioningNeeded) return attempt('alone');
    throw error;
  }
}

/** Partitions are made beforehand; those that are dropped are of archived months, in which nothing is stored. */
export async function prepareMonths(
  { database }: Deployment,
  instants: Parameters<typeof monthsOf>[0],
  months = new Set<string>(),
): Promise<void> {
  const missing = monthsOf(instants).filter((month) => !months.has(month));
  if (missing.length === 0) return;
  await ensurePartitions(database, missing);
  for (const month of missing) months.add(month);
}

async function record(recording: Recording, requests: readonly Sorted[]): Promise<IngestResult[]> {
  const { sent, accepted, refused, rest } = await recordValid(recording, requests);
  const rejectedOf = requests.map((request): Rejection[] => [...request.rejected]);
  for (const { request, event } of sent) {
    const rejection = refused.get(event);
    if (rejection !== undefined) rejectedOf[request]?.push(rejection);
  }
  await keepBeside(recording, rejectedOf.flat(), {
    accepted: accepted.length,
    duplicates: rest.duplicates.length,
    conflicts: rest.conflicts.length,
  });
  return rejectedOf.map((rejected, request) => resultOf(request, { accepted, ...rest }, rejected));
}

/**
 * Records, in an action that comes to hold ownership alone, events that were refused before and are kept already.
 * Their time, where they have none, is when they were first sent.
 */
export async function recordAgain(
  action: Action,
  deployment: Deployment,
  events: readonly ValidEvent[],
  sentAt: ReadonlyMap<ValidEvent, Instant>,
): Promise<{
  accepted: ReadonlySet<ValidEvent>;
  refused: ReadonlyMap<ValidEvent, Rejection>;
  conflicts: ReadonlySet<ValidEvent>;
}> {
  const beside = { connection: null, deployment, caches: emptyCaches(), version: null, sentAt };
  const request = { valid: [...events], rejected: [], single: false };
  const recording = { ...action, ...beside };
  const { accepted, refused, rest } = await recordValid(recording, [request]);
  const counts = { accepted: accepted.length, duplicates: rest.duplicates.length };
  await insertBatch(action, { ...counts, conflicts: rest.conflicts.length, rejected: 0 });
  const eventsOf = (sent: readonly { event: ValidEvent }[]) =>
    new Set(sent.map(({ event }) => event));
  return { accepted: eventsOf(accepted), refused, conflicts: eventsOf(rest.conflicts) };
}

async function recordValid(recording: Recording, requests: readonly Pick<Sorted, 'valid'>[]) {
  const { sent, mayBeNew } = await sort(recording, requests);
  const { candidates, archived } = await withoutArchived(
    recording,
    mayBeNew.map(toCandidate(recording)),
  );
  const answers = await attributeNew(recording, candidates);
  const refused = new Map([...archived, ...refusedByStrictMode(candidates, answers)]);
  const admitted = candidates.flatMap((candidate, i) => {
    const attribution = answers[i];
    const isRefused = attribution === undefined || 'refused' in attribution;
    return isRefused ? [] : [toAdmitted(candidate, attribution)];
  });
  const accepted = await claim(recording, admitted);
  await store(recording, accepted);

  const settled = new Set<ValidEvent>([...accepted.map(({ event }) => event), ...refused.keys()]);
  const rest = await settle(
    recording,
    sent.filter(({ event }) => !settled.has(event)),
  );
  for (const { event } of rest.refusedToo) refused.set(event, refusedToo(event));
  return { sent, accepted, refused, rest };
}

async function keepBeside(
  recording: Recording,
  rejected: readonly Rejection[],
  counts: { accepted: number; duplicates: number; conflicts: number },
): Promise<void> {
  const { secrets } = recording.deployment;
  await insertRejects(
    recording,
    rejected.map((r) => ({ ...r, body: r.body === null ? null : secrets.encrypt(r.body) })),
  );
  await insertBatch(recording, { ...counts, rejected: rejected.length });
}

/**
 * What may be new: the first of each key. Where keys are stored already is left to claiming them, unless attributing
 * an event has effects: a duplicate makes nothing, and is not refused.
 *
 * Whatever may be stored gets the key of its credential here, all at once: two batches that share new ones wait for
 * each other and never in a circle.
 */
async function sort(
  recording: Recording,
  requests: readonly Pick<Sorted, 'valid'>[],
): Promise<{ sent: Sent[]; mayBeNew: Sent[] }> {
  const events = requests.flatMap(({ valid }, request) =>
    valid.map((event) => ({ request, event, key: eventKeyOf(event) })),
  );
  const keys = events.map(({ key }) => key);
  const hasEffects = recording.version === null || (await strict(recording));
  const stored = hasEffects ? await findKeys(recording.tx, keys) : new Map<string, string>();
  const fates = fatesOf(keys, stored);
  const credentials = await credentialKeys(
    recording,
    events.flatMap(({ event }, i) => (fates[i] === 'duplicate' ? [] : (event.credential ?? []))),
  );
  const sent = events.map(({ request, event, key }): Sent => {
    const { credential } = event;
    const credentialKey = credential === null ? null : (credentials.get(credential) ?? null);
    return { request, event, key, credentialKey };
  });
  return { sent, mayBeNew: sent.filter((_, i) => fates[i] === 'new') };
}

function eventKeyOf(event: ValidEvent): EventKey {
  return { source: event.source, clientId: event.clientId, hash: bodyHash(event) };
}

/** The keys of credential IDs never change, so those known to be stored are not asked for again. */
async function credentialKeys(
  { tx, caches }: Recording,
  values: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const unknown = values.filter((value) => !caches.credentialKeys.has(value));
  if (unknown.length === 0) return caches.credentialKeys;
  const found = await ensureCredentialKeys(tx, unknown);
  const keys = new Map<string, number>();
  for (const value of values) {
    const key = caches.credentialKeys.get(value) ?? found.get(value)?.key;
    if (key !== undefined) keys.set(value, key);
  }
  for (const [value, { key, isNew }] of found) if (!isNew) caches.credentialKeys.set(value, key);
  return keys;
}

async function strict({ tx, caches, version }: Recording): Promise<boolean> {
  if (version === null) return isStrict(tx);
  const at = cacheAt(caches, version);
  at.strict ??= await isStrict(tx);
  return at.strict;
}

// Each event is written out as it gets more: to spread it takes as long as to attribute it.

function toCandidate({ now, sentAt }: Recording) {
  return ({ request, event, key, credentialKey }: Sent): Candidate => {
    const occurredAt = event.time ?? sentAt?.get(event) ?? now;
    return { request, event, key, credentialKey, occurredAt, eventId: newId('evt', occurredAt) };
  };
}

function toAdmitted(candidate: Candidate, attribution: Attribution): Admitted {
  const { request, event, key, credentialKey, occurredAt, eventId } = candidate;
  return { request, event, key, credentialKey, occurredAt, eventId, attribution };
}

/** Nothing is stored in a month that was archived: what is known of it is a duplicate or a conflict, the rest refused. */
async function withoutArchived(recording: Recording, candidates: readonly Candidate[]) {
  const before = await archiveEnd(recording);
  const isOld = ({ occurredAt }: Candidate) => before !== null && occurredAt < before;
  const old = candidates.filter(isOld);
  const archived = new Map<ValidEvent, Rejection>();
  if (before === null || old.length === 0) return { candidates, archived };
  const stored = await findKeys(
    recording.tx,
    old.map(({ key }) => key),
  );
  for (const { event, key } of old)
    if (!stored.has(keyOf(key))) archived.set(event, refusedAsArchived(event, before));
  return { candidates: candidates.filter((candidate) => !isOld(candidate)), archived };
}

async function archiveEnd({ tx, caches, version }: Recording): Promise<Instant | null> {
  if (version === null) return archivedBefore(tx);
  const at = cacheAt(caches, version);
  if (at.archivedBefore === undefined) at.archivedBefore = await archivedBefore(tx);
  return at.archivedBefore;
}

/** Attributes what is new; where that makes something, usage recorded before finds its owner first. */
async function attributeNew(
  recording: Recording,
  candidates: readonly Candidate[],
): Promise<(Attribution | Refused)[]> {
  const { version, caches } = recording;
  const options = {
    mayProvision: version === null,
    strict: await strict(recording),
    ...(version !== null && { cache: cacheAt(caches, version).directory }),
  };
  const claims = candidates.map((c) => claimOf(c.event, c.occurredAt, c.credentialKey));
  const made = nothingMade();
  const answers = await attributeAll(recording, claims, options, made);
  if (made.touched.length === 0) return answers;
  await reattributeEarlier(recording, made);
  return attributeAll(recording, claims, options, made);
}

/** Answers those whose keys are ours now. Keys of a batch are nearly always new, and then copied; else claimed one by one. */
async function claim(
  recording: Recording,
  admitted: readonly Admitted[],
): Promise<readonly Admitted[]> {
  const { connection, caches } = recording;
  const inOrder = admitted.toSorted((a, b) => compareKeys(a.key, b.key));
  if (connection !== null && caches.claimedOneByOne === 0) {
    if (await copyKeys(recording, connection, inOrder)) return admitted;
    caches.claimedOneByOne = CLAIMED_ONE_BY_ONE;
  } else if (caches.claimedOneByOne > 0) caches.claimedOneByOne -= 1;
  const ours = await claimKeys(recording, inOrder);
  return admitted.filter(({ key }) => ours.has(keyOf(key)));
}

/** So many batches after one that repeated what was stored: whoever sends again does so for a while. */
const CLAIMED_ONE_BY_ONE = 20;

async function store(recording: Recording, accepted: readonly Admitted[]): Promise<void> {
  const { connection } = recording;
  if (connection === null) {
    await insertEvents(recording, accepted);
    await appendAttributions(
      recording,
      accepted.map((entry) => ({ ...entry, sign: 1 })),
    );
  } else {
    await copyEvents(recording, connection, accepted);
    await copyAttributions(recording, connection, accepted);
  }
  const measures = new Set(accepted.flatMap(({ event }) => Object.keys(event.measures)));
  await ensureMeters(recording, [...measures]);
}

/**
 * The rest are duplicates or conflicts of what is stored now, by us or by another; or they repeat, within the
 * request, the id of an event that was refused.
 */
async function settle(recording: Recording, rest: readonly Sent[]) {
  const stored = await findKeys(
    recording.tx,
    rest.map(({ key }) => key),
  );
  const known = rest.filter(({ key }) => stored.has(keyOf(key)));
  const conflicts = known.filter(({ key }) => stored.get(keyOf(key)) !== key.hash);
  await insertConflicts(
    recording,
    conflicts.map(({ event, key, credentialKey }) => ({ event, hash: key.hash, credentialKey })),
  );
  return {
    duplicates: known.filter(({ key }) => stored.get(keyOf(key)) === key.hash),
    conflicts,
    refusedToo: rest.filter(({ key }) => !stored.has(keyOf(key))),
  };
}
