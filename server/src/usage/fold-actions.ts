import { archivedBefore } from '../archive/queries.ts';
import { latestPosition } from '../db/act.ts';
import type { Database, Tx } from '../db/connect.ts';
import { holding } from '../db/hold.ts';
import { DAY_MS, EARLIEST, type Instant, plusMs } from '../lib/instant.ts';
import { traced, type Tracing } from '../lib/tracing.ts';
import {
  addHours,
  type Fold,
  hasHours,
  insertKeys,
  journalIdsBetween,
  lockFold,
  lookedAtAttributes,
  mendHours,
  nextHourWithUsage,
  nextToFold,
  readFold,
  saveFold,
  stageHours,
  tryLockFold,
} from './fold-queries.ts';

/**
 * Folds what has been recorded into the hours, some of it at a time; answers up to which position they go now. What is
 * recorded meanwhile is left to the next time: it would be little at once, and each row of hours written for little.
 * Any number of processes may; one at a time does, and whoever finds another at it leaves it alone.
 */
export async function foldUsage(database: Database, stopping?: AbortSignal): Promise<number> {
  const goal = await latestPosition(database.db);
  for (;;) {
    const step = await database.db.transaction().execute((tx) => foldNext(tx, database.tracing));
    if (step === null || step.to >= goal || stopping?.aborted === true)
      return (await readFold(database.db)).position;
  }
}

async function foldNext(
  tx: Tx,
  tracing: Tracing | undefined,
): Promise<{ from: number; to: number } | null> {
  if (!(await tryLockFold(tx))) return null;
  const known = await readFold(tx);
  const fold = await withNewAttributes(tx, known);
  const position = await nextToFold(tx, fold.position);
  if (position > fold.position) {
    const facts = { 'customary.position_after': fold.position, 'customary.position': position };
    await traced(tracing, 'fold', { facts }, async () => {
      const journalIds = await journalIdsBetween(tx, fold.position, position);
      await stageHours(tx, { journalIds }, fold.folding);
      await insertKeys(tx);
      await addHours(tx);
    });
  }
  const isNew = position > known.position || fold.folding.length > known.folding.length;
  if (isNew) await saveFold(tx, { ...fold, position });
  return { from: fold.position, to: position };
}

/** What is looked at by now. An attribute that was not before is known of all rows only while there are none. */
async function withNewAttributes(tx: Tx, fold: Fold): Promise<Fold> {
  const folding = [...new Set([...fold.folding, ...(await lookedAtAttributes(tx))])].toSorted();
  if (folding.length === fold.folding.length) return fold;
  return { ...fold, folding, attributes: (await hasHours(tx)) ? fold.attributes : folding };
}

export type Rebuilt = { days: number; rowsMended: number };

/**
 * Makes the hours anew from events, a day at a time and while everything goes on: each day is exact before and after.
 * What was right is left as it is, so that the figures say what was not.
 */
export async function rebuildUsage(
  database: Database,
  progress: (day: Instant, rowsMended: number) => void = () => undefined,
  stopping?: AbortSignal,
): Promise<Rebuilt> {
  const folding = await database.db.transaction().execute(async (tx) => {
    await lockFold(tx);
    const fold = await withNewAttributes(tx, await readFold(tx));
    await saveFold(tx, fold);
    return fold.folding;
  });
  const rebuilt = { days: 0, rowsMended: 0 };
  let from = await nextHourWithUsage(database.db, (await archivedBefore(database.db)) ?? EARLIEST);
  while (from !== null) {
    if (stopping?.aborted === true) return rebuilt;
    const to = plusMs(from, DAY_MS);
    const rowsMended = await rebuildRange(database, from, to);
    rebuilt.days += 1;
    rebuilt.rowsMended += rowsMended;
    progress(from, rowsMended);
    from = await nextHourWithUsage(database.db, to);
  }
  await knowAll(database, folding);
  return rebuilt;
}

/** Makes the hours anew where they do not tell apart all that is looked at by now; one process at a time does. */
export async function rebuildWhereAsked(database: Database, stopping?: AbortSignal): Promise<void> {
  const { attributes, folding } = await readFold(database.db);
  if (attributes.length === folding.length) return;
  await holding(database, 'customary.usage.rebuild', async () => {
    await rebuildUsage(database, () => undefined, stopping);
  });
}

async function rebuildRange(database: Database, first: Instant, to: Instant): Promise<number> {
  return database.db.transaction().execute(async (tx) => {
    await lockFold(tx);
    // What is archived stays as it is: its events are in files. Whoever archives holds this lock, too.
    const [, from = first] = [(await archivedBefore(tx)) ?? first, first].toSorted();
    if (from >= to) return 0;
    const { position, folding } = await readFold(tx);
    const range = { from, to, upto: position };
    await stageHours(tx, range, folding);
    await insertKeys(tx);
    return mendHours(tx, range);
  });
}

/** After all hours have been gone through, every row tells apart what was being told apart when that began. */
async function knowAll(database: Database, attributes: string[]): Promise<void> {
  await database.db.transaction().execute(async (tx) => {
    await lockFold(tx);
    await saveFold(tx, { ...(await readFold(tx)), attributes });
  });
}
