import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { isNewInvoice, type Since } from './since-queries.ts';
import { type Check, type Finding, ROWS_NAMED_MAX, verdict } from './verdict.ts';
import { creditNotesNotAsIssued } from './money-queries.ts';

/** Design §3.4: invoice numbers have no gap, and what was issued is as it was. */
export async function checkIssued(tx: Tx, since: Since): Promise<Check> {
  const { rows } = await sql<{ issued: string; drafts: string; creditNotes: string }>`
    select count(number)::text as issued, (count(*) - count(number))::text as drafts,
           (select count(*)::text from credit_notes) as "creditNotes" from invoices`.execute(tx);
  const problems = [
    ...(await numberGaps(tx)),
    ...(await brokenSeals(tx, since)),
    ...(await creditNotesNotAsIssued(tx, since)),
  ];
  return verdict(
    'issued',
    'Numbers of invoices and credit notes have no gap; finalized documents are as they were sealed.',
    rows[0] ?? {},
    problems,
  );
}

async function numberGaps(tx: Tx): Promise<Finding[]> {
  const { rows } = await sql<{ seller: string; missing: string }>`
    select s.id as seller, n::text as missing
      from sellers s cross join lateral generate_series(1, s.next_invoice_number - 1) n
     where (select count(*) from invoices i where i.seller_id = s.id and i.number_sequence < s.next_invoice_number) <> s.next_invoice_number - 1
       and not exists (select from invoices i where i.seller_id = s.id and i.number_sequence = n)
    union all
    select i.seller_id, i.number_sequence::text from invoices i join sellers s on s.id = i.seller_id
     where i.number_sequence >= s.next_invoice_number
     limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map((row) => ({
    row: `sellers ${row.seller}`,
    detail: `Invoice number ${row.missing} was drawn and has no invoice, or the other way round.`,
  }));
}

async function brokenSeals(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await sql<{ id: string; number: string }>`
    select i.id, i.number from invoices i where i.status <> 'draft' and invoice_seal(i) is distinct from i.seal and ${isNewInvoice(sql`i.id`, since)}
     order by i.number_sequence limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map((row) => ({
    row: row.id,
    detail: `${row.number} was changed after it had been issued: it no longer fits its seal.`,
  }));
}
