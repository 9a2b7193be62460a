import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { AsKnown } from '../ledger/queries.ts';
import { mergesAsKnown } from './account-queries.ts';
import type { CustomerSort } from './rules.ts';

export type CustomerRow = {
  id: string;
  name: string;
  time_zone: string;
  /** What the list is in the order of, before the id. */
  sort_key: string;
};

export type CustomerFilters = {
  readonly limit: number;
  readonly after?: { readonly key: string; readonly id: string } | undefined;
  readonly owing?: boolean | undefined;
  readonly overdue?: boolean | undefined;
  readonly currency?: string | undefined;
  /** Words; each begins a word of the name. */
  readonly search?: readonly string[] | undefined;
  readonly sort: CustomerSort;
};

/** So, or not so; said without a comparison, which no index would answer. */
const isTrue = (wanted: boolean, condition: RawBuilder<boolean>) =>
  wanted ? condition : sql<boolean>`not ${condition}`;

const all = (conditions: readonly RawBuilder<boolean>[]) => sql.join([...conditions], sql` and `);

/**
 * Customers with the names and balances of now, but for `except`: index work, however many customers there are and
 * however much happened. Archived ones only while they owe.
 */
export async function customersNow(
  db: Queryable,
  { asOf }: AsKnown,
  filters: CustomerFilters,
  except: readonly string[],
): Promise<CustomerRow[]> {
  const { currency, sort } = filters;
  const balance = (condition: RawBuilder<boolean>) =>
    sql<boolean>`exists (select from customer_balances c where c.organization_id = o.id and ${condition}
                          and ${currency === undefined ? sql<boolean>`true` : sql<boolean>`c.currency = ${currency}`})`;
  const key = {
    id: sql<string>`''`,
    name: sql<string>`lower(o.name) collate "C"`,
    '-outstandingBalance': sql<string>`b.outstanding`,
  }[sort];
  // The index that is in this order has the customer's id under this name.
  const id = sort === '-outstandingBalance' ? sql`b.organization_id` : sql`o.id`;
  const conditions = [
    sql<boolean>`not o.unclassified`,
    sql<boolean>`(o.archived_at is null or exists (select from customer_balances c where c.organization_id = o.id and c.outstanding > 0))`,
    ...(except.length > 0 ? [sql<boolean>`o.id <> all(${[...except]})`] : []),
    ...(filters.owing === undefined
      ? []
      : [isTrue(filters.owing, balance(sql`c.outstanding > 0`))]),
    ...(filters.overdue === undefined
      ? []
      : [
          isTrue(filters.overdue, balance(isOverdue(sql`c.oldest_due_at`, asOf, sql`o.time_zone`))),
        ]),
    ...(currency === undefined ? [] : [balance(sql`true`)]),
    ...searched(sql`o.name`, filters.search),
    ...beyond(key, id, filters),
  ];
  const { rows } = await sql<CustomerRow>`
    select o.id, o.name, o.time_zone, (${key})::text as sort_key
      from organizations o
      ${sort === '-outstandingBalance' ? sql`join customer_balances b on b.organization_id = o.id and b.currency = ${currency ?? ''}` : sql``}
     where ${all(conditions)}
     order by ${orderOf(key, id, sort)}
     limit ${filters.limit}`.execute(db);
  return rows;
}

/** The same for any point on the clocks, from the entries and the audit log; for `only` these customers, if given. */
export async function customersThen(
  db: Queryable,
  known: AsKnown,
  filters: CustomerFilters,
  only: readonly string[] | null,
): Promise<CustomerRow[]> {
  const { asOf, knownAt } = known;
  const { currency, sort } = filters;
  const balance = (condition: RawBuilder<boolean>) =>
    sql<boolean>`exists (select from (${totalsThen(known)}) b where ${condition}
                          and ${currency === undefined ? sql<boolean>`true` : sql<boolean>`b.currency = ${currency}`})`;
  const key = {
    id: sql<string>`''`,
    name: sql<string>`lower(c.name) collate "C"`,
    '-outstandingBalance': sql<string>`b.outstanding`,
  }[sort];
  const conditions = [
    sql<boolean>`not exists (select from ${mergesAsKnown(known)} m where m.organization_id = c.id)`,
    sql<boolean>`(not c.is_archived or exists (select from (${totalsThen(known)}) b where b.outstanding > 0))`,
    ...(filters.owing === undefined
      ? []
      : [sql<boolean>`${balance(sql`b.outstanding > 0`)} = ${filters.owing}`]),
    ...(filters.overdue === undefined
      ? []
      : [
          sql<boolean>`${balance(isOverdue(sql`b.oldest_due_at`, asOf, sql`c.time_zone`))} = ${filters.overdue}`,
        ]),
    ...(currency === undefined ? [] : [balance(sql`true`)]),
    ...searched(sql`c.name`, filters.search),
    ...beyond(key, sql`c.id`, filters),
  ];
  const { rows } = await sql<CustomerRow>`
    select c.id, c.name, c.time_zone, (${key})::text as sort_key
      from (${customersAsKnown(knownAt, only)}) c
      ${sort === '-outstandingBalance' ? sql`cross join lateral (${totalsThen(known)}) b` : sql``}
     where ${all([...conditions, ...(sort === '-outstandingBalance' ? [sql<boolean>`b.currency = ${currency ?? ''}`] : [])])}
     order by ${orderOf(key, sql`c.id`, sort)}
     limit ${filters.limit}`.execute(db);
  return rows;
}

/** One customer as it was known; also one that is archived and owes nothing. */
export async function findCustomersAsKnown(
  db: Queryable,
  ids: readonly string[],
  knownAt: number,
): Promise<CustomerRow[]> {
  const { rows } = await sql<CustomerRow>`
    select c.id, c.name, c.time_zone, '' as sort_key from (${customersAsKnown(knownAt, ids)}) c order by c.id`.execute(
    db,
  );
  return rows;
}

/**
 * Name, zone and whether it was archived as of a position: what the audit log has from before the first later change
 * holds. Looked up row by row (a "limit" keeps the planner from joining all of the log).
 */
const customersAsKnown = (knownAt: number, only: readonly string[] | null) => sql`
  select o.id, coalesce(was.before ->> 'name', o.name) as name, coalesce(was.before ->> 'timeZone', o.time_zone) as time_zone,
         case when was.before is null then o.archived_at is not null else was.before -> 'archivedAt' <> 'null'::jsonb end as is_archived
    from organizations o
    left join lateral (
      select a.before from audit_log a join journal j on j.id = a.journal_id
       where a.resource_id = o.id and a.before ? 'name' and (j.position is null or j.position > ${knownAt})
       order by a.id limit 1) was on true
   where not o.unclassified ${only === null ? sql`` : sql`and o.id = any(${[...only]})`}
     and (select true from audit_log a join journal j on j.id = a.journal_id
           where a.resource_id = o.id and a.action = 'organizations.create' and (j.position is null or j.position > ${knownAt}) limit 1) is null`;

/** What the customer c owed, by currency, with what had been merged into it. */
const totalsThen = ({ asOf, knownAt }: AsKnown) => sql`
  select i.currency, coalesce(sum(i.amount) filter (where i.amount > 0), 0) as outstanding, min(i.due_at) filter (where i.amount > 0) as oldest_due_at
    from (select e.currency, e.invoice_id, v.due_at, sum(e.amount) as amount
            from ledger_entries e
            join journal j on j.id = e.journal_id and j.position <= ${knownAt}
            left join invoices v on v.id = e.invoice_id
           where e.organization_id in (select c.id union all
                                       select m.organization_id from ${mergesAsKnown({ asOf, knownAt })} m where m.survivor_id = c.id)
             and e.effective_at <= ${asOf}::timestamptz
           group by 1, 2, 3) i
   group by i.currency`;

const isOverdue = (
  dueAt: RawBuilder<unknown>,
  asOf: string,
  timeZone: RawBuilder<unknown>,
): RawBuilder<boolean> =>
  sql<boolean>`(${dueAt} is not null and (${asOf}::timestamptz at time zone ${timeZone})::date > (${dueAt} at time zone ${timeZone})::date)`;

function searched(
  name: RawBuilder<unknown>,
  words: readonly string[] | undefined,
): RawBuilder<boolean>[] {
  if (words === undefined || words.length === 0) return [];
  const quoted = (word: string) => word.replaceAll('\\', '\\\\').replaceAll("'", "''");
  const query = words.map((word) => `'${quoted(word)}':*`).join(' & ');
  return [sql<boolean>`to_tsvector('simple', ${name}) @@ to_tsquery('simple', ${query})`];
}

function beyond(
  key: RawBuilder<string>,
  id: RawBuilder<unknown>,
  { after, sort }: CustomerFilters,
): RawBuilder<boolean>[] {
  if (after === undefined) return [];
  if (sort === 'id') return [sql<boolean>`${id} > ${after.id}`];
  return sort === 'name'
    ? [sql<boolean>`(${key}, ${id}) > (${after.key} collate "C", ${after.id})`]
    : [sql<boolean>`(${key}, ${id}) < (${after.key}::numeric, ${after.id})`];
}

function orderOf(key: RawBuilder<string>, id: RawBuilder<unknown>, sort: CustomerSort) {
  if (sort === 'id') return id;
  return sort === 'name' ? sql`${key}, ${id}` : sql`${key} desc, ${id} desc`;
}
