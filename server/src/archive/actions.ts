import { setTimeout as delay } from 'node:timers/promises';
import { audit } from '../audit/actions.ts';
import { advanceChecks } from '../checks/actions.ts';
import { provenSoFar } from '../checks/state-queries.ts';
import { checkNames } from '../checks/verdict.ts';
import { act, type Action, currentPosition, moveAlone } from '../db/act.ts';
import { type Database, onConnection, type Queryable } from '../db/connect.ts';
import { holding } from '../db/hold.ts';
import type { Clock } from '../lib/clock.ts';
import { calendarMonth, type Period } from '../lib/period.ts';
import { Problem } from '../lib/problem.ts';
import { foldUnclassified } from '../unclassified/fold-actions.ts';
import { lockState, takeOut } from '../unclassified/fold-queries.ts';
import { foldUsage } from '../usage/fold-actions.ts';
import { lockFold } from '../usage/fold-queries.ts';
import { keepFiles, makeDirectory, writeTable } from './file-actions.ts';
import {
  contentOf,
  dropMonth,
  foldedUpTo,
  hasEntriesSince,
  hasVoidsSince,
  holdDocuments,
  insertArchived,
  openWork,
  storedMonths,
  unbilledIn,
  waitBriefly,
} from './month-queries.ts';
import { type Manifest, refuseRecent, tables } from './rules.ts';

export type Archiving = {
  /** As its owner: nobody else may drop what was recorded. */
  readonly database: Database;
  readonly clock: Clock;
  /** Where the files go. */
  readonly directory: string;
  /** The first month that is not archived: `2025-11`. */
  readonly before: string;
  readonly onMonth?: (manifest: Manifest) => void;
};

/**
 * Writes months to files and drops them, oldest first, and stops at the first that something still needs. At any moment
 * a month is whole, or its files are and it is archived; asked again, it goes on.
 */
export async function archiveMonths(archiving: Archiving): Promise<Manifest[]> {
  const { database, clock, before, directory, onMonth } = archiving;
  refuseRecent(before, clock());
  await makeDirectory(directory);
  const done: Manifest[] = [];
  const isAlone = await holding(database, 'customary.archive', async () => {
    await proveAll(archiving);
    for (const month of await storedMonths(database.db)) {
      if (month >= before) continue;
      const manifest = await archiveMonth(archiving, month);
      done.push(manifest);
      onMonth?.(manifest);
    }
  });
  if (!isAlone) throw new Problem('invalid_state', 'Somebody else is archiving at the moment.');
  return done;
}

const WAITS_MAX = 60;
const WAIT_MS = 500;

/** What goes was folded and proven: what is derived from it, or counts it, goes on without it. */
async function proveAll(archiving: Archiving): Promise<void> {
  const { database } = archiving;
  const position = await currentPosition(database);
  for (let looks = 0; looks < WAITS_MAX; looks += 1) {
    await foldUsage(database);
    while (await foldUnclassified(database));
    await advanceChecks(archiving);
    const { failing, upTo } = await proven(database.db);
    if (failing.length > 0 || upTo >= position) return;
    await delay(WAIT_MS); // a server is at it
  }
}

/** Up to where everything is folded and proven, and which checks do not hold. */
async function proven(db: Queryable): Promise<{ failing: string[]; upTo: number }> {
  const kept = await provenSoFar(db);
  const { usage, queue } = await foldedUpTo(db);
  const positions = checkNames.map((name) => kept.get(name)?.position ?? 0);
  return {
    failing: checkNames.filter((name) => kept.get(name)?.ok === false),
    upTo: Math.min(usage, queue, ...positions),
  };
}

const ROUNDS_MAX = 5;

/** Something may be recorded in a month while its files are written: then they are written again. */
async function archiveMonth(archiving: Archiving, month: string): Promise<Manifest> {
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    const manifest = await writeMonth(archiving, month);
    await keepFiles(archiving.directory, manifest);
    if (await untilNobodyWaits(() => dropWritten(archiving, manifest))) return manifest;
    await proveAll(archiving);
  }
  throw new Problem('unavailable', `${month} goes on changing: usage is being recorded in it.`);
}

// The files --------------------------------------------------------------------------------------

async function writeMonth({ database, directory }: Archiving, month: string): Promise<Manifest> {
  const position = await currentPosition(database);
  return onConnection(database, (db, connection) =>
    db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        const period = calendarMonth(month, 'UTC');
        await refuseUnproven(tx, month, period);
        await refuseOpenWork(tx, month, period);
        await refuseUnbilled(tx, month, period);
        const content = await contentOf(tx, month);
        if ((content.usage['']?.events ?? 0) !== content.events)
          throw new Error(`Usage by the hour of ${month} is not what its events come to.`);
        const files = [];
        for (const table of tables)
          files.push(await writeTable(connection, directory, table, month));
        return { month, position, ...content, files };
      }),
  );
}

function inTheWay(month: string, detail: string): Problem {
  return new Problem('invalid_state', `${month} cannot be archived: ${detail}`);
}

async function refuseUnproven(db: Queryable, month: string, period: Period): Promise<void> {
  const { failing, upTo } = await proven(db);
  if (failing.length > 0)
    throw inTheWay(
      month,
      `the checks do not hold (${failing.join(', ')}). \`customary check\` says why.`,
    );
  if (await hasEntriesSince(db, period, upTo))
    throw inTheWay(
      month,
      'what was recorded in it last has not been proven yet. Try again in a minute.',
    );
}

async function refuseOpenWork(db: Queryable, month: string, period: Period): Promise<void> {
  const { drafts, runs, deferred } = await openWork(db, period);
  if (drafts.length > 0)
    throw inTheWay(month, `drafts bill usage of it: ${drafts.join(', ')}. Issue them first.`);
  if (runs.length > 0) throw inTheWay(month, `a billing run is under way: ${runs.join(', ')}.`);
  if (deferred.length > 0)
    throw inTheWay(month, `re-attributions wait to be applied: ${deferred.join(', ')}.`);
}

async function refuseUnbilled(db: Queryable, month: string, period: Period): Promise<void> {
  const ids = await unbilledIn(db, period);
  if (ids.length > 0)
    throw inTheWay(
      month,
      `usage in it has not been billed, or not all of it: ${ids.join(', ')}. Bill it, and issue the invoices; what a run finds nothing in is billed.`,
    );
}

// The end ----------------------------------------------------------------------------------------

/**
 * Records the month as archived and drops it, in one transaction; does nothing, and says so, where anything came to it
 * since its files were written.
 */
async function dropWritten({ database, clock }: Archiving, manifest: Manifest): Promise<boolean> {
  const { month, position } = manifest;
  const period = calendarMonth(month, 'UTC');
  const asked = { kind: 'archive.month', actor: 'system' };
  return act(database, clock, asked, async (action) => {
    const { tx } = action;
    await waitBriefly(tx);
    await moveAlone(action, 'exclusive');
    await lockFold(tx);
    const isFree = (await lockState(tx)) !== null;
    await holdDocuments(tx);
    const isChanged =
      !isFree ||
      (await hasEntriesSince(tx, period, position)) ||
      (await hasVoidsSince(tx, position));
    if (isChanged) return false;
    await refuseOpenWork(tx, month, period);
    await takeOut(tx, period);
    await insertArchived(action, manifest);
    await dropMonth(tx, month);
    await record(action, manifest);
    return true;
  });
}

async function record(action: Action, manifest: Manifest): Promise<void> {
  await audit(action, {
    action: 'archive.month',
    resourceId: manifest.month,
    before: null,
    after: manifest,
  });
}

const LOCK_NOT_AVAILABLE = '55P03';

async function untilNobodyWaits<T>(work: () => Promise<T>): Promise<T> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      if (waits >= WAITS_MAX)
        throw new Problem(
          'unavailable',
          'Somebody has been reading usage for long, or a run is under way. The files are written; ask again later.',
        );
      await delay(WAIT_MS);
    }
  }
}
