import { z } from 'zod';
import { idOf, instant, instantInput } from '../http/shapes.ts';
import { organizationCreate } from '../organizations/schema.ts';
import { repairFields, repairStatuses, repairToApi, whyInput } from './merge-schema.ts';
import { preview, type Preview } from './reattribution-schema.ts';
import type { RepairRow } from './repair-queries.ts';

const movedMax = 1000;

const input = {
  organizationId: idOf('org').describe('What is split.'),
  credentialIds: z.array(idOf('crd')).max(movedMax).default([]),
  subscriberIds: z
    .array(idOf('sbr'))
    .max(movedMax)
    .default([])
    .describe('The credentials that they hold there move along.'),
  intoId: idOf('org').optional().describe('An organization that there is already.'),
  organization: organizationCreate
    .omit({ from: true })
    .optional()
    .describe('A new one, made when it is applied.'),
  from: instantInput.nullable().optional().describe('Default: now; null: since ever.'),
  reason: whyInput,
};

export const splitCreate = z
  .strictObject(input)
  .refine(({ intoId, organization }) => (intoId === undefined) !== (organization === undefined), {
    path: ['intoId'],
    message: 'Name one that there is, or describe a new one in `organization`',
  })
  .refine(({ credentialIds, subscriberIds }) => credentialIds.length + subscriberIds.length > 0, {
    path: ['credentialIds'],
    message: 'Name credentials or subscribers',
  })
  .meta({ id: 'SplitCreate' });

export type SplitCreate = z.output<typeof splitCreate>;

export const split = z
  .object({
    id: z.string(),
    status: z.enum(repairStatuses),
    organizationId: z.string(),
    intoId: z.string().describe('Of a new organization, what will be its id.'),
    isNew: z.boolean().describe('Whether it makes that organization.'),
    credentialIds: z.array(z.string()).describe('With those that the subscribers hold.'),
    subscriberIds: z.array(z.string()),
    from: instant.nullable().describe('Null: since ever.'),
    preview,
    ...repairFields,
  })
  .meta({ id: 'Split' });

export const splitParams = z.strictObject({ id: idOf('spl') });

/** As it is kept: what was asked for, ids resolved. */
export type SplitInput = {
  readonly intoId: string;
  readonly organization: SplitCreate['organization'] | null;
  readonly credentialIds: readonly string[];
  readonly subscriberIds: readonly string[];
  readonly from: SplitCreate['from'];
};

export function splitToApi(row: RepairRow): z.output<typeof split> {
  const {
    intoId,
    organization,
    credentialIds,
    subscriberIds,
    from = null,
  } = row.input as SplitInput;
  return {
    ...repairToApi(row),
    organizationId: row.organization_id,
    intoId,
    isNew: organization !== null,
    credentialIds: [...credentialIds],
    subscriberIds: [...subscriberIds],
    from,
    preview: row.preview as Preview,
  };
}
