import { archivedBefore } from '../archive/queries.ts';
import { findPlanVersions, type PlanVersionRow } from '../catalog/plan-queries.ts';
import { pricingOf } from '../catalog/pricing-rules.ts';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { decimal } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import { measureUsage } from '../rating/queries.ts';
import { countedBy, type Usage } from '../rating/rules.ts';
import { servicePeriodAt } from '../subscriptions/period-rules.ts';
import { subscriptionsByIds, type SubscriptionRow } from '../subscriptions/queries.ts';
import { type BookLine, type Books, isRebuilt, plansFor } from './book-rules.ts';
import { samePeriod } from './cycle-rules.ts';
import {
  billedCycles,
  latePolicies,
  saveSettled,
  standingInvoices,
  type StandingInvoice,
  type StandingLine,
  standingLines,
} from './draft-queries.ts';
import { groupBy } from '../lib/group.ts';
import type { Plan } from './due-rules.ts';
import { saveIgnored, withIgnored } from './ignored-actions.ts';
import { ignoredSets } from './ignored-queries.ts';
import type { News } from './news-queries.ts';
import {
  type BilledSubscription,
  obligationKey,
  pairKey,
  planKey,
  type RatedPlan,
} from './obligation-rules.ts';
import { billToKnownAt, findPayer, lockPayer, subscriptionIdsOf } from './run-queries.ts';
import { type LatePolicy, latePolicyOf } from './policy-rules.ts';
import { asksOf, ignoredBy, type IgnoredUsage, type LineDraft, settle } from './settle-rules.ts';
import { type Run, type Written, writeCycle } from './write-actions.ts';

export type RunContext = Run & { readonly news: News };

/**
 * Drafts one payer's invoices for its cycles, oldest first, as usage was known at the run's position. Repeating it
 * comes to the same drafts; what is issued is not touched, and a draft that knows more already is left as it is.
 */
export async function billPayer(
  action: Action,
  run: RunContext,
  payerId: string,
  asked: readonly Period[],
): Promise<void> {
  await lockPayer(action.tx, payerId);
  const payer = await findPayer(action.tx, payerId);
  if (payer === undefined || asked.length === 0) return;
  const known = await billedCycles(action.tx, payerId, asked);
  const cycles = asked.filter(
    (cycle) =>
      !known.some(
        (row) =>
          row.position > run.position &&
          samePeriod({ start: row.period_start, end: row.period_end }, cycle),
      ),
  );
  if (cycles.length === 0) return;
  const invoices = await standingInvoices(action.tx, payerId, cycles);
  let books = await openBooks(action.tx, run, payerId, cycles, invoices);
  const found = new Set<string>();
  let plans: Plan[] = [];
  for (const cycle of cycles) {
    plans = plansFor(books, cycle);
    const { lines, ignored } = await settleAll(action.tx, books, plans);
    await saveIgnored(action, run.id, payerId, ignored);
    for (const line of lines) found.add(pairKey(line.obligation));
    const standing = invoices.filter((invoice) => isOf(invoice, cycle));
    const written = await writeCycle(action, run, payer, cycle, lines, standing);
    books = {
      ...books,
      ignored: withIgnored(books.ignored, ignored),
      lines: [...books.lines, ...written.map((each) => asBookLine(each, payerId, cycle))],
    };
  }
  await saveSettled(action, payerId, settledPeriods(books, plans, found), run.position);
}

/** Of the periods with news, those of which all that was billed has been looked at and nothing was found. */
function settledPeriods(books: Books, plans: readonly Plan[], found: ReadonlySet<string>): Place[] {
  const lookedAt = new Set(plans.map((plan) => obligationKey(plan.obligation)));
  const mine = books.lines.filter((line) => line.payerId === books.payerId);
  return [...groupBy(mine, (line) => line.pair)].flatMap(([pair, lines]) => {
    const [line] = lines;
    if (line === undefined || found.has(pair)) return [];
    const { subscriptionId, period } = line;
    const isNews = books.newsPeriods.get(subscriptionId)?.has(period.start) === true;
    if (!isNews || !lines.every(({ obligation }) => lookedAt.has(obligation))) return [];
    return [{ subscriptionId, start: period.start }];
  });
}

type Place = { readonly subscriptionId: string; readonly start: Instant };

export const isOf = (invoice: StandingInvoice, cycle: Period) =>
  samePeriod({ start: invoice.period_start, end: invoice.period_end }, cycle);

// Reading ----------------------------------------------------------------------------------------

/** Everything that decides what a payer is billed, as it was known at the position. */
export async function openBooks(
  db: Queryable,
  run: Pick<RunContext, 'position' | 'news'>,
  payerId: string,
  cycles: readonly Period[],
  invoices: readonly StandingInvoice[],
): Promise<Books> {
  const ids = await subscriptionIdsOf(db, payerId, [...run.news.periods.keys()]);
  const subscriptions = await subscriptionsByIds(db, ids);
  const lateUsage = await latePolicies(db, payerId);
  const newsCycles = run.news.cycles.get(payerId) ?? [];
  const bounds = boundsOf(subscriptions, cycles, run.news, newsCycles);
  const standing = await standingLines(db, bounds);
  const lines = standing.map(bookLineOf).filter((line) => !isRebuilt(line, payerId, cycles));
  const plans = await ratedPlans(db, [
    ...subscriptions.flatMap((row) => row.plans),
    ...standing.map(({ plan_id, plan_version }) => ({
      planId: plan_id,
      planVersion: plan_version,
    })),
  ]);
  return {
    payerId,
    position: run.position,
    subscriptions: subscriptions.map((row) =>
      billedSubscriptionOf(
        row,
        latePolicyOf(row.late_usage, lateUsage.payer, lateUsage.deployment),
      ),
    ),
    plans,
    billTo: await billToKnownAt(
      db,
      [...new Set(subscriptions.map((row) => row.organization_id))],
      run.position,
    ),
    lines,
    openDrafts: invoices
      .filter(
        (invoice) => invoice.status === 'draft' && !cycles.some((cycle) => isOf(invoice, cycle)),
      )
      .map((invoice) => ({ start: invoice.period_start, end: invoice.period_end })),
    newsPeriods: run.news.periods,
    changedPeriods: run.news.changes,
    newsCycles,
    ignored: await ignoredSets(db, ids),
    archivedBefore: await archivedBefore(db),
  };
}

/**
 * How far back the lines of each subscription matter: to the first cycle, or to the oldest news, with all of the service
 * period that is under way then, of which a shorter part may have been billed.
 */
function boundsOf(
  subscriptions: readonly SubscriptionRow[],
  cycles: readonly Period[],
  news: News,
  newsCycles: Books['newsCycles'],
): Map<string, Instant> {
  const cyclesById = groupBy(newsCycles, (cycle) => cycle.subscriptionId);
  return new Map(
    subscriptions.map(({ id, terms, plans }) => {
      const starts = [
        ...cycles.map(({ start }) => start),
        ...(news.periods.get(id) ?? []),
        ...(cyclesById.get(id) ?? []).map(({ start }) => start),
      ];
      const bound = starts.toSorted()[0] as Instant;
      return [id, servicePeriodAt(terms, plans, bound)?.start ?? bound];
    }),
  );
}

/** Plan versions as rating takes them, by `planKey`. */
export async function ratedPlans(
  db: Queryable,
  wanted: readonly { planId: string; planVersion: number }[],
): Promise<Map<string, RatedPlan>> {
  const distinct = [...new Map(wanted.map((each) => [planKey(each), each])).values()];
  if (distinct.length === 0) return new Map();
  const rows = await findPlanVersions(db, distinct);
  return new Map(rows.map(ratedPlanOf).map((plan) => [planKey(plan), plan]));
}

/** A plan version as rating takes it. */
export function ratedPlanOf(row: PlanVersionRow): RatedPlan {
  return {
    planId: row.plan_id,
    planVersion: row.plan_version,
    name: row.plan_name,
    currency: row.currency,
    fees: row.fees,
    charges: row.charges.map((charge) => ({
      id: charge.id,
      name: charge.name,
      meterId: charge.meter_id,
      meterVersion: charge.meter_version,
      meterKey: charge.meter_key,
      definition: charge.definition,
      pricing: pricingOf(charge),
    })),
  };
}

function billedSubscriptionOf(row: SubscriptionRow, late: LatePolicy): BilledSubscription {
  const { id, name, organization_id: organizationId, terms, plans } = row;
  return { id, name, organizationId, terms, plans, late };
}

function bookLineOf(row: StandingLine): BookLine {
  const itemId = row.charge_id ?? row.fee_id ?? '';
  const pair = `${row.subscription_id} ${row.period_start}`;
  return {
    obligation: `${pair} ${itemId}`,
    pair,
    payerId: row.payer_id,
    planKey: planKey({ planId: row.plan_id, planVersion: row.plan_version }),
    invoiceNumber: row.number,
    isDraft: row.status === 'draft',
    cycle: { start: row.cycle_start, end: row.cycle_end },
    amount: decimal(row.amount),
    set: {
      from: row.payer_from,
      to: row.payer_to,
      after: row.position_after,
      upto: row.position,
      sign: row.event_sign,
    },
    knownAt: row.known_at,
    isUsage: row.charge_id !== null,
    isGone: row.is_gone,
    lineId: row.id,
    invoiceId: row.invoice_id,
    subscriptionId: row.subscription_id,
    period: { start: row.period_start, end: row.period_end },
    itemId,
    ratedAmount: row.rated_amount,
    ratedMinimum: row.rated_minimum,
    topUp: decimal(row.line_top_up ?? '0'),
  };
}

/** A line just written, as the payer's next cycle has to know it: pending on a draft, or issued on a credit note. */
function asBookLine({ line, creditNoteNumber }: Written, payerId: string, cycle: Period): BookLine {
  const { obligation: o } = line;
  return {
    obligation: obligationKey(o),
    pair: pairKey(o),
    payerId,
    planKey: planKey(o.plan),
    invoiceNumber: creditNoteNumber,
    isDraft: creditNoteNumber === null,
    cycle,
    amount: line.amount,
    set: line.set,
    knownAt: line.set.upto,
    isUsage: o.item.kind === 'charge',
    isGone: o.isGone === true,
    lineId: '',
    invoiceId: null,
    subscriptionId: o.subscription.id,
    period: o.period,
    itemId: o.item.id,
    ratedAmount: line.rated.amount,
    ratedMinimum: line.rated.minimum ?? null,
    topUp: decimal(line.rated.lineTopUp ?? '0'),
  };
}

// Rating -----------------------------------------------------------------------------------------

/** Measures all that the plans ask for in one go, and settles them. */
export async function settleAll(
  db: Queryable,
  { payerId, position }: Books,
  plans: readonly Plan[],
): Promise<{ lines: LineDraft[]; ignored: IgnoredUsage[] }> {
  const measured = await measureAll(db, plans, position);
  return {
    lines: plans.flatMap((plan) => settle(plan, payerId, position, measured)),
    ignored: plans.flatMap((plan) => ignoredBy(plan, payerId, position, measured)),
  };
}

/** All usage that the plans ask about, by the names that they ask under. */
export async function measureAll(
  db: Queryable,
  plans: readonly Plan[],
  position: number,
): Promise<Map<string, Usage>> {
  const asks = plans.flatMap((plan) => {
    const { item, subscription } = plan.obligation;
    if (item.kind === 'fee') return [];
    return asksOf(plan, position).map((ask) => ({
      ...ask,
      subscriptionId: subscription.id,
      counted: countedBy(item.definition, item.pricing, plan.obligation.plan.currency),
    }));
  });
  return measureUsage(db, [...new Map(asks.map((ask) => [ask.key, ask])).values()]);
}
