import { sql } from 'kysely';
import type { Database } from './connect.ts';

/**
 * Holds a name while `work` runs, on a connection of its own: the lock ends with the process, however that ends.
 * Answers false, having done nothing, where somebody else holds it.
 */
export async function holding(
  database: Database,
  name: string,
  work: () => Promise<void>,
): Promise<boolean> {
  return database.db.connection().execute(async (connection) => {
    const key = sql`hashtextextended(${name}, 0)`;
    const { rows } = await sql<{
      held: boolean;
    }>`select pg_try_advisory_lock(${key}) as held`.execute(connection);
    if (rows[0]?.held !== true) return false;
    try {
      await work();
      return true;
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(connection);
    }
  });
}
