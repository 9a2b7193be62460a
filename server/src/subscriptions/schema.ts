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
import { lateUsagePolicy } from '../organizations/schema.ts';
import type { PlanSpan, SubscriptionRow } from './queries.ts';
import { planAt, servicePeriodAt, statusAt } from './rules.ts';

/** Beyond this nothing is planned; calendars are computed up to the year 9999. */
const DATE_MAX = '2200-01-01T00:00:00.000000Z';
const REASON_CHARS_MAX = 1024;

const date = instantInput.refine(
  (at) => at >= limits.occurredAtMin && at <= DATE_MAX,
  `Expected a time from ${limits.occurredAtMin.slice(0, 4)} to ${DATE_MAX.slice(0, 4)}`,
);

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
    anchorDay: z
      .int()
      .min(1)
      .max(31)
      .describe(
        'The day of the month that service periods turn on. Default: the day that it starts, or that its trial ends.',
      ),
    trialEndAt: date
      .nullable()
      .describe(
        'Recurring fees and usage are free until then, and the first paid service period begins. Default: after the `trialDays` of the plan. Null: no trial.',
      ),
    timeZone: timeZoneInput.describe('Default: that of the organization. Fixed from then on.'),
  })
  .partial()
  .required({ organizationId: true, planId: true })
  .meta({ id: 'SubscriptionCreate' });

export const subscriptionUpdate = z
  .strictObject(fields)
  .partial()
  .meta({ id: 'SubscriptionUpdate' });

const reason = z.string().max(REASON_CHARS_MAX).optional().describe('Kept in the history.');

export const subscriptionCancel = z
  .strictObject({
    at: z
      .enum(['now', 'periodEnd'])
      .optional()
      .describe('`periodEnd`: at the end of the current service period. Default: now.'),
    endAt: date.optional().describe('Another instant, in place of `at`.'),
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
      'Its latest version; of the same currency and interval as the present plan.',
    ),
    from: date
      .optional()
      .describe('When a service period begins: the next one, which is the default.'),
    reason,
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
    anchorDay: z.int(),
    timeZone: z.string(),
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
type SubscriptionApi = z.output<typeof subscription>;

/** A subscription as it stands at an instant. */
export function subscriptionToApi(row: SubscriptionRow, at: Instant): SubscriptionApi {
  const { lifetime, terms, plans } = row;
  const plan = planAt(plans, lifetime, at);
  const period =
    plan === null || row.archived_at !== null ? null : servicePeriodAt(terms, plan, at);
  return {
    id: row.id,
    organizationId: row.organization_id,
    planId: plan?.planId ?? '',
    planVersion: plan?.planVersion ?? 0,
    nextPlan: plan && nextPlanOf(row, plan),
    name: row.name,
    externalId: row.external_id,
    status: statusAt(lifetime, at),
    startAt: row.start_at,
    endAt: row.end_at,
    trialEndAt: row.trial_end_at,
    anchorDay: row.anchor_day,
    timeZone: row.time_zone,
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
