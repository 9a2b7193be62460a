import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline, type StoredRow } from '../db/timelines.ts';
import {
  always,
  type BillingCycle,
  type CycleSpan,
  monthly,
  nextRhythm,
} from '../invoicing/cycle-rules.ts';
import { lockPayer } from '../invoicing/run-queries.ts';
import { type Instant, parseInstant } from '../lib/instant.ts';
import { replaceFrom } from '../lib/timeline.ts';
import { billingBegun, type OrganizationRow } from './queries.ts';

type CycleValue = {
  unit: BillingCycle['unit'];
  count: number;
  anchor_day: number;
  time_zone: string;
  first_end: Instant | null;
};

/**
 * Another billing cycle or time zone means from now on: cycles that ended, or were billed, stay as they were, and one
 * cycle joins the old rhythm and the new. Where there is nothing to bill yet, it is as if it had always been so.
 */
export async function redateCycles(
  action: Action,
  before: OrganizationRow,
  after: OrganizationRow,
): Promise<void> {
  const [was, is] = [rhythmOf(before), rhythmOf(after)];
  if (JSON.stringify(was) === JSON.stringify(is)) return;
  await lockPayer(action.tx, after.id);
  const rows = await loadTimeline<CycleValue>(action.tx, 'organization_cycles', after.id);
  const billing = await billingBegun(action.tx, after.id, action.now);
  if (rows.length === 0 && !billing.has_begun) return;
  const spans = rows.length === 0 ? [was] : rows.map(spanOf);
  const { from, firstEnd } = nextRhythm(spans, is, action.now, billing.billed_until);
  const value = valueOf({ ...is, firstEnd });
  const change =
    rows.length === 0
      ? {
          superseded: [],
          inserted: [
            { from: null, to: from, value: valueOf(was) },
            { from, to: null, value },
          ],
        }
      : replaceFrom(rows, value, from);
  await saveTimeline(action, 'organization_cycles', after.id, change);
}

function rhythmOf({ billing_cycle: cycle, time_zone: timeZone }: OrganizationRow): CycleSpan {
  const { unit, count, anchorDay } = (cycle as BillingCycle | null) ?? monthly;
  return always({ unit, count, anchorDay }, timeZone);
}

function spanOf({ from, to, value }: StoredRow<CycleValue>): CycleSpan {
  const { unit, count, anchor_day: anchorDay, time_zone: timeZone } = value;
  const firstEnd = value.first_end === null ? null : parseInstant(value.first_end);
  return { from, to, firstEnd, cycle: { unit, count, anchorDay }, timeZone };
}

function valueOf({ cycle, timeZone, firstEnd }: CycleSpan): CycleValue {
  const { unit, count, anchorDay } = cycle;
  return { unit, count, anchor_day: anchorDay, time_zone: timeZone, first_end: firstEnd };
}
