// Migrates a throw-away database and prints, as JSON, its schema as SQL and its tables as types.

import pg from 'pg';
import { startEmbedded } from '../server/src/db/embedded/embedded.ts';
import { describeSchema, describeTypes } from '../server/src/db/describe.ts';
import { migrate } from '../server/src/db/migrate.ts';
import { throwAwayDirectory } from '../server/test/support/throw-away.ts';

const directory = throwAwayDirectory();
const postgres = await startEmbedded({
  dataDir: directory.path,
  durable: false,
  log: () => undefined,
});
try {
  await migrate({ url: postgres.url });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    const described = { schema: await describeSchema(client), types: await describeTypes(client) };
    process.stdout.write(JSON.stringify(described));
  } finally {
    await client.end();
  }
} finally {
  await postgres.stop();
  directory.remove();
}
