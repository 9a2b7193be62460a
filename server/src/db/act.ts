import { sql } from 'kysely';
import type { Clock } from '../lib/clock.ts';
import type { Instant } from '../lib/instant.ts';
import type { Database, Tx } from './connect.ts';

/** What an action works with: its transaction, the one instant it happens at, and who asked. */
export type Action = {
  readonly tx: Tx;
  readonly now: Instant;
  /** The id of the API key, or `system`. */
  readonly actor: string;
  readonly requestId: string | null;
  /** The journal row of this transaction; everything it records carries this id. */
  readonly journalId: number;
};

export type Asked = { kind: string; actor: string; requestId?: string | null };

const ATTEMPTS_MAX = 4;
const RETRYABLE = new Set(['40001', '40P01']); // serialization failure, deadlock

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
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.db.transaction().execute(async (tx) => {
        const now = clock();
        const { id } = await tx
          .insertInto('journal')
          .values({ kind: asked.kind, actor: asked.actor, recorded_at: now })
          .returning('id')
          .executeTakeFirstOrThrow();
        return work({
          tx,
          now,
          actor: asked.actor,
          requestId: asked.requestId ?? null,
          journalId: id,
        });
      });
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX || !RETRYABLE.has((error as { code?: string }).code ?? ''))
        throw error;
    }
  }
}

/**
 * The lock between storing usage and changing who owns it (design §4.1). Storing transactions share it for the
 * moment of resolving and storing; a verb that changes ownership holds it alone, so that no attribution is ever
 * stored from an ownership that has just ceased to hold.
 */
export async function lockOwnership(tx: Tx, mode: 'shared' | 'exclusive'): Promise<void> {
  const key = sql`hashtextextended('customary.ownership', 0)`;
  await (
    mode === 'shared'
      ? sql`select pg_advisory_xact_lock_shared(${key})`
      : sql`select pg_advisory_xact_lock(${key})`
  ).execute(tx);
}

/** Numbers the journal up to what has been committed; answers the latest position. */
export async function currentPosition(database: Database): Promise<number> {
  const { rows } = await sql<{ position: number }>`select number_journal() as position`.execute(
    database.db,
  );
  return rows[0]?.position ?? 0;
}
