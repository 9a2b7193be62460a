import { sql } from 'kysely';
import type { Clock } from '../lib/clock.ts';
import type { Instant } from '../lib/instant.ts';
import { Problem } from '../lib/problem.ts';
import { traced } from '../lib/tracing.ts';
import { endedBy } from './end.ts';
import {
  type Connection,
  type Database,
  onConnection,
  type Queryable,
  type Tx,
} from './connect.ts';

/** What an action works with: its transaction, the one instant it happens at, and who asked. */
export type Action = {
  readonly tx: Tx;
  readonly now: Instant;
  /** The id of the API key or the person, or `system`. */
  readonly actor: string;
  /** What the actor is called at the moment. */
  readonly actorName: string | null;
  readonly from: Source | null;
  readonly requestId: string | null;
  /** The journal row of this transaction; everything it records carries this id. Only `inOrder` draws another. */
  journalId: number;
};

/** From where somebody asks. */
export type Source = { readonly ip: string | null; readonly userAgent: string | null };

export type Asked = {
  kind: string;
  actor: string;
  actorName?: string | null;
  from?: Source | null;
  requestId?: string | null;
};

const ATTEMPTS_MAX = 4;
// Serialization failure, deadlock; and a foreign key whose row was removed since it was read: the next attempt sees that.
const RETRYABLE = new Set(['40001', '40P01', '23503']);

/**
 * One action = one transaction = one journal row. Retried when PostgreSQL asks for it, so `work` must have
 * no effect outside its transaction.
 */
export async function act<T>(
  database: Database,
  clock: Clock,
  asked: Asked,
  work: (action: Action) => Promise<T>,
): Promise<T> {
  return again(database, asked, () =>
    database.db.transaction().execute(async (tx) => work(await begin(tx, clock(), asked))),
  );
}

/** The same with the connection itself, for `COPY`. */
export async function actOnConnection<T>(
  database: Database,
  clock: Clock,
  asked: Asked,
  work: (action: Action, connection: Connection) => Promise<T>,
): Promise<T> {
  return again(database, asked, () =>
    onConnection(database, (db, connection) =>
      db.transaction().execute(async (tx) => work(await begin(tx, clock(), asked), connection)),
    ),
  );
}

function again<T>(
  { tracing }: Database,
  { kind }: Asked,
  attemptOnce: () => Promise<T>,
): Promise<T> {
  return traced(tracing, `record ${kind}`, {}, async (tell) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await attemptOnce();
      } catch (error) {
        if (attempt >= ATTEMPTS_MAX || !isRetryable(error)) throw error;
        tell({ 'customary.attempts': attempt + 1 });
      }
    }
  });
}

async function begin(tx: Tx, now: Instant, asked: Asked): Promise<Action> {
  const { id } = await tx
    .insertInto('journal')
    .values({ kind: asked.kind, actor: asked.actor, recorded_at: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return {
    tx,
    now,
    actor: asked.actor,
    actorName: asked.actorName ?? null,
    from: asked.from ?? null,
    requestId: asked.requestId ?? null,
    journalId: id,
  };
}

function isRetryable(error: unknown): boolean {
  return RETRYABLE.has((error as { code?: string }).code ?? '');
}

/**
 * Runs an action to see what it would come to, over one snapshot, and takes it back. What it would record has a
 * position of its own, `asIf`, after everything else, so that what is read at it is what would be so afterwards;
 * `position` is that of the snapshot.
 */
export async function rehearse<T>(
  database: Database,
  clock: Clock,
  asked: Asked,
  work: (action: Action, positions: { position: number; asIf: number }) => Promise<T>,
): Promise<T> {
  await currentPosition(database);
  for (let attempt = 1; ; attempt += 1) {
    const tx = await database.db.startTransaction().setIsolationLevel('repeatable read').execute();
    try {
      await sql`select set_config('customary.rehearsing', 'yes', true)`.execute(tx);
      const position = await latestPosition(tx);
      const action = await begin(tx, clock(), asked);
      const asIf = AFTER_ALL + action.journalId;
      await tx
        .updateTable('journal')
        .set({ position: asIf })
        .where('id', '=', action.journalId)
        .execute();
      return await work(action, { position, asIf });
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX || !isRetryable(error)) throw error;
    } finally {
      await tx.rollback().execute();
    }
  }
}

/** Beyond every position, and still a safe integer. */
const AFTER_ALL = 9_000_000_000_000_000;

/**
 * The lock between storing usage and changing who owns it (design §4.1). Storing transactions share it for the
 * moment of resolving and storing; a verb that changes ownership holds it alone, so that no attribution is ever
 * stored from an ownership that has just ceased to hold.
 */
export async function lockOwnership(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(ownership_lock_key())`.execute(tx);
}

/** Shares the lock; answers the version of ownership that stands until the transaction ends. */
export async function shareOwnership(tx: Tx): Promise<number> {
  const { rows } = await sql<{ version: number }>`select share_ownership() as version`.execute(tx);
  return rows[0]?.version ?? 0;
}

/**
 * Holds the ownership lock alone. The journal row was drawn before the lock was held, and who held it meanwhile may
 * have drawn a later one: then this action draws another, so that the corrections of an event lie in the order of the
 * journal in which they were made. The row drawn first stays, and records nothing.
 */
export async function ownAlone(action: Action): Promise<void> {
  await lockOwnership(action.tx);
  await inOrder(action);
}

async function inOrder(action: Action): Promise<void> {
  const { rows } = await sql<{ id: number }>`
    insert into journal (kind, actor, recorded_at)
    select kind, actor, recorded_at from journal
     where id = ${action.journalId} and exists (select from journal where id > ${action.journalId})
    returning id`.execute(action.tx);
  action.journalId = rows[0]?.id ?? action.journalId;
}

/**
 * For whoever moves recorded usage: one at a time, and no change of ownership meanwhile. Where ownership is only
 * shared, usage goes on being recorded. The moves' own lock comes first, so that nobody who holds ownership waits for it.
 */
export async function moveAlone(action: Action, mode: 'shared' | 'exclusive'): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('customary.moves', 0))`.execute(
    action.tx,
  );
  if (mode === 'shared') await shareOwnership(action.tx);
  else await lockOwnership(action.tx);
  await inOrder(action);
}

/** Numbers the journal up to what has been committed; answers the latest position. */
export async function currentPosition(database: Database): Promise<number> {
  const { rows } = await sql<{ position: number }>`select number_journal() as position`.execute(
    database.db,
  );
  return rows[0]?.position ?? 0;
}

/** The latest position that has been given out, without giving out any; 0: none has. */
export async function latestPosition(db: Queryable): Promise<number> {
  const { position } = await db
    .selectFrom('journal')
    .select((e) => e.fn.max('position').as('position'))
    .executeTakeFirstOrThrow();
  return position ?? 0;
}

/** Reads everything as of one moment; ended, with what it is running, when `stopping` says so. */
export async function inOneSnapshot<T>(
  database: Database,
  work: (tx: Tx) => Promise<T>,
  stopping?: AbortSignal,
): Promise<T> {
  const snapshot = database.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only');
  if (stopping === undefined) return snapshot.execute(work);
  try {
    return await snapshot.execute((tx) => endedBy(stopping, { database, tx }, () => work(tx)));
  } catch (error) {
    if (!stopping.aborted) throw error;
    throw new Problem('unavailable', 'This server is stopping. Try again shortly.');
  }
}
