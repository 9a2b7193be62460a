import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { publicMailDomains } from '../organizations/rules.ts';
import type { Named, NoEmailRow, SeparateRow } from './rules.ts';

/** Part of what is found: what comes after `after` in the order of keys, at an instant. */
export type Part = { at: Instant; after: string; limit: number };

const inForce = (timeline: RawBuilder<unknown>, at: Instant) =>
  sql`${timeline}.superseded_by is null and ${timeline}.valid @> ${at}::timestamptz`;

/** Neither archived, nor merged into another, nor UNCLASSIFIED. */
export const live = (organization: RawBuilder<unknown>, at: Instant) => sql`
  ${organization}.archived_at is null and ${organization}.id <> ${UNCLASSIFIED_ID}
  and not exists (select from organization_aliases la where la.organization_id = ${organization}.id and ${inForce(sql`la`, at)})`;

/** Active, or in its trial. */
export const active = (subscription: RawBuilder<unknown>, at: Instant) => sql`
  ${subscription}.archived_at is null and ${subscription}.start_at <= ${at}
  and (${subscription}.end_at is null or ${subscription}.end_at > ${at})
  and not exists (select from subscription_pauses lp where lp.subscription_id = ${subscription}.id and ${inForce(sql`lp`, at)})`;

/** Customers: live organizations with nothing above. */
const roots = (at: Instant) => sql`
  select o.id, o.name, o.billing, o.created_at from organizations o
   where ${live(sql`o`, at)}
     and not exists (select from organization_parents p where p.organization_id = o.id and ${inForce(sql`p`, at)})`;

/** Every live organization with its customer. */
const trees = (at: Instant) => sql`
  tree (root_id, root_name, id) as (
    select r.id, r.name, r.id from (${roots(at)}) r
    union all
    select t.root_id, t.root_name, c.organization_id from tree t
      join organization_parents c on c.parent_id = t.id and ${inForce(sql`c`, at)}
      join organizations o on o.id = c.organization_id and ${live(sql`o`, at)})`;

export type SharedDomainRow = { domain: string; customers: Named[] };

/** Mail domains, not public ones, that members or billing addresses of several customers have. */
export async function sharedDomains(db: Queryable, part: Part): Promise<SharedDomainRow[]> {
  const { at, after, limit } = part;
  const { rows } = await sql<SharedDomainRow>`
    with recursive ${trees(at)},
    used as (
      select t.root_id, lower(split_part(s.email, '@', 2)) as domain
        from tree t join memberships m on m.organization_id = t.id and ${inForce(sql`m`, at)}
        join subscribers s on s.id = m.subscriber_id and s.archived_at is null and s.service_of is null
      union
      select t.root_id, lower(split_part(o.billing ->> 'email', '@', 2))
        from tree t join organizations o on o.id = t.id where o.billing ->> 'email' is not null),
    shared as (
      select domain collate "C" as domain from used
       where domain > ${after} collate "C" and domain <> all(${[...publicMailDomains]}::text[])
       group by 1 having count(distinct root_id) > 1 order by 1 limit ${limit})
    select h.domain, json_agg(json_build_object('id', r.id, 'name', r.name) order by r.created_at, r.id) as customers
      from shared h
      join (select distinct root_id, domain from used) u on u.domain = h.domain
      join organizations r on r.id = u.root_id
     group by h.domain order by h.domain collate "C"`.execute(db);
  return rows;
}

/** What a company's name is beside case, punctuation and its legal form. */
const core = (name: RawBuilder<unknown>) => sql`
  regexp_replace(regexp_replace(lower(${name}), '[^[:alnum:]]+', ' ', 'g'),
    ' +(inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|ag|kg|sa|sas|sarl|srl|bv|nv|oy|ab|as|aps|kk|pty)? *$', '')`;

/** Shorter names differ in one letter by chance. */
const ONE_EDIT_CHARS_MIN = 6;

/**
 * Customers whose names are the same but for case, punctuation, legal form or one letter: two words one letter apart
 * have a word in common that lacks one letter of each. Names with digits are often numbered on purpose, so an edit
 * says nothing there.
 */
export async function similarNames(
  db: Queryable,
  { at, after, limit }: Part,
): Promise<{ newer: Named; older: Named }[]> {
  const { rows } = await sql<{ newer: Named; older: Named }>`
    with named as materialized (
      select r.id, r.name, r.created_at, replace(${core(sql`r.name`)}, ' ', '') as core from (${roots(at)}) r),
    signed as (
      select id, name, created_at, core as signature from named where core <> ''
      union
      select n.id, n.name, n.created_at, overlay(n.core placing '' from i for 1)
        from named n cross join generate_series(1, char_length(n.core)) i
       where char_length(n.core) >= ${ONE_EDIT_CHARS_MIN} and n.core !~ '[0-9]'),
    ranked as (
      select id, name, signature,
             first_value(id) over eldest as older_id, first_value(name) over eldest as older_name
        from signed window eldest as (partition by signature order by created_at, id))
    select distinct on (id) json_build_object('id', id, 'name', name) as newer,
           json_build_object('id', older_id, 'name', older_name) as older
      from ranked where id <> older_id and id > ${after}
     order by id, older_id limit ${limit}`.execute(db);
  return rows;
}

/** Organizations within a customer that are billed for themselves, beside its root or others. */
export async function separateInvoices(
  db: Queryable,
  { at, after, limit }: Part,
): Promise<SeparateRow[]> {
  const { rows } = await sql<SeparateRow>`
    with recursive ${trees(at)},
    billed as (
      select t.root_id, t.root_name, coalesce(p.payer_id, t.id) as payer_id, count(*)::int as subscriptions
        from tree t join subscriptions s on s.organization_id = t.id and ${active(sql`s`, at)}
        left join organization_payers p on p.organization_id = t.id and ${inForce(sql`p`, at)}
       group by 1, 2, 3),
    counted as (select b.*, count(*) over (partition by root_id)::int as payers from billed b)
    select json_build_object('id', o.id, 'name', o.name) as payer,
           json_build_object('id', c.root_id, 'name', c.root_name) as root, c.payers, c.subscriptions
      from counted c join organizations o on o.id = c.payer_id
     where c.payers > 1 and c.payer_id <> c.root_id and c.payer_id > ${after}
       and exists (select from tree t where t.id = c.payer_id and t.root_id = c.root_id)
     order by c.payer_id limit ${limit}`.execute(db);
  return rows;
}

/** Organizations that owe, or are owed, and cannot be written to. */
export async function withoutBillingEmail(
  db: Queryable,
  { at, after, limit }: Part,
): Promise<NoEmailRow[]> {
  const { rows } = await sql<NoEmailRow>`
    select json_build_object('id', o.id, 'name', o.name) as organization, o.billing, b.money,
           (select s.email from memberships m join subscribers s on s.id = m.subscriber_id
             where m.organization_id = o.id and ${inForce(sql`m`, at)} and s.archived_at is null and s.service_of is null
             order by m.is_primary desc, s.created_at, s.id limit 1) as email
      from organizations o
      join lateral (
        select json_agg(json_build_object('currency', b.currency, 'outstanding', b.outstanding::text,
                 'unappliedCredit', b.unapplied_credit::text) order by b.currency) as money
          from customer_balances b
         where b.organization_id = o.id and (b.open_invoices > 0 or b.unapplied_credit <> 0)) b on b.money is not null
     where ${live(sql`o`, at)} and o.billing ->> 'email' is null and o.id > ${after}
     order by o.id limit ${limit}`.execute(db);
  return rows;
}
