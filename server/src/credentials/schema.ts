import { z } from 'zod';
import { inOrderOfRecording, type TimelineEntryApi, timelineToApi } from '../audit/schema.ts';
import type { TimelineHistoryRow } from '../audit/timeline-queries.ts';
import {
  booleanQuery,
  idOf,
  instant,
  instantInput,
  metadata,
  metadataInput,
  nameInput,
  pageQuery,
  reasonInput,
  reattributeInput,
  resource,
} from '../http/shapes.ts';
import type { CredentialRow, NamedRange } from './queries.ts';
import { type Binding, credentialIdCharsMax, isCredentialId } from './rules.ts';
import type { TimelineRow } from '../lib/timeline.ts';

const tagsMax = 50;
const tagCharsMax = 64;
const secretCharsMax = 4096;
const emailCharsMax = 320;

const credentialIdInput = z
  .string()
  .refine(isCredentialId, `Expected 1 to ${credentialIdCharsMax} characters, none of them NUL`)
  .describe(
    'What usage identifies itself with: case-sensitive, stored once, only ever shown masked.',
  )
  .meta({ minLength: 1, maxLength: credentialIdCharsMax });

const tagInput = z.string().trim().min(1).max(tagCharsMax);

const reason = reasonInput;
const fromOrEver = instantInput.nullable().optional().describe('Default: now; null: since ever.');

const owner = {
  subscriberId: idOf('sbr'),
  subscriberEmail: z
    .string()
    .min(1)
    .max(emailCharsMax)
    .describe('In place of subscriberId: the e-mail of a live subscriber, compared without case.'),
  organizationId: idOf('org'),
  subscriptionId: idOf('sub')
    .nullable()
    .describe(
      'Of the organization or of one above it. Without one, the first usage associates it.',
    ),
};

const fields = {
  name: nameInput,
  ...owner,
  externalSecret: z
    .string()
    .min(1)
    .max(secretCharsMax)
    .nullable()
    .describe('Encrypted at rest and never shown, but by `reveal`.'),
  tags: z
    .array(tagInput)
    .max(tagsMax)
    .refine((tags) => new Set(tags).size === tags.length, 'Each tag once'),
  metadata: metadataInput,
};

/** The fields that say whom it is bound to: to change them is to move it. */
export const ownerFields = Object.keys(owner) as (keyof typeof owner)[];

type NamesSubscriber = { subscriberId?: unknown; subscriberEmail?: unknown };
const namesOne = (input: NamesSubscriber) =>
  input.subscriberId === undefined || input.subscriberEmail === undefined;
const once = {
  path: ['subscriberEmail'],
  message: 'Give subscriberId or subscriberEmail, not both',
};

export const credentialCreate = z
  .strictObject({
    ...fields,
    credentialId: credentialIdInput,
    from: instantInput.describe(
      'From when it is bound; default: since ever, or since the credential that had this ID before ended.',
    ),
  })
  .partial()
  .required({ name: true, organizationId: true, credentialId: true })
  .refine(namesOne, once)
  .refine((input) => input.subscriberId !== undefined || input.subscriberEmail !== undefined, {
    path: ['subscriberId'],
    message: 'Name the subscriber, by subscriberId or subscriberEmail',
  })
  .meta({ id: 'CredentialCreate' });

export const credentialUpdate = z
  .strictObject({ ...fields, reason })
  .partial()
  .refine(namesOne, once)
  .meta({
    id: 'CredentialUpdate',
    description:
      'Another subscriber, organization or subscription holds from now on, and takes the permission `credentials.move`. To change what was, post to `/move`.',
  });

export const credentialMove = z
  .strictObject({ ...owner, from: fromOrEver, reason, reattribute: reattributeInput })
  .partial()
  .refine(namesOne, once)
  .refine(
    (input) =>
      input.subscriberId !== undefined ||
      input.subscriberEmail !== undefined ||
      input.organizationId !== undefined ||
      input.subscriptionId !== undefined,
    'Name what changes: subscriberId, organizationId or subscriptionId',
  )
  .meta({ id: 'CredentialMove' });

export const credentialRotate = z
  .strictObject({
    credentialId: credentialIdInput,
    externalSecret: fields.externalSecret.optional(),
    from: instantInput
      .optional()
      .describe('From when it names the credential; default: since ever.'),
    previousUntil: instantInput
      .nullable()
      .optional()
      .describe('When the IDs it has so far cease to name it. Default: now; null: they stay.'),
    reason,
    reattribute: reattributeInput,
  })
  .meta({ id: 'CredentialRotate' });

export const credentialReason = z.strictObject({ reason }).nullish();

export const credentialRevoke = z
  .strictObject({
    from: instantInput
      .optional()
      .describe('From when its IDs name it no more; not in the future. Default: now.'),
    reason,
    reattribute: reattributeInput,
  })
  .nullish()
  .meta({ id: 'CredentialRevoke' });

export const credentialExpire = z
  .strictObject({
    at: instantInput
      .nullable()
      .describe('When it ends, in place of an end planned before; null: it goes on.'),
    reason,
  })
  .meta({ id: 'CredentialExpire' });

export const credentialRestore = z
  .strictObject({
    from: instantInput
      .optional()
      .describe('From when it is bound again: its end, or later. Default: now.'),
    reason,
    reattribute: reattributeInput,
  })
  .nullish()
  .meta({ id: 'CredentialRestore' });

export const credentialLookup = z
  .strictObject({
    credentialId: credentialIdInput,
    at: instantInput.optional().describe('Default: now.'),
  })
  .meta({ id: 'CredentialLookup' });

const warning = z.object({ code: z.enum(['organization_mismatch']), detail: z.string() });

export const credential = z
  .object({
    id: z.string(),
    name: z.string(),
    subscriberId: z.string(),
    subscriberEmail: z.string(),
    organizationId: z.string(),
    subscriptionId: z.string().nullable(),
    credentialId: z.string().describe('Masked. After a rotation: the newest.'),
    hasExternalSecret: z.boolean(),
    tags: z.array(z.string()),
    metadata,
    autoCreated: z.boolean().describe('Made by usage that named it, not by a request.'),
    firstSeenAt: instant
      .nullable()
      .describe('When the earliest usage with one of its IDs occurred.'),
    lastSeenAt: instant.nullable(),
    status: z
      .enum(['pending', 'active', 'ended'])
      .describe('`pending`: bound only from a later time. `ended`: revoked, expired or deleted.'),
    endsAt: instant.nullable().describe('When its binding ends, or ended; null: it goes on.'),
    warnings: z.array(warning),
    archivedAt: instant.nullable(),
    ...resource,
  })
  .meta({ id: 'Credential' });

const binding = z
  .object({
    from: instant.nullable().describe('null: since ever'),
    to: instant.nullable().describe('null: until further notice'),
    subscriberId: z.string(),
    organizationId: z.string(),
    subscriptionId: z.string().nullable(),
  })
  .meta({ id: 'Binding' });

export const credentialBindings = z
  .object({
    items: z.array(binding),
    credentialIds: z.array(
      z.object({
        credentialId: z.string().describe('Masked.'),
        from: instant.nullable(),
        to: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'CredentialBindings' });

export const credentialSecrets = z
  .object({ id: z.string(), credentialId: z.string(), externalSecret: z.string().nullable() })
  .meta({ id: 'CredentialSecrets' });

export const credentialFound = z
  .object({ credential, binding: binding.nullable().describe('The one in force at `at`.') })
  .meta({ id: 'CredentialFound' });

export const credentialParams = z.strictObject({ id: idOf('crd') });

export const credentialList = z.strictObject({
  ...pageQuery,
  organizationId: idOf('org').optional(),
  subscriberId: idOf('sbr').optional(),
  subscriptionId: idOf('sub').optional(),
  tag: z.string().optional().describe('Those with this tag.'),
  autoCreated: booleanQuery.optional(),
  archived: booleanQuery
    .optional()
    .describe('`true`: only archived ones. Default: only live ones.'),
});

export type CredentialCreate = z.output<typeof credentialCreate>;
export type CredentialUpdate = z.output<typeof credentialUpdate>;
export type CredentialMove = z.output<typeof credentialMove>;
export type CredentialRotate = z.output<typeof credentialRotate>;
export type CredentialApi = z.output<typeof credential>;

export function credentialToApi(row: CredentialRow): CredentialApi {
  return {
    id: row.id,
    name: row.name,
    subscriberId: row.subscriber_id,
    subscriberEmail: row.subscriber_email,
    organizationId: row.organization_id,
    subscriptionId: row.subscription_id,
    credentialId: row.masked,
    hasExternalSecret: row.has_external_secret,
    tags: row.tags,
    metadata: row.metadata,
    autoCreated: row.auto_created,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    status: statusOf(row),
    endsAt: row.ends_at,
    warnings: row.is_member ? [] : [organizationMismatch(row)],
    archivedAt: row.archived_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

function statusOf(row: CredentialRow): CredentialApi['status'] {
  if (row.is_bound) return 'active';
  return row.is_begun || row.archived_at !== null ? 'ended' : 'pending';
}

function organizationMismatch(row: CredentialRow): z.output<typeof warning> {
  return {
    code: 'organization_mismatch',
    detail: `${row.organization_id} is not one of the organizations that ${row.subscriber_email} belongs to.`,
  };
}

export function bindingToApi(row: TimelineRow<Binding>): z.output<typeof binding> {
  const { subscriber_id, organization_id, subscription_id } = row.value;
  return {
    from: row.from,
    to: row.to,
    subscriberId: subscriber_id,
    organizationId: organization_id,
    subscriptionId: subscription_id,
  };
}

/** Its timelines, as recorded; IDs masked. */
export function credentialTimeline(
  bindings: TimelineHistoryRow[],
  ids: TimelineHistoryRow[],
  masked: ReadonlyMap<number, string>,
): TimelineEntryApi[] {
  return inOrderOfRecording([
    ...timelineToApi('binding', bindings, (value) => ({
      subscriberId: value['subscriber_id'] as string,
      organizationId: value['organization_id'] as string,
      subscriptionId: value['subscription_id'] as string | null,
    })),
    ...timelineToApi('credentialId', ids, (value) => ({
      credentialId: masked.get(value['value_key'] as number) ?? '…',
    })),
  ]);
}

export function bindingsToApi(
  bindings: TimelineRow<Binding>[],
  ranges: NamedRange[],
): z.output<typeof credentialBindings> {
  return {
    items: bindings.map(bindingToApi),
    credentialIds: ranges.map(({ masked, from, to }) => ({ credentialId: masked, from, to })),
  };
}
