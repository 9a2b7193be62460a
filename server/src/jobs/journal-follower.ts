import { currentPosition } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { repeat } from './repeat.ts';

const EVERY_MS = 250;

/**
 * Numbers the journal while the server runs, so that positions appear shortly after what they number. Whoever needs
 * the position at once asks for it (`currentPosition`); several processes may follow, one at a time numbers.
 */
export function followJournal({ database, log }: Deployment): { stop(): Promise<void> } {
  return repeat(EVERY_MS, log, async () => {
    const waiting = await database.db
      .selectFrom('journal')
      .select('id')
      .where('position', 'is', null)
      .limit(1)
      .executeTakeFirst();
    if (waiting !== undefined) await currentPosition(database);
  });
}
