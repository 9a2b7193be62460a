import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { namedBy } from '../organizations/alias-queries.ts';
import { invoicesWithDue, type InvoiceRow } from './invoice-queries.ts';
import { openStatuses } from './invoice-rules.ts';

export type InvoiceFilters = {
  limit: number;
  cursor?: string | undefined;
  organizationId?: string | undefined;
  status?: readonly string[] | undefined;
  unpaid?: boolean | undefined;
  overdue?: boolean | undefined;
  /** Only what was issued. */
  issued?: boolean | undefined;
  currency?: string | undefined;
  billingRunId?: string | undefined;
  number?: string | undefined;
  period?: string | undefined;
  periodFrom?: Instant | undefined;
  periodTo?: Instant | undefined;
  dueFrom?: Instant | undefined;
  dueTo?: Instant | undefined;
};

const dayIn = (at: RawBuilder<unknown>) => sql`(${at} at time zone o.time_zone)::date`;

/** Unpaid, and the day it was due is over, by the calendar of the payer. Only what is due before now can be. */
const isOverdue = (now: Instant) => {
  const today = dayIn(sql`${now}::timestamptz`);
  return sql<boolean>`(i.status in ('open', 'partially_paid') and i.due_at < ${now} and ${today} > ${dayIn(sql`i.due_at`)})`;
};

/** The cycle ends in the month, in the zone of the payer; the first bounds are for the index. */
const endsIn = (month: string) => {
  const first = sql`${`${month}-01`}::timestamp`;
  const next = sql`(${first} + interval '1 month')`;
  return sql<boolean>`(i.period_end > (${first} - interval '1 day') at time zone 'UTC' and i.period_end <= (${next} + interval '1 day') at time zone 'UTC'
    and i.period_end > ${first} at time zone o.time_zone and i.period_end <= ${next} at time zone o.time_zone)`;
};

/** Invoices with what is due on each, newest first, after the cursor; one more than asked for. */
export async function listInvoices(
  db: Queryable,
  query: InvoiceFilters,
  now: Instant,
): Promise<InvoiceRow[]> {
  const { cursor, organizationId, status, unpaid, overdue, currency, number, period } = query;
  const { issued, billingRunId, periodFrom, periodTo, dueFrom, dueTo } = query;
  const open = [...openStatuses];
  const conditions: (RawBuilder<boolean> | null)[] = [
    cursor === undefined ? null : sql<boolean>`i.id < ${cursor}`,
    organizationId === undefined
      ? null
      : sql<boolean>`i.organization_id in ${namedBy(organizationId, now)}`,
    status === undefined ? null : sql<boolean>`i.status = any(${[...status]})`,
    unpaid === true ? sql<boolean>`i.status in ('open', 'partially_paid')` : null,
    unpaid === false ? sql<boolean>`i.status <> all(${open})` : null,
    overdue === undefined
      ? null
      : overdue
        ? isOverdue(now)
        : sql<boolean>`not coalesce(${isOverdue(now)}, false)`,
    issued === true ? sql<boolean>`i.status <> 'draft'` : null,
    currency === undefined ? null : sql<boolean>`i.currency = ${currency}`,
    billingRunId === undefined ? null : sql<boolean>`i.billing_run_id = ${billingRunId}`,
    number === undefined ? null : sql<boolean>`i.number = ${number}`,
    period === undefined ? null : endsIn(period),
    periodFrom === undefined ? null : sql<boolean>`i.period_start >= ${periodFrom}`,
    periodTo === undefined ? null : sql<boolean>`i.period_end <= ${periodTo}`,
    dueFrom === undefined ? null : sql<boolean>`i.due_at >= ${dueFrom}`,
    dueTo === undefined ? null : sql<boolean>`i.due_at < ${dueTo}`,
  ];
  let listed = invoicesWithDue(db);
  for (const condition of conditions) if (condition !== null) listed = listed.where(condition);
  return listed
    .orderBy('i.id', 'desc')
    .limit(query.limit + 1)
    .execute();
}
