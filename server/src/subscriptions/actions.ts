import type { Touched } from '../attribution/outcome.ts';
import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline } from '../db/timelines.ts';
import { newId, UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { alreadyExists, invalidField, Problem, unknownReference } from '../lib/problem.ts';
import { endAt as endTimelineAt, replaceFrom } from '../lib/timeline.ts';
import { standingId } from '../organizations/alias-queries.ts';
import { findOrganization } from '../organizations/queries.ts';
import {
  change,
  type Changed,
  currentPeriodOf,
  nearerThan,
  putOnPlan,
  recordPeriods,
  refuseWithdrawn,
  requirePlanOnOffer,
  requireSubscription,
  touchedFrom,
} from './change-actions.ts';
import {
  countDependants,
  findSubscriptionByExternalId,
  recordChange,
  type SubscriptionRow,
} from './queries.ts';
import { changeAnchor } from './rhythm-actions.ts';
import { canResume, dayOfMonth, offeredTrialEnd, statusAt, whyNoPause } from './rules.ts';
import {
  subscriptionToApi,
  type SubscriptionCancel,
  type SubscriptionCreate,
  type SubscriptionUpdate,
} from './schema.ts';

export async function createSubscription(
  action: Action,
  input: SubscriptionCreate,
): Promise<Changed> {
  const id = newId('sub', action.now);
  await refuseTakenExternalId(action, id, input.externalId);
  const organization = await requireCustomer(action, input.organizationId);
  const plan = await requirePlanOnOffer(action, input.planId);
  const startAt = input.startAt ?? action.now;
  const timeZone = input.timeZone ?? organization.time_zone;
  refuseEndBeforeStart(startAt, input.endAt);
  const trialEndAt =
    input.trialEndAt === undefined
      ? offeredTrialEnd(startAt, plan.trial_days, timeZone)
      : input.trialEndAt;
  refuseEndBeforeStart(startAt, trialEndAt, '/trialEndAt');
  await action.tx
    .insertInto('subscriptions')
    .values({
      id,
      organization_id: organization.id,
      start_at: startAt,
      trial_end_at: trialEndAt,
      anchor_day: input.anchorDay ?? dayOfMonth(trialEndAt ?? startAt, timeZone),
      time_zone: timeZone,
      ...columnsOf(input),
      created_at: action.now,
      updated_at: action.now,
    })
    .execute();
  await putOnPlan(action, id, plan, startAt);
  await recordChange(action, id, { changedFrom: startAt, periodsFrom: startAt });
  const row = await requireSubscription(action, id);
  await audit(action, {
    action: 'subscriptions.create',
    resourceId: id,
    before: null,
    after: subscriptionToApi(row, action.now),
  });
  return {
    result: row,
    touched: {
      ...nearerThan(organization.id),
      subscriptionClaims: claimsOf(row),
      from: startAt,
    },
  };
}

/**
 * What it is called, what becomes of late usage, when it ends, and what its periods turn on; all else is fixed or has a
 * verb of its own.
 */
export async function updateSubscription(
  action: Action,
  before: SubscriptionRow,
  input: SubscriptionUpdate,
): Promise<Changed> {
  refuseWithdrawn(before);
  await refuseTakenExternalId(action, before.id, input.externalId);
  refuseEndBeforeStart(before.start_at, input.endAt);
  const anchor = await changeAnchor(action, before, input);
  const row = await change(action, before, 'subscriptions.update', {
    ...columnsOf(input),
    ...anchor?.columns,
    ...(input.endAt === null && { end_credit: 'prorated' }),
  });
  const renamed = row.external_id !== null && row.external_id !== before.external_id;
  const ended = row.end_at !== before.end_at;
  const from = earlierEnd(before.end_at, row.end_at);
  const changedFrom = earlierEnd(ended ? from : null, anchor?.from ?? null);
  if (changedFrom !== null) await recordPeriods(action, before, row, changedFrom);
  const touched: Touched = {
    ...(renamed && { subscriptionClaims: [row.external_id ?? ''] }),
    ...(ended && { subscriptions: [row.id], ...nearerThan(row.organization_id) }),
  };
  return { result: row, touched: renamed ? touched : { ...touched, from } };
}

/**
 * Ends it: now, with the service period under way, or at an instant. A subscription can be ended in the past. What was
 * paid in advance for later is credited, unless that is not wanted.
 */
export async function cancelSubscription(
  action: Action,
  before: SubscriptionRow,
  input: SubscriptionCancel,
): Promise<Changed> {
  refuseWithdrawn(before);
  const { now } = action;
  const status = statusAt(before.lifetime, now);
  if (status === 'ended')
    throw new Problem('invalid_state', `It ended at ${before.end_at ?? now} already.`);
  if (status === 'pending' && input.endAt === undefined) {
    throw new Problem(
      'invalid_state',
      `It has not begun: it starts at ${before.start_at}. DELETE withdraws it; endAt plans its end.`,
    );
  }
  const at = input.endAt ?? (input.at === 'periodEnd' ? currentPeriodOf(before, now).end : now);
  refuseEndBeforeStart(before.start_at, at);
  const columns = { end_at: at, end_credit: input.credit ?? 'prorated' };
  const row = await change(action, before, 'subscriptions.cancel', columns, input.reason);
  const from = earlierEnd(before.end_at, at) ?? at;
  await recordPeriods(action, before, row, from);
  return { result: row, touched: touchedFrom(row, from) };
}

/** From an instant on it takes no usage, until it is resumed. */
export async function pauseSubscription(
  action: Action,
  before: SubscriptionRow,
  input: { from: Instant; reason?: string | undefined },
): Promise<Changed> {
  const refused = whyNoPause(before.lifetime, input.from);
  if (refused !== null) throw new Problem('invalid_state', refused);
  const rows = await loadTimeline<object>(action.tx, 'subscription_pauses', before.id);
  await saveTimeline(action, 'subscription_pauses', before.id, replaceFrom(rows, {}, input.from));
  const row = await change(action, before, 'subscriptions.pause', {}, input.reason);
  return { result: row, touched: touchedFrom(row, input.from) };
}

/** Ends the pause in force at an instant; pauses planned for later are dropped. */
export async function resumeSubscription(
  action: Action,
  before: SubscriptionRow,
  input: { from: Instant; reason?: string | undefined },
): Promise<Changed> {
  if (!canResume(before.lifetime, input.from))
    throw new Problem('invalid_state', 'It is not paused then, and no pause is planned.');
  const rows = await loadTimeline<object>(action.tx, 'subscription_pauses', before.id);
  await saveTimeline(action, 'subscription_pauses', before.id, endTimelineAt(rows, input.from));
  const row = await change(action, before, 'subscriptions.resume', {}, input.reason);
  return { result: row, touched: touchedFrom(row, input.from) };
}

/**
 * Takes it back as if it had never been: what was attributed to it looks for another. Only while no credential is
 * bound to it and no invoice names it; after that it can be cancelled.
 */
export async function withdrawSubscription(
  action: Action,
  before: SubscriptionRow,
): Promise<Changed> {
  if (before.archived_at !== null) return { result: before, touched: {} };
  const { credentials, lines } = await countDependants(action.tx, before.id);
  if (lines > 0)
    throw new Problem('in_use', `It is on ${lines} lines of invoices. Cancel it instead.`);
  if (credentials > 0)
    throw new Problem(
      'in_use',
      `${credentials} credentials are bound to it. Move them first, or cancel it instead.`,
    );
  const row = await change(action, before, 'subscriptions.delete', { archived_at: action.now });
  return {
    result: row,
    touched: { ...touchedFrom(row, row.start_at), subscriptionClaims: claimsOf(row) },
  };
}

// Parts ------------------------------------------------------------------------------------------

async function requireCustomer(action: Action, named: string) {
  const id = await standingId(action.tx, named, action.now);
  const row = await findOrganization(action.tx, id, action.now);
  if (row === undefined || row.archived_at !== null)
    throw unknownReference('/organizationId', 'live organization');
  if (id === UNCLASSIFIED_ID) {
    throw new Problem('unprocessable', 'UNCLASSIFIED cannot subscribe to anything.', [
      { pointer: '/organizationId', code: 'unclassified', detail: 'Name a customer.' },
    ]);
  }
  return row;
}

async function refuseTakenExternalId(
  action: Action,
  id: string,
  externalId: string | null | undefined,
): Promise<void> {
  if (!externalId) return;
  const existing = await findSubscriptionByExternalId(action.tx, externalId);
  if (existing === undefined || existing.id === id) return;
  throw alreadyExists('A subscription with this external id', '/externalId', existing.id);
}

function refuseEndBeforeStart(
  startAt: Instant,
  endAt: Instant | null | undefined,
  pointer = '/endAt',
): void {
  if (endAt && endAt <= startAt)
    throw invalidField(pointer, 'before_start', `It must be after the start, ${startAt}.`);
}

/** What events may call it by. */
function claimsOf(row: SubscriptionRow): string[] {
  return row.external_id === null ? [row.id] : [row.id, row.external_id];
}

/** The earlier of two ends; null, the open end, is the latest. */
function earlierEnd(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function columnsOf(input: SubscriptionUpdate) {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  return {
    ...(input.name !== undefined && { name: input.name }),
    ...(input.externalId !== undefined && { external_id: input.externalId }),
    ...(input.endAt !== undefined && { end_at: input.endAt }),
    ...(input.lateUsage !== undefined && { late_usage: json(input.lateUsage) }),
    ...(input.metadata !== undefined && { metadata: JSON.stringify(input.metadata) }),
  };
}
