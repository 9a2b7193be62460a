import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseArchivedEvent, refuseArchivedKey } from '../archive/queries.ts';
import { inOneSnapshot } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import { askedBy, read } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { acceptGzip } from '../http/gzip.ts';
import { limits } from '../lib/limits.ts';
import type { Metrics } from '../metrics/registry-actions.ts';
import { notFound, Problem } from '../lib/problem.ts';
import {
  attributionHistory,
  type EventRow,
  findEvent,
  joinAsWritten,
  traceCredits,
  traceIgnored,
  traceLines,
  traceNames,
} from './event-queries.ts';
import { createIntake, type Intake } from './intake-actions.ts';
import { event, eventParams, ingestBody, ingestResult, trace } from './schema.ts';
import { eventCursor, listEvents } from './search-queries.ts';
import { eventList, eventSearch } from './search-schema.ts';
import { validateEvents } from './validation-schema.ts';
import { eventToApi, traceToApi } from './wire-schema.ts';

export function registerEvents(
  app: FastifyInstance,
  deployment: Deployment,
  metrics: Metrics,
): void {
  const intake = createIntake(deployment);
  metrics.watchIntake(() => intake.load());
  void app.register(async (scope) => {
    admit(scope, intake);
    acceptGzip(scope);
    registerIngest(scope, deployment, { intake, metrics });
  });
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'events.list',
      method: 'GET',
      url: '/v1/events',
      permission: 'events.read',
      summary: 'List events, latest occurrence first',
      query: eventList,
      reply: pageOf(event),
    },
    async ({ query }) => {
      const rows = await listEvents(db, query);
      const { source, clientId } = query;
      if (rows.length === 0 && clientId !== undefined)
        await refuseArchivedKey(db, { source: source ?? '', clientId });
      return toPage(rows, query, eventCursor, eventToApi);
    },
  );
  read(
    app,
    {
      id: 'events.search',
      method: 'POST',
      url: '/v1/events/search',
      permission: 'events.read',
      summary: 'Find events by what they carry, too, latest occurrence first',
      description:
        'As the list, and by any identifier as it was sent. It changes nothing; it is a POST because a credential ID may be a live key and has no place in an address.',
      body: eventSearch,
      idempotent: false,
      reply: pageOf(event),
    },
    async ({ body }) => {
      const { credential, subscription, subscriber, organization, product, ...filter } = body;
      const email = subscriber?.includes('@') === true ? subscriber.toLowerCase() : subscriber;
      const claims = { credential, subscription, subscriber: email, organization, product };
      return toPage(await listEvents(db, { ...filter, claims }), body, eventCursor, eventToApi);
    },
  );
  read(
    app,
    {
      id: 'events.get',
      method: 'GET',
      url: '/v1/events/:id',
      permission: 'events.read',
      summary: 'Get an event and what it is attributed to',
      params: eventParams,
      reply: event,
    },
    async ({ params }) => {
      const row = await requireEvent(db, params.id);
      return eventToApi(row);
    },
  );
  read(
    app,
    {
      id: 'events.trace',
      method: 'GET',
      url: '/v1/events/:id/trace',
      permission: 'events.read',
      summary: 'Follow an event to the statement it ends on',
      description:
        'Every hop, the rule that decided and why, and the lines of invoices and credit notes whose set holds the event.',
      params: eventParams,
      reply: trace,
    },
    ({ params }) =>
      inOneSnapshot(deployment.database, async (tx) => {
        const row = await requireEvent(tx, params.id);
        await joinAsWritten(tx);
        return traceToApi(
          row,
          await traceNames(tx, row),
          {
            lines: await traceLines(tx, row),
            credits: await traceCredits(tx, row),
            ignored: await traceIgnored(tx, row),
          },
          await attributionHistory(tx, row),
        );
      }),
  );
}

async function requireEvent(db: Queryable, id: string): Promise<EventRow> {
  const row = await findEvent(db, id);
  if (row !== undefined) return row;
  await refuseArchivedEvent(db, id);
  throw notFound('event', id);
}

/** Bytes taken for a request that does not say how long it is. */
const UNANNOUNCED_BYTES = 1024 * 1024;

/** Makes room before a body is read, and gives it back once the request is over, however that ends. */
function admit(scope: FastifyInstance, intake: Intake): void {
  const leave = new WeakMap<FastifyRequest, () => void>();
  scope.addHook('onRequest', async (request) => {
    const announced = Number(request.headers['content-length'] ?? UNANNOUNCED_BYTES);
    leave.set(request, intake.admit(Math.min(announced, limits.bodyBytesMax)));
  });
  scope.addHook('onResponse', async (request) => leave.get(request)?.());
  scope.addHook('onRequestAbort', async (request) => leave.get(request)?.());
}

function registerIngest(
  app: FastifyInstance,
  deployment: Deployment,
  { intake, metrics }: { intake: Intake; metrics: Metrics },
): void {
  read(
    app,
    {
      id: 'events.ingest',
      method: 'POST',
      url: '/v1/events',
      permission: 'events.ingest',
      summary: 'Record usage: one event, an array, or NDJSON',
      description:
        'Durable before the answer. The body may be gzip (`Content-Encoding: gzip`). An event counts once, for ever, by `source` and `id`, so a retry is always safe. ' +
        'One bad event does not fail its neighbours; a single event that is refused is answered as a problem.',
      body: ingestBody,
      validateBody: false,
      idempotent: false,
      reply: ingestResult,
    },
    async ({ request }) => {
      const sorted = validateEvents(request.body, deployment.clock());
      const result = await intake.record(askedBy(request, 'events.ingest'), sorted);
      metrics.countIngested('accepted', result.accepted);
      metrics.countIngested('duplicate', result.duplicates);
      metrics.countIngested('conflict', result.conflicts.length);
      metrics.countIngested('rejected', result.rejected.length);
      const [refused] = result.rejected;
      if (!sorted.single || refused === undefined) return result;
      const { code, pointer, detail } = refused;
      throw new Problem(
        code.startsWith('unknown_') && code !== 'unknown_field'
          ? 'unprocessable'
          : 'invalid_request',
        pointer === '' ? detail : `${pointer}: ${detail}`,
        [{ pointer, code, detail }],
      );
    },
  );
}
