import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Deployment } from '../db/deployment.ts';
import { OneTimeSecret, read, write } from '../http/operation.ts';
import { pageOf, pageQuery, toPage } from '../http/shapes.ts';
import { createApiKey, revokeApiKey } from './actions.ts';
import { listApiKeys } from './queries.ts';
import { Problem } from '../lib/problem.ts';
import { expand, type Grant } from './permissions.ts';
import type { Principal } from './principal.ts';
import { apiKey, apiKeyCreate, apiKeyParams, apiKeyToApi, createdApiKey } from './schema.ts';

export function registerApiKeys(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;

  read(
    app,
    {
      id: 'apiKeys.list',
      method: 'GET',
      url: '/v1/api-keys',
      permission: 'apiKeys.read',
      summary: 'List API keys, newest first',
      query: z.strictObject(pageQuery),
      reply: pageOf(apiKey),
    },
    async ({ query }) => toPage(await listApiKeys(db, query), query, (row) => row.id, apiKeyToApi),
  );

  write(
    app,
    deployment,
    {
      id: 'apiKeys.create',
      method: 'POST',
      url: '/v1/api-keys',
      permission: 'apiKeys.create',
      summary: 'Create an API key',
      description: 'The key is shown once and kept as a hash.',
      body: apiKeyCreate,
      reply: createdApiKey,
      status: 201,
    },
    async (action, { body, principal }) => {
      refuseMoreThanHeld(body.permissions, principal);
      const { row, secret } = await createApiKey(action, body);
      const shown = apiKeyToApi(row);
      return new OneTimeSecret({ ...shown, key: secret }, { ...shown, key: null as string | null });
    },
  );

  write(
    app,
    deployment,
    {
      id: 'apiKeys.revoke',
      method: 'POST',
      url: '/v1/api-keys/:id/revoke',
      permission: 'apiKeys.revoke',
      summary: 'Revoke an API key',
      params: apiKeyParams,
      reply: apiKey,
    },
    async (action, { params }) => apiKeyToApi(await revokeApiKey(action, params.id)),
  );
}

/** Nobody gives away what he does not have: else the permission to create keys would be every permission. */
function refuseMoreThanHeld(granted: readonly Grant[], principal: Principal): void {
  const missing = [...expand(granted)].filter(
    (permission) => !principal.permissions.has(permission),
  );
  if (missing.length === 0) return;
  throw new Problem(
    'forbidden',
    `An API key can only be given what the one that creates it has; "${principal.name}" lacks ${missing.join(', ')}.`,
    [{ pointer: '/permissions', code: 'not_held', detail: 'Leave out what you do not have.' }],
  );
}
