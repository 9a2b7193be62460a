import type { Action } from '../db/act.ts';
import { issueCreditNote } from '../credit-notes/actions.ts';
import { breakdownOf } from '../lib/breakdown.ts';
import { type Decimal, negate, toText } from '../lib/decimal.ts';
import { groupBy } from '../lib/group.ts';
import { newId } from '../lib/id.ts';
import type { Period } from '../lib/period.ts';
import { issuerSnapshot } from '../sellers/queries.ts';
import { breakDownDraft } from './breakdown-actions.ts';
import { insertParts } from './breakdown-queries.ts';
import {
  deleteDrafts,
  type DraftRow,
  insertDraft,
  insertLines,
  type LineRow,
  rewriteDraft,
  saveCycle,
  type StandingInvoice,
} from './draft-queries.ts';
import { documentsFor } from './fit-rules.ts';
import { recipientOf } from './invoice-rules.ts';
import { describeLine, inOrder, priceSnapshot } from './line-rules.ts';
import type { PayerRow } from './run-queries.ts';
import type { LineDraft } from './settle-rules.ts';
import { planIdsOf, taxableOf, type Taxer, taxerOf } from './tax-actions.ts';
import { insertTaxes } from './tax-queries.ts';
import { totalsOf } from './tax-rules.ts';

export type Run = {
  readonly id: string;
  readonly position: number;
  /** It may issue credit notes for what no invoice takes. */
  readonly isToCredit: boolean;
};

/** A line that was written: on a draft, or on a credit note, which is issued at once. */
export type Written = { readonly line: LineDraft; readonly creditNoteNumber: string | null };

/**
 * Writes the drafts of one cycle, one for each currency and grouping and one beside it for what stands alone, and the
 * credit notes that are due; answers the lines that are on them.
 */
export async function writeCycle(
  action: Action,
  run: Run,
  payer: PayerRow,
  cycle: Period,
  lines: readonly LineDraft[],
  standing: readonly StandingInvoice[],
): Promise<Written[]> {
  const groups = groupBy(lines, (line) => groupOf(payer, line));
  const tax = await taxerOf(action.tx, payer.id, planIdsOf(lines));
  const written: Written[] = [];
  const keptIds = new Set<string>();
  let [complete, isWhole] = [true, true];
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { currency } = first.obligation.plan;
    const totalOf = (some: readonly LineDraft[]): Decimal =>
      tax(some.map(taxableOf), currency).total;
    const isOver = run.isToCredit && cycle.end <= action.now;
    const documents = documentsFor(group, totalOf, isOver);
    const place = { currency, groupingKey: groupingOf(payer, first), cycle };
    const invoiceOf = (standalone: true | null) =>
      standing.find(
        (each) =>
          each.currency === currency &&
          each.grouping_key === place.groupingKey &&
          each.standalone === standalone,
      );
    for (const standalone of [null, true] as const) {
      const some = standalone === null ? documents.invoice : documents.standalone;
      const existing = invoiceOf(standalone);
      const isIssued = existing !== undefined && existing.status !== 'draft';
      if (isIssued && (standalone === null || some.length > 0)) isWhole = false;
      if (isIssued || some.length === 0) continue;
      const draft = { ...place, standalone, lines: inOrder(some), existingId: existing?.id };
      keptIds.add(await writeDraft(action, run, payer, draft, tax));
      written.push(...some.map((line) => ({ line, creditNoteNumber: null })));
    }
    if (documents.invoice.length === 0 && group.some(({ kind }) => kind !== 'adjustment'))
      complete = false;
    written.push(...(await writeCredits(action, run, payer.id, currency, documents.credits)));
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
  return written;
}

/** Lines that may be on one invoice: of one currency and grouping. */
export function groupOf(payer: PayerRow, line: LineDraft): string {
  return `${line.obligation.plan.currency} ${groupingOf(payer, line)}`;
}

export function groupingOf(payer: PayerRow, { obligation }: LineDraft): string {
  return payer.invoice_grouping === 'perSubscription' ? obligation.subscription.id : '';
}

// Drafts -----------------------------------------------------------------------------------------

type Draft = {
  currency: string;
  groupingKey: string;
  standalone: true | null;
  cycle: Period;
  lines: readonly LineDraft[];
  existingId: string | undefined;
};

async function writeDraft(
  action: Action,
  run: Run,
  payer: PayerRow,
  draft: Draft,
  tax: Taxer,
): Promise<string> {
  const taxed = tax(draft.lines.map(taxableOf), draft.currency);
  const issuer = await issuerSnapshot(action.tx);
  const row: DraftRow = {
    organization_id: payer.id,
    billing_run_id: run.id,
    currency: draft.currency,
    period_start: draft.cycle.start,
    period_end: draft.cycle.end,
    grouping_key: draft.groupingKey,
    standalone: draft.standalone,
    position: run.position,
    ...totalsOf(taxed),
    breakdown_by: breakdownOf(payer.breakdown_by ?? issuer.breakdown),
    recipient: JSON.stringify(recipientOf(payer)),
    issuer: JSON.stringify(issuer),
  };
  const id = draft.existingId ?? newId('inv', action.now);
  if (draft.existingId === undefined) await insertDraft(action, id, row);
  else await rewriteDraft(action, id, row);
  const lines = draft.lines.map((line, ordinal) => lineRowOf(action, id, line, ordinal + 1));
  await insertLines(action, lines);
  await insertTaxes(action, id, taxed.taxes);
  await insertParts(action, await breakDownDraft(action.tx, lines, row.breakdown_by));
  return id;
}

function lineRowOf(action: Action, invoiceId: string, line: LineDraft, ordinal: number): LineRow {
  return { id: newId('lin', action.now), invoice_id: invoiceId, ordinal, ...billedContentOf(line) };
}

/** What a line says, and what it asks for. */
export function billedContentOf(line: LineDraft) {
  return { kind: line.kind, amount: toText(line.amount), ...contentOf(line) };
}

/** What a line says, whatever document it is on. */
function contentOf(line: LineDraft) {
  const {
    obligation: { subscription, plan, item, period },
    set,
    usage,
  } = line;
  return {
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
    price: JSON.stringify(priceSnapshot(line)),
    position_after: set.after,
    position: set.upto,
    event_sign: set.sign,
    event_count: usage.eventCount,
    event_quantity: toText(usage.eventQuantity),
    event_hash: toText(usage.eventHash),
  };
}

// Credit notes -----------------------------------------------------------------------------------

/** One credit note for each invoice that billed what is credited. */
async function writeCredits(
  action: Action,
  run: Run,
  payerId: string,
  currency: string,
  credits: readonly (readonly LineDraft[])[],
): Promise<Written[]> {
  const written: Written[] = [];
  const byInvoice = groupBy(credits, ([first]) => first?.corrects?.invoiceId ?? null);
  for (const [invoiceId, some] of byInvoice) {
    const lines = inOrder(some.flat());
    const number = some[0]?.[0]?.corrects?.number;
    const note = await issueCreditNote(action, {
      organizationId: payerId,
      currency,
      invoiceId,
      billingRun: { id: run.id, position: run.position },
      reason: number === undefined ? 'Adjustment' : `Adjustment of invoice ${number}`,
      effectiveAt: action.now,
      lines: lines.map((line) => ({
        kind: 'adjustment',
        invoice_line_id: line.corrects?.lineId ?? null,
        amount: toText(negate(line.amount)),
        ...contentOf(line),
      })),
    });
    written.push(...lines.map((line) => ({ line, creditNoteNumber: note.number })));
  }
  return written;
}
