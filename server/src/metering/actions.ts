import {
  attributeAll,
  nothingMade,
  ProvisioningNeeded,
  reattributeEarlier,
  type Refused,
} from '../attribution/actions.ts';
import { appendAttributions } from '../attribution/entry-queries.ts';
import type { Attribution } from '../attribution/outcome.ts';
import { ensureMeters } from '../catalog/meter-actions.ts';
import { ensureCredentialKeys } from '../credentials/queries.ts';
import { act, type Action, type Asked, lockOwnership, ownAlone } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { newId } from '../lib/id.ts';
import {
  claimKeys,
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
  type EventKey,
  type Fate,
  fatesOf,
  keyOf,
  monthsOf,
  toInput,
  type ValidEvent,
} from './rules.ts';
import type { IngestResult } from './schema.ts';
import type { Rejection, Sorted } from './validation-schema.ts';

/** An event and what is known of it before it is stored. */
type Judged = { event: ValidEvent; key: EventKey; fate: Fate; credentialKey: number | null };
type Candidate = NewEvent & { key: EventKey & { eventId: string } };

/** Months known to have their partitions: they are never dropped while a process runs. */
const monthsReady = new Set<string>();

/**
 * Records a batch: dedupe, attribution and storage, set-wise, in one transaction that is durable before the answer.
 * It runs under the shared ownership lock; only where something must be made first does it run again alone.
 */
export async function ingest(
  deployment: Deployment,
  asked: Asked,
  sorted: Sorted,
): Promise<IngestResult> {
  const now = deployment.clock();
  const months = monthsOf(sorted.valid.map((event) => event.time ?? now)).map(
    (month) => `${deployment.database.url} ${month}`,
  );
  const missing = months.filter((month) => !monthsReady.has(month));
  if (missing.length > 0) {
    await ensurePartitions(
      deployment.database,
      missing.map((month) => month.slice(-10)),
    );
    for (const month of missing) monthsReady.add(month);
  }
  const attempt = (mode: 'shared' | 'exclusive') =>
    act(
      deployment.database,
      () => now,
      asked,
      async (action) => {
        await (mode === 'shared' ? lockOwnership(action.tx, mode) : ownAlone(action));
        return record(action, deployment, sorted, mode === 'exclusive');
      },
    );
  try {
    return await attempt('shared');
  } catch (error) {
    if (error instanceof ProvisioningNeeded) return attempt('exclusive');
    throw error;
  }
}

async function record(
  action: Action,
  deployment: Deployment,
  sorted: Sorted,
  mayProvision: boolean,
): Promise<IngestResult> {
  const judged = await judge(action, sorted.valid);
  const candidates = judged.filter(({ fate }) => fate === 'new').map(toCandidate(action));
  const answers = await attributeNew(action, candidates, mayProvision);
  const refused = refusedByStrictMode(candidates, answers);
  const admitted = candidates.flatMap((candidate, i) => {
    const attribution = answers[i];
    const isRefused = attribution === undefined || 'refused' in attribution;
    return isRefused ? [] : [{ ...candidate, attribution }];
  });
  const ours = await claimKeys(
    action,
    admitted.map(({ key }) => key),
  );
  const accepted = admitted.filter(({ key }) => ours.has(keyOf(key)));
  await store(action, accepted);

  const settledAlready = new Set([...accepted.map(({ event }) => event.index), ...refused.keys()]);
  const rest = await settle(
    action,
    judged.filter(({ event }) => !settledAlready.has(event.index)),
  );
  const rejected = [...sorted.rejected, ...refused.values(), ...rest.refusedToo.map(refusedToo)];
  const result = {
    accepted: accepted.length,
    duplicates: rest.duplicates,
    conflicts: rest.conflicts.map(({ event }) => ({ index: event.index, id: event.clientId })),
    rejected: rejected
      .toSorted((a, b) => a.index - b.index)
      .map(({ index, code, pointer, detail }) => ({ index, code, pointer, detail })),
  };
  await insertRejects(
    action,
    rejected.map((r) => ({
      ...r,
      body: r.body === null ? null : deployment.secrets.encrypt(r.body),
    })),
  );
  await insertBatch(action, {
    ...result,
    conflicts: rest.conflicts.length,
    rejected: rejected.length,
  });
  return result;
}

/**
 * What becomes of each event, as far as the keys stored now tell. Whatever may be stored gets the key of its
 * credential here, all at once: two batches that share new ones wait for each other and never in a circle.
 */
async function judge(action: Action, events: readonly ValidEvent[]): Promise<Judged[]> {
  const keys = events.map((event) => ({
    source: event.source,
    clientId: event.clientId,
    hash: bodyHash(event).toString('hex'),
  }));
  const fates = fatesOf(keys, await findKeys(action.tx, keys));
  const credentials = await ensureCredentialKeys(
    action.tx,
    events.flatMap((event, i) => (fates[i] === 'duplicate' ? [] : (event.credential ?? []))),
  );
  return events.map((event, i) => ({
    event,
    key: keys[i] as EventKey,
    fate: fates[i] as Fate,
    credentialKey:
      event.credential === null ? null : (credentials.get(event.credential)?.key ?? null),
  }));
}

function toCandidate(action: Action) {
  return ({ event, key, credentialKey }: Judged): Candidate => {
    const occurredAt = event.time ?? action.now;
    const eventId = newId('evt', occurredAt);
    return { event, occurredAt, eventId, credentialKey, key: { ...key, eventId } };
  };
}

/** Attributes what is new; where that makes something, usage recorded before finds its owner first. */
async function attributeNew(
  action: Action,
  candidates: readonly Candidate[],
  mayProvision: boolean,
): Promise<(Attribution | Refused)[]> {
  const options = { mayProvision, strict: await isStrict(action.tx) };
  const claims = candidates.map((c) => claimOf(c.event, c.occurredAt, c.credentialKey));
  const made = nothingMade();
  const answers = await attributeAll(action, claims, options, made);
  if (made.touched.length === 0) return answers;
  await reattributeEarlier(action, made);
  return attributeAll(action, claims, options, made);
}

async function store(
  action: Action,
  accepted: readonly (Candidate & { attribution: Attribution })[],
): Promise<void> {
  await insertEvents(action, accepted);
  await appendAttributions(
    action,
    accepted.map((entry) => ({ ...entry, sign: 1 })),
  );
  const measures = accepted.flatMap(({ event }) => Object.keys(event.measures));
  await ensureMeters(action, [...new Set(measures)]);
}

/**
 * The rest are duplicates or conflicts of what is stored now, by us or by another; or they repeat, within the
 * request, the id of an event that was refused.
 */
async function settle(action: Action, rest: readonly Judged[]) {
  const stored = await findKeys(
    action.tx,
    rest.map(({ key }) => key),
  );
  const known = rest.filter(({ key }) => stored.has(keyOf(key)));
  const conflicts = known.filter(({ key }) => stored.get(keyOf(key)) !== key.hash);
  await insertConflicts(
    action,
    conflicts.map(({ event, key, credentialKey }) => ({ event, hash: key.hash, credentialKey })),
  );
  return {
    duplicates: known.length - conflicts.length,
    conflicts,
    refusedToo: rest.filter(({ key }) => !stored.has(keyOf(key))),
  };
}

/** By index in the request. */
function refusedByStrictMode(
  candidates: readonly Candidate[],
  answers: readonly (Attribution | Refused)[],
): Map<number, Rejection> {
  const refused = new Map<number, Rejection>();
  candidates.forEach(({ event }, i) => {
    const answer = answers[i];
    if (answer === undefined || !('refused' in answer)) return;
    const field = answer.refused.replace(/^unknown_/, '');
    const detail = `This deployment is strict: the ${field} must be known.`;
    refused.set(event.index, rejectionOf(event, answer.refused, `/${field}`, detail));
  });
  return refused;
}

function refusedToo({ event }: Judged): Rejection {
  const detail = 'An event of the same id, earlier in this request, was refused.';
  return rejectionOf(event, 'id_refused', '/id', detail);
}

function rejectionOf(event: ValidEvent, code: string, pointer: string, detail: string): Rejection {
  return { index: event.index, code, pointer, detail, body: JSON.stringify(toInput(event)) };
}
