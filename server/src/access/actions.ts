import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { newId } from '../lib/id.ts';
import { plusMs, type Instant } from '../lib/instant.ts';
import { notFound, Problem } from '../lib/problem.ts';
import { hashSecret } from '../lib/secrets.ts';
import { expand, type Grant } from './permissions.ts';
import type { Principal } from './principal.ts';
import {
  type ApiKeyRow,
  findApiKey,
  findApiKeyByHash,
  insertApiKey,
  markRevoked,
  touchApiKey,
} from './queries.ts';
import { apiKeyToApi } from './schema.ts';

const USED_STALE_MS = 60_000;
const SECRET_BYTES = 24;

/** Who asks: from `Authorization: Bearer` or `x-api-key`, never both. */
export async function authenticate(
  deployment: Deployment,
  headers: IncomingHttpHeaders,
): Promise<Principal> {
  const secret = presentedKey(headers);
  if (secret === null)
    throw new Problem('unauthenticated', 'Send an API key as "Authorization: Bearer <key>".');
  const { db } = deployment.database;
  const key = await findApiKeyByHash(db, hashSecret(secret));
  const now = deployment.clock();
  if (key === undefined) throw new Problem('unauthenticated', 'This API key is not known here.');
  if (key.revoked_at !== null) throw new Problem('unauthenticated', 'This API key was revoked.');
  if (key.expires_at !== null && key.expires_at <= now)
    throw new Problem('unauthenticated', 'This API key has expired.');
  const staleBefore = plusMs(now, -USED_STALE_MS);
  if (key.last_used_at === null || key.last_used_at < staleBefore)
    await touchApiKey(db, key.id, now, staleBefore);
  return { id: key.id, name: key.name, permissions: expand(key.permissions) };
}

function presentedKey(headers: IncomingHttpHeaders): string | null {
  const header = headers['x-api-key'];
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (header !== undefined && headers.authorization !== undefined) {
    throw new Problem(
      'two_credentials',
      'Send the API key either as Authorization or as x-api-key, not both.',
    );
  }
  if (headers.authorization !== undefined && bearer === undefined) {
    throw new Problem('unauthenticated', 'The Authorization header must read "Bearer <key>".');
  }
  return bearer ?? (typeof header === 'string' && header !== '' ? header : null);
}

export type NewApiKey = {
  name: string;
  permissions: Grant[];
  expiresAt?: Instant | null | undefined;
  secret?: string;
};

/** Makes a key and answers its secret, which is kept only as a hash. `secret` is given for the bootstrap key alone. */
export async function createApiKey(
  action: Action,
  input: NewApiKey,
): Promise<{ row: ApiKeyRow; secret: string }> {
  const secret = input.secret ?? `cus_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const id = newId('key', action.now);
  await insertApiKey(action.tx, {
    id,
    name: input.name,
    hash: hashSecret(secret),
    hint: `${secret.slice(0, 4)}…${secret.slice(-4)}`,
    permissions: input.permissions,
    created_at: action.now,
    expires_at: input.expiresAt ?? null,
  });
  const row = await requireApiKey(action, id);
  await audit(action, {
    action: 'apiKeys.create',
    resourceId: id,
    before: null,
    after: apiKeyToApi(row),
  });
  return { row, secret };
}

export async function revokeApiKey(action: Action, id: string): Promise<ApiKeyRow> {
  const before = await requireApiKey(action, id);
  await markRevoked(action.tx, id, action.now);
  const after = await requireApiKey(action, id);
  await audit(action, {
    action: 'apiKeys.revoke',
    resourceId: id,
    before: apiKeyToApi(before),
    after: apiKeyToApi(after),
  });
  return after;
}

async function requireApiKey(action: Action, id: string): Promise<ApiKeyRow> {
  const row = await findApiKey(action.tx, id);
  if (row === undefined) throw notFound('API key', id);
  return row;
}
