import type { Action } from '../db/act.ts';
import { toText } from '../lib/decimal.ts';
import { newId } from '../lib/id.ts';
import type { IgnoredSet } from '../rating/rules.ts';
import { insertIgnored } from './ignored-queries.ts';
import type { IgnoredUsage } from './settle-rules.ts';

/** Records late usage that a run ignores: from now on no document counts it, whatever the policy becomes. */
export async function saveIgnored(
  action: Action,
  runId: string,
  payerId: string,
  ignored: readonly IgnoredUsage[],
): Promise<void> {
  await insertIgnored(
    action,
    ignored.map(({ obligation: { subscription, plan, item, period }, set, usage, ...figures }) => ({
      id: newId('ign', action.now),
      subscription_id: subscription.id,
      organization_id: payerId,
      billing_run_id: runId,
      plan_id: plan.planId,
      plan_version: plan.planVersion,
      charge_id: item.id,
      period_start: period.start,
      period_end: period.end,
      occurred_from: set.from,
      occurred_to: set.to,
      position_after: set.after,
      position: set.upto,
      event_count: usage.eventCount,
      event_quantity: toText(usage.eventQuantity),
      event_hash: toText(usage.eventHash),
      quantity: toText(figures.quantity),
      currency: plan.currency,
      worth: toText(figures.worth),
    })),
  );
}

/** With what has just been ignored: for the payer's later cycles. */
export function withIgnored(
  known: ReadonlyMap<string, readonly IgnoredSet[]>,
  ignored: readonly IgnoredUsage[],
): Map<string, readonly IgnoredSet[]> {
  const all = new Map(known);
  for (const { obligation, set } of ignored) {
    const { id } = obligation.subscription;
    const some = all.get(id) ?? [];
    const isThere = some.some((each) => each.from === set.from && each.after === set.after);
    if (!isThere) all.set(id, [...some, set]);
  }
  return all;
}
