import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { runChecks } from './actions.ts';
import { checks, checksQuery } from './schema.ts';

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
        'Recomputes, from the rows themselves and in one snapshot, what must always hold: of what was recorded since it was proven last, which happens once a minute, or, with `complete=true`, of everything. A check that fails names the rows, and is looked at again until it holds.',
      query: checksQuery,
      reply: checks,
    },
    ({ query: { complete } }) => runChecks(deployment, { complete }),
  );
}
