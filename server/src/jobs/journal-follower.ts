import type { Deployment } from '../db/deployment.ts';
import { currentPosition } from '../db/act.ts';

const EVERY_MS = 250;

/**
 * Numbers the journal while the server runs, so that positions appear shortly after what they number. Whoever needs
 * the position at once asks for it (`currentPosition`); several processes may follow, one at a time numbers.
 */
export function followJournal({ database, log }: Deployment): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const follow = async (): Promise<void> => {
    try {
      const waiting = await database.db.selectFrom('journal').select('id').where('position', 'is', null).limit(1).executeTakeFirst();
      if (waiting !== undefined) await currentPosition(database);
    } catch (error) {
      log.warn({ err: error }, 'the journal could not be numbered; trying again');
    }
    if (!stopped) schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = follow();
    }, EVERY_MS);
    timer.unref();
  };
  schedule();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
