import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { findIgnored, listIgnored } from './ignored-queries.ts';
import { ignoredList, ignoredParams, ignoredToApi, ignoredUsage } from './ignored-schema.ts';
import { eventsPage } from './line-routes.ts';
import { lineEvents, lineEventsQuery } from './line-schema.ts';

export function registerIgnoredUsage(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'ignoredUsage.list',
      method: 'GET',
      url: '/v1/ignored-usage',
      permission: 'invoices.read',
      summary: 'Late usage that was not billed because the policy is to ignore it, newest first',
      description:
        'One entry for each charge, service period and run. No later document counts it, whatever the policy has become.',
      query: ignoredList,
      reply: pageOf(ignoredUsage),
    },
    async ({ query }) =>
      toPage(
        await listIgnored(db, query, deployment.clock()),
        query,
        (row) => row.id,
        ignoredToApi,
      ),
  );
  read(
    app,
    {
      id: 'ignoredUsage.get',
      method: 'GET',
      url: '/v1/ignored-usage/:id',
      permission: 'invoices.read',
      summary: 'Get ignored usage',
      params: ignoredParams,
      reply: ignoredUsage,
    },
    async ({ params }) => ignoredToApi(await required(params.id)),
  );
  read(
    app,
    {
      id: 'ignoredUsage.events',
      method: 'GET',
      url: '/v1/ignored-usage/:id/events',
      permission: 'invoices.read',
      summary: 'The exact events that were ignored, in order of time',
      params: ignoredParams,
      query: lineEventsQuery,
      reply: lineEvents,
    },
    async ({ params, query }) => {
      const row = await required(params.id);
      const set = {
        from: row.occurred_from,
        to: row.occurred_to,
        after: row.position_after,
        upto: row.position,
      };
      return eventsPage(db, query, {
        event_sign: 1,
        event_count: row.event_count,
        event_quantity: row.event_quantity,
        event_hash: row.event_hash,
        counted: row.counted,
        range: { ...set, subscriptionId: row.subscription_id, ignoring: [set], onlyIgnored: true },
      });
    },
  );

  async function required(id: string) {
    const row = await findIgnored(db, id);
    if (row === undefined) throw notFound('ignored usage', id);
    return row;
  }
}
