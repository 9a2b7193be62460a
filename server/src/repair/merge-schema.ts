import { z } from 'zod';
import { idOf, instant, instantInput, money, pageQuery, resource } from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import { preview } from './reattribution-schema.ts';
import type { RepairRow } from './repair-queries.ts';

export const repairStatuses = ['previewed', 'applied', 'undone'] as const;

export const whyInput = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .optional()
  .describe('Why; kept with it.');

const choice = z
  .strictObject({
    measure: z.string().min(1).max(limits.nameCharsMax).describe('`*`: what counts any event.'),
    subscriptionId: z
      .union([idOf('sub'), z.literal('own')])
      .describe(
        'The subscription that takes it; `own`: what leads to either organization stays with that one’s subscription.',
      ),
  })
  .meta({ id: 'MergeChoice' });

export const mergeCreate = z
  .strictObject({
    organizationId: idOf('org').describe(
      'What is merged: its usage, from then on, is the survivor’s.',
    ),
    intoId: idOf('org').describe('The survivor: it keeps its parent, its payer, its domains.'),
    from: instantInput.nullable().optional().describe('Default: now; null: since ever.'),
    choices: z
      .array(choice)
      .max(limits.eventMeasuresMax)
      .default([])
      .describe('For usage that subscriptions of both would price: who takes it.'),
    reason: whyInput,
  })
  .meta({ id: 'MergeCreate' });

export type MergeCreate = z.output<typeof mergeCreate>;

export const mergePreview = preview
  .extend({
    ambiguous: z
      .array(
        z.object({
          measure: z.string(),
          subscriptions: z.array(
            z.object({
              subscriptionId: z.string(),
              subscriptionName: z.string().nullable(),
              organizationId: z.string(),
            }),
          ),
          choice: z.string().nullable().describe('Null: it has to be chosen before it is applied.'),
        }),
      )
      .describe('Measures that subscriptions of both organizations price.'),
    documents: z
      .array(
        z.object({
          invoiceId: z.string(),
          number: z.string().nullable(),
          status: z.string(),
          total: money,
        }),
      )
      .describe('Open documents: they keep their recipient and join the survivor’s statement.'),
  })
  .meta({ id: 'MergePreview' });

export type MergePreview = z.output<typeof mergePreview>;

/** What every repair shows of itself. */
export const repairFields = {
  reason: z.string().nullable(),
  position: z.int().describe('What was recorded up to here was looked at.'),
  events: z.int().describe('Usage that was looked at.'),
  moved: z.int().describe('Of this, what has another owner, or another subscription.'),
  hash: z.string().describe('Of the set of events that were looked at.'),
  appliedAt: instant.nullable(),
  undoneAt: instant.nullable(),
  undo: z
    .object({
      events: z.int().describe('Given back.'),
      left: z.int().describe('Moved again since, or occurred in between: left where it is.'),
      leftEventIds: z.array(z.string()).describe('Some of them.'),
    })
    .nullable(),
  actor: z.string(),
  ...resource,
};

export const merge = z
  .object({
    id: z.string(),
    status: z.enum(repairStatuses),
    organizationId: z.string(),
    intoId: z.string(),
    from: instant.nullable().describe('Null: since ever.'),
    choices: z.array(choice),
    preview: mergePreview,
    ...repairFields,
  })
  .meta({ id: 'Merge' });

export const mergeParams = z.strictObject({ id: idOf('mrg') });

export const repairList = z.strictObject({
  ...pageQuery,
  status: z.enum(repairStatuses).optional(),
  organizationId: idOf('org').optional().describe('On either side.'),
});

/** As it is kept: what was asked for. */
export type MergeInput = {
  readonly from: MergeCreate['from'];
  readonly choices: MergeCreate['choices'];
};

export function repairToApi(row: RepairRow) {
  return {
    id: row.id,
    status: row.status,
    reason: row.reason,
    position: row.position,
    events: row.digest.events,
    moved: row.digest.moved,
    hash: row.digest.hash,
    appliedAt: row.applied_at,
    undoneAt: row.undone_at,
    undo: row.undo,
    actor: row.actor,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

export function mergeToApi(row: RepairRow): z.output<typeof merge> {
  const { from = null, choices } = row.input as MergeInput;
  return {
    ...repairToApi(row),
    organizationId: row.organization_id,
    intoId: row.into_id ?? '',
    from,
    choices,
    preview: row.preview as MergePreview,
  };
}
