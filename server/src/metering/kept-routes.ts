import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { changeOwnership } from '../repair/actions.ts';
import { conflictCursor, listConflicts, listRejects, storedBodies } from './kept-queries.ts';
import {
  conflict,
  conflictList,
  conflictToApi,
  ingestSettings,
  ingestSettingsUpdate,
  reject,
  rejectList,
  rejectReplay,
  rejectToApi,
  replayResult,
  replaysToApi,
} from './kept-schema.ts';
import { findIngestSettings } from './queries.ts';
import { replayRejects } from './replay-actions.ts';
import { changeIngestSettings } from './settings-actions.ts';

/** What is kept beside the events, and how unknown identifiers are met. */
export function registerKept(app: FastifyInstance, deployment: Deployment): void {
  registerRejects(app, deployment);
  registerConflicts(app, deployment);
  registerSettings(app, deployment);
}

function registerRejects(app: FastifyInstance, deployment: Deployment): void {
  const { database, secrets } = deployment;
  read(
    app,
    {
      id: 'rejects.list',
      method: 'GET',
      url: '/v1/rejects',
      permission: 'rejects.read',
      summary: 'List refused events, newest first',
      description: 'Kept encrypted; text that may be a key is shown masked.',
      query: rejectList,
      reply: pageOf(reject),
    },
    async ({ query }) =>
      toPage(
        await listRejects(database.db, query),
        query,
        (row) => String(row.id),
        (row) => rejectToApi(row, (sealed) => secrets.decrypt(sealed)),
      ),
  );
  write(
    app,
    deployment,
    {
      id: 'rejects.replay',
      method: 'POST',
      url: '/v1/rejects/replay',
      permission: 'rejects.replay',
      summary: 'Send refused events again, as they were sent',
      description:
        'By id, or all that match a filter, so many at once. What gets through is not sent again; what is refused again stays.',
      body: rejectReplay,
      reply: replayResult,
    },
    async (action, { body }) => {
      const { replays, remaining } = await replayRejects(action, deployment, body);
      return replaysToApi(replays, remaining);
    },
  );
}

function registerConflicts(app: FastifyInstance, { database: { db } }: Deployment): void {
  read(
    app,
    {
      id: 'conflicts.list',
      method: 'GET',
      url: '/v1/conflicts',
      permission: 'conflicts.read',
      summary: 'List other bodies of recorded events, newest first',
      description: 'The first body of an id stands; another one is kept, and not counted.',
      query: conflictList,
      reply: pageOf(conflict),
    },
    async ({ query }) => {
      const rows = await listConflicts(db, query);
      const first = await storedBodies(db, [...new Set(rows.map((row) => row.event_id))]);
      return toPage(rows, query, conflictCursor, (row) =>
        conflictToApi(row, first.get(row.event_id)),
      );
    },
  );
}

function registerSettings(app: FastifyInstance, deployment: Deployment): void {
  const url = '/v1/ingest-settings';
  read(
    app,
    {
      id: 'ingestSettings.get',
      method: 'GET',
      url,
      permission: 'ingestSettings.read',
      summary: 'How unknown identifiers are met',
      reply: ingestSettings,
    },
    async () => findIngestSettings(deployment.database.db),
  );
  write(
    app,
    deployment,
    {
      id: 'ingestSettings.update',
      method: 'PATCH',
      url,
      permission: 'ingestSettings.update',
      summary: 'Change how unknown identifiers are met',
      body: ingestSettingsUpdate,
      reply: ingestSettings,
    },
    async (action, { body, ifMatch }) =>
      changeOwnership(action, async () => {
        const before = await findIngestSettings(action.tx);
        requireVersion(before, ifMatch);
        return { result: await changeIngestSettings(action, before, body), touched: {} };
      }),
  );
}
