import type { Deployment } from '../db/deployment.ts';
import { foldUsage, rebuildWhereAsked } from '../usage/fold-actions.ts';
import { repeat } from './repeat.ts';

/** The longer it waits, the more events there are for each hour that it writes; and the more are read directly. */
const EVERY_MS = 10_000;

/**
 * Folds usage into hours behind ingest while the server runs. Nobody waits for it: what is not folded yet is read
 * directly. Where meters have come to look at another attribute, the hours are made anew to tell it apart.
 */
export function followUsage({ database, log, stopping }: Deployment): { stop(): Promise<void> } {
  return repeat(EVERY_MS, log, async () => {
    await foldUsage(database, stopping);
    await rebuildWhereAsked(database, stopping);
  });
}
