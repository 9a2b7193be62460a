import { carryOut, type Moves } from '../attribution/move-actions.ts';
import { digestOf } from '../attribution/moving-queries.ts';
import type { Touched } from '../attribution/outcome.ts';
import { prepareResolution, settleMade } from '../attribution/resolve-actions.ts';
import { createMoving, type Span } from '../attribution/select-queries.ts';
import type { Digest } from '../attribution/selection.ts';
import type { Action } from '../db/act.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';

/** Moves of usage that was previewed: exactly that, or nothing. */

export async function carryOutExpected(
  action: Action,
  table: 'moving' | 'selected',
  events: number,
  expected?: Digest,
): Promise<Moves> {
  if (events > limits.previewedEventsMax) throw tooMany();
  if (expected !== undefined) refuseStale(expected, await digestOf(action.tx, table));
  const moves = await carryOut(action, table);
  if (expected !== undefined) refuseStale(expected, moves.digest);
  return moves;
}

function refuseStale(expected: Digest, found: Partial<Digest>): void {
  const isSame = Object.entries(found).every(
    ([name, value]) => expected[name as keyof Digest] === value,
  );
  if (isSame) return;
  throw new Problem(
    'preview_stale',
    'What was selected, or where it would go, is no longer what was previewed. Ask for a new preview.',
  );
}

function tooMany(): Problem {
  const detail = `It selects more than ${limits.previewedEventsMax} events. Do it in parts: name a stretch of time.`;
  return new Problem('unprocessable', detail, [
    { pointer: '/selection', code: 'too_many', detail },
  ]);
}

/**
 * Lets what a change of ownership touches find its owner anew, as far as it was recorded up to a position; refused where
 * it would not be what was expected.
 */
export async function resolveTouched(
  action: Action,
  touched: readonly Touched[],
  position: number | null,
  expected?: Digest,
): Promise<Moves> {
  await createMoving(action.tx);
  const bounds = { position, limit: limits.previewedEventsMax + 1 };
  const { events, made } = await prepareResolution(action, { touched }, bounds);
  const moves = await carryOutExpected(action, 'selected', events, expected);
  await settleMade(action, { touched }, made);
  return moves;
}

/** The same of what was recorded since a position, and not by this action itself. */
export async function resolveRecordedSince(
  action: Action,
  touched: readonly Touched[],
  position: number,
): Promise<Moves> {
  await createMoving(action.tx);
  const since = { position, journalId: action.journalId };
  const bounds = { position: null, limit: Number.MAX_SAFE_INTEGER, since };
  const { made } = await prepareResolution(action, { touched }, bounds);
  const moves = await carryOut(action, 'selected');
  await settleMade(action, { touched }, made);
  return moves;
}

/** From the first to the last of two spans. */
export function wider(a: Span | null, b: Span | null): Span | null {
  if (a === null || b === null) return a ?? b;
  return { from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to };
}
