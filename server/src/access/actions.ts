import { randomBytes } from 'node:crypto';
import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { notFound } from '../lib/problem.ts';
import { hashSecret } from '../lib/secrets.ts';
import type { Grant } from './permissions.ts';
import { type ApiKeyRow, findApiKey, insertApiKey, markRevoked } from './queries.ts';
import { apiKeyToApi } from './schema.ts';

const SECRET_BYTES = 24;

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
  // Who made it is in the audit log from now on.
  return { row: await requireApiKey(action, id), secret };
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
