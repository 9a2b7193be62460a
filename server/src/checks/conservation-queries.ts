import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import { type Check, type Finding, ROWS_NAMED_MAX, verdict } from './verdict.ts';

type Figures = {
  accepted: string;
  duplicates: string;
  conflicts: string;
  rejected: string;
  attributed: string;
  unclassified: string;
  corrections: string;
};

/** Design §3.1: what was accepted is attributed or unclassified, every event exactly once. */
export async function checkConservation(tx: Tx): Promise<Check> {
  const { rows } = await sql<Figures>`
    select coalesce(sum(accepted), 0)::text as accepted, coalesce(sum(duplicates), 0)::text as duplicates,
           coalesce(sum(conflicts), 0)::text as conflicts, coalesce(sum(rejected), 0)::text as rejected,
           (select coalesce(sum(sign), 0)::text from attributions where organization_id <> ${UNCLASSIFIED_ID}) as attributed,
           (select coalesce(sum(sign), 0)::text from attributions where organization_id = ${UNCLASSIFIED_ID}) as unclassified,
           (select count(*)::text from attributions where sign = -1) as corrections
      from ingest_batches`.execute(tx);
  const [figures] = rows as [Figures];
  const problems = [...(await eventsNotHeldOnce(tx)), ...(await batchesMiscounted(tx))];
  const total = BigInt(figures.attributed) + BigInt(figures.unclassified);
  if (problems.length === 0 && total !== BigInt(figures.accepted)) {
    problems.push({
      row: 'attributions',
      detail: `${figures.accepted} events were accepted, but the entries account for ${total}.`,
    });
  }
  return verdict(
    'conservation',
    'Events accepted = attributed + unclassified; every event is attributed exactly once.',
    figures,
    problems,
  );
}

async function eventsNotHeldOnce(tx: Tx): Promise<Finding[]> {
  const { rows } = await sql<{ id: string; held: string }>`
    select coalesce(e.id, a.event_id) as id, coalesce(a.held, 0)::text as held
      from events e
      full join (select event_id, occurred_at, sum(sign) as held from attributions group by 1, 2) a on a.event_id = e.id and a.occurred_at = e.occurred_at
     where a.held is distinct from 1 limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map((row) => ({
    row: row.id,
    detail: `The entries of this event sum to ${row.held}, not to 1.`,
  }));
}

async function batchesMiscounted(tx: Tx): Promise<Finding[]> {
  const { rows } = await sql<{ journal_id: string; accepted: number; stored: string }>`
    select coalesce(b.journal_id, k.journal_id)::text as journal_id, coalesce(b.accepted, 0) as accepted, coalesce(k.stored, 0)::text as stored
      from ingest_batches b
      full join (select journal_id, count(*) as stored from event_keys group by 1) k on k.journal_id = b.journal_id
     where coalesce(b.accepted, 0) <> coalesce(k.stored, 0) limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map((row) => ({
    row: `ingest_batches ${row.journal_id}`,
    detail: `Counts ${row.accepted} events as accepted; ${row.stored} are stored.`,
  }));
}
