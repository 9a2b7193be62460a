import { sql } from 'kysely';
import { connect, type Database, type Tx } from './connect.ts';

/**
 * Does `work` in a transaction that a process which stops need not wait for: when `stopping` says so, PostgreSQL ends
 * its connection, in the middle of whatever it runs. Only for what may be left undone at any moment.
 */
export async function endedBy<T>(
  stopping: AbortSignal,
  { database, tx }: { database: Database; tx: Tx },
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
  const pid = rows[0]?.pid ?? 0;
  let ending: Promise<void> | undefined;
  const end = () => {
    ending = endConnection(database.url, pid);
  };
  if (stopping.aborted) end();
  stopping.addEventListener('abort', end);
  try {
    return await work();
  } finally {
    stopping.removeEventListener('abort', end);
    await ending; // so that it cannot hit whoever has the connection next
  }
}

/** As whoever the URL names: the role that other connections take may end none of them. */
async function endConnection(url: string, pid: number): Promise<void> {
  const owner = connect({ url, role: 'owner', connectionsMax: 1 });
  try {
    await sql`select pg_terminate_backend(${pid})`.execute(owner.db);
  } catch {
    // A database that cannot be reached has ended it by itself.
  } finally {
    await owner.close();
  }
}
