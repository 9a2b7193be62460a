import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { decimal, toText } from '../lib/decimal.ts';
import type { ProductTax, Tax, TaxRate, TaxTerms } from './tax-rules.ts';

export type TaxFacts = {
  readonly payer: TaxTerms;
  /** By plan: what its product says. */
  readonly products: ReadonlyMap<string, ProductTax>;
};

/** What a payer, and the products of these plans, say about tax today. */
export async function taxFacts(
  db: Queryable,
  payerId: string,
  planIds: readonly string[],
): Promise<TaxFacts> {
  type Row = { plan_id: string | null; rates: TaxRate[] | null; exempt_reason: string | null };
  const { rows } = await sql<Row>`
    select null as plan_id, o.tax_rates as rates, o.tax_exempt_reason as exempt_reason from organizations o where o.id = ${payerId}
    union all
    select p.id, r.tax_rates, r.tax_exempt_reason from plans p join products r on r.id = p.product_id where p.id = any(${[...planIds]})`.execute(
    db,
  );
  const payer = rows.find((row) => row.plan_id === null);
  return {
    payer: { rates: payer?.rates ?? [], exemptReason: payer?.exempt_reason ?? null },
    products: new Map(
      rows.flatMap(({ plan_id: id, rates, exempt_reason: exemptReason }) =>
        id === null ? [] : [[id, { rates, exemptReason }]],
      ),
    ),
  };
}

export type TaxRow = {
  invoice_id: string;
  ordinal: number;
  name: string;
  percent: string | null;
  exempt_reason: string | null;
  line_ordinals: number[];
  taxable: string;
  amount: string;
};

export function taxOfRow(row: TaxRow): Tax {
  return {
    name: row.name,
    percent: row.percent === null ? null : toText(decimal(row.percent)),
    exemptReason: row.exempt_reason,
    lineOrdinals: row.line_ordinals,
    taxable: decimal(row.taxable),
    amount: decimal(row.amount),
  };
}

export async function deleteTaxes(action: Action, invoiceId: string): Promise<void> {
  await action.tx.deleteFrom('invoice_taxes').where('invoice_id', '=', invoiceId).execute();
}

export async function insertTaxes(
  action: Action,
  invoiceId: string,
  taxes: readonly Tax[],
): Promise<void> {
  if (taxes.length === 0) return;
  await action.tx
    .insertInto('invoice_taxes')
    .values(
      taxes.map((tax, i) => ({
        invoice_id: invoiceId,
        ordinal: i + 1,
        name: tax.name,
        percent: tax.percent,
        exempt_reason: tax.exemptReason,
        line_ordinals: [...tax.lineOrdinals],
        taxable: toText(tax.taxable),
        amount: toText(tax.amount),
      })),
    )
    .execute();
}

/** What a draft comes to: of its lines, its taxes, in all. */
export async function saveTotals(
  action: Action,
  invoiceId: string,
  totals: { subtotal: string; tax_total: string; total: string },
): Promise<void> {
  await action.tx.updateTable('invoices').set(totals).where('id', '=', invoiceId).execute();
}
