import { z } from 'zod';
import {
  decimalText,
  idOf,
  instant,
  instantInput,
  money,
  pageQuery,
  resource,
} from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import type { ReattributionRow } from './reattribution-queries.ts';

const reasonCharsMax = 1000;
const codeCharsMax = 64;

export const reattributionKinds = ['assign', 'resolve'] as const;
export const reattributionStatuses = ['pending', 'previewed', 'applied', 'undone'] as const;

export const selectionInput = z
  .strictObject({
    organizationId: idOf('org').describe('What is attributed to it now.'),
    subscriberId: idOf('sbr'),
    credentialId: idOf('crd'),
    subscriptionId: idOf('sub'),
    rule: z.string().min(1).max(codeCharsMax).describe('The rule that decided.'),
    reason: z
      .string()
      .min(1)
      .max(codeCharsMax)
      .describe('A reason code, or a reason for not being billed.'),
    from: instantInput.describe('Occurred at or after this instant.'),
    to: instantInput.describe('Occurred before this instant.'),
    source: z.string().max(limits.nameCharsMax),
    eventIds: z.array(idOf('evt')).min(1).max(limits.batchEventsMax),
  })
  .partial()
  .refine((selection) => Object.keys(selection).length > 0, 'Name at least one condition')
  .refine(
    ({ from, to }) => from === undefined || to === undefined || from < to,
    '`to` must be after `from`',
  )
  .meta({ id: 'UsageSelection' })
  .describe('Which recorded usage: all conditions hold together.');

export const ownerInput = z
  .strictObject({
    organizationId: idOf('org'),
    subscriberId: idOf('sbr').nullable().optional().describe('Left out: it stays as it is.'),
    credentialId: idOf('crd').nullable().optional().describe('Left out: it stays as it is.'),
    subscriptionId: idOf('sub')
      .optional()
      .describe(
        'Left out: for each event the single active subscription, of the organization or the nearest above it, that prices it.',
      ),
  })
  .meta({ id: 'NewOwner' });

export const reattributionCreate = z
  .strictObject({
    kind: z
      .enum(reattributionKinds)
      .default('assign')
      .describe(
        '`assign`: give it to `owner`, whatever its identifiers say, for good. `resolve`: find its owner anew, as ownership now says.',
      ),
    selection: selectionInput,
    owner: ownerInput.optional(),
    reason: z.string().trim().min(1).max(reasonCharsMax).optional().describe('Why; kept with it.'),
  })
  .refine(({ kind, owner }) => kind === 'resolve' || owner !== undefined, {
    path: ['owner'],
    message: 'Name the new owner',
  })
  .refine(({ kind, owner }) => kind === 'assign' || owner === undefined, {
    path: ['owner'],
    message: 'Ownership names the owner: leave it out',
  });

export type ReattributionCreate = z.output<typeof reattributionCreate>;

const side = z.object({
  organizationId: z.string(),
  organizationName: z.string(),
  subscriptionId: z.string().nullable(),
  unbilledReason: z.string().nullable(),
});

export const preview = z
  .object({
    measures: z
      .array(z.object({ measure: z.string(), quantity: decimalText }))
      .describe('What moves, of each measure.'),
    costs: z.array(money).describe('The cost that the moving events carry.'),
    flows: z
      .array(z.object({ from: side, to: side, events: z.int() }))
      .describe('From where to where, the largest first.'),
    flowsLeftOut: z.int(),
    money: z
      .array(
        z.object({
          organizationId: z.string(),
          organizationName: z.string(),
          before: money,
          after: money,
          difference: money,
        }),
      )
      .describe(
        'What each payer owes for usage in the service periods that are touched, whether or not it was billed yet.',
      ),
    adjustments: z
      .array(
        z.object({
          organizationId: z.string(),
          invoiceNumbers: z.array(z.string()).describe('Issued: they stay as they are.'),
          subscriptionId: z.string(),
          subscriptionName: z.string().nullable(),
          charge: z.string(),
          periodStart: instant,
          periodEnd: instant,
          billed: money,
          difference: money.describe('What the re-attribution changes.'),
          adjustment: money.describe(
            'What the adjustment will come to, with what was recorded late already.',
          ),
        }),
      )
      .describe('Charges on issued invoices, and the adjustment that each will get.'),
    adjustmentsLeftOut: z.int(),
    drafts: z
      .array(
        z.object({
          invoiceId: z.string(),
          organizationId: z.string(),
          periodStart: instant,
          periodEnd: instant,
          total: money,
        }),
      )
      .describe('Drafts that are rated anew.'),
  })
  .meta({ id: 'ReattributionPreview' });

export type Preview = z.output<typeof preview>;

export const reattribution = z
  .object({
    id: z.string(),
    kind: z.enum(reattributionKinds),
    status: z.enum(reattributionStatuses),
    selection: z.record(z.string(), z.unknown()),
    cause: z
      .object({ action: z.string(), resourceId: z.string() })
      .nullable()
      .describe('The change of ownership that left this usage to be moved.'),
    owner: z
      .object({
        organizationId: z.string(),
        subscriberId: z.string().nullable().optional(),
        credentialId: z.string().nullable().optional(),
        subscriptionId: z.string().optional(),
      })
      .nullable(),
    reason: z.string().nullable(),
    position: z.int().nullable().describe('What was recorded up to here was looked at.'),
    events: z.int().nullable().describe('Selected.'),
    moved: z.int().nullable().describe('Of these, those that are not where they shall be already.'),
    hash: z.string().nullable().describe('Of the set of selected events.'),
    preview: preview.nullable(),
    appliedAt: instant.nullable(),
    undoneAt: instant.nullable(),
    undo: z
      .object({
        events: z.int().describe('Given back.'),
        left: z.int().describe('Moved again since, by something else: left where they are.'),
        leftEventIds: z.array(z.string()).describe('Some of them.'),
      })
      .nullable(),
    actor: z.string(),
    ...resource,
  })
  .meta({ id: 'Reattribution' });

export const reattributionParams = z.strictObject({ id: idOf('rea') });

export const reattributionList = z.strictObject({
  ...pageQuery,
  status: z.enum(reattributionStatuses).optional(),
  kind: z.enum(reattributionKinds).optional(),
});

export function reattributionToApi(row: ReattributionRow): z.output<typeof reattribution> {
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    selection: 'touched' in row.selection ? {} : { ...row.selection },
    cause: 'touched' in row.selection ? row.selection.cause : null,
    owner: row.owner,
    reason: row.reason,
    position: row.position,
    events: row.digest?.events ?? null,
    moved: row.digest?.moved ?? null,
    hash: row.digest?.hash ?? null,
    preview: row.preview as Preview | null,
    appliedAt: row.applied_at,
    undoneAt: row.undone_at,
    undo: row.undo,
    actor: row.actor,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
