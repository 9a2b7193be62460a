/**
 * A worker that sends mail, to be killed by tests:
 *   node --import tsx mail-worker.ts <url of the database> <url of the mail server> <sender>
 */
import { pino } from 'pino';
import { connect } from '../../src/db/connect.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createSecrets } from '../../src/lib/secrets.ts';

const [url = '', smtpUrl = '', from = ''] = process.argv.slice(2);
await startWorker({
  database: connect({ url, role: 'app', connectionsMax: 2 }),
  clock: systemClock,
  secrets: createSecrets('test secret key'),
  log: pino({ level: 'silent' }),
  mail: { smtpUrl, from },
});
