import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { isCounted, isNewCreditNote, isNewInBooks, type Since, together } from './since-queries.ts';
import { type Finding, ROWS_NAMED_MAX } from './verdict.ts';
import type { LineRow } from './explained-queries.ts';

/** Everything that the ledger must agree with: what documents say, what invoices' statuses say, the balances kept beside it. */
export async function moneyUnlikeTheLedger(tx: Tx, since: Since): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const look of [
    balancesUnlikeEntries,
    customersUnlikeBalances,
    statusesUnlikeEntries,
    documentsUnlikeEntries,
    creditNotesUnlikeTheirLines,
    linesCreditedTwice,
  ])
    found.push(...(await look(tx, since)));
  return found;
}

/** How much of the ledger there is, and what it comes to. */
export async function ledgerFigures(
  tx: Tx,
  since: Since,
): Promise<{ entries: string; customersInLedger: string }> {
  const { rows } = await sql<{ entries: string; customersInLedger: string }>`
    select (select count(*)::text from ledger_entries where ${isCounted(sql`journal_id`, since)}) as entries,
           (select count(distinct organization_id)::text from customer_balances) as "customersInLedger"`.execute(
    tx,
  );
  const { entries = '0', customersInLedger = '0' } = rows[0] ?? {};
  return { ...together(since, { entries }), customersInLedger };
}

type Row = { id: string; detail: string };
const toFinding = ({ id, detail }: Row): Finding => ({ row: id, detail });

async function balancesUnlikeEntries(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select coalesce(b.item_id, e.item_id) as id,
           format('Its balance says %s (paid %s, credited %s, written off %s); its entries come to %s (%s, %s, %s).',
                  b.amount, b.paid, b.credited, b.written_off, e.amount, e.paid, e.credited, e.written_off) as detail
      from (select * from balances where ${isNewInBooks(sql`organization_id`, since)}) b
      full join (select organization_id, currency, coalesce(invoice_id, payment_id, credit_note_id) as item_id, sum(amount) as amount,
                        coalesce(-sum(amount) filter (where invoice_id is not null and payment_id is not null), 0) as paid,
                        coalesce(-sum(amount) filter (where invoice_id is not null and credit_note_id is not null), 0) as credited,
                        coalesce(-sum(amount) filter (where kind = 'write_off'), 0) as written_off,
                        bool_or(kind = 'void_reversal') as is_void
                   from ledger_entries where ${isNewInBooks(sql`organization_id`, since)} group by 1, 2, 3) e using (organization_id, currency, item_id)
     where (b.amount, b.paid, b.credited, b.written_off, b.is_void) is distinct from (e.amount, e.paid, e.credited, e.written_off, e.is_void)
     limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map(toFinding);
}

/** What a customer owes is the sum of its open items, and so of its part of the ledger. */
async function customersUnlikeBalances(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select organization_id || ' ' || currency as id,
           format('Owes %s with %s of credit by its balance, %s with %s by its items.', c.outstanding, c.unapplied_credit, b.outstanding, b.credit) as detail
      from (select * from customer_balances where ${isNewInBooks(sql`organization_id`, since)}) c
      full join (select b.organization_id, b.currency, coalesce(sum(b.amount) filter (where b.amount > 0), 0) as outstanding,
                        coalesce(-sum(b.amount) filter (where b.amount < 0), 0) as credit,
                        count(*) filter (where b.amount > 0)::integer as open_invoices, min(i.due_at) filter (where b.amount > 0) as oldest_due_at
                   from balances b left join invoices i on i.id = b.item_id
                  where ${isNewInBooks(sql`b.organization_id`, since)} group by 1, 2) b using (organization_id, currency)
     where (c.outstanding, c.unapplied_credit, c.open_invoices, c.oldest_due_at) is distinct from (b.outstanding, b.credit, b.open_invoices, b.oldest_due_at)
     limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map(toFinding);
}

/** Computed from the entries themselves, by other means than the database's own guard. */
async function statusesUnlikeEntries(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select i.id, format('Is %s; by the ledger it is %s.', i.status, s.status) as detail
      from invoices i
      left join (select invoice_id, sum(amount) as due, -sum(amount) filter (where kind = 'write_off') as written_off, bool_or(kind = 'void_reversal') as is_void
                   from ledger_entries where invoice_id is not null and ${isNewInBooks(sql`organization_id`, since)} group by 1) e on e.invoice_id = i.id
      cross join lateral (select case when e.invoice_id is null then 'draft' when e.is_void then 'void' when e.due > 0 and e.due < i.total then 'partially_paid'
                                      when e.due > 0 then 'open' when e.written_off > 0 then 'uncollectible' else 'paid' end as status) s
     where s.status <> i.status and ${isNewInBooks(sql`i.organization_id`, since)} limit ${ROWS_NAMED_MAX}`.execute(
    tx,
  );
  return rows.map(toFinding);
}

/** Payments, credit notes and refunds are in the ledger at what they say; what is applied comes in pairs. */
async function documentsUnlikeEntries(tx: Tx, since: Since): Promise<Finding[]> {
  const isBooked = isNewInBooks(sql`organization_id`, since);
  const { rows } = await sql<Row>`
    with documents as (
      select id, organization_id, currency, case status when 'received' then -amount else 0 end as amount, 'payment' as kind from payments where ${isBooked}
      union all
      select id, organization_id, currency, case status when 'issued' then -total else 0 end, 'credit_note' from credit_notes where ${isBooked}
      union all
      select id, organization_id, currency, amount, 'refund' from refunds where ${isBooked}
    ), posted as (
      select case kind when 'payment' then payment_id when 'credit_note' then credit_note_id else refund_id end as id, organization_id, currency, kind, sum(amount) as amount
        from ledger_entries where kind in ('payment', 'credit_note', 'refund') and ${isBooked} group by 1, 2, 3, 4
    )
    select coalesce(d.id, p.id) as id, format('Says %s; the ledger has %s for it.', d.amount, coalesce(p.amount, 0)) as detail
      from documents d full join posted p using (id, organization_id, currency, kind)
     where coalesce(d.amount, 0) <> coalesce(p.amount, 0) or d.id is null
    union all
    select coalesce(payment_id, credit_note_id), format('What was applied of it sums to %s, not to nothing.', sum(amount))
      from ledger_entries where kind = 'credit_applied' and ${isBooked} group by 1 having sum(amount) <> 0
    limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map(toFinding);
}

async function creditNotesUnlikeTheirLines(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select n.id, format('Totals %s; its lines sum to %s, its taxes to %s.', n.total, l.amount, t.amount) as detail
      from credit_notes n
      cross join lateral (select coalesce(sum(amount), 0) as amount from credit_note_lines where credit_note_id = n.id) l
      cross join lateral (select coalesce(sum(amount), 0) as amount from credit_note_taxes where credit_note_id = n.id) t
     where (n.total <> l.amount + t.amount or n.subtotal <> l.amount or n.tax_total <> t.amount)
       and ${isNewCreditNote(sql`n.id`, since)} limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map(toFinding);
}

async function linesCreditedTwice(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select l.id, format('Of %s, %s has been credited.', l.amount, sum(c.amount)) as detail
      from credit_note_lines c
      join credit_notes n on n.id = c.credit_note_id and n.status = 'issued'
      join invoice_lines l on l.id = c.invoice_line_id
     where c.kind = 'credit' and ${isNewInBooks(sql`n.organization_id`, since)}
     group by l.id having sum(c.amount) not between least(l.amount, 0) and greatest(l.amount, 0) limit ${ROWS_NAMED_MAX}`.execute(
    tx,
  );
  return rows.map(toFinding);
}

/** The adjustments on credit notes, as lines to be computed again: a credit is a negative amount of a bill. */
export async function creditNoteLinesAfter(
  tx: Tx,
  since: Since,
  creditNoteId: string,
  limit: number,
): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`
    select l.id, l.credit_note_id as invoice_id, l.subscription_id, coalesce(l.charge_id, l.fee_id) as item_id, l.period_start, l.period_end, l.payer_from, l.payer_to,
           l.position_after, l.position, l.event_sign, l.event_count, l.event_quantity, l.event_hash, -l.amount as amount, l.price, coalesce(n.position, l.position) as invoice_position
      from credit_note_lines l join credit_notes n on n.id = l.credit_note_id
     where l.credit_note_id > ${creditNoteId} and l.kind = 'adjustment' and ${isNewCreditNote(sql`l.credit_note_id`, since)}
       and l.credit_note_id <= (select max(credit_note_id) from (select credit_note_id from credit_note_lines where credit_note_id > ${creditNoteId} and kind = 'adjustment' and ${isNewCreditNote(sql`credit_note_id`, since)} order by credit_note_id limit ${limit}) page)
     order by l.credit_note_id, l.ordinal`.execute(tx);
  return rows;
}

/** Credit notes' numbers that have a gap, and those that no longer fit their seal. */
export async function creditNotesNotAsIssued(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select 'sellers ' || s.id as id, format('Credit note number %s was drawn and has no credit note, or the other way round.', n) as detail
      from sellers s cross join lateral generate_series(1, s.next_credit_note_number - 1) n
     where (select count(*) from credit_notes c where c.seller_id = s.id and c.number_sequence < s.next_credit_note_number) <> s.next_credit_note_number - 1
       and not exists (select from credit_notes c where c.seller_id = s.id and c.number_sequence = n)
    union all
    select 'sellers ' || c.seller_id, format('Credit note number %s was drawn and has no credit note, or the other way round.', c.number_sequence)
      from credit_notes c join sellers s on s.id = c.seller_id where c.number_sequence >= s.next_credit_note_number
    union all
    select c.id, format('%s was changed after it had been issued: it no longer fits its seal.', c.number)
      from credit_notes c where credit_note_seal(c) is distinct from c.seal and ${isNewCreditNote(sql`c.id`, since)}
    limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map(toFinding);
}
