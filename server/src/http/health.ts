import { setTimeout as passed } from 'node:timers/promises';
import { sql } from 'kysely';
import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';

/** `/healthz`: the process answers. `/readyz`: and the database does too. */
export function registerHealth(app: FastifyInstance, deployment: Deployment): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  let asking: Promise<unknown> | null = null;
  /** One question at a time: a database that hangs would keep a connection for each. */
  const ask = (): Promise<unknown> => {
    asking ??= sql`select 1 from deployment`
      .execute(deployment.database.db)
      .finally(() => (asking = null));
    return asking;
  };
  app.get('/readyz', { schema: { hide: true } }, async () => {
    const waiting = new AbortController();
    const away = passed(limits.readyMsMax, 'away', { signal: waiting.signal });
    try {
      if ((await Promise.race([ask(), away])) === 'away')
        throw new Problem('unavailable', 'The database does not answer at the moment.');
    } finally {
      away.catch(() => undefined);
      waiting.abort();
    }
    return { status: 'ready' };
  });
}
