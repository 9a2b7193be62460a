import { currentPosition, inOneSnapshot } from '../db/act.ts';
import type { Database, Queryable } from '../db/connect.ts';
import { breakdownOf } from '../lib/breakdown.ts';
import { groupBy } from '../lib/group.ts';
import type { Instant } from '../lib/instant.ts';
import { notFound } from '../lib/problem.ts';
import { issuerSnapshot } from '../sellers/queries.ts';
import { plansFor } from './book-rules.ts';
import { breakDownDraft } from './breakdown-actions.ts';
import { cycleAt } from './cycle-rules.ts';
import { isOf, openBooks, settleAll } from './draft-actions.ts';
import { type StandingInvoice, standingInvoices } from './draft-queries.ts';
import { documentsFor } from './fit-rules.ts';
import { recipientOf } from './invoice-rules.ts';
import { inOrder } from './line-rules.ts';
import { findNews } from './news-queries.ts';
import { findPayer, type PayerRow, rhythmOf, subscriptionsConcerning } from './run-queries.ts';
import type { LineDraft } from './settle-rules.ts';
import { planIdsOf, taxableOf, type Taxer, taxerOf } from './tax-actions.ts';
import { totalsOf } from './tax-rules.ts';
import type { Upcoming, UpcomingCredit, UpcomingInvoice } from './upcoming-schema.ts';
import { billedContentOf, groupingOf, groupOf } from './write-actions.ts';

/** What a payer's running cycle comes to so far, over one snapshot. */
export async function upcomingOf(
  database: Database,
  payerId: string,
  now: Instant,
): Promise<Upcoming> {
  const position = await currentPosition(database);
  return inOneSnapshot(database, (tx) => upcomingAt(tx, payerId, now, position));
}

/** What a run at the position would write for the cycle of `now`, had that ended. Nothing is stored. */
async function upcomingAt(
  db: Queryable,
  payerId: string,
  now: Instant,
  position: number,
): Promise<Upcoming> {
  const payer = await findPayer(db, payerId);
  if (payer === undefined) throw notFound('organization', payerId);
  const cycle = cycleAt(await rhythmOf(db, payerId), now);
  const news = await findNews(db, position, await subscriptionsConcerning(db, payerId));
  const standing = await standingInvoices(db, payerId, [cycle]);
  const books = await openBooks(db, { position, news }, payerId, [cycle], standing);
  const { lines } = await settleAll(db, books, plansFor(books, cycle));
  const tax = await taxerOf(db, payerId, planIdsOf(lines));
  const issued = standing.filter((each) => isOf(each, cycle) && each.status !== 'draft');
  const groups = [...groupBy(lines, (line) => groupOf(payer, line)).values()].map((group) =>
    documentsOf(payer, group, tax, issued),
  );
  const invoices: UpcomingInvoice[] = [];
  for (const draft of groups.flatMap(({ drafts }) => drafts))
    invoices.push(await contentOf(db, payer, draft, tax));
  return {
    organizationId: payerId,
    cycle,
    position,
    invoices,
    credits: groups.flatMap(({ credits }) => credits),
  };
}

type Draft = {
  readonly currency: string;
  readonly groupingKey: string;
  readonly standalone: true | null;
  readonly lines: readonly LineDraft[];
};

/** The invoices and credits that lines of one currency and grouping come to; an invoice that is issued stays. */
function documentsOf(
  payer: PayerRow,
  lines: readonly LineDraft[],
  tax: Taxer,
  issued: readonly StandingInvoice[],
): { drafts: Draft[]; credits: UpcomingCredit[] } {
  const first = lines[0] as LineDraft;
  const { currency } = first.obligation.plan;
  const groupingKey = groupingOf(payer, first);
  const totalOf = (some: readonly LineDraft[]) => tax(some.map(taxableOf), currency).total;
  const { invoice, standalone, credits } = documentsFor(lines, totalOf, true);
  const isIssued = (draft: Draft) =>
    issued.some(
      (each) =>
        each.currency === currency &&
        each.grouping_key === groupingKey &&
        each.standalone === draft.standalone,
    );
  const drafts: Draft[] = [
    { currency, groupingKey, standalone: null, lines: inOrder(invoice) },
    { currency, groupingKey, standalone: true, lines: inOrder(standalone) },
  ];
  return {
    drafts: drafts.filter((draft) => draft.lines.length > 0 && !isIssued(draft)),
    credits: [...groupBy(credits, ([one]) => one?.corrects?.invoiceId ?? null)].map(
      ([invoiceId, some]) => ({
        currency,
        invoiceId,
        invoiceNumber: some[0]?.[0]?.corrects?.number ?? null,
        lines: inOrder(some.flat()).map(billedContentOf),
      }),
    ),
  };
}

async function contentOf(
  db: Queryable,
  payer: PayerRow,
  draft: Draft,
  tax: Taxer,
): Promise<UpcomingInvoice> {
  const result = tax(draft.lines.map(taxableOf), draft.currency);
  const issuer = await issuerSnapshot(db);
  const lines = draft.lines.map((line, i) => ({ id: String(i), ...billedContentOf(line) }));
  const breakdownBy = breakdownOf(payer.breakdown_by ?? issuer.breakdown);
  return {
    ...draft,
    ...totalsOf(result),
    taxes: result.taxes,
    recipient: recipientOf(payer),
    issuer,
    breakdownBy,
    lines,
    parts: await breakDownDraft(db, lines, breakdownBy),
  };
}
