import { z } from 'zod';
import { idOf, instant, resource } from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import { type Permission, permissions, type Role, roles } from './permissions.ts';
import type { PersonRow } from './people-queries.ts';

export const roleInput = z.enum(roles);

export const emailInput = z
  .email('Expected an e-mail address')
  .max(limits.emailCharsMax)
  .transform((text) => text.toLowerCase());

/** Any but the very short: length is what makes a password hard to guess. */
export const newPassword = z
  .string()
  .min(limits.passwordCharsMin, `Use at least ${limits.passwordCharsMin} characters`)
  .max(limits.passwordCharsMax)
  .refine((text) => new Set(text).size >= 5, 'Use at least five different characters');

export const personStatus = z.enum(['invited', 'active', 'deactivated']);

export const person = z
  .object({
    id: z.string(),
    ...resource,
    name: z.string(),
    email: z.string(),
    role: z.enum(roles),
    status: personStatus,
    twoFactorEnabled: z.boolean(),
    joinedAt: instant.nullable(),
    deactivatedAt: instant.nullable(),
  })
  .meta({ id: 'Person' });

export const personParams = z.strictObject({ id: idOf('prs') });

export function personToApi(row: PersonRow): z.output<typeof person> {
  return {
    id: row.id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
    name: row.name,
    email: row.email,
    role: row.role as Role,
    status:
      row.deactivated_at !== null ? 'deactivated' : row.joined_at === null ? 'invited' : 'active',
    twoFactorEnabled: row.two_factor_enabled,
    joinedAt: row.joined_at,
    deactivatedAt: row.deactivated_at,
  };
}

export const me = z
  .object({
    kind: z.enum(['person', 'apiKey']),
    id: z.string(),
    name: z.string(),
    email: z.string().nullable().describe('Null for an API key.'),
    role: z.enum(roles).nullable().describe('Null for an API key.'),
    permissions: z.array(z.enum(permissions as unknown as [Permission, ...Permission[]])),
    twoFactorEnabled: z.boolean(),
    sessionId: z.string().nullable(),
  })
  .meta({ id: 'Me' });
