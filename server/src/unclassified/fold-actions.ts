import type { Database } from '../db/connect.ts';
import { clear, fold, lockState, nextPosition } from './fold-queries.ts';

/** Journal rows folded in one transaction. */
const FOLDED_ROWS_MAX = 1000;

/**
 * Folds what has a position and is not folded yet, a part at a time; answers whether there is more. Where another
 * process is at it already, that one goes on.
 */
export async function foldUnclassified(database: Database): Promise<boolean> {
  return database.db.transaction().execute(async (tx) => {
    const after = await lockState(tx);
    if (after === null) return false;
    const upto = await nextPosition(tx, after, FOLDED_ROWS_MAX);
    if (upto === null) return false;
    await fold(tx, after, upto);
    return true;
  });
}

/** Forgets the read model, so that it is folded again from the events. Reads are right meanwhile, only slower. */
export async function rebuildUnclassified(database: Database): Promise<void> {
  await database.db.transaction().execute(async (tx) => {
    await lockState(tx);
    await clear(tx);
  });
  while (await foldUnclassified(database));
}
