import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import {
  applyPreview,
  keepPreview,
  previewAgain,
  previewReattribution,
  renewPreview,
  requireReattribution,
  undoReattribution,
} from './reattribution-actions.ts';
import { findReattribution, listReattributions } from './reattribution-queries.ts';
import {
  reattribution,
  reattributionCreate,
  reattributionList,
  reattributionParams,
  reattributionToApi,
} from './reattribution-schema.ts';

export function registerReattributions(app: FastifyInstance, deployment: Deployment): void {
  registerReads(app, deployment);
  registerWrites(app, deployment);
}

function registerReads(app: FastifyInstance, { database: { db } }: Deployment): void {
  read(
    app,
    {
      id: 'reattributions.list',
      method: 'GET',
      url: '/v1/reattributions',
      permission: 'reattributions.read',
      summary: 'List re-attributions, newest first',
      query: reattributionList,
      reply: pageOf(reattribution),
    },
    async ({ query }) =>
      toPage(await listReattributions(db, query), query, (row) => row.id, reattributionToApi),
  );
  read(
    app,
    {
      id: 'reattributions.get',
      method: 'GET',
      url: '/v1/reattributions/:id',
      permission: 'reattributions.read',
      summary: 'Get a re-attribution, with its preview',
      params: reattributionParams,
      reply: reattribution,
    },
    async ({ params }) => {
      const row = await findReattribution(db, params.id);
      if (row === undefined) throw notFound('re-attribution', params.id);
      return reattributionToApi(row);
    },
  );
}

function registerWrites(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'reattributions.create',
      method: 'POST',
      url: '/v1/reattributions',
      permission: 'reattributions.create',
      summary: 'Preview a re-attribution of recorded usage',
      description:
        'Shows what would move and what it would do to drafts, invoices and what everybody owes. Nothing changes until it is applied.',
      body: reattributionCreate,
      reply: reattribution,
      status: 201,
      idempotent: false,
    },
    async (action, { body }) => {
      // Carried out and taken back in a transaction of its own; this one keeps what it showed.
      const { actor, requestId } = action;
      const asked = { kind: 'reattributions.preview', actor, requestId };
      const preview = await previewReattribution(deployment, asked, body);
      return reattributionToApi(await keepPreview(action, preview));
    },
  );
  write(
    app,
    deployment,
    {
      id: 'reattributions.preview',
      method: 'POST',
      url: '/v1/reattributions/:id/preview',
      permission: 'reattributions.create',
      summary: 'Preview it, or preview it again',
      description:
        'For what a change of ownership left to be moved later, and for a preview that has become stale.',
      params: reattributionParams,
      reply: reattribution,
      idempotent: false,
    },
    async (action, { params }) => {
      const { actor, requestId } = action;
      const asked = { kind: 'reattributions.preview', actor, requestId };
      const row = await requireReattribution(action, params.id);
      const shown = await previewAgain(deployment, asked, row);
      return reattributionToApi(await renewPreview(action, params.id, shown));
    },
  );
  const verb = {
    method: 'POST',
    permission: 'reattributions.apply',
    params: reattributionParams,
    reply: reattribution,
  } as const;
  write(
    app,
    deployment,
    {
      ...verb,
      id: 'reattributions.apply',
      url: '/v1/reattributions/:id/apply',
      summary: 'Do what was previewed',
      description:
        'Moves exactly the events that were previewed, all or none: what was recorded since is not in it. Refused as `preview_stale` where these events, or where they would go, have changed since. Applying it again answers the same.',
    },
    async (action, { params }) => reattributionToApi(await applyPreview(action, params.id)),
  );
  write(
    app,
    deployment,
    {
      ...verb,
      id: 'reattributions.undo',
      url: '/v1/reattributions/:id/undo',
      summary: 'Take back what was applied',
      description:
        'Appends the compensation: figures return exactly. What something else has moved since is left where it is, and listed.',
    },
    async (action, { params }) => reattributionToApi(await undoReattribution(action, params.id)),
  );
}
