import { type RawBuilder, sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { Counted, IgnoredSet } from '../rating/rules.ts';
import { SELLER_ID } from './draft-queries.ts';
import type { TaxRow } from './tax-queries.ts';

// Invoices ---------------------------------------------------------------------------------------

export type InvoiceRow = NonNullable<Awaited<ReturnType<typeof findInvoice>>>;

/**
 * With its taxes, what is due on each, and why that is less than the total: the balances of the ledger. And the time zone
 * of the payer.
 */
export function invoicesWithDue(db: Queryable) {
  return db
    .selectFrom('invoices as i')
    .innerJoin('organizations as o', 'o.id', 'i.organization_id')
    .leftJoin('balances as b', (join) =>
      join
        .onRef('b.organization_id', '=', 'i.organization_id')
        .onRef('b.currency', '=', 'i.currency')
        .onRef('b.item_id', '=', 'i.id'),
    )
    .selectAll('i')
    .select((e) => [
      'o.time_zone as payer_time_zone',
      e.fn.coalesce('b.amount', sql<string>`0`).as('amount_due'),
      e.fn.coalesce('b.paid', sql<string>`0`).as('amount_paid'),
      e.fn.coalesce('b.credited', sql<string>`0`).as('amount_credited'),
      e.fn.coalesce('b.written_off', sql<string>`0`).as('amount_written_off'),
      sql<
        TaxRow[]
      >`coalesce((select jsonb_agg(to_jsonb(t) || jsonb_build_object('percent', t.percent::text, 'taxable', t.taxable::text, 'amount', t.amount::text) order by t.ordinal)
                    from invoice_taxes t where t.invoice_id = i.id), '[]')`.as('taxes'),
    ]);
}

export async function findInvoice(db: Queryable, id: string) {
  return invoicesWithDue(db).where('i.id', '=', id).executeTakeFirst();
}

/** The invoice, locked against whoever else would issue it. */
export async function lockInvoice(db: Queryable, id: string): Promise<void> {
  await db.selectFrom('invoices').select('id').where('id', '=', id).forUpdate().execute();
}

export async function markIssued(
  action: Action,
  id: string,
  issued: {
    number: string;
    sequence: number;
    status: 'open' | 'paid';
    due_at: Instant;
    recipient: object;
    issuer: object;
  },
): Promise<void> {
  await action.tx
    .updateTable('invoices')
    .set((e) => ({
      number: issued.number,
      number_sequence: issued.sequence,
      status: issued.status,
      issued_at: action.now,
      due_at: issued.due_at,
      recipient: JSON.stringify(issued.recipient),
      issuer: JSON.stringify(issued.issuer),
      journal_id: action.journalId,
      updated_at: action.now,
      version: e('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

/** Brings the status of issued invoices up to what the ledger says of them. */
export async function updateStatuses(action: Action, ids: readonly string[]): Promise<void> {
  await sql`
    update invoices i
       set status = status_by_ledger(i.total, b.amount, b.written_off, b.is_void), updated_at = ${action.now}, version = i.version + 1
      from balances b
     where i.id = any(${[...ids]}) and b.organization_id = i.organization_id and b.currency = i.currency and b.item_id = i.id`.execute(
    action.tx,
  );
}

// Lines ------------------------------------------------------------------------------------------

export type InvoiceLineRow = Awaited<ReturnType<typeof linesOfInvoice>>[number];

export async function linesOfInvoice(db: Queryable, invoiceId: string) {
  return db
    .selectFrom('invoice_lines')
    .selectAll()
    .where('invoice_id', '=', invoiceId)
    .orderBy('ordinal')
    .execute();
}

export type CountedLine = {
  id: string;
  subscription_id: string;
  charge_id: string | null;
  payer_from: Instant;
  payer_to: Instant;
  position_after: number;
  position: number;
  event_sign: number;
  event_count: number;
  event_quantity: string;
  event_hash: string;
  /** Late usage that it does not count. */
  ignoring: IgnoredSet[] | null;
  counted: Counted | null;
};

const countedLines = (
  condition: RawBuilder<unknown>,
  table: 'invoice_lines' | 'credit_note_lines' = 'invoice_lines',
) => sql<CountedLine>`
  select l.id, l.subscription_id, l.charge_id, l.payer_from, l.payer_to, l.position_after, l.position, l.event_sign,
         l.event_count, l.event_quantity, l.event_hash, l.price -> 'ignoring' as ignoring,
         case when c.id is not null then jsonb_build_object('aggregation', m.aggregation, 'measure', m.measure, 'filter', m.filter)
           || case when c.model = 'percentage' then jsonb_build_object('aggregation', 'sum', 'cost', v.currency) else '{}' end end as counted
    from ${sql.table(table)} l
    left join plan_charges c on c.id = l.charge_id
    left join meter_versions m on m.meter_id = c.meter_id and m.version = c.meter_version
    left join plan_versions v on v.plan_id = l.plan_id and v.version = l.plan_version
   where ${condition}`;

/** A line with what its charge's meter counts; null for a fee. */
export async function findCountedLine(db: Queryable, id: string): Promise<CountedLine | undefined> {
  const { rows } = await countedLines(sql`l.id = ${id}`).execute(db);
  return rows[0];
}

/** The same of a line of a credit note. */
export async function findCountedCreditLine(
  db: Queryable,
  id: string,
): Promise<CountedLine | undefined> {
  const { rows } = await countedLines(sql`l.id = ${id}`, 'credit_note_lines').execute(db);
  return rows[0];
}

/** Lines of issued invoices, in order of their ids: for those who check them all. */
export async function issuedLinesAfter(
  db: Queryable,
  afterId: string,
  limit: number,
): Promise<CountedLine[]> {
  const { rows } =
    await countedLines(sql`l.id > ${afterId} and exists (select from invoices i where i.id = l.invoice_id and i.status <> 'draft')
    order by l.id limit ${limit}`).execute(db);
  return rows;
}

// Seller -----------------------------------------------------------------------------------------

/** Draws the next number from the row itself, which stays locked until the transaction ends: no gap, no twin. */
export async function drawNumber(action: Action) {
  return action.tx
    .updateTable('sellers')
    .set((e) => ({ next_invoice_number: e('next_invoice_number', '+', 1) }))
    .where('id', '=', SELLER_ID)
    .returning(['name', 'invoice_prefix', sql<number>`next_invoice_number - 1`.as('number')])
    .executeTakeFirstOrThrow();
}
