/**
 * The API as a process of its own, with a clock that its parent sets, to be killed by the test of the year:
 *   node year-driver.js <url of the database> <instant>
 */
import { pino } from 'pino';
import { connect } from '../../src/db/connect.ts';
import { createApp } from '../../src/http/app.ts';
import type { Instant } from '../../src/lib/instant.ts';
import { createSecrets } from '../../src/lib/secrets.ts';

const [url = '', startsAt = ''] = process.argv.slice(2);
let now = startsAt as Instant;
const app = await createApp({
  database: connect({ url, role: 'app', connectionsMax: 8, name: 'customary year' }),
  clock: () => now,
  secrets: createSecrets('test secret key'),
  log: pino({ level: 'error' }),
  passwordCost: { N: 1024, r: 8, p: 1 },
});
process.on('disconnect', () => process.exit());
process.on('message', (instant: Instant) => {
  now = instant;
  process.send?.({ now });
});
process.send?.({ url: await app.listen({ port: 0, host: '127.0.0.1' }) });
