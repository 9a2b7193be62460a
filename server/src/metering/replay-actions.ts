import { audit } from '../audit/actions.ts';
import { type Action, ownAlone } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';
import { prepareMonths, recordAgain } from './actions.ts';
import {
  countReplayable,
  eventIdsOf,
  insertReplays,
  type RejectRow,
  type Replayed,
  replayable,
} from './kept-queries.ts';
import type { RejectReplay } from './kept-schema.ts';
import { keyOf, type ValidEvent } from './rules.ts';
import { type Rejection, validateEvents } from './validation-schema.ts';

/**
 * Sends again what was refused, as it was sent. What gets through counts once, for ever, as any event does; what is
 * refused again stays where it is. A time that was left out is when it was first sent.
 */
export async function replayRejects(
  action: Action,
  deployment: Deployment,
  { ids, filter, reason }: RejectReplay,
): Promise<{ replays: Replayed[]; remaining: number }> {
  const which = ids === undefined ? (filter ?? {}) : { ids };
  // Nobody else sends the same ones again meanwhile.
  await ownAlone(action);
  const rows = await replayable(action.tx, which, limits.replayedRejectsMax);
  const known = new Set(rows.map((row) => row.id));
  const settled = (ids ?? []).find((id) => !known.has(id));
  if (settled !== undefined) throw notReplayable(settled);
  const judged = rows.map((row, index) => judge(deployment, action, row, index));
  const valid = judged.flatMap(({ event }) => event ?? []);
  const sentAt = new Map(
    judged.flatMap(({ event, row }) => (event === null ? [] : [[event, row.recorded_at] as const])),
  );
  await prepareMonths(
    deployment,
    valid.map((event) => event.time ?? sentAt.get(event) ?? action.now),
  );
  const { accepted, refused, conflicts } = await recordAgain(action, deployment, valid, sentAt);
  const eventIds = new Map(
    (await eventIdsOf(action.tx, valid)).map((each) => [keyOf(each), each.eventId]),
  );
  const replays = judged.map(({ row, event, rejection }): Replayed => {
    const why = rejection ?? (event === null ? undefined : refused.get(event));
    if (why !== undefined) return refusedAgain(row, why);
    const outcome = outcomeOf(event, accepted, conflicts);
    const eventId = (event && eventIds.get(keyOf(event))) ?? null;
    return { id: row.id, outcome, eventId, code: null, pointer: null, detail: null };
  });
  await insertReplays(action, replays);
  await audit(action, {
    action: 'rejects.replay',
    resourceId: 'rejects',
    before: null,
    after: { ids: replays.map(({ id }) => `rej_${id}`), outcomes: tally(replays) },
    reason,
  });
  return {
    replays,
    remaining: filter === undefined ? 0 : await countReplayable(action.tx, filter),
  };
}

type Judged = { row: RejectRow; event: ValidEvent | null; rejection: Rejection | undefined };

function judge({ secrets }: Deployment, action: Action, row: RejectRow, index: number): Judged {
  const text = row.body === null ? '' : secrets.decrypt(row.body);
  try {
    const { valid, rejected } = validateEvents([parseJson(text)], action.now);
    const [event] = valid;
    const [rejection] = rejected;
    return { row, event: event === undefined ? null : { ...event, index }, rejection };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const { code, detail } = problem;
    return { row, event: null, rejection: { index, code, pointer: '', detail, body: null } };
  }
}

function refusedAgain(row: RejectRow, { code, pointer, detail }: Rejection): Replayed {
  return { id: row.id, outcome: 'rejected', eventId: null, code, pointer, detail };
}

function outcomeOf(
  event: ValidEvent | null,
  accepted: ReadonlySet<ValidEvent>,
  conflicts: ReadonlySet<ValidEvent>,
): Replayed['outcome'] {
  if (event !== null && accepted.has(event)) return 'accepted';
  return event !== null && conflicts.has(event) ? 'conflict' : 'duplicate';
}

function tally(replays: readonly Replayed[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of replays) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function notReplayable(id: number): Problem {
  return new Problem(
    'invalid_state',
    `rej_${id} cannot be sent again: it is unknown, was too large to keep, or has got through already.`,
    [{ pointer: '/ids', code: 'not_replayable', detail: 'Leave it out.' }],
  );
}
