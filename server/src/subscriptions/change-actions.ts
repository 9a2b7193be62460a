import type { Touched } from '../attribution/outcome.ts';
import { audit } from '../audit/actions.ts';
import { findPlan, type PlanRow } from '../catalog/plan-queries.ts';
import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline } from '../db/timelines.ts';
import type { Instant } from '../lib/instant.ts';
import { notFound, Problem, unknownReference } from '../lib/problem.ts';
import { replaceFrom } from '../lib/timeline.ts';
import { periodsDifferFrom, servicePeriodAt } from './period-rules.ts';
import { findSubscription, recordChange, type SubscriptionRow } from './queries.ts';
import { subscriptionToApi } from './schema.ts';

/** What the verbs of a subscription share. */

export type Changed = { result: SubscriptionRow; touched: Touched };
type PlanValue = { plan_id: string; plan_version: number };

export async function requireSubscription(action: Action, id: string): Promise<SubscriptionRow> {
  const row = await findSubscription(action.tx, id);
  if (row === undefined) throw notFound('subscription', id);
  return row;
}

type Columns = {
  name?: string | null;
  external_id?: string | null;
  end_at?: Instant | null;
  end_credit?: string;
  anchor_day?: number;
  time_zone?: string;
  late_usage?: string | null;
  metadata?: string;
  archived_at?: Instant;
};

/** Writes the columns given and puts the change on record; timelines were changed before. */
export async function change(
  action: Action,
  before: SubscriptionRow,
  verb: string,
  columns: Columns,
  reason?: string,
): Promise<SubscriptionRow> {
  await action.tx
    .updateTable('subscriptions')
    .set({ ...columns, updated_at: action.now, version: before.version + 1 })
    .where('id', '=', before.id)
    .execute();
  const row = await requireSubscription(action, before.id);
  const [was, is] = [subscriptionToApi(before, action.now), subscriptionToApi(row, action.now)];
  await audit(action, { action: verb, resourceId: before.id, before: was, after: is, reason });
  return row;
}

/** Billing has to look again where service periods became others; before `from` nothing was changed. */
export async function recordPeriods(
  action: Action,
  before: SubscriptionRow,
  after: SubscriptionRow,
  from: Instant,
): Promise<void> {
  const shapeOf = ({ terms, plans }: SubscriptionRow) => JSON.stringify([terms, plans]);
  if (shapeOf(before) === shapeOf(after)) return;
  const periodsFrom = periodsDifferFrom(before, after, from);
  await recordChange(action, after.id, { changedFrom: from, periodsFrom });
}

export async function putOnPlan(
  action: Action,
  id: string,
  plan: PlanRow,
  from: Instant,
): Promise<void> {
  const rows = await loadTimeline<PlanValue>(action.tx, 'subscription_plans', id);
  const value = { plan_id: plan.id, plan_version: plan.plan_version };
  const same = (a: PlanValue, b: PlanValue) =>
    a.plan_id === b.plan_id && a.plan_version === b.plan_version;
  await saveTimeline(action, 'subscription_plans', id, replaceFrom(rows, value, from, null, same));
}

export async function requirePlanOnOffer(action: Action, id: string): Promise<PlanRow> {
  const plan = await findPlan(action.tx, id);
  if (plan === undefined) throw unknownReference('/planId', 'plan');
  if (plan.archived_at !== null) {
    throw new Problem('unprocessable', 'An archived plan cannot be newly subscribed to.', [
      { pointer: '/planId', code: 'archived', detail: 'Name a live plan, or restore this one.' },
    ]);
  }
  return plan;
}

export function currentPeriodOf(
  { terms, plans }: Pick<SubscriptionRow, 'terms' | 'plans'>,
  at: Instant,
) {
  const period = servicePeriodAt(terms, plans, at);
  if (period === null) throw new Problem('invalid_state', 'No service period of it is under way.');
  return period;
}

export function refuseWithdrawn(row: SubscriptionRow): void {
  if (row.archived_at !== null)
    throw new Problem('invalid_state', `It was withdrawn at ${row.archived_at}.`);
}

export function touchedFrom(row: SubscriptionRow, from: Instant | null): Touched {
  return { subscriptions: [row.id], ...nearerThan(row.organization_id), from };
}

/** What a subscription of the organization may take: usage that has none, or one further up. */
export const nearerThan = (organizationId: string): Touched => ({
  unbilledBelow: [organizationId],
  billedAbove: [organizationId],
});
