/**
 * A server process reduced to its PostgreSQL, to be killed by tests:
 *   node --import tsx embedded-driver.ts <data directory> [fast] [busy]
 * Prints `{"url", "adopted"}` when it is up; SIGTERM stops it in good order, SIGUSR2 makes it exit without.
 */
import pg from 'pg';
import { startEmbedded } from '../../src/db/embedded/embedded.ts';

const [dataDir = '', ...flags] = process.argv.slice(2);
const postgres = await startEmbedded({
  dataDir,
  durable: !flags.includes('fast'),
  log: (line) => console.error(line),
});
process.once('SIGTERM', () => {
  void postgres.stop().then(() => process.exit(0));
});
process.once('SIGUSR2', () => process.exit(3));

if (flags.includes('busy')) {
  // A session that goes on at work, holding a lock, when this process is killed.
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('select pg_advisory_lock(42)');
  client.query('select pg_sleep(600)').catch(() => undefined);
}
console.log(JSON.stringify({ url: postgres.url, adopted: postgres.adopted }));
setInterval(() => undefined, 60_000);
