import { attributeAll, ProvisioningNeeded } from '../attribution/actions.ts';
import { appendAttributions } from '../attribution/entry-queries.ts';
import type { Attribution } from '../attribution/outcome.ts';
import { ensureMeters } from '../catalog/meterActions.ts';
import { ensureCredentialKeys } from '../credentials/queries.ts';
import { act, type Action, type Asked, lockOwnership } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { newId } from '../lib/id.ts';
import {
  claimKeys,
  type Conflict,
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
  fatesOf,
  keyOf,
  monthsOf,
  type ValidEvent,
} from './rules.ts';
import type { IngestResult } from './schema.ts';
import type { Rejection, Sorted } from './validation.ts';

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
        await lockOwnership(action.tx, mode);
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
  const keys = sorted.valid.map((event): EventKey => ({
    source: event.source,
    clientId: event.clientId,
    hash: bodyHash(event).toString('hex'),
  }));
  const fates = fatesOf(keys, keys.length === 0 ? new Map() : await findKeys(action.tx, keys));
  const candidates = await toCandidates(
    action,
    sorted.valid.filter((_, i) => fates[i] === 'new'),
    keys.filter((_, i) => fates[i] === 'new'),
  );
  const strict = await isStrict(action.tx);
  const answers = await attributeAll(
    action,
    candidates.map((c) => claimOf(c.event, c.occurredAt, c.credentialKey)),
    { mayProvision, strict },
  );
  const refused = refusedByStrictMode(candidates, answers);
  const admitted = candidates.flatMap((candidate, i) => {
    const attribution = answers[i];
    return attribution === undefined || 'refused' in attribution
      ? []
      : [{ candidate, attribution }];
  });

  const ours =
    admitted.length === 0
      ? new Set<string>()
      : await claimKeys(
          action,
          admitted.map(({ candidate }) => candidate.key),
        );
  const accepted = admitted.filter(({ candidate }) => ours.has(keyOf(candidate.key)));
  await insertEvents(
    action,
    accepted.map(({ candidate }) => candidate),
  );
  await appendAttributions(
    action,
    accepted.map(({ candidate, attribution }) => ({
      eventId: candidate.eventId,
      occurredAt: candidate.occurredAt,
      sign: 1,
      attribution,
    })),
  );
  await ensureMeters(action, [
    ...new Set(accepted.flatMap(({ candidate }) => Object.keys(candidate.event.measures))),
  ]);

  const rejected = [...sorted.rejected, ...refused].toSorted((a, b) => a.index - b.index);
  const settled = await settle(
    action,
    sorted.valid,
    keys,
    new Set(accepted.map(({ candidate }) => candidate.event.index)),
    new Set(refused.map((r) => r.index)),
  );
  await insertRejects(
    action,
    rejected.map((r) => ({
      ...r,
      body: r.body === null ? null : deployment.secrets.encrypt(r.body),
    })),
  );
  const counts = {
    accepted: accepted.length,
    duplicates: settled.duplicates,
    conflicts: settled.conflicts.length,
    rejected: rejected.length,
  };
  await insertBatch(action, counts);
  return {
    accepted: counts.accepted,
    duplicates: counts.duplicates,
    conflicts: settled.conflicts.map((event) => ({ index: event.index, id: event.clientId })),
    rejected: rejected.map(({ index, code, pointer, detail }) => ({
      index,
      code,
      pointer,
      detail,
    })),
  };
}

async function toCandidates(
  action: Action,
  events: readonly ValidEvent[],
  keys: readonly EventKey[],
): Promise<Candidate[]> {
  const credentials = await ensureCredentialKeys(action.tx, [
    ...new Set(events.flatMap((event) => event.credential ?? [])),
  ]);
  return events.map((event, i) => {
    const occurredAt = event.time ?? action.now;
    const eventId = newId('evt', occurredAt);
    const credentialKey =
      event.credential === null ? null : (credentials.get(event.credential)?.key ?? null);
    return {
      event,
      occurredAt,
      eventId,
      credentialKey,
      key: { ...(keys[i] as EventKey), eventId },
    };
  });
}

/** Whatever was not accepted or refused is a duplicate or a conflict of what is stored now, by us or by another. */
async function settle(
  action: Action,
  events: readonly ValidEvent[],
  keys: readonly EventKey[],
  accepted: ReadonlySet<number>,
  refused: ReadonlySet<number>,
) {
  const rest = events.flatMap((event, i) => {
    const key = keys[i];
    return key === undefined || accepted.has(event.index) || refused.has(event.index)
      ? []
      : [{ event, key }];
  });
  if (rest.length === 0) return { duplicates: 0, conflicts: [] as ValidEvent[] };
  const stored = await findKeys(
    action.tx,
    rest.map(({ key }) => key),
  );
  const conflicting = rest.filter(({ key }) => stored.get(keyOf(key)) !== key.hash);
  if (conflicting.length > 0) {
    const credentials = await ensureCredentialKeys(action.tx, [
      ...new Set(conflicting.flatMap(({ event }) => event.credential ?? [])),
    ]);
    await insertConflicts(
      action,
      conflicting.map(({ event, key }): Conflict => ({
        event,
        hash: key.hash,
        credentialKey:
          event.credential === null ? null : (credentials.get(event.credential)?.key ?? null),
      })),
    );
  }
  return {
    duplicates: rest.length - conflicting.length,
    conflicts: conflicting.map(({ event }) => event),
  };
}

function refusedByStrictMode(
  candidates: readonly Candidate[],
  answers: readonly (Attribution | { refused: string })[],
): Rejection[] {
  return candidates.flatMap(({ event }, i) => {
    const answer = answers[i];
    if (answer === undefined || !('refused' in answer)) return [];
    const field = answer.refused.replace(/^unknown_/, '');
    const { index, ...body } = event;
    return [
      {
        index,
        code: answer.refused,
        pointer: `/${field}`,
        detail: `This deployment is strict: the ${field} must be known.`,
        body: JSON.stringify(body),
      },
    ];
  });
}
