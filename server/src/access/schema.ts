import { z } from 'zod';
import { idOf, instant, instantInput, nameInput } from '../http/shapes.ts';
import { grants, type Grant } from './permissions.ts';
import type { ApiKeyRow } from './queries.ts';

export const apiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    hint: z.string().describe('The beginning and the end of the key, to recognise it by.'),
    permissions: z.array(z.string()),
    createdAt: instant,
    createdBy: z
      .string()
      .nullable()
      .describe('The name of the person or key that made it; null: not known.'),
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const createdApiKey = apiKey
  .extend({
    key: z
      .string()
      .nullable()
      .describe('The key itself: shown once, null when the request is repeated.'),
  })
  .meta({ id: 'CreatedApiKey' });

export const apiKeyCreate = z
  .strictObject({
    name: nameInput,
    permissions: z
      .array(z.enum(grants as [Grant, ...Grant[]]))
      .min(1)
      .describe('Bundles (`admin`, `ingest`, `read`) or single permissions.'),
    expiresAt: instantInput.nullable().optional(),
  })
  .meta({ id: 'ApiKeyCreate' });

export const apiKeyParams = z.strictObject({ id: idOf('key') });

export function apiKeyToApi(row: ApiKeyRow): z.output<typeof apiKey> {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    permissions: row.permissions,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}
