import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { AsKnown } from '../ledger/queries.ts';
import type { Instant } from '../lib/instant.ts';

export type CustomerRow = { id: string; name: string; time_zone: string };

/**
 * The customers, by id, with name and time zone as they were known at the position: a rename does not change what a
 * statement said before. Archived ones only while they owe.
 */
export async function listCustomers(
  db: Queryable,
  known: AsKnown,
  query: {
    limit: number;
    cursor?: string | undefined;
    owing?: boolean | undefined;
    id?: string | undefined;
  },
): Promise<CustomerRow[]> {
  const owes = sql<boolean>`exists (
    select from ledger_entries e join journal j on j.id = e.journal_id and j.position <= ${known.knownAt}
     where e.organization_id = o.id and e.effective_at <= ${known.asOf}::timestamptz
     group by e.currency, e.invoice_id having sum(e.amount) > 0)`;
  const conditions = [sql<boolean>`not o.unclassified`, wasKnown(known.knownAt)];
  if (query.id !== undefined) conditions.push(sql`o.id = ${query.id}`);
  else
    conditions.push(
      sql`(case when was.before is null then o.archived_at is null else was.before -> 'archivedAt' = 'null'::jsonb end or ${owes})`,
    );
  if (query.cursor !== undefined) conditions.push(sql`o.id > ${query.cursor}`);
  if (query.owing !== undefined) conditions.push(sql`${owes} = ${query.owing}`);
  const { rows } = await sql<CustomerRow>`
    select o.id, coalesce(was.before ->> 'name', o.name) as name, coalesce(was.before ->> 'timeZone', o.time_zone) as time_zone
      from organizations o
      left join lateral (
        select a.before from audit_log a join journal j on j.id = a.journal_id
         where a.resource_id = o.id and a.before is not null and (j.position is null or j.position > ${known.knownAt})
         order by a.id limit 1) was on true
     where ${sql.join(conditions, sql` and `)}
     order by o.id
     limit ${query.limit}`.execute(db);
  return rows;
}

/**
 * It had been created by then. Looked up row by row (a "limit" keeps the planner from joining all of the log, however
 * many customers there are: a page needs fifty).
 */
const wasKnown = (knownAt: number) => sql<boolean>`(
  select true from audit_log a join journal j on j.id = a.journal_id
   where a.resource_id = o.id and a.action = 'organizations.create' and (j.position is null or j.position > ${knownAt}) limit 1) is null`;

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
    select id, number, currency, total, period_start, period_end, issued_at, due_at from invoices where id = any(${ids})`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The latest position that has been given out, without giving out any. */
export async function latestPosition(db: Queryable): Promise<number> {
  const { position } = await db
    .selectFrom('journal')
    .select((e) => e.fn.coalesce(e.fn.max('position'), e.val(0)).as('position'))
    .executeTakeFirstOrThrow();
  return position ?? 0;
}
