import { z } from 'zod';
import {
  booleanQuery,
  externalIdInput,
  idOf,
  instant,
  instantInput,
  metadata,
  metadataInput,
  nameInput,
  pageQuery,
  resource,
  timeZoneInput,
} from '../http/shapes.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { valueAt } from '../lib/timeline.ts';
import { lateUsagePolicy } from '../organizations/schema.ts';
import type { PlanSpan, SubscriptionRow } from './queries.ts';
import { anchorAt, type Anchor, servicePeriodAt } from './period-rules.ts';
import { planAt, statusAt } from './rules.ts';

/** Beyond this nothing is planned; calendars are computed up to the year 9999. */
const DATE_MAX = '2200-01-01T00:00:00.000000Z';
const REASON_CHARS_MAX = 1024;

const date = instantInput.refine(
  (at) => at >= limits.occurredAtMin && at <= DATE_MAX,
  `Expected a time from ${limits.occurredAtMin.slice(0, 4)} to ${DATE_MAX.slice(0, 4)}`,
);

const anchorDayInput = z.int().min(1).max(31);

const fields = {
  name: nameInput.nullable(),
  externalId: externalIdInput.nullable().describe('What events may call it by.'),
  endAt: date.nullable().describe('The instant from which it no longer holds; null: open.'),
  lateUsage: lateUsagePolicy.nullable().describe('Null: as the organization has it.'),
  metadata: metadataInput,
};

export const subscriptionCreate = z
  .strictObject({
    organizationId: idOf('org'),
    planId: idOf('pln').describe('Its latest version is what is subscribed to.'),
    ...fields,
    startAt: date.describe('Default: now. It may be in the past.'),
    anchorDay: anchorDayInput.describe(
      'The day of the month that service periods turn on. Default: the day that it starts, or that its trial ends.',
    ),
    trialEndAt: date
      .nullable()
      .describe(
        'Recurring fees and usage are free until then, and the first paid service period begins. Default: after the `trialDays` of the plan. Null: no trial.',
      ),
    timeZone: timeZoneInput.describe('Default: that of the organization.'),
  })
  .partial()
  .required({ organizationId: true, planId: true })
  .meta({ id: 'SubscriptionCreate' });

export const subscriptionUpdate = z
  .strictObject({
    ...fields,
    anchorDay: anchorDayInput.describe(
      'The day of the month that service periods turn on, from the next one on, which begins with a prorated stub.',
    ),
    timeZone: timeZoneInput.describe('Whose calendar says so; like `anchorDay`.'),
  })
  .partial()
  .meta({ id: 'SubscriptionUpdate' });

const reason = z.string().max(REASON_CHARS_MAX).optional().describe('Kept in the history.');

const endCredit = z.enum(['prorated', 'none']);

export const subscriptionCancel = z
  .strictObject({
    at: z
      .enum(['now', 'periodEnd'])
      .optional()
      .describe('`periodEnd`: at the end of the current service period. Default: now.'),
    endAt: date.optional().describe('Another instant, in place of `at`.'),
    credit: endCredit
      .optional()
      .describe(
        '`prorated`, the default: an advance fee is owed only up to the end, and what was billed for later is credited. `none`: it is owed for all of the period that the end cuts.',
      ),
    reason,
  })
  .refine((body) => body.at === undefined || body.endAt === undefined, {
    path: ['endAt'],
    error: 'Send either at or endAt, not both',
  })
  .meta({ id: 'SubscriptionCancel' });

export const subscriptionPause = z
  .strictObject({ from: date.optional().describe('Default: now.'), reason })
  .meta({ id: 'SubscriptionPause' });

export const subscriptionChangePlan = z
  .strictObject({
    planId: idOf('pln').describe(
      'Its latest version; of the same currency as the present plan. One of another interval begins a rhythm of its own.',
    ),
    at: z
      .enum(['now', 'periodEnd'])
      .optional()
      .describe('`periodEnd`, the default: with the next service period.'),
    from: date
      .optional()
      .describe('Another instant of the current service period, in place of `at`.'),
    reason,
  })
  .refine((body) => body.at === undefined || body.from === undefined, {
    path: ['from'],
    error: 'Send either at or from, not both',
  })
  .meta({ id: 'SubscriptionChangePlan' });

const statuses = ['pending', 'trialing', 'active', 'paused', 'ended'] as const;

export const subscription = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    planId: z.string(),
    planVersion: z.int().describe('The version that it is on, whatever the plan has become since.'),
    nextPlan: z
      .object({ planId: z.string(), planVersion: z.int(), from: instant })
      .nullable()
      .describe('A change of plan that is still to come.'),
    name: z.string().nullable(),
    externalId: z.string().nullable(),
    status: z.enum(statuses).describe('Derived from its dates and pauses.'),
    startAt: instant,
    endAt: instant.nullable(),
    trialEndAt: instant.nullable().describe('The end of its trial, if it began with one.'),
    endCredit: endCredit.describe('What becomes of advance fees where the end cuts a period.'),
    anchorDay: z.int().describe('The day of the month that service periods turn on.'),
    timeZone: z.string(),
    nextAnchor: z
      .object({ anchorDay: z.int(), timeZone: z.string(), from: instant })
      .nullable()
      .describe('A change of the two that is still to come.'),
    pauses: z
      .array(z.object({ from: instant.nullable(), to: instant.nullable() }))
      .describe('When it takes no usage, past and planned; a `to` of null: until it is resumed.'),
    currentPeriod: z
      .object({ start: instant, end: instant })
      .nullable()
      .describe(
        'The service period under way, a trial being one; null before the start and after the end.',
      ),
    lateUsage: lateUsagePolicy.nullable(),
    metadata,
    archivedAt: instant.nullable(),
    ...resource,
  })
  .meta({ id: 'Subscription' });

export const subscriptionParams = z.strictObject({ id: idOf('sub') });

export const subscriptionList = z.strictObject({
  ...pageQuery,
  organizationId: idOf('org').optional(),
  planId: idOf('pln').optional().describe('On this plan now (or first, or last).'),
  externalId: z.string().optional(),
  status: z.enum(statuses).optional(),
  archived: booleanQuery.optional().describe('`true`: only withdrawn ones. Default: all others.'),
});

export type SubscriptionCreate = z.output<typeof subscriptionCreate>;
export type SubscriptionUpdate = z.output<typeof subscriptionUpdate>;
export type SubscriptionCancel = z.output<typeof subscriptionCancel>;
export type SubscriptionChangePlan = z.output<typeof subscriptionChangePlan>;
type SubscriptionApi = z.output<typeof subscription>;

/** A subscription as it stands at an instant. */
export function subscriptionToApi(row: SubscriptionRow, at: Instant): SubscriptionApi {
  const { lifetime, terms, plans } = row;
  const plan = planAt(plans, lifetime, at);
  const period = row.archived_at !== null ? null : servicePeriodAt(terms, plans, at);
  const anchor = anchorAt(terms, plans, at);
  return {
    id: row.id,
    organizationId: valueAt(row.merges ?? [], at) ?? row.organization_id,
    planId: plan?.planId ?? '',
    planVersion: plan?.planVersion ?? 0,
    nextPlan: plan && nextPlanOf(row, plan),
    name: row.name,
    externalId: row.external_id,
    status: statusAt(lifetime, at),
    startAt: row.start_at,
    endAt: row.end_at,
    trialEndAt: row.trial_end_at,
    endCredit: row.end_credit as SubscriptionApi['endCredit'],
    ...anchor,
    nextAnchor: nextAnchorOf(row, anchor, at),
    pauses: lifetime.pauses.map(({ from, to }) => ({ from, to })),
    currentPeriod: period && { start: period.start, end: period.end },
    lateUsage: row.late_usage as SubscriptionApi['lateUsage'],
    metadata: row.metadata as Record<string, string>,
    archivedAt: row.archived_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

function nextPlanOf(
  { plans, end_at }: SubscriptionRow,
  present: PlanSpan,
): SubscriptionApi['nextPlan'] {
  for (const { from, planId, planVersion } of plans) {
    const isLater =
      from !== null &&
      present.from !== null &&
      from > present.from &&
      (end_at === null || from < end_at);
    const isOther = planId !== present.planId || planVersion !== present.planVersion;
    if (isLater && isOther) return { planId, planVersion, from };
  }
  return null;
}

function nextAnchorOf(
  { terms: { anchors = [] } }: SubscriptionRow,
  present: Anchor,
  at: Instant,
): SubscriptionApi['nextAnchor'] {
  const next = anchors.find(({ from }) => from !== null && from > at);
  if (!next?.from) return null;
  const { anchorDay, timeZone, from } = next;
  const isSame = anchorDay === present.anchorDay && timeZone === present.timeZone;
  return isSame ? null : { anchorDay, timeZone, from };
}
