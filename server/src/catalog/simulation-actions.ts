import { currentPosition } from '../db/act.ts';
import type { Database } from '../db/connect.ts';
import { ratedPlanOf } from '../invoicing/draft-actions.ts';
import type { RatedPlan } from '../invoicing/obligation-rules.ts';
import { decimal, sum } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { money } from '../lib/money.ts';
import { invalidField, notFound, unknownReference } from '../lib/problem.ts';
import { findOrganization } from '../organizations/queries.ts';
import { measureUsageOf, type UsageAsk } from '../rating/queries.ts';
import { countedBy, noUsage, type Usage } from '../rating/rules.ts';
import { sumUncosted } from '../rating/uncosted-queries.ts';
import type { ServicePeriod } from '../subscriptions/period-rules.ts';
import { LIST_CURRENCY, listPriceOf } from './list-prices.ts';
import { findPlan, findPlanVersions, type PlanVersionRow } from './plan-queries.ts';
import {
  type GivenQuantity,
  simulatedPeriods,
  simulatePeriod,
  usageGiven,
  withListPrices,
} from './simulation-rules.ts';
import { periodToApi, SIMULATED_PERIODS_MAX, type Simulation } from './simulation-schema.ts';

/** What a plan would come to. It changes nothing. */
export async function simulatePlan(
  database: Database,
  planId: string,
  body: Simulation,
  now: Instant,
) {
  const row = await requireVersion(database, planId, body.planVersion);
  const plan = ratedPlanOf(row);
  const periods =
    body.quantities === undefined
      ? await ofCustomer(database, row, plan, body, now)
      : [ofQuantities(plan, body.quantities, body.attributes ?? {}, now)];
  return {
    planId,
    planVersion: plan.planVersion,
    currency: plan.currency,
    periods,
    total: money(sum(periods.map(({ total }) => decimal(total.amount))), plan.currency),
  };
}

async function requireVersion({ db }: Database, planId: string, version: number | undefined) {
  const latest = await findPlan(db, planId);
  if (latest === undefined) throw notFound('plan', planId);
  if (version === undefined || version === latest.plan_version) return latest;
  const [row] = await findPlanVersions(db, [{ planId, planVersion: version }]);
  if (row === undefined)
    throw invalidField('/planVersion', 'unknown_version', `The latest is ${latest.plan_version}.`);
  return row;
}

// Given quantities -------------------------------------------------------------------------------

function ofQuantities(
  plan: RatedPlan,
  quantities: NonNullable<Simulation['quantities']>,
  attributes: Record<string, string>,
  now: Instant,
) {
  const known = new Set(plan.charges.flatMap(({ meterKey, meterId }) => [meterKey, meterId]));
  for (const meter of Object.keys(quantities))
    if (!known.has(meter)) throw unknownReference(`/quantities/${meter}`, 'meter of a charge');
  const usageOf = (chargeId: string): Usage => {
    const charge = plan.charges.find(({ id }) => id === chargeId);
    if (charge === undefined) return noUsage;
    const given = [quantities[charge.meterKey], quantities[charge.meterId]].flatMap((each) =>
      each === undefined ? [] : givenQuantities(each, attributes),
    );
    return { ...noUsage, ...usageGiven(given, charge.definition, charge.pricing) };
  };
  const whole = { start: now, end: now };
  const period = { ...whole, index: 0, isStub: false, full: whole };
  return periodToApi(simulatePeriod(plan, period, { startAt: now, usageOf }), plan.currency, null);
}

function givenQuantities(
  given: string | { quantity: string; attributes: Record<string, string> }[],
  attributes: Record<string, string>,
): GivenQuantity[] {
  const list = typeof given === 'string' ? [{ quantity: given, attributes: {} }] : given;
  return list.map((each) => ({
    quantity: decimal(each.quantity),
    attributes: { ...attributes, ...each.attributes },
  }));
}

// Real usage -------------------------------------------------------------------------------------

async function ofCustomer(
  database: Database,
  row: PlanVersionRow,
  plan: RatedPlan,
  body: Simulation,
  now: Instant,
) {
  const { organizationId = '', from = now, to = now, rollUp = true } = body;
  const organization = await findOrganization(database.db, organizationId, now);
  if (organization === undefined) throw unknownReference('/organizationId', 'organization');
  const periods = periodsIn(row, from, to, organization.time_zone);
  const keyOf = (index: number, chargeId: string) => `${index} ${chargeId}`;
  const position = await currentPosition(database);
  const asks = periods.flatMap(({ start, end }, index) =>
    plan.charges.map((charge): UsageAsk => ({
      key: keyOf(index, charge.id),
      subscriptionId: organizationId,
      from: start,
      to: end,
      after: 0,
      upto: position,
      counted: countedBy(charge.definition, charge.pricing, plan.currency),
    })),
  );
  const whose = { id: organizationId, rollUp };
  const measured = await measureUsageOf(database.db, asks, whose);
  const usages =
    body.listPrices === true ? await listPriced(database, asks, measured, whose) : measured;
  return periods.map((period, index) => {
    const usageOf = (chargeId: string) => usages.get(keyOf(index, chargeId)) ?? noUsage;
    return periodToApi(
      simulatePeriod(plan, period, { startAt: from, usageOf }),
      plan.currency,
      period,
    );
  });
}

function periodsIn(
  row: PlanVersionRow,
  from: Instant,
  to: Instant,
  timeZone: string,
): ServicePeriod[] {
  const schedule = { unit: row.interval_unit, count: row.interval_count, anchor: from, timeZone };
  const tooMany = () =>
    invalidField(
      '/to',
      'too_many_periods',
      `More than ${SIMULATED_PERIODS_MAX} service periods of this plan: ask for less at once.`,
    );
  let periods: ServicePeriod[];
  try {
    periods = simulatedPeriods(schedule, from, to);
  } catch (error) {
    throw error instanceof RangeError ? tooMany() : error;
  }
  if (periods.length > SIMULATED_PERIODS_MAX) throw tooMany();
  return periods;
}

/** Adds list prices to the cost that percentages are taken of. They are in one currency, and so is what they add to. */
async function listPriced(
  { db }: Database,
  asks: readonly UsageAsk[],
  measured: ReadonlyMap<string, Usage>,
  whose: { id: string; rollUp: boolean },
): Promise<Map<string, Usage>> {
  const onCost = asks.filter(({ counted }) => counted.cost === LIST_CURRENCY);
  const listed = (await sumUncosted(db, onCost, whose)).flatMap((each) => {
    const amount = listPriceOf(each.ask, each.tokens);
    return amount === null ? [] : [{ ...each, amount }];
  });
  return new Map(
    [...measured].map(([key, usage]) => [
      key,
      withListPrices(
        usage,
        listed.filter((each) => each.key === key),
      ),
    ]),
  );
}
