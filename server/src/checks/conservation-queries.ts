import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import { firstOf, isCounted, isNew, ofArchived, type Since, together } from './since-queries.ts';
import { type Check, type Finding, verdict } from './verdict.ts';

type Figures = {
  accepted: string;
  duplicates: string;
  conflicts: string;
  rejected: string;
  attributed: string;
  unclassified: string;
  corrections: string;
  ignoredLate: string;
};

/** Design §3.1: what was accepted is attributed or unclassified, every event exactly once. */
export async function checkConservation(tx: Tx, since: Since): Promise<Check> {
  const figures = together(since, await countedSince(tx, since));
  const problems = [
    ...(await eventsNotHeldOnce(tx, since)),
    ...(await batchesMiscounted(tx, since)),
  ];
  const total = BigInt(figures.attributed) + BigInt(figures.unclassified);
  if (problems.length === 0 && total !== BigInt(figures.accepted)) {
    problems.push({
      row: 'attributions',
      detail: `${figures.accepted} events were accepted, but the entries account for ${total}.`,
    });
  }
  return verdict(
    'conservation',
    'Events accepted = attributed + unclassified; every event is attributed exactly once, whatever was corrected. Late usage that was ignored is counted per charge.',
    figures,
    problems,
  );
}

async function countedSince(tx: Tx, since: Since): Promise<Figures> {
  const { rows } = await sql<Figures>`
    with batches as (
      select coalesce(sum(accepted), 0)::text as accepted, coalesce(sum(duplicates), 0)::text as duplicates,
             coalesce(sum(conflicts), 0)::text as conflicts, coalesce(sum(rejected), 0)::text as rejected
        from ingest_batches where ${isCounted(sql`journal_id`, since)}
    ), entries as (
      select (coalesce(sum(sign) filter (where organization_id <> ${UNCLASSIFIED_ID}), 0) + ${ofArchived('attributed', since)})::text as attributed,
             (coalesce(sum(sign) filter (where organization_id = ${UNCLASSIFIED_ID}), 0) + ${ofArchived('unclassified', since)})::text as unclassified,
             (count(*) filter (where sign = -1) + ${ofArchived('corrections', since)})::text as corrections
        from attributions where ${isCounted(sql`journal_id`, since)}
    ), late as (
      select coalesce(sum(event_count), 0)::text as "ignoredLate" from ignored_usage where ${isCounted(sql`journal_id`, since)}
    )
    select * from batches, entries, late`.execute(tx);
  const [figures] = rows as [Figures];
  return figures;
}

/** An event's entries sum to one, and so they did after each correction: each took back as many as it gave. */
async function eventsNotHeldOnce(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await firstOf<{ id: string; held: string }>(
    since.position === 0 ? notHeldOnce : newNotHeldOnce(since),
  ).execute(tx);
  return rows.map(({ id, held }) => ({
    row: id,
    detail:
      held === '1'
        ? 'A correction of it took back more than it gave, or less; or its event is missing.'
        : `The entries of this event sum to ${held}, not to 1.`,
  }));
}

const heldAndUneven = sql`sum(a.sign) as held, count(*) - 2 * count(distinct a.journal_id) + 1 as uneven`;

const notHeldOnce = sql`
  select coalesce(e.id, h.event_id) as id, coalesce(h.held, 0)::text as held
    from events e
    full join (select a.event_id, a.occurred_at, ${heldAndUneven} from attributions a group by 1, 2) h
      on h.event_id = e.id and h.occurred_at = e.occurred_at
   where h.held is distinct from 1 or h.uneven <> 0 or e.id is null`;

/** The same of events with a new entry, each looked up by its key: the planner would rather read the month. */
const newNotHeldOnce = (since: Since) => sql`
  select t.event_id as id, coalesce(h.held, 0)::text as held
    from (
      select event_id, occurred_at from attributions where ${isNew(sql`journal_id`, since)}
      union
      select id, occurred_at from events where ${isNew(sql`journal_id`, since)}) t
   cross join lateral (select ${heldAndUneven} from attributions a where a.event_id = t.event_id and a.occurred_at = t.occurred_at) h
   where h.held is distinct from 1 or h.uneven <> 0
      or (select count(*) from events e where e.id = t.event_id and e.occurred_at = t.occurred_at) = 0`;

async function batchesMiscounted(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await firstOf<{ journal_id: string; accepted: number; stored: string }>(sql`
    select coalesce(b.journal_id, k.journal_id)::text as journal_id, coalesce(b.accepted, 0) as accepted, coalesce(k.stored, 0)::text as stored
      from (select * from ingest_batches where ${isNew(sql`journal_id`, since)}) b
      full join (select journal_id, count(*) as stored from event_keys where ${isNew(sql`journal_id`, since)} group by 1) k on k.journal_id = b.journal_id
     where coalesce(b.accepted, 0) <> coalesce(k.stored, 0)`).execute(tx);
  return rows.map((row) => ({
    row: `ingest_batches ${row.journal_id}`,
    detail: `Counts ${row.accepted} events as accepted; ${row.stored} are stored.`,
  }));
}
