import { randomBytes } from 'node:crypto';
import { startEmbedded } from '../../src/db/embedded/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { adminClient, withDatabase } from './database.ts';
import { startOwnPostgres } from './own-postgres.ts';
import { removeLeftOvers, throwAwayDirectory } from './throw-away.ts';

type Server = { url: string; stop: () => Promise<void> };

/**
 * Once per run: one PostgreSQL, with a migrated template that `testDatabase()` copies. To test on another
 * than the embedded one set CUSTOMARY_TEST_POSTGRES_BIN (an installation's programs, for a throw-away server)
 * or CUSTOMARY_TEST_DATABASE_URL (a superuser on a server that runs).
 */
export async function setup(): Promise<() => Promise<void>> {
  // Several projects of one run share it.
  if (process.env['CUSTOMARY_TEST_SERVER'] !== undefined) return async () => undefined;
  const server = await chooseServer();
  const template = `customary_template_${randomBytes(6).toString('hex')}`;
  try {
    await execute(server.url, `create database ${template} template template0`);
    await migrate({ url: withDatabase(server.url, template) });
  } catch (error) {
    await server.stop();
    throw error;
  }
  // Workers start after this, and inherit it.
  process.env['CUSTOMARY_TEST_SERVER'] = server.url;
  process.env['CUSTOMARY_TEST_TEMPLATE'] = template;
  return async () => {
    await execute(server.url, `drop database ${template} with (force)`);
    await server.stop();
  };
}

async function chooseServer(): Promise<Server> {
  const given = process.env['CUSTOMARY_TEST_DATABASE_URL'];
  if (given) return { url: given, stop: async () => undefined };
  removeLeftOvers();
  const bin = process.env['CUSTOMARY_TEST_POSTGRES_BIN'];
  return bin ? startOwnPostgres(bin) : startThrowAway();
}

async function startThrowAway(): Promise<Server> {
  const directory = throwAwayDirectory();
  const postgres = await startEmbedded({
    dataDir: directory.path,
    durable: false,
    log: console.log,
  });
  return {
    url: postgres.url,
    stop: async () => {
      await postgres.stop();
      directory.remove();
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = await adminClient(withDatabase(url, 'postgres'));
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
