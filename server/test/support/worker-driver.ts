/**
 * A process that takes jobs and never ends one, to be killed by tests:
 *   node --import tsx worker-driver.ts <url of the database>
 * What it has begun it writes into the table `public.begun`.
 */
import { pino } from 'pino';
import { connect } from '../../src/db/connect.ts';
import type { Handler } from '../../src/jobs/tasks.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createSecrets } from '../../src/lib/secrets.ts';

const [url = ''] = process.argv.slice(2);
const database = connect({ url, role: 'app', connectionsMax: 2 });
const deployment = {
  database,
  clock: systemClock,
  secrets: createSecrets('test secret key'),
  log: pino({ level: 'silent' }),
};

const stuck: Handler = {
  async work(_deployment, { id }) {
    await database.pool.query('insert into public.begun (id, pid) values ($1, $2)', [
      id,
      process.pid,
    ]);
    return new Promise(() => undefined);
  },
  giveUp: async () => undefined,
  waiting: async () => [],
};

await startWorker(deployment, {
  handlers: {
    'billing.run': stuck,
    'messages.send': stuck,
    'links.send': stuck,
    'reattributions.redraft': stuck,
  },
});
console.log('ready');
