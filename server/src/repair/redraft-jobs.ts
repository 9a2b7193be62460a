import type { Handler } from '../jobs/tasks.ts';
import { redraftCycles } from '../invoicing/redraft-actions.ts';
import { findReattribution, withOldDrafts } from './reattribution-queries.ts';
import { findAnyRepair, repairsWithOldDrafts } from './repair-queries.ts';
import type { Preview } from './reattribution-schema.ts';

/** The drafts that a preview showed, once usage has moved, or moved back. */
export const redraftJob: Handler = {
  async work(deployment, { id }) {
    const { db } = deployment.database;
    const row = (await findReattribution(db, id)) ?? (await findAnyRepair(db, id));
    const preview = row?.preview as Preview | null | undefined;
    await redraftCycles(deployment, preview?.drafts ?? []);
    return 'done';
  },
  // A draft that is old is made anew by the next billing run all the same.
  giveUp: async () => undefined,
  waiting: async (db) => [...(await withOldDrafts(db)), ...(await repairsWithOldDrafts(db))],
};
