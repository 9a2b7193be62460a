import { pino } from 'pino';
import { connect } from '../db/connect.ts';
import { createApp } from '../http/app.ts';
import { systemClock } from '../lib/clock.ts';
import { createSecrets } from '../lib/secrets.ts';

/** Prints the document that the server would serve; needs no database, as nothing is asked of it. */
export async function printOpenApi(): Promise<void> {
  const database = connect({ url: 'postgres://nobody@localhost:1/none', role: 'app' });
  const app = await createApp({ database, clock: systemClock, secrets: createSecrets('only to describe the API'), log: pino({ level: 'silent' }) });
  process.stdout.write(`${JSON.stringify(app.swagger(), null, 2)}\n`);
  await app.close();
  await database.close();
}
