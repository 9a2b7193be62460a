import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { refuseArchived } from '../archive/queries.ts';
import type { Queryable } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { listUsageEvents, signedFigures } from '../rating/event-set-queries.ts';
import type { Counted, UsageRange } from '../rating/queries.ts';
import { type CountedLine, findCountedCreditLine, findCountedLine } from './invoice-queries.ts';
import {
  computedFigures,
  creditLineParams,
  lineEvents,
  lineEventsQuery,
  lineEventToApi,
  lineFigures,
  lineParams,
  type SetFigures,
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
      return eventsPage(db, query, setOfLine(line));
    },
  );
  read(
    app,
    {
      id: 'creditNoteLines.events',
      method: 'GET',
      url: '/v1/credit-note-lines/:id/events',
      permission: 'creditNotes.read',
      summary: 'The exact events behind a line of a credit note, in order of time',
      description:
        'As those of an invoice line: a credit takes back the events with sign -1. A part of an invoice line that was credited by hand has none; its usage stays billed.',
      params: creditLineParams,
      query: lineEventsQuery,
      reply: lineEvents,
    },
    async ({ params, query }) => {
      const line = await findCountedCreditLine(db, params.id);
      if (line === undefined) throw notFound('credit note line', params.id);
      return eventsPage(db, query, setOfLine(line));
    },
  );
}

/** A set of events and what somebody keeps of it: a line, or ignored usage. */
export type NamedSet = SetFigures & {
  readonly counted: Counted | null;
  readonly range: UsageRange;
};

/** The set of an invoice line, or of a line of a credit note. */
export function setOfLine(line: CountedLine): NamedSet {
  return {
    ...line,
    range: {
      subscriptionId: line.subscription_id,
      from: line.payer_from,
      to: line.payer_to,
      after: line.position_after,
      upto: line.position,
      ignoring: line.ignoring ?? [],
    },
  };
}

/** A page of a set's events; with the first, the figures of the whole set, computed from them. */
export async function eventsPage(
  db: Queryable,
  { limit, cursor }: z.output<typeof lineEventsQuery>,
  set: NamedSet,
): Promise<z.output<typeof lineEvents>> {
  const figures = lineFigures(set);
  const { counted, range } = set;
  if (counted === null) return { items: [], nextCursor: null, ...figures, computed: null };
  await refuseArchived(db, [range]);
  const events = await listUsageEvents(db, range, counted, {
    limit: limit + 1,
    afterEvent: cursor ?? null,
  });
  const computed =
    cursor === undefined ? computedFigures(set, await signedFigures(db, range, counted)) : null;
  return {
    ...toPage(
      events,
      { limit },
      (event) => `${event.occurredAt} ${event.id}`,
      (event) => lineEventToApi(event, set.event_sign),
    ),
    ...figures,
    computed,
  };
}
