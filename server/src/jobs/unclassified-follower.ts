import type { Deployment } from '../db/deployment.ts';
import { foldUnclassified } from '../unclassified/fold-actions.ts';
import { repeat } from './repeat.ts';

const EVERY_MS = 1000;

/** Keeps the work queue folded up to what has a position; reads see the rest beside it, so nobody waits for this. */
export function followUnclassified({ database, log, stopping }: Deployment): {
  stop(): Promise<void>;
} {
  return repeat(EVERY_MS, log, async () => {
    for (let more = true; more;) {
      if (stopping?.aborted === true) return;
      more = await foldUnclassified(database);
    }
  });
}
