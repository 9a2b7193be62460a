import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { startupOptions } from '../db/connect.ts';
import { workerLock } from './queries.ts';

/** Shows the other processes that a worker lives. */
export type Presence = {
  /** Resolves once everybody can see it. */
  readonly shown: Promise<void>;
  end(): Promise<void>;
};

const RECONNECT_MS = 1000;

// A machine that vanished without a word is noticed within a minute, not after two hours.
const KEEPALIVE =
  '-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3';

/**
 * Holds an advisory lock on a connection of its own: it ends with the process at once, however that ends, and
 * PostgreSQL tells everybody who asks. No clock, no heartbeat, nothing to clean up.
 *
 * While that connection is lost others may take our jobs for a dead worker's: what a job does bears to be begun twice.
 */
export function showPresence(url: string, workerId: string, log: Logger): Presence {
  let ended = false;
  let session: Promise<pg.Client>;

  const open = async (): Promise<pg.Client> => {
    for (;;) {
      const client = newClient(url);
      try {
        await client.connect();
        await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [
          workerLock(workerId),
        ]);
        client.once('end', () => {
          if (!ended) session = open();
        });
        return client;
      } catch (error) {
        await client.end().catch(() => undefined);
        if (ended) throw error;
        log.warn({ err: error }, 'cannot show that this worker lives; trying again');
        await delay(RECONNECT_MS, undefined, { ref: false });
      }
    }
  };
  session = open();
  return {
    shown: session.then(() => undefined),
    async end() {
      ended = true;
      const client = await session.catch(() => undefined);
      await client?.end();
    },
  };
}

function newClient(url: string): pg.Client {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'customary workers',
    options: `${startupOptions('app')} ${KEEPALIVE}`,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  return client;
}
