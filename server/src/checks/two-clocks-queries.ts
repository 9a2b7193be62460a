import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { firstOf, isNewInvoice, type Since } from './since-queries.ts';
import { type Check, type Finding, verdict } from './verdict.ts';

/** Design §3.3: positions are gapless, everything recorded has one, and no document knows more than its own. */
export async function checkTwoClocks(tx: Tx, since: Since): Promise<Check> {
  const { rows } = await sql<{ latest: string; unnumbered: string }>`
    select coalesce(max(position), 0)::text as latest, (select count(*)::text from journal where position is null) as unnumbered from journal where position is not null`.execute(
    tx,
  );
  const problems = [
    ...(await gaps(tx, since)),
    ...(await recordedNowhere(tx, since)),
    ...(await documentsAhead(tx, since)),
  ];
  return verdict(
    'twoClocks',
    'Positions run without a gap; everything recorded is in the journal; no document knows more than its position.',
    rows[0] ?? {},
    problems,
  );
}

async function gaps(tx: Tx, { position }: Since): Promise<Finding[]> {
  const { rows } = await firstOf<{ id: string; position: string; before: string }>(sql`
    select id::text, position::text, before::text
      from (select id, position, lag(position, 1, ${position}::bigint) over (order by position) as before from journal where position > ${position}) p
     where position <> before + 1`).execute(tx);
  return rows.map((row) => ({
    row: `journal ${row.id}`,
    detail: `Has position ${row.position}, right after ${row.before}.`,
  }));
}

async function recordedNowhere(tx: Tx, { journalFloor }: Since): Promise<Finding[]> {
  const { rows } = await firstOf<{ source: string; id: string }>(sql`
    select * from (
      select 'events' as source, e.id from events e where e.journal_id >= ${journalFloor} and not exists (select from journal j where j.id = e.journal_id)
      union all
      select 'attributions', a.event_id from attributions a where a.journal_id >= ${journalFloor} and not exists (select from journal j where j.id = a.journal_id)
    ) r`).execute(tx);
  return rows.map((row) => ({
    row: row.id,
    detail: `Its row in ${row.source} names a journal row that does not exist.`,
  }));
}

async function documentsAhead(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await firstOf<{ id: string; position: string; limit: string }>(sql`
    select l.id, l.position::text, i.position::text as limit from invoice_lines l join invoices i on i.id = l.invoice_id where l.position > i.position and ${isNewInvoice(sql`i.id`, since)}
    union all
    select i.id, i.position::text, (select coalesce(max(position), 0)::text from journal) from invoices i
     where i.position > (select coalesce(max(position), 0) from journal) and ${isNewInvoice(sql`i.id`, since)}`).execute(
    tx,
  );
  return rows.map((row) => ({
    row: row.id,
    detail: `Claims to know position ${row.position}, but nothing beyond ${row.limit} could be known.`,
  }));
}
