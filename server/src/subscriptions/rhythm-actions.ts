import type { PlanRow } from '../catalog/plan-queries.ts';
import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline } from '../db/timelines.ts';
import type { Instant } from '../lib/instant.ts';
import { Problem } from '../lib/problem.ts';
import { replaceFrom } from '../lib/timeline.ts';
import {
  change,
  type Changed,
  currentPeriodOf,
  putOnPlan,
  recordPeriods,
  refuseWithdrawn,
  requirePlanOnOffer,
  touchedFrom,
} from './change-actions.ts';
import { anchorAt, type Anchor } from './period-rules.ts';
import type { SubscriptionRow } from './queries.ts';
import { planAt, statusAt } from './rules.ts';
import type { SubscriptionChangePlan, SubscriptionUpdate } from './schema.ts';

type AnchorValue = { anchor_day: number; time_zone: string };

/**
 * The latest version of a plan from an instant in the current service period on, or from the next one. The old plan's
 * period ends there, and what was planned for later is dropped.
 */
export async function changePlan(
  action: Action,
  before: SubscriptionRow,
  input: SubscriptionChangePlan,
): Promise<Changed> {
  const from = whenToChange(action, before, input);
  const plan = await requirePlanOnOffer(action, input.planId);
  const present = planAt(before.plans, before.lifetime, from);
  refuseOtherCurrency(plan, present?.currency);
  await putOnPlan(action, before.id, plan, from);
  const keepsRhythm =
    plan.interval_unit === present?.interval.unit && plan.interval_count === present.interval.count;
  if (!keepsRhythm) await advancePlannedAnchor(action, before.id, from);
  const row = await change(action, before, 'subscriptions.changePlan', {}, input.reason);
  await recordPeriods(action, before, row, from);
  return { result: row, touched: touchedFrom(row, from) };
}

/** A plan with a rhythm of its own begins on the anchor that was planned for later. */
async function advancePlannedAnchor(action: Action, id: string, from: Instant): Promise<void> {
  const rows = await loadTimeline<AnchorValue>(action.tx, 'subscription_anchors', id);
  const planned = rows.findLast((row) => row.from !== null && row.from > from);
  if (planned === undefined) return;
  await saveTimeline(action, 'subscription_anchors', id, replaceFrom(rows, planned.value, from));
}

/** Within the current service period or where it ends; before the start: there. */
function whenToChange(
  { now }: Action,
  row: SubscriptionRow,
  { at = 'periodEnd', from }: Pick<SubscriptionChangePlan, 'at' | 'from'>,
): Instant {
  refuseWithdrawn(row);
  const status = statusAt(row.lifetime, now);
  if (status === 'ended') throw new Problem('invalid_state', `It ended at ${row.end_at ?? now}.`);
  const period =
    status === 'pending' ? { start: row.start_at, end: row.start_at } : currentPeriodOf(row, now);
  const asked = from ?? (at === 'now' && status !== 'pending' ? now : period.end);
  if (asked < period.start || asked > period.end) {
    const detail = `Send an instant from ${period.start} to ${period.end}.`;
    throw new Problem(
      'unprocessable',
      'A plan changes within the current service period, or where it ends.',
      [{ pointer: '/from', code: 'outside_current_period', detail }],
    );
  }
  if (row.end_at !== null && row.end_at <= asked)
    throw new Problem('invalid_state', `It ends at ${row.end_at}: no plan can follow.`);
  return asked;
}

function refuseOtherCurrency(plan: PlanRow, currency: string | undefined): void {
  if (currency === undefined || plan.currency === currency) return;
  throw new Problem(
    'unprocessable',
    `The plan is in ${plan.currency}, the present one in ${currency}. Open a new subscription for it.`,
    [
      {
        pointer: '/planId',
        code: 'other_currency',
        detail: `Name a plan in ${currency}.`,
      },
    ],
  );
}

/**
 * Another anchor day or time zone: from the next service period on, because those under way are fixed; from the start
 * where it has not begun. Answers from when it differs and the columns to set, or null where nothing was asked for.
 */
export async function changeAnchor(
  action: Action,
  before: SubscriptionRow,
  input: Pick<SubscriptionUpdate, 'anchorDay' | 'timeZone'>,
): Promise<{ from: Instant; columns: Partial<AnchorValue> } | null> {
  if (input.anchorDay === undefined && input.timeZone === undefined) return null;
  const { id, plans, lifetime } = before;
  const status = statusAt(lifetime, action.now);
  if (status === 'ended')
    throw new Problem('invalid_state', 'It has ended: no service period follows.');
  const asked = (present: Anchor) => ({
    anchor_day: input.anchorDay ?? present.anchorDay,
    time_zone: input.timeZone ?? present.timeZone,
  });
  if (status === 'pending') return { from: before.start_at, columns: asked(before.terms) };
  const open = { plans, terms: { ...before.terms, endAt: null } };
  const { end } = currentPeriodOf(open, action.now);
  const rows = await loadTimeline<AnchorValue>(action.tx, 'subscription_anchors', id);
  const value = asked(anchorAt(before.terms, plans, end));
  const same = (a: AnchorValue, b: AnchorValue) =>
    a.anchor_day === b.anchor_day && a.time_zone === b.time_zone;
  await saveTimeline(action, 'subscription_anchors', id, replaceFrom(rows, value, end, null, same));
  return { from: end, columns: {} };
}
