import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

/**
 * Changes of the catalog run one after another: they are rare, and their next version numbers and unique names then
 * need no retries. Ingest never waits here.
 */
export async function lockCatalog(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('customary.catalog', 0))`.execute(tx);
}
