import { z } from 'zod';
import {
  booleanQuery,
  externalIdInput,
  idOf,
  instant,
  instantInput,
  metadata,
  metadataInput,
  pageQuery,
  reasonInput,
  reattributeInput,
  resource,
} from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import type { SubscriberRow } from './queries.ts';
import { emailCharsMax, isEmailAddress, isServiceAddress } from './rules.ts';

const organizationIdsMax = 100;

export const emailInput = z
  .string()
  .max(emailCharsMax)
  .refine(isEmailAddress, 'Expected an e-mail address, such as ada@acme.example')
  .refine((text) => !isServiceAddress(text), 'Addresses of customary.invalid are made by Customary')
  .meta({ examples: ['ada@acme.example'] });

const personName = z.string().trim().max(limits.nameCharsMax).nullable();

const organizationIds = z
  .array(idOf('org'))
  .min(1)
  .max(organizationIdsMax)
  .refine((ids) => new Set(ids).size === ids.length, 'Name each organization once')
  .describe('The first is primary. UNCLASSIFIED stands alone.');

const fields = {
  email: emailInput.describe(
    'Kept as given, compared without case; unique among live subscribers.',
  ),
  firstName: personName,
  lastName: personName,
  subscriberId: externalIdInput.describe(
    'Your own id for it, unique among live subscribers. Default: its `id`.',
  ),
  organizationIds,
  metadata: metadataInput,
};

export const subscriberCreate = z
  .strictObject({
    ...fields,
    from: instantInput.describe('From when it belongs to them; default: since ever.'),
  })
  .partial()
  .required({ email: true })
  .meta({ id: 'SubscriberCreate' });

export const subscriberUpdate = z
  .strictObject({
    ...fields,
    organizationIds: organizationIds.describe(
      'From now on. To change what was, post to `/memberships`.',
    ),
    reason: reasonInput,
  })
  .partial()
  .meta({ id: 'SubscriberUpdate' });

export const subscriberMemberships = z
  .strictObject({
    organizationIds,
    from: instantInput.nullable().optional().describe('Default: now; null: since ever.'),
    reason: reasonInput,
    reattribute: reattributeInput,
  })
  .meta({ id: 'SubscriberMemberships' });

export const subscriberReason = z.strictObject({ reason: reasonInput }).nullish();

export const subscriber = z
  .object({
    id: z.string(),
    email: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    subscriberId: z.string(),
    organizationIds: z
      .array(z.string())
      .describe('Those it belongs to now, the primary one first.'),
    metadata,
    autoCreated: z.boolean().describe('Made by usage that named it, not by a request.'),
    serviceOf: z
      .string()
      .nullable()
      .describe(
        'The organization it stands for where usage names nobody; null for everybody else.',
      ),
    archivedAt: instant.nullable(),
    ...resource,
  })
  .meta({ id: 'Subscriber' });

export const subscriberParams = z.strictObject({ id: idOf('sbr') });

export const subscriberList = z.strictObject({
  ...pageQuery,
  organizationId: idOf('org').optional().describe('Those that belong to it now.'),
  email: z.string().optional().describe('The whole address, compared without case.'),
  subscriberId: z.string().optional(),
  archived: booleanQuery
    .optional()
    .describe('`true`: only archived ones. Default: only live ones.'),
});

export type SubscriberCreate = z.output<typeof subscriberCreate>;
export type SubscriberUpdate = z.output<typeof subscriberUpdate>;
export type SubscriberApi = z.output<typeof subscriber>;

export function subscriberToApi(row: SubscriberRow): SubscriberApi {
  return {
    id: row.id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    subscriberId: row.subscriber_id,
    organizationIds: row.organization_ids,
    metadata: row.metadata as Record<string, string>,
    autoCreated: row.auto_created,
    serviceOf: row.service_of,
    archivedAt: row.archived_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
