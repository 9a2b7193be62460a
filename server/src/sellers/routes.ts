import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { download } from '../http/download.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { Problem } from '../lib/problem.ts';
import { requireLockedSeller, requireSeller, updateSeller } from './actions.ts';
import { findLogo } from './queries.ts';
import { seller, sellerToApi, sellerUpdate } from './schema.ts';

export function registerSeller(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'seller.get',
      method: 'GET',
      url: '/v1/seller',
      permission: 'seller.read',
      summary: 'Who issues the documents',
      reply: seller,
    },
    async () => sellerToApi(await requireSeller(db)),
  );
  write(
    app,
    deployment,
    {
      id: 'seller.update',
      method: 'PATCH',
      url: '/v1/seller',
      permission: 'seller.update',
      summary: 'Change who issues the documents',
      description:
        'For what is issued from now on: what was issued keeps what it says, and its number.',
      body: sellerUpdate,
      reply: seller,
    },
    async (action, { body, ifMatch }) => {
      const before = await requireLockedSeller(action);
      requireVersion(before, ifMatch);
      return updateSeller(action, before, body);
    },
  );
  download(
    app,
    {
      id: 'seller.logo',
      url: '/v1/seller/logo',
      permission: 'seller.read',
      summary: 'The logo',
      file: 'image',
    },
    async () => {
      const { logo_hash: hash } = await requireSeller(db);
      const logo = hash === null ? undefined : await findLogo(db, hash);
      if (logo === undefined) throw new Problem('not_found', 'There is no logo.');
      return {
        fileName: `logo.${logo.media_type === 'image/png' ? 'png' : 'jpg'}`,
        mediaType: logo.media_type,
        content: logo.bytes,
      };
    },
  );
}
