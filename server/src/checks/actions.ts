import { currentPosition } from '../db/act.ts';
import type { Database } from '../db/connect.ts';
import { checkConservation } from './conservation-queries.ts';
import { checkDerivedUsage } from './derived-usage-queries.ts';
import { checkExactlyOnce } from './exactly-once-queries.ts';
import { checkExplained } from './explained-actions.ts';
import { checkIssued } from './issued-queries.ts';
import type { Check } from './verdict.ts';
import { checkTimeTravel } from './time-travel-queries.ts';
import { checkTwoClocks } from './two-clocks-queries.ts';

/** All checks over one snapshot, so that what is recorded meanwhile cannot look like an error. */
export async function runChecks(
  database: Database,
): Promise<{ position: number; checks: Check[] }> {
  await currentPosition(database);
  return database.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const { position } = await tx
        .selectFrom('journal')
        .select((e) => e.fn.coalesce(e.fn.max('position'), e.val(0)).as('position'))
        .executeTakeFirstOrThrow();
      const checks: Check[] = [];
      for (const run of [
        checkConservation,
        checkExplained,
        checkTwoClocks,
        checkIssued,
        checkExactlyOnce,
        checkTimeTravel,
        checkDerivedUsage,
      ])
        checks.push(await run(tx));
      return { position: position ?? 0, checks };
    });
}
