import type { Queryable } from '../db/connect.ts';
import { type Decimal, sum } from '../lib/decimal.ts';
import { groupBy } from '../lib/group.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import { noUsage } from '../rating/rules.ts';
import { servicePeriods } from '../subscriptions/period-rules.ts';
import { subscriptionsByIds, type SubscriptionRow } from '../subscriptions/queries.ts';
import { plansFor } from './book-rules.ts';
import { measureAll, openBooks } from './draft-actions.ts';
import { billedPeriods } from './draft-queries.ts';
import { type News, payersOfSubscriptions } from './news-queries.ts';
import { obligationKey } from './obligation-rules.ts';
import type { Plan } from './due-rules.ts';
import { asksOf, settle } from './settle-rules.ts';

/** What one payer owes for one charge over one service period, and what of it is on issued invoices. */
export type Outlook = {
  readonly key: string;
  readonly payerId: string;
  readonly subscriptionId: string;
  readonly subscriptionName: string | null;
  readonly charge: string;
  readonly period: Period;
  readonly currency: string;
  /** Of the whole period: the hash of the events that were rated. */
  readonly eventHash: Decimal;
  readonly billed: Decimal;
  /** Its share, less what was billed: what the next lines will come to. */
  readonly due: Decimal;
  readonly invoiceNumbers: readonly string[];
};

/** Subscription → stretches of time in which usage of it is looked at. */
export type Stretches = ReadonlyMap<string, readonly Period[]>;

/**
 * What everybody owes, at a position, for usage of the service periods that the stretches touch: settled by the very
 * rules of a billing run, on what issued invoices say. Drafts are left out, for they are made anew.
 */
export async function outlookAt(
  db: Queryable,
  stretches: Stretches,
  position: number,
): Promise<Outlook[]> {
  const ids = [...stretches.keys()];
  if (ids.length === 0) return [];
  const subscriptions = await subscriptionsByIds(db, ids);
  const touched = touchedPeriods(subscriptions, stretches, await billedPeriods(db, stretches));
  const horizon = [...touched.values()]
    .flat()
    .map(({ end }) => end)
    .toSorted()
    .at(-1);
  if (horizon === undefined) return [];
  const plans: { payerId: string; plan: Plan }[] = [];
  for (const payerId of [...(await payersOfSubscriptions(db, ids))].toSorted()) {
    // An empty cycle after all of it: everything touched is due before, and nothing else is looked at.
    const cycle = { start: horizon, end: horizon };
    const news = newsOf(payerId, touched);
    const books = await openBooks(db, { position, news }, payerId, [cycle], []);
    const issued = { ...books, lines: books.lines.filter((line) => !line.isDraft), openDrafts: [] };
    for (const plan of plansFor(issued, cycle))
      if (isTouched(plan, touched)) plans.push({ payerId, plan });
  }
  const measured = await measureAll(
    db,
    plans.map(({ plan }) => plan),
    position,
  );
  return plans.map(({ payerId, plan }) => {
    const lines = settle(plan, payerId, position, measured);
    const whole = measured.get(asksOf(plan, position)[0]?.key ?? '') ?? noUsage;
    const { subscription, item, period, plan: rated } = plan.obligation;
    return {
      key: `${payerId} ${obligationKey(plan.obligation)}`,
      payerId,
      subscriptionId: subscription.id,
      subscriptionName: subscription.name,
      charge: item.name,
      period: { start: period.start, end: period.end },
      currency: rated.currency,
      eventHash: whole.eventHash,
      billed: plan.billed,
      due: sum(lines.map((line) => line.amount)),
      invoiceNumbers: plan.adjusts,
    };
  });
}

function isTouched({ obligation }: Plan, touched: ReadonlyMap<string, Period[]>): boolean {
  const { subscription, item, period } = obligation;
  return (
    item.kind === 'charge' &&
    (touched.get(subscription.id) ?? []).some(({ start }) => start === period.start)
  );
}

/** The service periods as the subscription has them now, and as they were billed. */
function touchedPeriods(
  subscriptions: readonly SubscriptionRow[],
  stretches: Stretches,
  billed: readonly ({ subscriptionId: string } & Period)[],
): Map<string, Period[]> {
  const billedById = groupBy(billed, (row) => row.subscriptionId);
  return new Map(
    subscriptions.map((row) => {
      const now = (stretches.get(row.id) ?? []).flatMap((stretch) =>
        servicePeriods(row.terms, row.plans, stretch.start, stretch.end),
      );
      const all = [...now, ...(billedById.get(row.id) ?? [])];
      return [row.id, [...new Map(all.map((period) => [period.start, period])).values()]];
    }),
  );
}

function newsOf(payerId: string, touched: ReadonlyMap<string, Period[]>): News {
  const cycles = [...touched].flatMap(([subscriptionId, periods]) =>
    periods.map(({ start, end }) => ({ subscriptionId, lookedAtUpTo: null, start, end })),
  );
  const periods = new Map(
    [...touched].map(([id, some]): [string, Set<Instant>] => [
      id,
      new Set(some.map(({ start }) => start)),
    ]),
  );
  return { periods, changes: periods, cycles: new Map([[payerId, cycles]]), payerIds: new Set() };
}
