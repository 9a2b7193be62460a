import type { Action } from '../db/act.ts';
import { attributeAll, type Made, nothingMade, reattributeEarlier, sameOwner } from './actions.ts';
import { noteChange, type RecordedEvent, touchedSince } from './entry-queries.ts';
import { type Answer, insertAnswers } from './moving-queries.ts';
import type { Attribution, Touched } from './outcome.ts';
import {
  addTouched,
  analyzeMoving,
  type Answered,
  answerMoving,
  type Bounds,
  countSelected,
  fillAnswered,
  fillSelected,
  forgetAnswers,
  forgetNames,
  pageOfSelected,
  type Place,
  selectRestored,
} from './select-queries.ts';
import type { Selection } from './selection.ts';

/**
 * Usage that finds its owner anew, as ownership now says: by the rules of design §4.2, event by event in recording
 * order, in pages, so that memory does not grow with their number. Needs the exclusive ownership lock, for it may make
 * what recording would have made.
 */

const EVENTS_PER_PAGE = 5_000;
/** What is made for later usage may decide about earlier: then all of it is gone through again. */
const ROUNDS_MAX = 8;

export type Touching = { readonly touched: readonly Touched[] };

/** Selects and decides; answers how many events are selected, and what was made on the way. */
export async function prepareResolution(
  action: Action,
  what: Selection | Touching,
  bounds: Bounds,
): Promise<{ events: number; made: Made }> {
  const { tx } = action;
  const made = nothingMade();
  if ('touched' in what) await addTouched(tx, what.touched, bounds);
  else await fillSelected(tx, what, bounds);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const events = await countSelected(tx);
    if (events >= bounds.limit) return { events, made };
    await forgetAnswers(tx);
    const touchedBefore = made.touched.length;
    await answerSelected(action, made, fillAnswered);
    await analyzeMoving(tx);
    if (made.touched.length === touchedBefore) return { events, made };
    await addTouched(tx, made.touched, bounds);
  }
  throw new Error('Resolving did not come to an end');
}

/** After a resolution was carried out: what it made reaches usage that was not selected, too (as in ingest). */
export async function settleMade(
  action: Action,
  what: Selection | Touching,
  made: Made,
): Promise<void> {
  if ('touched' in what) await noteChange(action, what.touched);
  if (made.touched.length > 0) await reattributeEarlier(action, made);
}

/**
 * Where ownership has changed since a move that is being undone, what moves back gets the owner that it would have had all
 * along, had it not been moved.
 */
export async function resolveRestored(action: Action, undoneId: number): Promise<void> {
  const { tx } = action;
  if ((await touchedSince(tx, undoneId)).length === 0) return;
  await selectRestored(tx, undoneId);
  if ((await countSelected(tx)) === 0) return;
  const made = nothingMade();
  for (let madeBefore = -1; made.touched.length > madeBefore;) {
    madeBefore = made.touched.length;
    await forgetNames(tx);
    await answerSelected(action, made, answerMoving);
  }
  if (made.touched.length > 0) await reattributeEarlier(action, made);
}

/** Decides for all that is selected, and hands on the answers that differ from what is. */
async function answerSelected(
  action: Action,
  made: Made,
  take: (tx: Action['tx'], answered: readonly Answered[]) => Promise<void>,
): Promise<void> {
  const names = new Map<string, string>();
  let after: Place | null = { recordedBy: 0, eventId: '' };
  while (after !== null) {
    const page: RecordedEvent[] = await pageOfSelected(action.tx, after, EVENTS_PER_PAGE);
    const decided = await attributeAll(
      action,
      page.map((event) => event.claim),
      { mayProvision: true },
      made,
    );
    const fresh: Answer[] = [];
    const nameOf = (attribution: Attribution): string => {
      const key = JSON.stringify(attribution);
      const known = names.get(key);
      if (known !== undefined) return known;
      const answer = String(names.size);
      names.set(key, answer);
      fresh.push({ answer, attribution });
      return answer;
    };
    const answered = page.flatMap((event, i) => {
      const now = decided[i];
      return now === undefined || 'refused' in now || sameOwner(event.current, now)
        ? []
        : [{ event, answer: nameOf(now) }];
    });
    await insertAnswers(action.tx, fresh, null);
    if (answered.length > 0) await take(action.tx, answered);
    const last = page.at(-1);
    after =
      last === undefined || page.length < EVENTS_PER_PAGE
        ? null
        : { recordedBy: last.journalId, eventId: last.eventId };
  }
}
