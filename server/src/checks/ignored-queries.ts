import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { Counted } from '../rating/queries.ts';
import { isNew, isNewCreditNote, isNewInvoice, type Since } from './since-queries.ts';
import { type Finding, ROWS_NAMED_MAX } from './verdict.ts';

export type IgnoredRow = {
  id: string;
  subscription_id: string;
  occurred_from: Instant;
  occurred_to: Instant;
  position_after: number;
  position: number;
  event_count: number;
  event_quantity: string;
  event_hash: string;
  counted: Counted;
};

export async function ignoredAfter(
  tx: Tx,
  since: Since,
  id: string,
  limit: number,
): Promise<IgnoredRow[]> {
  const { rows } = await sql<IgnoredRow>`
    select g.id, g.subscription_id, g.occurred_from, g.occurred_to, g.position_after, g.position, g.event_count, g.event_quantity, g.event_hash,
           jsonb_build_object('aggregation', m.aggregation, 'measure', m.measure, 'filter', m.filter)
             || case when c.model = 'percentage' then jsonb_build_object('aggregation', 'sum', 'cost', g.currency) else '{}' end as counted
      from ignored_usage g
      join plan_charges c on c.id = g.charge_id
      join meter_versions m on m.meter_id = c.meter_id and m.version = c.meter_version
     where g.id > ${id} and ${isNew(sql`g.journal_id`, since)} order by g.id limit ${limit}`.execute(
    tx,
  );
  return rows;
}

/** Lines that leave out usage of which nothing says that it is ignored. */
export async function linesIgnoringOther(tx: Tx, since: Since): Promise<Finding[]> {
  const lines = (table: string, isLookedAt: RawBuilder<unknown>) => sql`
    select l.id from ${sql.table(table)} l
     cross join lateral jsonb_to_recordset(l.price -> 'ignoring') as g ("from" timestamptz, "to" timestamptz, after bigint, upto bigint)
     where l.price ? 'ignoring' and ${isLookedAt} and not exists (
       select from ignored_usage u
        where u.subscription_id = l.subscription_id and u.occurred_from = g."from" and u.occurred_to = g."to"
          and u.position_after = g.after and u.position = g.upto)`;
  const { rows } = await sql<{ id: string }>`
    ${lines('invoice_lines', isNewInvoice(sql`l.invoice_id`, since))} union ${lines('credit_note_lines', isNewCreditNote(sql`l.credit_note_id`, since))} limit ${ROWS_NAMED_MAX}`.execute(
    tx,
  );
  return rows.map(({ id }) => ({
    row: id,
    detail: 'Leaves out usage that was not recorded as ignored.',
  }));
}

/** How much late usage is ignored. */
export async function ignoredFigures(tx: Tx): Promise<Record<string, string>> {
  const { rows } = await sql<{ ignoredSets: string; ignoredEvents: string }>`
    select count(*)::text as "ignoredSets", coalesce(sum(event_count), 0)::text as "ignoredEvents" from ignored_usage`.execute(
    tx,
  );
  return rows[0] ?? {};
}
