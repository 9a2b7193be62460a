import { findPlanVersions } from '../catalog/plan-queries.ts';
import type { Queryable } from '../db/connect.ts';
import { planKey, type RatedPlan } from '../invoicing/obligation-rules.ts';
import { ratedPlanOf } from '../invoicing/draft-actions.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { costsIn, type GroupRow, measuresIn } from './queries.ts';
import type { Viewed } from './schema.ts';
import { pricesAny, stakeAtCost, stakeOnPlan, totals } from './stake-rules.ts';
import { cluesFor } from './suggestion-actions.ts';
import { type Candidate, subscriptionsOver } from './suggestion-queries.ts';
import { rank } from './suggestion-rules.ts';

/** A suggestion weaker than this says nothing of the price. */
const SCORE_TO_PRICE_MIN = 50;

/** What groups amount to, what is at stake, and whose they may be: set-wise for a page of them. */
export async function viewGroups(
  db: Queryable,
  rows: readonly GroupRow[],
  now: Instant,
): Promise<Viewed[]> {
  const ids = rows.map(({ id }) => id);
  const measured = await measuresIn(db, ids);
  const costs = await costsIn(db, ids);
  const reached = rows.filter((row) => row.organization_id !== UNCLASSIFIED_ID);
  const over = await subscriptionsOver(
    db,
    reached.map((row) => ({
      groupId: row.id,
      organizationId: row.organization_id,
      at: row.last_seen_at,
    })),
  );
  const clues = await cluesFor(db, rows, over, now);
  const suggested = new Map(
    ids.map((id) => [id, rank(clues.filter((clue) => clue.groupId === id))]),
  );
  const likely = rows.flatMap((row) => {
    const [first] = suggested.get(row.id) ?? [];
    const isLikely =
      row.organization_id === UNCLASSIFIED_ID &&
      first !== undefined &&
      first.score >= SCORE_TO_PRICE_MIN;
    return isLikely
      ? [{ groupId: row.id, organizationId: first.organizationId, at: row.last_seen_at }]
      : [];
  });
  const candidates = [...over, ...(await subscriptionsOver(db, likely))];
  const plans = await plansOf(db, candidates);
  return rows.map((row) => {
    const own = measured.filter((each) => each.group_id === row.id);
    const carried = costs.filter((each) => each.group_id === row.id);
    const falls = candidates.find((candidate) => {
      const plan = candidate.group_id === row.id ? plans.get(keyOf(candidate)) : undefined;
      return plan !== undefined && pricesAny(plan, own);
    });
    const plan = falls && plans.get(keyOf(falls));
    return {
      row,
      measures: totals(own),
      costs: carried,
      stake: {
        ...(plan === undefined
          ? stakeAtCost(own, carried, row.last_seen_at)
          : stakeOnPlan(plan, own, carried, row.events)),
        planId: falls?.plan_id ?? null,
        subscriptionId: falls?.subscription_id ?? null,
      },
      suggestions: suggested.get(row.id) ?? [],
    };
  });
}

function keyOf({ plan_id: planId, plan_version: planVersion }: Candidate): string {
  return planKey({ planId, planVersion });
}

async function plansOf(
  db: Queryable,
  candidates: readonly Candidate[],
): Promise<Map<string, RatedPlan>> {
  const wanted = candidates.map((c) => ({ planId: c.plan_id, planVersion: c.plan_version }));
  const rows = wanted.length === 0 ? [] : await findPlanVersions(db, wanted);
  return new Map(rows.map(ratedPlanOf).map((plan) => [planKey(plan), plan]));
}
