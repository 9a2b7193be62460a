import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { isNewInvoice, type Since } from './since-queries.ts';
import { type Finding, ROWS_NAMED_MAX } from './verdict.ts';

export type LineRow = {
  id: string;
  invoice_id: string;
  subscription_id: string;
  item_id: string;
  period_start: Instant;
  period_end: Instant;
  payer_from: Instant;
  payer_to: Instant;
  position_after: number;
  position: number;
  /** What the invoice knew: the line was rated at it, while its own position only bounds its set. */
  invoice_position: number;
  event_sign: number;
  event_count: number;
  event_quantity: string;
  event_hash: string;
  amount: string;
  price: unknown;
};

/** The lines of the next invoices: whole invoices, at least one, about `limit` lines. */
export async function linesAfter(
  tx: Tx,
  since: Since,
  invoiceId: string,
  limit: number,
): Promise<LineRow[]> {
  const isLookedAt = isNewInvoice(sql`invoice_id`, since);
  const { rows } = await sql<LineRow>`
    select l.id, l.invoice_id, l.subscription_id, coalesce(l.charge_id, l.fee_id) as item_id, l.period_start, l.period_end, l.payer_from, l.payer_to,
           l.position_after, l.position, l.event_sign, l.event_count, l.event_quantity, l.event_hash, l.amount, l.price, i.position as invoice_position
      from invoice_lines l join invoices i on i.id = l.invoice_id
     where l.invoice_id > ${invoiceId} and ${isNewInvoice(sql`l.invoice_id`, since)}
       and l.invoice_id <= (select max(invoice_id) from (select invoice_id from invoice_lines where invoice_id > ${invoiceId} and ${isLookedAt} order by invoice_id limit ${limit}) page)
     order by l.invoice_id, l.ordinal`.execute(tx);
  return rows;
}

/** How many lines there are, and how many events are on them. */
export async function lineFigures(tx: Tx): Promise<Record<string, string>> {
  const { rows } = await sql<{ lines: string; eventsOnLines: string }>`
    select count(*)::text as lines, coalesce(sum(abs(event_count)), 0)::text as "eventsOnLines"
      from (select event_count from invoice_lines union all select event_count from credit_note_lines where kind = 'adjustment') l`.execute(
    tx,
  );
  return rows[0] ?? {};
}

/** Invoices that their lines and taxes do not sum to. */
export async function invoicesUnlikeTheirLines(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await sql<{ id: string; total: string; lines: string; taxes: string }>`
    select i.id, i.total::text, l.amount::text as lines, t.amount::text as taxes
      from invoices i
      cross join lateral (select coalesce(sum(amount), 0) as amount from invoice_lines where invoice_id = i.id) l
      cross join lateral (select coalesce(sum(amount), 0) as amount from invoice_taxes where invoice_id = i.id) t
     where (i.total <> l.amount + t.amount or coalesce(i.subtotal, i.total) <> l.amount) and ${isNewInvoice(sql`i.id`, since)} limit ${ROWS_NAMED_MAX}`.execute(
    tx,
  );
  return rows.map((row) => ({
    row: row.id,
    detail: `Totals ${row.total}; its lines sum to ${row.lines}, its taxes to ${row.taxes}.`,
  }));
}

/** Taxes that are not their percentage of the lines that they are on, to within the rounding of them. */
export async function taxesUnlikeTheirLines(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await sql<{ id: string; name: string; taxable: string; lines: string }>`
    select i.id, t.name, t.taxable::text, coalesce(sum(l.amount), 0)::text as lines
      from invoice_taxes t join invoices i on i.id = t.invoice_id
      left join invoice_lines l on l.invoice_id = t.invoice_id and l.ordinal = any (t.line_ordinals)
     where ${isNewInvoice(sql`i.id`, since)}
     group by i.id, t.ordinal, t.name, t.taxable, t.percent, t.amount
    having t.taxable <> coalesce(sum(l.amount), 0)
        or abs(t.amount - t.taxable * coalesce(t.percent, 0) / 100) > 0.5 limit ${ROWS_NAMED_MAX}`.execute(
    tx,
  );
  return rows.map((row) => ({
    row: row.id,
    detail: `Taxes ${row.taxable} with ${row.name}; the lines that it is on sum to ${row.lines}.`,
  }));
}

/** Lines whose breakdown does not sum to them: amounts, event counts and quantities. */
export async function linesUnlikeTheirParts(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await sql<{ id: string; amount: string; parts: string }>`
    select l.id, l.amount::text, coalesce(sum(p.amount), 0)::text as parts
      from invoices i join invoice_lines l on l.invoice_id = i.id left join invoice_line_parts p on p.line_id = l.id
     where i.breakdown_by is not null and ${isNewInvoice(sql`i.id`, since)}
     group by l.id
    having coalesce(sum(p.amount), 0) <> l.amount or coalesce(sum(p.event_count), 0) <> l.event_count
        or coalesce(sum(p.event_quantity), 0) <> l.event_quantity limit ${ROWS_NAMED_MAX}`.execute(
    tx,
  );
  return rows.map((row) => ({
    row: row.id,
    detail: `Is ${row.amount}; its breakdown sums to ${row.parts}, or to other events.`,
  }));
}

/** Each issued invoice is in its payer's ledger once, at its total. */
export async function unlikeTheLedger(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await sql<{ id: string; total: string; posted: string }>`
    select i.id, i.total::text, coalesce(sum(e.amount), 0)::text as posted
      from invoices i
      left join ledger_entries e on e.invoice_id = i.id and e.kind = 'invoice' and e.organization_id = i.organization_id and e.currency = i.currency
     where ${isNewInvoice(sql`i.id`, since)}
     group by i.id having coalesce(sum(e.amount), 0) <> case when i.status = 'draft' then 0 else i.total end limit ${ROWS_NAMED_MAX}`.execute(
    tx,
  );
  return rows.map((row) => ({
    row: row.id,
    detail: `Totals ${row.total}; the ledger has ${row.posted} for it.`,
  }));
}
