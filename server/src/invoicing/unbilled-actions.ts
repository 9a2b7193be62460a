import type { Queryable } from '../db/connect.ts';
import { add, type Decimal, decimal, subtract, zero } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { servicePeriodAt } from '../subscriptions/period-rules.ts';
import { subscriptionsByIds } from '../subscriptions/queries.ts';
import { plansFor } from './book-rules.ts';
import { openBooks, settleAll } from './draft-actions.ts';
import { billedUpTo } from './draft-queries.ts';
import { findNews } from './news-queries.ts';
import { findPayer, subscriptionsConcerning } from './run-queries.ts';

export type Unbilled = { readonly currency: string; readonly amount: Decimal };

/**
 * What usage up to now comes to for a payer that no issued document has yet, in each currency: of service periods that
 * are under way, of cycles that ended and are drafted or not billed, and of what follows up on invoices. Without fees
 * and taxes, and without what fills up minimums, which is not known before the end.
 */
export async function unbilledUsage(
  db: Queryable,
  payerId: string,
  now: Instant,
  position: number,
): Promise<Unbilled[]> {
  const payer = await findPayer(db, payerId);
  const ids = payer === undefined ? [] : await subscriptionsConcerning(db, payerId);
  const subscriptions = await subscriptionsByIds(db, ids);
  const ends = subscriptions.flatMap(
    ({ terms, plans }) => servicePeriodAt(terms, plans, now)?.end ?? [],
  );
  const starts = subscriptions.map(({ terms }) => terms.startAt).toSorted();
  const start = [(await billedUpTo(db, payerId)) ?? starts[0] ?? now, now].toSorted()[0] as Instant;
  const cycle = { start, end: [...ends, now].toSorted().at(-1) as Instant };
  if (ids.length === 0 || cycle.start === cycle.end) return [];
  const news = await findNews(db, position, ids);
  const books = await openBooks(db, { position, news }, payerId, [cycle], []);
  const issued = { ...books, lines: books.lines.filter((line) => !line.isDraft), openDrafts: [] };
  const plans = plansFor(issued, cycle).filter(
    ({ obligation: { item, period } }) => item.kind === 'charge' && period.start <= now,
  );
  const { lines } = await settleAll(db, issued, plans);
  const amounts = new Map<string, Decimal>();
  for (const { obligation, amount, rated } of lines) {
    const { currency } = obligation.plan;
    const ofUsage = subtract(amount, decimal(rated.lineTopUp ?? '0'));
    amounts.set(currency, add(amounts.get(currency) ?? zero, ofUsage));
  }
  return [...amounts]
    .map(([currency, amount]) => ({ currency, amount }))
    .toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
}
