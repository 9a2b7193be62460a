import { z } from 'zod';
import {
  booleanQuery,
  idOf,
  instant,
  instantInput,
  nameInput,
  pageQuery,
  resource,
} from '../http/shapes.ts';
import type { Instant } from '../lib/instant.ts';
import type { ShareLinkRow } from './share-link-queries.ts';
import { shareLinkStatus, shareLinkStatuses } from './share-link-rules.ts';

const fields = {
  id: z.string(),
  organizationId: z.string().describe('Whose statement and invoices it shows; nobody else’s.'),
  name: z.string().nullable().describe('Whom it is for, in your words.'),
  status: z.enum(shareLinkStatuses),
  createdBy: z.string(),
  expiresAt: instant,
  revokedAt: instant.nullable(),
  lastUsedAt: instant.nullable().describe('To the minute.'),
  ...resource,
};

export const shareLink = z.object(fields).meta({ id: 'ShareLink' });

export const createdShareLink = z
  .object({
    ...fields,
    token: z
      .string()
      .nullable()
      .describe('Sent as `x-share-token`. Shown once, null when the request is repeated.'),
    url: z
      .string()
      .nullable()
      .describe(
        'The page that shows it. The token is in the fragment, which browsers send to nobody.',
      ),
  })
  .meta({ id: 'CreatedShareLink' });

export const shareLinkCreate = z
  .strictObject({
    organizationId: idOf('org'),
    name: nameInput.optional(),
    expiresAt: instantInput.optional().describe('Default: in 30 days; at most a year from now.'),
  })
  .meta({ id: 'ShareLinkCreate' });

export const shareLinkParams = z.strictObject({ id: idOf('shr') });

export const shareLinkList = z.strictObject({
  ...pageQuery,
  organizationId: idOf('org').optional(),
  active: booleanQuery.optional().describe('`true`: only those that work.'),
});

export function shareLinkToApi(row: ShareLinkRow, now: Instant): z.output<typeof shareLink> {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    status: shareLinkStatus(row, now),
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
