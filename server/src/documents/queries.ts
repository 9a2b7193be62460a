import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
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

export type ExportedLine = {
  invoice_id: string;
  ordinal: number;
  id: string;
  kind: string;
  description: string;
  subscription_id: string;
  plan_id: string;
  plan_version: number;
  meter: string | null;
  period_start: Instant;
  period_end: Instant;
  quantity: string;
  unit_price: string | null;
  amount: string;
  event_count: number;
};

/**
 * The next lines of invoices, one invoice after another: as many as are asked for, after one of the first's. Each is
 * read in the order of its index and no further than that, so that what has many lines is not read again for each part.
 */
export async function nextLines(
  db: Queryable,
  invoiceIds: readonly string[],
  afterOrdinal: number,
  limit: number,
): Promise<ExportedLine[]> {
  const { rows } = await sql<ExportedLine>`
    select l.invoice_id, l.ordinal, l.id, l.kind, l.description, l.subscription_id, l.plan_id, l.plan_version,
           l.price -> 'meter' ->> 'key' as meter, l.period_start, l.period_end, l.quantity, l.price ->> 'unitPrice' as unit_price,
           l.amount, l.event_count
      from unnest(${[...invoiceIds]}::text[]) with ordinality as i (id, place)
     cross join lateral (
       select * from invoice_lines l
        where l.invoice_id = i.id and l.ordinal > case i.place when 1 then ${afterOrdinal}::integer else 0 end
        order by l.ordinal limit ${limit}) l
     order by i.place, l.ordinal
     limit ${limit}`.execute(db);
  return rows;
}

export type ExportedPart = {
  line_id: string;
  line_ordinal: number;
  part_ordinal: number;
  description: string;
  kind: string;
  value: string | null;
  label: string;
  quantity: string;
  amount: string;
  event_count: number;
};

/** The next parts of an invoice's lines. */
export async function nextParts(
  db: Queryable,
  invoiceId: string,
  after: { readonly line: number; readonly part: number },
  limit: number,
): Promise<ExportedPart[]> {
  const { rows } = await sql<ExportedPart>`
    select p.line_id, l.ordinal as line_ordinal, p.ordinal as part_ordinal, l.description, p.kind, p.value, p.label,
           p.quantity, p.amount, p.event_count
      from invoice_lines l join invoice_line_parts p on p.line_id = l.id
     where l.invoice_id = ${invoiceId} and (l.ordinal, p.ordinal) > (${after.line}::integer, ${after.part}::integer)
     order by l.ordinal, p.ordinal
     limit ${limit}`.execute(db);
  return rows;
}
