import { z } from 'zod';
import { idOf, instant, nameInput, pageQuery, reasonInput, resource } from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import { type Permission, permissions, type Role, roles } from './permissions.ts';
import type { PersonRow, SessionRow } from './people-queries.ts';

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
    lastSignedInAt: instant.nullable(),
    invitation: z
      .object({
        expiresAt: instant,
        delivery: z
          .enum(['link', 'queued', 'sent', 'failed'])
          .describe('`link`: not mailed; whoever invited has the link to pass on.'),
        detail: z.string().nullable().describe('What the mail server said.'),
      })
      .nullable()
      .describe('The invitation that is open, if any.'),
  })
  .meta({ id: 'Person' });

export const invitedPerson = person
  .extend({
    link: z
      .object({ url: z.string(), expiresAt: instant })
      .nullable()
      .describe('To be passed on: shown once, null when it is mailed or the request is repeated.'),
  })
  .meta({ id: 'InvitedPerson' });

export const personList = z.strictObject({
  ...pageQuery,
  role: roleInput.optional(),
  status: personStatus.optional(),
  search: z.string().trim().min(1).max(limits.nameCharsMax).optional(),
});

export const personInvite = z
  .strictObject({
    email: emailInput,
    name: nameInput.optional().describe('By default, what stands before the @.'),
    role: roleInput,
  })
  .meta({ id: 'PersonInvite' });

export const personUpdate = z
  .strictObject({ name: nameInput.optional(), role: roleInput.optional(), reason: reasonInput })
  .meta({ id: 'PersonUpdate' });

export const personReason = z.strictObject({ reason: reasonInput }).meta({ id: 'PersonReason' });

export const meUpdate = z.strictObject({ name: nameInput }).meta({ id: 'MeUpdate' });

export const session = z
  .object({
    id: z.string(),
    isCurrent: z.boolean(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    createdAt: instant,
    lastSeenAt: instant.describe('To the hour.'),
    expiresAt: instant,
  })
  .meta({ id: 'Session' });

export const sessionParams = z.strictObject({ id: idOf('ses') });

export function sessionToApi(row: SessionRow, currentId: string): z.output<typeof session> {
  return {
    id: row.id,
    isCurrent: row.id === currentId,
    ip: row.ip_address || null,
    userAgent: row.user_agent || null,
    createdAt: row.created_at,
    lastSeenAt: row.updated_at,
    expiresAt: row.expires_at,
  };
}

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
    lastSignedInAt: row.last_signed_in_at,
    invitation:
      row.invitation_expires_at === null
        ? null
        : {
            expiresAt: row.invitation_expires_at,
            delivery: (row.invitation_mail_status ?? 'link') as
              | 'link'
              | 'queued'
              | 'sent'
              | 'failed',
            detail: row.invitation_mail_detail,
          },
  };
}

export const me = z
  .object({
    kind: z.enum(['person', 'apiKey', 'shareLink']),
    id: z.string(),
    name: z.string(),
    email: z.string().nullable().describe('Null for an API key.'),
    role: z.enum(roles).nullable().describe('Null for an API key.'),
    permissions: z.array(z.enum(permissions as unknown as [Permission, ...Permission[]])),
    twoFactorEnabled: z.boolean(),
    sessionId: z.string().nullable(),
    share: z
      .object({
        organizationId: z.string(),
        organizationName: z.string(),
        sellerName: z.string(),
        expiresAt: instant,
      })
      .nullable()
      .describe(
        'Of a share link: whose statement and invoices it shows, from whom, and until when.',
      ),
  })
  .meta({ id: 'Me' });
