import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { listUsageEvents, signedFigures } from '../rating/event-set-queries.ts';
import { findCountedLine } from './invoice-queries.ts';
import {
  computedFigures,
  lineEvents,
  lineEventsQuery,
  lineEventToApi,
  lineFigures,
  lineParams,
} from './line-schema.ts';

export function registerLines(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'invoiceLines.events',
      method: 'GET',
      url: '/v1/invoice-lines/:id/events',
      permission: 'invoices.read',
      summary: 'The exact events behind a line, in order of time',
      description:
        'Events that the line adds and that it takes back. With the first page come the figures of the whole set, computed from the events, beside those that the line keeps.',
      params: lineParams,
      query: lineEventsQuery,
      reply: lineEvents,
    },
    async ({ params, query }) => {
      const line = await findCountedLine(db, params.id);
      if (line === undefined) throw notFound('invoice line', params.id);
      const figures = lineFigures(line);
      const { counted } = line;
      if (counted === null) return { items: [], nextCursor: null, ...figures, computed: null };
      const range = {
        subscriptionId: line.subscription_id,
        from: line.payer_from,
        to: line.payer_to,
        after: line.position_after,
        upto: line.position,
      };
      const { limit, cursor } = query;
      const events = await listUsageEvents(db, range, counted, {
        limit: limit + 1,
        afterEvent: cursor ?? null,
      });
      const computed =
        cursor === undefined
          ? computedFigures(line, await signedFigures(db, range, counted))
          : null;
      return {
        ...toPage(
          events,
          { limit },
          (event) => `${event.occurredAt} ${event.id}`,
          (event) => lineEventToApi(event, line.event_sign),
        ),
        ...figures,
        computed,
      };
    },
  );
}
