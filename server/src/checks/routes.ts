import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { runChecks } from './actions.ts';
import { checks } from './schema.ts';

export function registerChecks(app: FastifyInstance, deployment: Deployment): void {
  read(
    app,
    {
      id: 'checks.run',
      method: 'GET',
      url: '/v1/checks',
      permission: 'checks.read',
      summary: 'Prove that the books hold',
      description:
        'Recomputes, from the rows themselves and in one snapshot, what must always hold. A check that fails names the rows.',
      reply: checks,
    },
    () => runChecks(deployment.database),
  );
}
