import pg from 'pg';
import { password, SUPERUSER } from './cluster.ts';
import type { Placement } from './placement.ts';

export type Address = { host: string; port: number };

const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 20_000;
const GHOST_TIMEOUT_MS = 10_000;

export const DATABASE = 'customary';

/** For node-postgres and for libpq (psql) alike; a Unix socket's directory can only stand in `host=`. */
export function connectionUrl(place: Placement, { host, port }: Address): string {
  const url = new URL(`postgresql://${SUPERUSER}@localhost/${DATABASE}`);
  const secret = password(place);
  if (secret) url.password = secret;
  if (host.startsWith('/')) url.searchParams.set('host', host);
  else url.host = host;
  url.port = String(port);
  url.searchParams.set('sslmode', 'disable');
  return url.href;
}

export type Health = { version: string; dataDirectory: string; configuration: string | null };

/** What the server at this address says of itself; `undefined` if it does not answer in time. */
export async function askHealth(place: Placement, address: Address): Promise<Health | undefined> {
  try {
    return await withMaintenance(place, address, async (client) => {
      const result = await client.query<Health>(
        `select current_setting('server_version') as version,
                current_setting('data_directory') as "dataDirectory",
                current_setting('customary.configuration', true) as configuration`,
      );
      return result.rows[0];
    });
  } catch {
    return undefined;
  }
}

/** Sessions of a server that was killed may still be at work and hold locks: nobody waits for their answers. */
export async function endOtherSessions(place: Placement, address: Address): Promise<void> {
  await withMaintenance(place, address, (client) =>
    client.query(
      `select pg_terminate_backend(pid, $1) from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      [GHOST_TIMEOUT_MS],
    ),
  );
}

export async function ensureDatabase(place: Placement, address: Address): Promise<void> {
  await withMaintenance(place, address, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0)
      await client.query(`create database ${pg.escapeIdentifier(DATABASE)}`);
  });
}

async function withMaintenance<T>(
  place: Placement,
  address: Address,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const url = new URL(connectionUrl(place, address));
  url.pathname = '/postgres';
  const client = new pg.Client({
    connectionString: url.href,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    application_name: 'customary launcher',
  });
  client.on('error', () => undefined); // a broken connection also fails the query that needs it
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
