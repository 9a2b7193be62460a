import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import pg from 'pg';
import type { Database, Queryable } from '../db/connect.ts';
import { plusMs, type Instant } from '../lib/instant.ts';

/**
 * Our pool as the sign-in library wants it: the same connections and role, but instants as `Date` and not as text.
 * Only the reading of answers differs, statement by statement.
 */
export function signInDatabase({ pool }: Database): Kysely<unknown> {
  const types = { getTypeParser: pg.types.getTypeParser };
  const adapted: PostgresPool = {
    async connect() {
      const client = await pool.connect();
      const query = (text: string, values: unknown[]) =>
        client.query({ text, values: [...values], types });
      return { query, release: () => client.release() } as unknown as PostgresPoolClient;
    },
    end: async () => undefined, // whoever made the pool ends it
  };
  return new Kysely({ dialect: new PostgresDialect({ pool: adapted }) });
}

export type Limit = { readonly max: number; readonly windowMs: number };

/**
 * Counts an attempt and answers how long to wait, or null where it may go on. One statement, so that attempts at the
 * same moment, in however many processes, cannot slip past each other.
 */
export async function countAttempt(
  db: Queryable,
  key: string,
  limit: Limit,
  now: Instant,
): Promise<Instant | null> {
  const windowEndsAt = plusMs(now, limit.windowMs);
  const { rows } = await sql<{ count: number; window_ends_at: Instant }>`
    insert into sign_in_attempts as a (key, count, window_ends_at) values (${key}, 1, ${windowEndsAt})
    on conflict (key) do update set
      count = case when a.window_ends_at <= ${now} then 1 else least(a.count + 1, 1000000) end,
      window_ends_at = case when a.window_ends_at <= ${now} then excluded.window_ends_at else a.window_ends_at end
    returning count, window_ends_at`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  if (row.count === 1) await forgetOldAttempts(db, now);
  return row.count > limit.max ? row.window_ends_at : null;
}

export async function forgetAttempts(db: Queryable, keys: readonly string[]): Promise<void> {
  await db.deleteFrom('sign_in_attempts').where('key', 'in', keys).execute();
}

const FORGOTTEN_AT_ONCE_MAX = 100;

async function forgetOldAttempts(db: Queryable, now: Instant): Promise<void> {
  await sql`delete from sign_in_attempts where key in (
    select key from sign_in_attempts where window_ends_at < ${now} order by window_ends_at
      limit ${FORGOTTEN_AT_ONCE_MAX} for update skip locked)`.execute(db);
}
