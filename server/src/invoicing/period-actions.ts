import type { Queryable } from '../db/connect.ts';
import { groupBy } from '../lib/group.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import { type PlannedPeriod, servicePeriods } from '../subscriptions/period-rules.ts';
import { type PlanSpan, subscriptionsByIds } from '../subscriptions/queries.ts';
import { ratedPlans } from './draft-actions.ts';
import { latePoliciesOf, standingLines } from './draft-queries.ts';
import { ignoredIn, type Lateness, newlyIgnored } from './ignore-rules.ts';
import { ignoredSets } from './ignored-queries.ts';
import {
  type ChargedPeriod,
  type ChargeItem,
  itemsOf,
  planKey,
  type RatedPlan,
} from './obligation-rules.ts';
import { payerSegments } from './payer-rules.ts';
import { latePolicyOf } from './policy-rules.ts';
import { billToKnownAt } from './run-queries.ts';

/**
 * The service periods of subscriptions that touch a range, as a billing run at the position would rate them. A period
 * without charges, such as a trial, is left out.
 */
export async function chargedPeriods(
  db: Queryable,
  subscriptionIds: readonly string[],
  { start: from, end: to }: Period,
  position: number,
): Promise<ChargedPeriod[]> {
  const rows = await subscriptionsByIds(db, [...subscriptionIds]);
  const plans = await ratedPlans(
    db,
    rows.flatMap((row) => row.plans),
  );
  const owners = [...new Set(rows.map((row) => row.organization_id))];
  const billTo = await billToKnownAt(db, owners, position);
  const found = rows.flatMap((row) =>
    servicePeriods(row.terms, row.plans, from, to).flatMap((planned) => {
      const plan = plans.get(planKey(planned.plan));
      const charges = plan === undefined ? [] : chargesOf(plan, planned, row.terms.startAt);
      if (plan === undefined || charges.length === 0) return [];
      const period = { start: planned.start, end: planned.end };
      const segments = payerSegments(
        row.organization_id,
        billTo.get(row.organization_id) ?? [],
        period,
      );
      const { organization_id: organizationId } = row;
      const { productId } = planned.plan;
      const own = { subscriptionId: row.id, organizationId, productId };
      return [{ ...own, plan, period, charges, segments, late: row.late_usage }];
    }),
  );
  return withIgnored(db, found, position);
}

function chargesOf(
  plan: RatedPlan,
  period: PlannedPeriod<PlanSpan>,
  startAt: Instant,
): ChargeItem[] {
  return itemsOf(plan, period, startAt).flatMap((item) => (item.kind === 'charge' ? [item] : []));
}

type Found = Omit<ChargedPeriod, 'ignoring'> & { readonly late: unknown };

/** What is ignored already, and what the next run will ignore. */
async function withIgnored(
  db: Queryable,
  found: readonly Found[],
  position: number,
): Promise<ChargedPeriod[]> {
  const ids = [...new Set(found.map((each) => each.subscriptionId))];
  const known = await ignoredSets(db, ids);
  const payerIds = found.flatMap(({ segments }) => segments.map(({ payerId }) => payerId));
  const policies = await latePoliciesOf(db, [...new Set(payerIds)]);
  const ignores = ({ late }: Found, payerId: string) =>
    latePolicyOf(late, policies.payers.get(payerId), policies.deployment) === 'ignore';
  const lenient = found.filter((each) => each.segments.some((s) => ignores(each, s.payerId)));
  const lines = await usageLines(db, lenient);
  return found.map(({ late, ...each }) => {
    const before = ignoredIn(known.get(each.subscriptionId) ?? [], each.period);
    const lateness: Lateness = {
      lines: lines.get(each.subscriptionId) ?? [],
      lookedAtUpTo: null,
      position,
      known: before,
    };
    const affected = each.segments.filter(({ payerId }) => ignores({ ...each, late }, payerId));
    return { ...each, ignoring: [...before, ...newlyIgnored(affected, lateness)] };
  });
}

async function usageLines(
  db: Queryable,
  found: readonly Found[],
): Promise<Map<string, Lateness['lines'][number][]>> {
  const bounds = new Map<string, Instant>();
  for (const { subscriptionId, period } of found) {
    const bound = bounds.get(subscriptionId);
    if (bound === undefined || period.start < bound) bounds.set(subscriptionId, period.start);
  }
  if (bounds.size === 0) return new Map();
  const rows = await standingLines(db, bounds);
  return new Map(
    [...groupBy(rows, (row) => row.subscription_id)].map(([id, some]) => [
      id,
      some.map((row) => ({
        isDraft: row.status === 'draft',
        isUsage: row.charge_id !== null,
        knownAt: row.known_at,
        set: {
          from: row.payer_from,
          to: row.payer_to,
          after: row.position_after,
          upto: row.position,
          sign: row.event_sign,
        },
      })),
    ]),
  );
}
