import { z } from 'zod';
import {
  decimalText,
  externalIdInput,
  idOf,
  instant,
  instantInput,
  money,
  nameInput,
  pageQuery,
  reasonInput,
  reattributeInput,
} from '../http/shapes.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import { type Instant, parseInstant } from '../lib/instant.ts';
import { emailInput } from '../subscribers/schema.ts';
import { groupKinds, isGroupId, sorts } from './rules.ts';
import type { GroupRow } from './queries.ts';
import type { Stake } from './stake-rules.ts';
import { evidenceKinds, type Suggestion } from './suggestion-rules.ts';

/** A group with all that helps to decide whose it is. */
export type Viewed = {
  row: GroupRow;
  measures: { measure: string; quantity: string }[];
  costs: { currency: string; amount: string }[];
  stake: Stake & { planId: string | null; subscriptionId: string | null };
  suggestions: Suggestion[];
};

const groupId = z
  .string()
  .refine(isGroupId, 'Expected the id of a group, which begins with unc_')
  .meta({ pattern: '^unc_[0-9a-f]{32}$' });

export const groupParams = z.strictObject({ id: groupId });

/** The sort value and the id of the last group of a page. */
function isCursor(cursor: string): boolean {
  const [value = '', id = '', ...more] = cursor.split(' ');
  return (
    more.length === 0 &&
    isGroupId(id) &&
    (/^\d{1,18}$/.test(value) || parseInstant(value) === value)
  );
}

export const groupList = z
  .strictObject({
    ...pageQuery,
    cursor: pageQuery.cursor.refine(
      (cursor) => cursor === undefined || isCursor(cursor),
      'Expected the nextCursor of the page before',
    ),
    sort: z
      .enum(sorts)
      .default('lastSeen')
      .describe('`lastSeen`: seen last first. `events`: most events first.'),
    kind: z.enum(groupKinds).optional(),
    reason: z.string().max(64).optional().describe('The reason code, e.g. `unknown_credential`.'),
    organizationId: idOf('org').optional().describe('What reached this organization.'),
    reached: z
      .enum(['organization', 'nothing'])
      .optional()
      .describe('`nothing`: it is UNCLASSIFIED. `organization`: only a subscription is missing.'),
  })
  .refine(
    ({ cursor, sort }) => cursor === undefined || /^\d+ /.test(cursor) === (sort === 'events'),
    'The cursor belongs to another sort',
  );

const suggestion = z.object({
  organizationId: z.string(),
  organizationName: z.string(),
  subscriberId: z.string().nullable(),
  credentialId: z.string().nullable().describe('The known credential that points to it.'),
  subscriptionId: z.string().nullable(),
  score: z.int().describe('How likely, of a hundred.'),
  evidence: z.array(z.object({ kind: z.enum(evidenceKinds), detail: z.string() })),
});

export const unclassifiedGroup = z
  .object({
    id: z.string().describe('Stands for the identifier, and stays the same.'),
    kind: z
      .enum(groupKinds)
      .describe('What the group is known by: the identifier that would decide first.'),
    identifier: z.string().nullable().describe('As sent; masked where it is a credential ID.'),
    source: z.string().nullable().describe('Of `none`: who sends without an identifier.'),
    reason: z.string().describe('Why it reached nobody, or was not billed.'),
    organizationId: z.string().nullable().describe('The organization that it did reach.'),
    organizationName: z.string().nullable(),
    events: z.int(),
    firstSeenAt: instant,
    lastSeenAt: instant,
    measures: z.array(z.object({ measure: z.string(), quantity: decimalText })),
    costs: z.array(money).describe('What its events carry as their cost, exactly.'),
    atStake: z.object({
      basis: z
        .enum(['plan', 'cost', 'none'])
        .describe(
          '`plan`: the plan that it would fall under. `cost`: what its events carry, or the list price.',
        ),
      amount: money.nullable().describe('An estimate.'),
      planId: z.string().nullable(),
      subscriptionId: z.string().nullable(),
    }),
    suggestions: z.array(suggestion).describe('Whose it may be, the likeliest first.'),
  })
  .meta({ id: 'UnclassifiedGroup' });

const ownerOrganization = z
  .strictObject({
    name: nameInput,
    externalId: externalIdInput.optional(),
    parentId: idOf('org').optional(),
  })
  .meta({ id: 'ClaimedOrganization' });

export const claim = z
  .strictObject({
    id: groupId.describe('The group, from `GET /v1/unclassified`.'),
    organizationId: idOf('org').optional(),
    organization: ownerOrganization.optional().describe('In place of organizationId: makes one.'),
    subscriberId: idOf('sbr').optional(),
    subscriberEmail: emailInput
      .optional()
      .describe('In place of subscriberId: this subscriber, made if there is none.'),
    subscriptionId: idOf('sub').optional(),
    planId: idOf('pln').optional().describe('In place of subscriptionId: subscribes to this plan.'),
    name: nameInput.optional().describe('What the credential is called, if one is made.'),
    from: instantInput
      .nullable()
      .optional()
      .describe('From when it is bound. Default: when the group was first seen; null: since ever.'),
    reason: reasonInput,
    reattribute: reattributeInput,
  })
  .refine((body) => body.organizationId === undefined || body.organization === undefined, {
    path: ['organization'],
    message: 'Give organizationId or organization, not both',
  })
  .refine((body) => body.subscriberId === undefined || body.subscriberEmail === undefined, {
    path: ['subscriberEmail'],
    message: 'Give subscriberId or subscriberEmail, not both',
  })
  .refine((body) => body.subscriptionId === undefined || body.planId === undefined, {
    path: ['planId'],
    message: 'Give subscriptionId or planId, not both',
  })
  .meta({ id: 'UnclassifiedClaim' });

export type ClaimInput = z.output<typeof claim>;

export const claimResult = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    subscriberId: z.string().nullable(),
    credentialId: z.string().nullable(),
    subscriptionId: z.string().nullable(),
    created: z
      .array(z.enum(['organization', 'subscriber', 'credential', 'subscription']))
      .describe('What was made for it; all else was there.'),
    from: instant.nullable(),
    reattributedEvents: z.int(),
    reattributionId: z
      .string()
      .nullable()
      .describe('What waits for its preview, if recorded usage was left for later.'),
  })
  .meta({ id: 'UnclassifiedClaimResult' });

/** What a claim has bound its group to. */
export type Bound = Pick<
  z.output<typeof claimResult>,
  'organizationId' | 'subscriberId' | 'credentialId' | 'subscriptionId'
>;
export type Claimed = Omit<
  z.output<typeof claimResult>,
  'from' | 'reattributedEvents' | 'reattributionId'
> & {
  from: Instant | null;
};

export function groupToApi(viewed: Viewed): z.output<typeof unclassifiedGroup> {
  const { row, stake, suggestions, measures, costs } = viewed;
  const isReached = row.organization_id !== UNCLASSIFIED_ID;
  return {
    id: row.id,
    kind: row.kind,
    identifier: row.kind === 'none' ? null : (row.masked ?? row.claim),
    source: row.kind === 'none' ? row.claim : null,
    reason: row.reason,
    organizationId: isReached ? row.organization_id : null,
    organizationName: isReached ? row.organization_name : null,
    events: row.events,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    measures,
    costs: costs.map(({ amount, currency }) => ({ amount, currency })),
    atStake: {
      basis: stake.basis,
      amount: stake.amount,
      planId: stake.planId,
      subscriptionId: stake.subscriptionId,
    },
    suggestions,
  };
}
