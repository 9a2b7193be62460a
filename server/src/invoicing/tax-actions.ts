import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { type Decimal, decimal } from '../lib/decimal.ts';
import { linesOfInvoice } from './invoice-queries.ts';
import type { LineDraft } from './settle-rules.ts';
import { deleteTaxes, insertTaxes, saveTotals, taxFacts } from './tax-queries.ts';
import { type Taxed, taxed, taxTermsOf, totalsOf } from './tax-rules.ts';

/** A line as tax looks at it. */
export type TaxableLine = { readonly planId: string; readonly amount: Decimal };

/** Taxes the lines of an invoice, in their order. */
export type Taxer = (lines: readonly TaxableLine[], currency: string) => Taxed;

const notSaid = { rates: null, exemptReason: null };

/** Taxes lines of a payer as its settings, and those of the products, are today. */
export async function taxerOf(
  db: Queryable,
  payerId: string,
  planIds: readonly string[],
): Promise<Taxer> {
  const { payer, products } = await taxFacts(db, payerId, planIds);
  return (lines, currency) =>
    taxed(
      lines.map(({ planId, amount }, i) => ({
        ordinal: i + 1,
        amount,
        terms: taxTermsOf(payer, products.get(planId) ?? notSaid),
      })),
      currency,
    );
}

export function taxableOf({ obligation: { plan }, amount }: LineDraft): TaxableLine {
  return { planId: plan.planId, amount };
}

export function planIdsOf(lines: readonly LineDraft[]): string[] {
  return [...new Set(lines.map(({ obligation }) => obligation.plan.planId))];
}

/** A draft that is about to be issued is taxed as the settings are on that day, as its recipient is named. */
export async function taxDraft(
  action: Action,
  draft: { id: string; organization_id: string; currency: string },
): Promise<Taxed> {
  const lines = await linesOfInvoice(action.tx, draft.id);
  const planIds = [...new Set(lines.map((line) => line.plan_id))];
  const tax = await taxerOf(action.tx, draft.organization_id, planIds);
  const result = tax(
    lines.map((line) => ({ planId: line.plan_id, amount: decimal(line.amount) })),
    draft.currency,
  );
  await deleteTaxes(action, draft.id);
  await insertTaxes(action, draft.id, result.taxes);
  await saveTotals(action, draft.id, totalsOf(result));
  return result;
}
