import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { write } from '../http/operation.ts';
import { keepRepair } from './repair-actions.ts';
import { registerRepair } from './repair-routes.ts';
import { applySplit, previewSplit, previewSplitAgain, undoSplit } from './split-actions.ts';
import { split, splitCreate, splitParams, splitToApi } from './split-schema.ts';

export function registerSplits(app: FastifyInstance, deployment: Deployment): void {
  registerRepair(app, deployment, {
    kind: 'split',
    params: splitParams,
    reply: split,
    toApi: splitToApi,
    previewAgain: previewSplitAgain,
  });
  registerPreview(app, deployment);
  registerVerbs(app, deployment);
}

function registerPreview(app: FastifyInstance, deployment: Deployment): void {
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
