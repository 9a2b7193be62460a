import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { EntryFacts, RecipientSnapshot } from './rules.ts';

/** What came after an invoice in the ledger: payments, credits and the like, in order of effect. */
export async function entriesAfterInvoice(db: Queryable, invoiceId: string): Promise<EntryFacts[]> {
  return db
    .selectFrom('ledger_entries')
    .select(['kind', 'effective_at as effectiveAt', 'amount'])
    .where('invoice_id', '=', invoiceId)
    .where('kind', '<>', 'invoice')
    .orderBy('effective_at')
    .orderBy('id')
    .execute();
}

/** The time zone of an organization today. */
export async function timeZoneOf(db: Queryable, organizationId: string): Promise<string> {
  const row = await db
    .selectFrom('organizations')
    .select('time_zone')
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return row.time_zone;
}

/** The zones that subscriptions count their service periods in; they never change. */
export async function subscriptionZones(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('subscriptions')
    .select(['id', 'time_zone'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, row.time_zone]));
}

/** Name, address and time zone of a customer as they were known at a position: later changes do not reach a statement of then. */
export async function recipientAsKnown(
  db: Queryable,
  organizationId: string,
  position: number,
): Promise<(RecipientSnapshot & { timeZone: string }) | null> {
  const { rows } = await sql<{ name: string; billing: object; time_zone: string }>`
    select coalesce(was.before ->> 'name', o.name) as name, coalesce(was.before -> 'billing', o.billing) as billing,
           coalesce(was.before ->> 'timeZone', o.time_zone) as time_zone
      from organizations o
      left join lateral (
        select a.before from audit_log a join journal j on j.id = a.journal_id
         where a.resource_id = o.id and a.before is not null and (j.position is null or j.position > ${position})
         order by a.id limit 1) was on true
     where o.id = ${organizationId}`.execute(db);
  const [row] = rows;
  return row === undefined ? null : { ...row.billing, name: row.name, timeZone: row.time_zone };
}

/** The lines of several invoices, in the order of the invoices. */
export async function linesOfInvoices(db: Queryable, invoiceIds: readonly string[]) {
  return db
    .selectFrom('invoice_lines')
    .selectAll()
    .where('invoice_id', 'in', [...invoiceIds])
    .orderBy('invoice_id', 'desc')
    .orderBy('ordinal')
    .execute();
}
