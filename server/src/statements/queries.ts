import { sql } from 'kysely';
import { latestPosition } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { AsKnown } from '../ledger/queries.ts';
import type { Instant } from '../lib/instant.ts';
import { mergesAsKnown } from './account-queries.ts';

export type InvoiceHead = {
  id: string;
  number: string;
  currency: string;
  total: string;
  period_start: Instant;
  period_end: Instant;
  issued_at: Instant;
  due_at: Instant;
};

/** Of issued invoices what never changes. */
export async function invoiceHeads(
  db: Queryable,
  ids: readonly string[],
): Promise<Map<string, InvoiceHead>> {
  const { rows } = await sql<InvoiceHead>`
    select id, number, currency, total, period_start, period_end, issued_at, due_at from invoices where id = any(${[...ids]})`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

// What is kept, and for whom it holds --------------------------------------------------------------

/** Beyond this many, everybody is read from the entries. */
const CHANGED_MAX = 5000;
const AHEAD_MAX = 2000;
const POSITIONS_BACK_MAX = 5000;

/**
 * The customers of whom something was recorded after a point on the clocks, or takes effect after it: for all others
 * the balances kept now, and the names of now, are what they were then. Whoever was ever merged is among them, for a
 * statement may be of several accounts. Null: too many to name.
 */
export async function changedSince(
  db: Queryable,
  { asOf, knownAt }: AsKnown,
): Promise<string[] | null> {
  if ((await latestPosition(db)) - knownAt > POSITIONS_BACK_MAX) return null;
  const { rows } = await sql<{ ids: string[]; ahead: number }>`
    with later as materialized (
      select id from journal where position is null
      union all
      select id from journal where position > ${knownAt}
    ), ahead as materialized (
      select organization_id as id from ledger_entries where effective_at > ${asOf}::timestamptz limit ${AHEAD_MAX}
    ), changed as (
      select id from ahead
      union
      select e.organization_id from later j join ledger_entries e on e.journal_id = j.id
      union
      select a.resource_id from later j join audit_log a on a.journal_id = j.id where a.resource_id like 'org\\_%'
      union
      select m.id from organization_aliases a cross join lateral (values (a.organization_id), (a.survivor_id)) m (id)
    )
    select coalesce(array_agg(id::text), '{}') as ids, (select count(*) from ahead) as ahead from changed`.execute(
    db,
  );
  const { ids = [], ahead = 0 } = rows[0] ?? {};
  return ahead === AHEAD_MAX || ids.length > CHANGED_MAX ? null : ids;
}

export type Item = {
  organization_id: string;
  currency: string;
  invoice_id: string | null;
  amount: string;
};

/** What is open now of customers, from the balances that are kept; and, of each currency they ever had, at least nothing. */
export async function openItems(db: Queryable, ids: readonly string[]): Promise<Item[]> {
  const { rows } = await sql<Item>`
    select organization_id, currency, case when amount > 0 then item_id end as invoice_id, amount
      from balances where organization_id = any(${[...ids]}) and amount <> 0
    union all
    select organization_id, currency, null, 0 from customer_balances where organization_id = any(${[...ids]})`.execute(
    db,
  );
  return rows;
}

// The tree -------------------------------------------------------------------------------------------

/** An organization and all that lay below it on a day, or was merged into any of it, as it was known at a position. */
export async function treeBelow(
  db: Queryable,
  organizationId: string,
  { asOf, knownAt }: AsKnown,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive tree as (
      select ${organizationId}::text collate "C" as id
      union
      select p.organization_id::text
        from tree t
       cross join lateral (
         select p.*, made.position as made_at, ended.position as ended_at
           from (select organization_id, valid, recorded_by, superseded_by, false as is_alias from organization_parents where parent_id = t.id
                 union all
                 select organization_id, valid, recorded_by, superseded_by, true from organization_aliases where survivor_id = t.id) p
           cross join lateral (select position from journal where id = p.recorded_by limit 1) made
           left join lateral (select position from journal where id = p.superseded_by limit 1) ended on true
          where p.valid @> ${asOf}::timestamptz) p
       where p.made_at <= ${knownAt} and (p.superseded_by is null or p.ended_at is null or p.ended_at > ${knownAt})
         and (p.is_alias or not exists (select from ${mergesAsKnown({ asOf, knownAt })} m where m.organization_id = p.organization_id))
    )
    select id from tree order by id`.execute(db);
  return rows.map(({ id }) => id);
}
