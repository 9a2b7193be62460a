import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { upcomingOf } from './upcoming-actions.ts';
import { upcoming, upcomingQuery, upcomingToApi } from './upcoming-schema.ts';

export function registerUpcoming(app: FastifyInstance, deployment: Deployment): void {
  read(
    app,
    {
      id: 'invoices.upcoming',
      method: 'GET',
      url: '/v1/invoices/upcoming',
      permission: 'invoices.read',
      summary: 'What a payer’s running cycle comes to so far',
      description:
        'What a billing run would draft, had the cycle ended: fees and usage that fall due in it, and what follows up on earlier invoices, with taxes and breakdown. Nothing is stored.',
      query: upcomingQuery,
      reply: upcoming,
    },
    async ({ query }) =>
      upcomingToApi(
        await upcomingOf(deployment.database, query.organizationId, deployment.clock()),
      ),
  );
}
