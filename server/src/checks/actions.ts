import { sql } from 'kysely';
import { currentPosition, latestPosition, inOneSnapshot } from '../db/act.ts';
import type { Database, Tx } from '../db/connect.ts';
import { holding } from '../db/hold.ts';
import type { Clock } from '../lib/clock.ts';
import { epochMs, type Instant, plusMs } from '../lib/instant.ts';
import { checkConservation } from './conservation-queries.ts';
import { checkDerivedUsage, checkTouchedHours, type Snapshots } from './derived-usage-queries.ts';
import { checkExactlyOnce } from './exactly-once-queries.ts';
import { checkExplained } from './explained-actions.ts';
import { checkIssued } from './issued-queries.ts';
import { fromTheBeginning, type Since } from './since-queries.ts';
import { isMostNew } from './since-rules.ts';
import { highestJournalId, keepProven, provenSoFar } from './state-queries.ts';
import { type Check, checkNames } from './verdict.ts';
import { checkTimeTravel } from './time-travel-queries.ts';
import { checkTwoClocks } from './two-clocks-queries.ts';
import { positionAfter } from '../usage/fold-queries.ts';

const checksByName: Record<Check['name'], (tx: Tx, since: Since) => Promise<Check>> = {
  conservation: checkConservation,
  explained: checkExplained,
  twoClocks: checkTwoClocks,
  issued: checkIssued,
  exactlyOnce: checkExactlyOnce,
  timeTravel: checkTimeTravel,
  derivedUsage: checkDerivedUsage,
};

type Looked = Check & {
  /** What had been proven before, and was not looked at again. */
  provenBefore: number;
  tookMs: number;
};

/** With what checks look; they may be left at any moment, so that a process that stops waits for none. */
type Looking = { database: Database; clock: Clock; stopping?: AbortSignal | undefined };

/**
 * All checks over one snapshot, so that what is recorded meanwhile cannot look like an error: of what is new since each
 * was proven last, or of everything. Whoever looks at everything also says what is proven from then on.
 */
export async function runChecks(
  looking: Looking,
  { complete }: { complete: boolean },
): Promise<{ position: number; complete: boolean; checks: Looked[] }> {
  const { database, clock } = looking;
  const { position, checks } = await lookAt(looking, { complete });
  const now = clock();
  if (complete) for (const check of checks) await keep(database, check, position, now, true);
  return { position, complete: checks.every((check) => check.provenBefore === 0), checks };
}

/** A check that fails takes as long each time as there is to look at: it is left alone for so long. */
const FAILING_AGAIN_MS = 60 * 60 * 1000;

/** And where all of them take long, they rest so many times as long: they never take much from those who wait for answers. */
const RESTS = 9;

/** The checks that look at each event by itself can do so in parts. */
const inParts: readonly Check['name'][] = ['conservation', 'exactlyOnce', 'timeTravel'];
const partsMax = { events: 200_000, journalRows: 10_000 };

/**
 * Proves what is new, so that there is little to look at for whoever asks; one process at a time does. Each look has a
 * snapshot of its own, and is of so many events at once: as long as one lasts, no version of a row goes that was updated
 * meanwhile, and hours are all the time.
 */
export async function advanceChecks(looking: Looking, atOnce = partsMax): Promise<void> {
  const { database, clock } = looking;
  await holding(database, 'customary.checks', async () => {
    const now = clock();
    const kept = await provenSoFar(database.db);
    const tookMs = [...kept.values()].reduce((sum, check) => sum + check.took_ms, 0);
    const isDue = (name: Check['name']) => {
      const last = kept.get(name);
      if (last === undefined) return true;
      const restMs = Math.max(RESTS * tookMs, last.ok ? 0 : FAILING_AGAIN_MS);
      return plusMs(last.looked_at, restMs) <= now;
    };
    for (const due of checkNames.filter(isDue)) await advance(looking, due, atOnce);
  });
}

/** Part by part, up to what is recorded when it begins, or until it fails. */
async function advance(
  looking: Looking,
  name: Check['name'],
  atOnce: typeof partsMax,
): Promise<void> {
  const { database, clock } = looking;
  const goal = await currentPosition(database);
  if (name === 'derivedUsage' && (await advanceHours(looking))) return;
  const only = { name, ...(inParts.includes(name) && { atOnce }) };
  let tookMs = 0;
  for (;;) {
    const { position, checks } = await lookAt(looking, { complete: false, only });
    const [check] = checks;
    if (check === undefined) return;
    tookMs += check.tookMs;
    await keep(database, { ...check, tookMs }, position, clock(), false);
    const isPart = only.atOnce !== undefined && (check.upTo ?? goal) < goal;
    if (!check.ok || !isPart) return;
  }
}

/** Each part of the touched hours has a snapshot of its own. False: nothing was proven yet. */
async function advanceHours({ database, clock, stopping }: Looking): Promise<boolean> {
  const since = (await provenSoFar(database.db)).get('derivedUsage')?.since;
  if (since === undefined || since.position === 0) return false;
  const begunMs = epochMs(clock());
  const snapshot: Snapshots = (look) =>
    inOneSnapshot(
      database,
      async (tx) => {
        await withoutWorkers(tx);
        return look(tx);
      },
      stopping,
    );
  const check = await checkTouchedHours(snapshot, since);
  const looked = { ...check, provenBefore: since.position, tookMs: epochMs(clock()) - begunMs };
  await keep(database, looked, check.upTo ?? since.position, clock(), false);
  return true;
}

/** What nobody waits for takes no workers from those who do. */
async function withoutWorkers(tx: Tx): Promise<void> {
  await sql`set local max_parallel_workers_per_gather = 0`.execute(tx);
}

/** One check for which nobody waits; in parts, where it says how much at once. */
type Only = { name: Check['name']; atOnce?: typeof partsMax };

async function lookAt(
  { database, clock, stopping }: Looking,
  { complete, only }: { complete: boolean; only?: Only },
): Promise<{ position: number; checks: Looked[] }> {
  await currentPosition(database);
  const look = async (tx: Tx) => {
    if (only !== undefined) await withoutWorkers(tx);
    const position = await latestPosition(tx);
    const proven = complete ? new Map<string, never>() : await provenSoFar(tx);
    const checks: Looked[] = [];
    for (const name of only === undefined ? checkNames : [only.name]) {
      const kept = proven.get(name)?.since ?? fromTheBeginning;
      const known = only === undefined && isMostNew(kept, position) ? fromTheBeginning : kept;
      const since = { ...known, upTo: await boundOf(tx, known, only) };
      const begunMs = epochMs(clock());
      const looked = await checksByName[name](tx, since);
      const check = since.upTo === null ? looked : { ...looked, upTo: since.upTo.position };
      checks.push({ ...check, provenBefore: since.position, tookMs: epochMs(clock()) - begunMs });
    }
    return { position, checks };
  };
  return inOneSnapshot(database, look, stopping);
}

/** Where nothing was proven yet, everything is looked at together. */
async function boundOf(tx: Tx, since: Since, only: Only | undefined): Promise<Since['upTo']> {
  if (only?.atOnce === undefined || since.position === 0) return null;
  const position = await positionAfter(tx, since.position, only.atOnce);
  return { position, journalCeiling: await highestJournalId(tx, since.position, position) };
}

async function keep(
  database: Database,
  check: Looked,
  position: number,
  now: Instant,
  evenIfChanged: boolean,
): Promise<void> {
  const proven = Math.min(position, check.upTo ?? position);
  await keepProven(database, check, {
    since: check.provenBefore,
    position: proven,
    now,
    evenIfChanged,
  });
}
