import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Secrets } from '../lib/secrets.ts';
import type { Database } from './connect.ts';

/** What every shell around the core (HTTP, jobs, CLI) works with. */
export type Deployment = {
  database: Database;
  clock: Clock;
  secrets: Secrets;
  log: Logger;
};
