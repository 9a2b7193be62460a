import { sql } from 'kysely';
import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';

/** `/healthz`: the process answers. `/readyz`: and the database does too. */
export function registerHealth(app: FastifyInstance, deployment: Deployment): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async () => {
    await sql`select 1 from deployment`.execute(deployment.database.db);
    return { status: 'ready' };
  });
}
