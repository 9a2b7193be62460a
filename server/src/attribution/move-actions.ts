import { refuseClosed } from '../archive/queries.ts';
import type { Action } from '../db/act.ts';
import { decimal, isZero } from '../lib/decimal.ts';
import {
  appendMoved,
  appendRestored,
  countMoving,
  digestOf,
  dropUnmoved,
  entriesMade,
  hashOfMoves,
  misplacedAmongMoved,
  movedMeasures,
} from './moving-queries.ts';
import { type Span, spanOfMoving } from './select-queries.ts';
import type { Digest } from './selection.ts';

export type Moves = {
  readonly digest: Digest;
  /** When what moved had occurred; null where nothing moved. */
  readonly span: Span | null;
  readonly measures: readonly { measure: string; quantity: string }[];
};

/** Moves what has been selected and decided: `table` holds what was selected. */
export async function carryOut(action: Action, table: 'moving' | 'selected'): Promise<Moves> {
  const { tx } = action;
  const selected = await digestOf(tx, table);
  const whole = await spanOfMoving(tx);
  const unmoved = whole === null ? 0 : await dropUnmoved(tx, whole);
  const moved = await countMoving(tx);
  const span = unmoved === 0 ? whole : await spanOfMoving(tx);
  if (span === null) return { digest: { ...selected, moved: 0, outcome: '0' }, span, measures: [] };
  const appended = await appendMoved(action, span);
  return prove(action, { ...selected, moved }, appended, span);
}

/** Takes back what the move of the journal row `undoneId` did to what has been selected. */
export async function restore(action: Action, undoneId: number): Promise<Moves> {
  const { tx } = action;
  const selected = await digestOf(tx, 'moving');
  const moved = selected.events;
  const span = await spanOfMoving(tx);
  if (span === null) return { digest: { ...selected, moved, outcome: '0' }, span, measures: [] };
  const appended = await appendRestored(action, undoneId, span);
  return prove(action, { ...selected, moved }, appended, span);
}

/** Conservation (design §3.1), looked at before anything is committed: a move that breaks it does not happen. */
async function prove(
  action: Action,
  selected: Omit<Digest, 'outcome'>,
  appended: number,
  span: Span,
): Promise<Moves> {
  const { tx } = action;
  const broken = (what: string) =>
    new Error(`Conservation is broken by journal ${action.journalId}: ${what}`);
  if (appended !== 2 * selected.moved)
    throw broken(`${selected.moved} events were to move, ${appended} entries were appended`);
  const misplaced = await misplacedAmongMoved(tx, span);
  if (misplaced > 0) throw broken(`the entries of ${misplaced} events do not sum to one`);
  const measures = await movedMeasures(action, span);
  const drifted = measures.filter(({ drift }) => !isZero(decimal(drift)));
  if (drifted.length > 0)
    throw broken(`the totals of ${drifted.map((m) => m.measure).join()} differ`);
  await refuseClosed(tx, entriesMade(action, span));
  const outcome = await hashOfMoves(action, span);
  return {
    digest: { ...selected, outcome },
    span,
    measures: measures.map(({ measure, quantity }) => ({ measure, quantity })),
  };
}
