import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';

import { repairList } from './merge-schema.ts';
import { keepRepair, keepRepairAgain, refuseDone, requireRepair } from './repair-actions.ts';
import { findRepair, listRepairs } from './repair-queries.ts';
import { applySplit, previewSplit, previewSplitAgain, undoSplit } from './split-actions.ts';
import { split, splitCreate, splitParams, splitToApi } from './split-schema.ts';

export function registerSplits(app: FastifyInstance, deployment: Deployment): void {
  registerReads(app, deployment);
  registerPreviews(app, deployment);
  registerVerbs(app, deployment);
}

function registerReads(app: FastifyInstance, { database: { db } }: Deployment): void {
  read(
    app,
    {
      id: 'splits.list',
      method: 'GET',
      url: '/v1/splits',
      permission: 'splits.read',
      summary: 'List splits of organizations, newest first',
      query: repairList,
      reply: pageOf(split),
    },
    async ({ query }) =>
      toPage(await listRepairs(db, 'split', query), query, (row) => row.id, splitToApi),
  );
  read(
    app,
    {
      id: 'splits.get',
      method: 'GET',
      url: '/v1/splits/:id',
      permission: 'splits.read',
      summary: 'Get a split, with its preview',
      params: splitParams,
      reply: split,
    },
    async ({ params }) => {
      const row = await findRepair(db, 'split', params.id);
      if (row === undefined) throw notFound('split', params.id);
      return splitToApi(row);
    },
  );
}

function registerPreviews(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'splits.create',
      method: 'POST',
      url: '/v1/splits',
      permission: 'splits.create',
      summary:
        'Preview a split: credentials and subscribers go to another organization, with their usage',
      description:
        'Into one that there is, or a new one. Shows what would move, and what it would do to drafts, invoices and what everybody owes. Nothing changes until it is applied.',
      body: splitCreate,
      reply: split,
      status: 201,
      idempotent: false,
    },
    async (action, { body }) => {
      // Carried out and taken back in a transaction of its own; this one keeps what it showed.
      const { actor, requestId } = action;
      const preview = await previewSplit(
        deployment,
        { kind: 'splits.preview', actor, requestId },
        body,
      );
      return splitToApi(await keepRepair(action, preview));
    },
  );
  write(
    app,
    deployment,
    {
      id: 'splits.preview',
      method: 'POST',
      url: '/v1/splits/:id/preview',
      permission: 'splits.create',
      summary: 'Preview it again, once its preview has become stale',
      params: splitParams,
      reply: split,
      idempotent: false,
    },
    async (action, { params }) => {
      const row = await requireRepair(action, 'split', params.id);
      refuseDone(row);
      const { actor, requestId } = action;
      const asked = { kind: 'splits.preview', actor, requestId };
      const shown = await previewSplitAgain(deployment, asked, row);
      return splitToApi(await keepRepairAgain(action, 'split', params.id, shown));
    },
  );
}

function registerVerbs(app: FastifyInstance, deployment: Deployment): void {
  const verb = {
    method: 'POST',
    permission: 'splits.apply',
    params: splitParams,
    reply: split,
  } as const;
  write(
    app,
    deployment,
    {
      ...verb,
      id: 'splits.apply',
      url: '/v1/splits/:id/apply',
      summary: 'Split as previewed',
      description:
        'All of it, or nothing; usage that was recorded since the preview follows. Refused as `preview_stale` where what was previewed, or where it would go, has changed since. Applying it again answers the same.',
    },
    async (action, { params }) => splitToApi(await applySplit(action, params.id)),
  );
  write(
    app,
    deployment,
    {
      ...verb,
      id: 'splits.undo',
      url: '/v1/splits/:id/undo',
      summary: 'Take a split back',
      description:
        'As if it had never been: credentials, subscribers and their usage return, but for what was moved on since. An organization that it made is archived, if nothing else came to it.',
    },
    async (action, { params }) => splitToApi(await undoSplit(action, params.id)),
  );
}
