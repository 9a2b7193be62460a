import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { OneTimeSecret, read, requireVersion, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { originOf } from './people-routes.ts';
import {
  createShareLink,
  requireLockedShareLink,
  requireShareLink,
  revokeShareLink,
} from './share-link-actions.ts';
import { listShareLinks } from './share-link-queries.ts';
import { shareUrl } from './share-link-rules.ts';
import {
  createdShareLink,
  shareLink,
  shareLinkCreate,
  shareLinkList,
  shareLinkParams,
  shareLinkToApi,
} from './share-link-schema.ts';

export function registerShareLinks(app: FastifyInstance, deployment: Deployment): void {
  registerReading(app, deployment);
  write(
    app,
    deployment,
    {
      id: 'shareLinks.create',
      method: 'POST',
      url: '/v1/share-links',
      permission: 'shareLinks.create',
      summary: 'Show what a customer owes to whoever has the link',
      description:
        'The statement and the heads of the invoices of one customer, without an account, until the link expires or is revoked. The token is shown once and kept as a hash; whoever has it sends it as `x-share-token`, alone.',
      body: shareLinkCreate,
      reply: createdShareLink,
      status: 201,
    },
    async (action, { body, principal, request }) => {
      const { row, token } = await createShareLink(action, body, principal);
      const link = shareLinkToApi(row, action.now);
      const hidden = { ...link, token: null as string | null, url: null as string | null };
      const url = shareUrl(originOf(deployment, request), token);
      return new OneTimeSecret({ ...link, token, url }, hidden);
    },
  );
  write(
    app,
    deployment,
    {
      id: 'shareLinks.delete',
      method: 'DELETE',
      url: '/v1/share-links/:id',
      permission: 'shareLinks.revoke',
      summary: 'Revoke a share link',
      description: 'From this moment it shows nothing.',
      params: shareLinkParams,
      reply: shareLink,
    },
    async (action, { params, ifMatch }) => {
      const before = await requireLockedShareLink(action, params.id);
      requireVersion(before, ifMatch);
      return shareLinkToApi(await revokeShareLink(action, before), action.now);
    },
  );
}

function registerReading(app: FastifyInstance, { database: { db }, clock }: Deployment): void {
  read(
    app,
    {
      id: 'shareLinks.list',
      method: 'GET',
      url: '/v1/share-links',
      permission: 'shareLinks.read',
      summary: 'List share links, newest first',
      query: shareLinkList,
      reply: pageOf(shareLink),
    },
    async ({ query }) => {
      const now = clock();
      const rows = await listShareLinks(db, query, now);
      return toPage(
        rows,
        query,
        (row) => row.id,
        (row) => shareLinkToApi(row, now),
      );
    },
  );
  read(
    app,
    {
      id: 'shareLinks.get',
      method: 'GET',
      url: '/v1/share-links/:id',
      permission: 'shareLinks.read',
      summary: 'Get a share link',
      params: shareLinkParams,
      reply: shareLink,
    },
    async ({ params }) => shareLinkToApi(await requireShareLink(db, params.id), clock()),
  );
}
