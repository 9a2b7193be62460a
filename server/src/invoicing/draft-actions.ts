import { findPlanVersions, type PlanVersionRow } from '../catalog/plan-queries.ts';
import { pricingOf } from '../catalog/pricing-rules.ts';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { decimal, toText } from '../lib/decimal.ts';
import { newId } from '../lib/id.ts';
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
  deleteDrafts,
  type DraftRow,
  insertDraft,
  insertLines,
  type LineRow,
  rewriteDraft,
  saveCycle,
  standingInvoices,
  type StandingInvoice,
  type StandingLine,
  standingLines,
} from './draft-queries.ts';
import { groupBy } from '../lib/group.ts';
import { insertParts } from './breakdown-queries.ts';
import { breakDownDraft } from './breakdown-actions.ts';
import { breakdownOf } from '../lib/breakdown.ts';
import { recipientOf } from './invoice-rules.ts';
import { issuerSnapshot } from '../sellers/queries.ts';
import { describeLine, inOrder, priceSnapshot } from './line-rules.ts';
import type { News } from './news-queries.ts';
import {
  type BilledSubscription,
  obligationKey,
  pairKey,
  planKey,
  type RatedPlan,
} from './obligation-rules.ts';
import {
  billToKnownAt,
  findPayer,
  lockPayer,
  type PayerRow,
  subscriptionIdsOf,
} from './run-queries.ts';
import { planIdsOf, taxableOf, taxerOf } from './tax-actions.ts';
import { insertTaxes } from './tax-queries.ts';
import { type Taxed, totalsOf } from './tax-rules.ts';
import { asksOf, fitOnInvoice, type LineDraft, type Plan, settle } from './settle-rules.ts';

export type RunContext = { readonly id: string; readonly position: number; readonly news: News };

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
  for (const cycle of cycles) {
    const lines = await settleAll(action.tx, books, plansFor(books, cycle));
    const drafted = await writeCycle(
      action,
      run,
      payer,
      cycle,
      lines,
      invoices.filter((invoice) => isOf(invoice, cycle)),
    );
    books = {
      ...books,
      lines: [...books.lines, ...drafted.map((line) => pendingLine(line, payerId, cycle))],
    };
  }
}

const isOf = (invoice: StandingInvoice, cycle: Period) =>
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
    subscriptions: subscriptions.map(billedSubscriptionOf),
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

async function ratedPlans(
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

function billedSubscriptionOf(row: SubscriptionRow): BilledSubscription {
  const { id, name, organization_id: organizationId, terms, plans } = row;
  return { id, name, organizationId, terms, plans };
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
    isGone: row.is_gone,
    invoiceId: row.invoice_id,
    subscriptionId: row.subscription_id,
    period: { start: row.period_start, end: row.period_end },
    itemId,
    ratedAmount: row.rated_amount,
    ratedMinimum: row.rated_minimum,
    topUp: decimal(row.line_top_up ?? '0'),
  };
}

/** A line just drafted, as the payer's next cycle has to know it: pending. */
function pendingLine(line: LineDraft, payerId: string, cycle: Period): BookLine {
  const { obligation: o } = line;
  return {
    obligation: obligationKey(o),
    pair: pairKey(o),
    payerId,
    planKey: planKey(o.plan),
    invoiceNumber: null,
    isDraft: true,
    cycle,
    amount: line.amount,
    set: line.set,
    isGone: o.isGone === true,
    invoiceId: '',
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
async function settleAll(
  db: Queryable,
  books: Books,
  plans: readonly Plan[],
): Promise<LineDraft[]> {
  const measured = await measureAll(db, plans, books.position);
  return plans.flatMap((plan) => settle(plan, books.payerId, books.position, measured));
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

// Writing ----------------------------------------------------------------------------------------

/** Writes the drafts of one cycle, one for each currency and grouping; answers the lines that are on them. */
async function writeCycle(
  action: Action,
  run: RunContext,
  payer: PayerRow,
  cycle: Period,
  lines: readonly LineDraft[],
  standing: readonly StandingInvoice[],
): Promise<LineDraft[]> {
  const nameOf = (currency: string, groupingKey: string) => `${currency} ${groupingKey}`;
  const groupingOf = (line: LineDraft) =>
    payer.invoice_grouping === 'perSubscription' ? line.obligation.subscription.id : '';
  const byName = new Map(
    standing.map((invoice) => [nameOf(invoice.currency, invoice.grouping_key), invoice]),
  );
  const groups = groupBy(lines, (line) => nameOf(line.obligation.plan.currency, groupingOf(line)));
  const tax = await taxerOf(action.tx, payer.id, planIdsOf(lines));
  const drafted: LineDraft[] = [];
  const keptIds = new Set<string>();
  let complete = true;
  let isWhole = true;
  for (const [name, group] of groups) {
    const [first] = group;
    const existing = byName.get(name);
    if (first === undefined) continue;
    if (existing !== undefined && existing.status !== 'draft') {
      isWhole = false;
      continue;
    }
    const { currency } = first.obligation.plan;
    const kept = inOrder(fitOnInvoice(group, (some) => tax(some.map(taxableOf), currency).total));
    complete &&= kept.length > 0;
    if (kept.length === 0) continue;
    const key = { currency, groupingKey: groupingOf(first) };
    keptIds.add(
      await writeDraft(action, run, payer, {
        ...key,
        cycle,
        lines: kept,
        taxed: tax(kept.map(taxableOf), currency),
        existingId: existing?.id,
      }),
    );
    drafted.push(...kept);
  }
  await deleteDrafts(
    action,
    standing.filter(({ id, status }) => status === 'draft' && !keptIds.has(id)).map(({ id }) => id),
  );
  await saveCycle(action, {
    payerId: payer.id,
    cycle,
    runId: run.id,
    position: run.position,
    complete,
    isWhole,
  });
  return drafted;
}

type Draft = {
  currency: string;
  groupingKey: string;
  cycle: Period;
  lines: readonly LineDraft[];
  taxed: Taxed;
  existingId: string | undefined;
};

async function writeDraft(
  action: Action,
  run: RunContext,
  payer: PayerRow,
  draft: Draft,
): Promise<string> {
  const issuer = await issuerSnapshot(action.tx);
  const row: DraftRow = {
    organization_id: payer.id,
    billing_run_id: run.id,
    currency: draft.currency,
    period_start: draft.cycle.start,
    period_end: draft.cycle.end,
    grouping_key: draft.groupingKey,
    position: run.position,
    ...totalsOf(draft.taxed),
    breakdown_by: breakdownOf(payer.breakdown_by ?? issuer.breakdown),
    recipient: JSON.stringify(recipientOf(payer)),
    issuer: JSON.stringify(issuer),
  };
  const id = draft.existingId ?? newId('inv', action.now);
  if (draft.existingId === undefined) await insertDraft(action, id, row);
  else await rewriteDraft(action, id, row);
  const lines = draft.lines.map((line, ordinal) => lineRowOf(action, id, line, ordinal + 1));
  await insertLines(action, lines);
  await insertTaxes(action, id, draft.taxed.taxes);
  await insertParts(action, await breakDownDraft(action.tx, lines, row.breakdown_by));
  return id;
}

function lineRowOf(action: Action, invoiceId: string, line: LineDraft, ordinal: number): LineRow {
  const {
    obligation: { subscription, plan, item, period },
    set,
    usage,
  } = line;
  return {
    id: newId('lin', action.now),
    invoice_id: invoiceId,
    ordinal,
    kind: line.kind,
    description: describeLine(line),
    subscription_id: subscription.id,
    plan_id: plan.planId,
    plan_version: plan.planVersion,
    fee_id: item.kind === 'fee' ? item.id : null,
    charge_id: item.kind === 'charge' ? item.id : null,
    period_start: period.start,
    period_end: period.end,
    payer_from: set.from,
    payer_to: set.to,
    quantity: toText(line.quantity),
    amount: toText(line.amount),
    price: JSON.stringify(priceSnapshot(line)),
    position_after: set.after,
    position: set.upto,
    event_sign: set.sign,
    event_count: usage.eventCount,
    event_quantity: toText(usage.eventQuantity),
    event_hash: toText(usage.eventHash),
  };
}
