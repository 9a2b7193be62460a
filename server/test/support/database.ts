import { randomBytes } from 'node:crypto';
import pg from 'pg';

export type TestDatabase = { url: string; drop: () => Promise<void> };

/** A migrated database of its own, for one test file: call in `beforeAll`, drop in `afterAll`. */
export function testDatabase(): Promise<TestDatabase> {
  return create(fromSetup('CUSTOMARY_TEST_TEMPLATE'));
}

/** An empty one, for tests of the migrations themselves. */
export function emptyDatabase(): Promise<TestDatabase> {
  return create('template0');
}

async function create(template: string): Promise<TestDatabase> {
  const server = fromSetup('CUSTOMARY_TEST_SERVER');
  const name = `customary_test_${randomBytes(8).toString('hex')}`;
  await maintain(server, async (client) => {
    // One copy at a time: a template cannot be copied while anybody else is in it.
    await client.query(`select pg_advisory_lock(hashtextextended('customary.test-template', 0))`);
    await client.query(`create database ${name} template ${template}`);
  });
  const drop = () =>
    maintain(server, async (client) => {
      await client.query(`drop database if exists ${name} with (force)`);
    });
  return { url: withDatabase(server, name), drop };
}

/** A connected client of the superuser, who may corrupt what the application's role cannot touch. */
export async function adminClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'customary test' });
  await client.connect();
  return client;
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function maintain(server: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = await adminClient(withDatabase(server, 'postgres'));
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function fromSetup(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} is not set: database tests run under vitest, whose global setup starts PostgreSQL`,
  );
}
