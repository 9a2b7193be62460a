import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { write } from '../http/operation.ts';
import { applyMerge, previewMerge, previewMergeAgain, undoMerge } from './merge-actions.ts';
import { merge, mergeCreate, mergeParams, mergeToApi } from './merge-schema.ts';
import { keepRepair } from './repair-actions.ts';
import { registerRepair } from './repair-routes.ts';

export function registerMerges(app: FastifyInstance, deployment: Deployment): void {
  registerRepair(app, deployment, {
    kind: 'merge',
    params: mergeParams,
    reply: merge,
    toApi: mergeToApi,
    previewAgain: previewMergeAgain,
  });
  registerPreview(app, deployment);
  registerVerbs(app, deployment);
}

function registerPreview(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'merges.create',
      method: 'POST',
      url: '/v1/merges',
      permission: 'merges.create',
      summary: 'Preview the merge of an organization into another',
      description:
        'Shows what would move, what it would do to drafts, invoices and what everybody owes, and which usage subscriptions of both would price: that asks for a choice. Nothing changes until it is applied.',
      body: mergeCreate,
      reply: merge,
      status: 201,
      idempotent: false,
    },
    async (action, { body }) => {
      // Carried out and taken back in a transaction of its own; this one keeps what it showed.
      const { actor, requestId } = action;
      const preview = await previewMerge(
        deployment,
        { kind: 'merges.preview', actor, requestId },
        body,
      );
      return mergeToApi(await keepRepair(action, preview));
    },
  );
}

function registerVerbs(app: FastifyInstance, deployment: Deployment): void {
  const verb = {
    method: 'POST',
    permission: 'merges.apply',
    params: mergeParams,
    reply: merge,
  } as const;
  write(
    app,
    deployment,
    {
      ...verb,
      id: 'merges.apply',
      url: '/v1/merges/:id/apply',
      summary: 'Merge as previewed',
      description:
        'From then on the survivor answers wherever the merged organization is named; usage that was recorded since the preview follows. Refused as `preview_stale` where what was previewed, or where it would go, has changed since, and as `choice_required` where usage would be ambiguous. Applying it again answers the same.',
    },
    async (action, { params }) => mergeToApi(await applyMerge(action, params.id)),
  );
  write(
    app,
    deployment,
    {
      ...verb,
      id: 'merges.undo',
      url: '/v1/merges/:id/undo',
      summary: 'Take a merge back',
      description:
        'Appends the compensation: the organization answers for itself again, and usage that was moved returns. What occurred from the merge until now stays with the survivor.',
    },
    async (action, { params }) => mergeToApi(await undoMerge(action, params.id)),
  );
}
