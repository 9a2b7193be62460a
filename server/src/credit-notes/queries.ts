import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { toText } from '../lib/decimal.ts';
import type { TaxRow } from '../invoicing/tax-queries.ts';
import type { Tax } from '../invoicing/tax-rules.ts';
import { namedBy } from '../organizations/alias-queries.ts';
import type { AppliedTo } from '../payments/queries.ts';
import { DEFAULT_SELLER_ID } from '../sellers/queries.ts';

export type CreditNoteRow = {
  id: string;
  organization_id: string;
  invoice_id: string | null;
  invoice_number: string | null;
  billing_run_id: string | null;
  number: string;
  status: string;
  currency: string;
  subtotal: string | null;
  tax_total: string | null;
  total: string;
  taxes: TaxRow[];
  reason: string;
  position: number | null;
  recipient: unknown;
  issuer: unknown;
  issued_at: Instant;
  effective_at: Instant;
  created_at: Instant;
  updated_at: Instant;
  version: number;
  /** What no invoice has taken. */
  left: string;
  refunded: string;
  applied: AppliedTo[];
};

/** With what became of each, by the ledger. */
const creditNotes = sql`
  select c.id, c.organization_id, c.invoice_id, o.number as invoice_number, c.billing_run_id, c.number, c.status, c.currency, c.subtotal, c.tax_total, c.total, c.reason,
         c.position, c.recipient, c.issuer, c.issued_at, c.effective_at, c.created_at, c.updated_at, c.version, coalesce(-b.amount, 0) as left,
         coalesce((select jsonb_agg(to_jsonb(t) || jsonb_build_object('percent', t.percent::text, 'taxable', t.taxable::text, 'amount', t.amount::text) order by t.ordinal)
                     from credit_note_taxes t where t.credit_note_id = c.id), '[]') as taxes,
         coalesce((select sum(e.amount) from ledger_entries e where e.credit_note_id = c.id and e.refund_id is not null), 0) as refunded,
         coalesce((select jsonb_agg(jsonb_build_object('invoice_id', a.invoice_id, 'number', i.number, 'amount', a.amount::text) order by i.due_at, i.number_sequence)
                     from (select e.invoice_id, -sum(e.amount) as amount from ledger_entries e
                            where e.credit_note_id = c.id and e.invoice_id is not null group by 1 having sum(e.amount) <> 0) a
                     join invoices i on i.id = a.invoice_id), '[]') as applied
    from credit_notes c
    left join invoices o on o.id = c.invoice_id
    left join balances b on b.organization_id = c.organization_id and b.currency = c.currency and b.item_id = c.id`;

export async function findCreditNote(
  db: Queryable,
  id: string,
): Promise<CreditNoteRow | undefined> {
  const { rows } = await sql<CreditNoteRow>`${creditNotes} where c.id = ${id}`.execute(db);
  return rows[0];
}

export type CreditNoteFilters = {
  limit: number;
  cursor?: string | undefined;
  organizationId?: string | undefined;
  invoiceId?: string | undefined;
  billingRunId?: string | undefined;
  status?: string | undefined;
  currency?: string | undefined;
  number?: string | undefined;
  unapplied?: boolean | undefined;
};

export async function listCreditNotes(
  db: Queryable,
  query: CreditNoteFilters,
  at: Instant,
): Promise<CreditNoteRow[]> {
  const conditions = [sql<boolean>`true`];
  if (query.cursor !== undefined) conditions.push(sql`c.id < ${query.cursor}`);
  if (query.organizationId !== undefined)
    conditions.push(sql`c.organization_id in ${namedBy(query.organizationId, at)}`);
  if (query.invoiceId !== undefined) conditions.push(sql`c.invoice_id = ${query.invoiceId}`);
  if (query.billingRunId !== undefined)
    conditions.push(sql`c.billing_run_id = ${query.billingRunId}`);
  if (query.status !== undefined) conditions.push(sql`c.status = ${query.status}`);
  if (query.currency !== undefined) conditions.push(sql`c.currency = ${query.currency}`);
  if (query.number !== undefined) conditions.push(sql`c.number = ${query.number}`);
  if (query.unapplied !== undefined)
    conditions.push(
      query.unapplied
        ? sql`c.id in (select u.item_id from balances u where u.amount < 0)`
        : sql`not exists (select from balances u where u.item_id = c.id and u.amount < 0)`,
    );
  const { rows } = await sql<CreditNoteRow>`
    ${creditNotes} where ${sql.join(conditions, sql` and `)} order by c.id desc limit ${query.limit + 1}`.execute(
    db,
  );
  return rows;
}

export type CreditNoteLineRow = Awaited<ReturnType<typeof linesOfCreditNote>>[number];

export async function linesOfCreditNote(db: Queryable, creditNoteId: string) {
  return db
    .selectFrom('credit_note_lines')
    .selectAll()
    .where('credit_note_id', '=', creditNoteId)
    .orderBy('ordinal')
    .execute();
}

export type CreditableLineRow = Awaited<ReturnType<typeof creditableLines>>[number];

/** The lines of an invoice, with what credit notes that stand have of each. */
export async function creditableLines(db: Queryable, invoiceId: string) {
  return db
    .selectFrom('invoice_lines as l')
    .selectAll('l')
    .select((e) =>
      e.fn
        .coalesce(
          e
            .selectFrom('credit_note_lines as c')
            .innerJoin('credit_notes as n', 'n.id', 'c.credit_note_id')
            .select((c) => c.fn.sum<string>('c.amount').as('credited'))
            .whereRef('c.invoice_line_id', '=', 'l.id')
            .where('n.status', '=', 'issued'),
          sql<string>`0`,
        )
        .as('credited'),
    )
    .where('l.invoice_id', '=', invoiceId)
    .orderBy('l.ordinal')
    .execute();
}

/** How a credit note was posted: on its invoice, and beside it. */
export async function postedOf(
  db: Queryable,
  id: string,
): Promise<{ onInvoice: string; rest: string }> {
  const { rows } = await sql<{ onInvoice: string; rest: string }>`
    select coalesce(-sum(amount) filter (where invoice_id is not null), 0) as "onInvoice",
           coalesce(-sum(amount) filter (where invoice_id is null), 0) as rest
      from ledger_entries where credit_note_id = ${id} and kind = 'credit_note'`.execute(db);
  return rows[0] ?? { onInvoice: '0', rest: '0' };
}

// Issuing ----------------------------------------------------------------------------------------

/** Draws the next number from the seller's row, which stays locked until the transaction ends: no gap, no twin. */
export async function drawCreditNoteNumber(action: Action) {
  return action.tx
    .updateTable('sellers')
    .set((e) => ({ next_credit_note_number: e('next_credit_note_number', '+', 1) }))
    .where('id', '=', DEFAULT_SELLER_ID)
    .returning([
      'id',
      'credit_note_prefix as prefix',
      sql<number>`next_credit_note_number - 1`.as('number'),
    ])
    .executeTakeFirstOrThrow();
}

export type NewCreditNoteLine = Omit<
  CreditNoteLineRow,
  'id' | 'credit_note_id' | 'ordinal' | 'price'
> & { price: string };

export type NewCreditNote = {
  id: string;
  seller_id: string;
  organization_id: string;
  invoice_id: string | null;
  billing_run_id: string | null;
  number: string;
  number_sequence: number;
  currency: string;
  subtotal: string;
  tax_total: string;
  total: string;
  reason: string;
  position: number | null;
  recipient: string;
  issuer: string;
  effective_at: Instant;
};

/** Lines and taxes first: the note seals them. */
export async function insertCreditNote(
  action: Action,
  note: NewCreditNote,
  lines: readonly (NewCreditNoteLine & { id: string })[],
  taxes: readonly Tax[],
): Promise<void> {
  await action.tx
    .insertInto('credit_note_lines')
    .values(lines.map((line, i) => ({ ...line, credit_note_id: note.id, ordinal: i + 1 })))
    .execute();
  if (taxes.length > 0)
    await action.tx
      .insertInto('credit_note_taxes')
      .values(
        taxes.map((tax, i) => ({
          credit_note_id: note.id,
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
  await action.tx
    .insertInto('credit_notes')
    .values({
      ...note,
      seal: '', // the database seals
      issued_at: action.now,
      journal_id: action.journalId,
      created_at: action.now,
      updated_at: action.now,
    })
    .execute();
}

/** Something became of it: another version. */
export async function touchCreditNote(
  action: Action,
  id: string,
  status: 'issued' | 'void',
): Promise<void> {
  await action.tx
    .updateTable('credit_notes')
    .set((e) => ({ status, updated_at: action.now, version: e('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}
