import { type RawBuilder, sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { beginnings } from './rules.ts';
import { edgesAt } from './tree-queries.ts';

export type OrganizationFilter = {
  limit: number;
  cursor?: string | undefined;
  parentId?: string | undefined;
  root?: boolean | undefined;
  externalId?: string | undefined;
  name?: string | undefined;
  search?: string | undefined;
  archived?: boolean | undefined;
  merged?: boolean | undefined;
};

export type OrganizationRow = NonNullable<Awaited<ReturnType<typeof findOrganization>>>;

/** Organizations with the parent and the payer in force at `at`, and their domains. */
function organizationsAt(db: Queryable, at: Instant) {
  return db
    .selectFrom('organizations as o')
    .selectAll('o')
    .select((e) => [
      e
        .selectFrom('organization_parents as p')
        .select(sql<string | null>`stands_for(p.parent_id, ${at})`.as('parent_id'))
        .whereRef('p.organization_id', '=', 'o.id')
        .where('p.superseded_by', 'is', null)
        .where(sql<boolean>`p.valid @> ${at}::timestamptz`)
        .as('parent_id'),
      e
        .selectFrom('organization_payers as b')
        .select(sql<string | null>`stands_for(b.payer_id, ${at})`.as('payer_id'))
        .whereRef('b.organization_id', '=', 'o.id')
        .where('b.superseded_by', 'is', null)
        .where(sql<boolean>`b.valid @> ${at}::timestamptz`)
        .as('payer_id'),
      e
        .selectFrom('organization_aliases as m')
        .select('m.survivor_id')
        .whereRef('m.organization_id', '=', 'o.id')
        .where('m.superseded_by', 'is', null)
        .where(sql<boolean>`m.valid @> ${at}::timestamptz`)
        .as('merged_into'),
      sql<
        string[]
      >`coalesce((select array_agg(d.domain::text order by d.domain) from organization_domains d where d.organization_id = o.id), '{}')`.as(
        'domains',
      ),
    ]);
}

export async function findOrganization(db: Queryable, id: string, at: Instant) {
  return organizationsAt(db, at).where('o.id', '=', id).executeTakeFirst();
}

export async function listOrganizations(db: Queryable, query: OrganizationFilter, at: Instant) {
  return organizationsAt(db, at)
    .$if(query.cursor !== undefined, (q) => q.where('o.id', '<', query.cursor ?? ''))
    .$if(query.externalId !== undefined, (q) =>
      q.where(answersTo(sql`n.external_id = ${query.externalId}`, at)),
    )
    .$if(query.name !== undefined, (q) => q.where(answersTo(sql`n.name = ${query.name}`, at)))
    .$if(query.search !== undefined, (q) =>
      q.where(
        answersTo(
          sql`to_tsvector('simple', n.name) @@ to_tsquery('simple', ${beginnings(query.search ?? '')})`,
          at,
        ),
      ),
    )
    .where(
      sql<boolean>`${query.merged === true ? sql`` : sql`not`} exists (select from organization_aliases m where m.organization_id = o.id
                     and m.superseded_by is null and m.valid @> ${at}::timestamptz)`,
    )
    .$if(query.parentId !== undefined, (q) =>
      q.where((e) =>
        e.exists(
          e
            .selectFrom('organization_parents as c')
            .select('c.id')
            .whereRef('c.organization_id', '=', 'o.id')
            .where(
              sql<boolean>`c.parent_id in (select a from answering_for(stands_for(${query.parentId}, ${at}), ${at}) a)`,
            )
            .where('c.superseded_by', 'is', null)
            .where(sql<boolean>`c.valid @> ${at}::timestamptz`),
        ),
      ),
    )
    .$if(query.root === true, (q) =>
      q.where((e) =>
        e.not(
          e.exists(
            e
              .selectFrom('organization_parents as c')
              .select('c.id')
              .whereRef('c.organization_id', '=', 'o.id')
              .where('c.parent_id', 'is not', null)
              .where('c.superseded_by', 'is', null)
              .where(sql<boolean>`c.valid @> ${at}::timestamptz`),
          ),
        ),
      ),
    )
    .where('o.archived_at', query.archived === true ? 'is not' : 'is', null)
    .orderBy('o.id', 'desc')
    .limit(query.limit + 1)
    .execute();
}

/** By a name of its own, or of what was merged into it. */
function answersTo(condition: RawBuilder<unknown>, at: Instant): RawBuilder<boolean> {
  return sql<boolean>`o.id in (
    select n.id from organizations n where ${condition}
    union all
    select m.survivor_id from organizations n join organization_aliases m on m.organization_id = n.id and m.superseded_by is null
       and m.valid @> ${at}::timestamptz where ${condition})`;
}

/** The ids above (nearest first) or below an organization at an instant; what was merged then is not among them. */
export async function treeIds(
  db: Queryable,
  id: string,
  direction: 'up' | 'down',
  at: Instant,
): Promise<string[]> {
  const [from, to] =
    direction === 'up'
      ? (['organization_id', 'parent_id'] as const)
      : (['parent_id', 'organization_id'] as const);
  const { rows } = await sql<{ id: string; depth: number }>`
    with recursive walk (id, depth) as (
      select ${id}::identifier, 0
      union all
      select t.${sql.ref(to)}, w.depth + (not t.is_alias)::int
        from walk w cross join ${edgesAt(from, sql`w.id`)} t
       where t.valid @> ${at}::timestamptz and w.depth <= ${limits.treeDepthMax}
    )
    select id, min(depth) as depth from walk where id <> ${id} and stands_for(id, ${at}) = id group by id order by depth, id`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

type Side = Parameters<typeof edgesAt>[0];

/**
 * Whether an organization is ever below itself, and how many levels the tree through it ever has, over all of time:
 * each path carries the range over which all of its edges hold.
 */
export async function treeShape(
  db: Queryable,
  id: string,
): Promise<{ isCircle: boolean; levels: number }> {
  const walk = (name: string, from: Side, to: Side) => sql`
    ${sql.raw(name)} (id, valid, depth) as (
      select ${id}::identifier, '{(,)}'::tstzmultirange, 0
      union
      select t.${sql.ref(to)}, w.valid * t.valid, w.depth + (not t.is_alias)::int
        from ${sql.raw(name)} w cross join ${edgesAt(from, sql`w.id`)} t
       where t.valid && w.valid and w.depth <= ${limits.treeDepthMax}
         and (w.depth = 0 or w.id <> ${id})
    )`;
  const { rows } = await sql<{ isCircle: boolean; levels: number }>`
    with recursive ${walk('up', 'organization_id', 'parent_id')}, ${walk('down', 'parent_id', 'organization_id')}
    select exists (select from up where depth > 0 and id = ${id}) as "isCircle",
           (select max(u.depth + d.depth) + 1 from up u join down d on u.valid && d.valid) as levels`.execute(
    db,
  );
  return rows[0] ?? { isCircle: false, levels: 1 };
}

export async function organizationsByIds(db: Queryable, ids: string[], at: Instant) {
  if (ids.length === 0) return [];
  const rows = await organizationsAt(db, at).where('o.id', 'in', ids).execute();
  const order = new Map(ids.map((id, index) => [id, index]));
  return rows.toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
}

export async function findByExternalId(db: Queryable, externalId: string) {
  return db
    .selectFrom('organizations')
    .select('id')
    .where('external_id', '=', externalId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
}

export async function findDomainOwner(db: Queryable, domains: string[], exceptId: string) {
  if (domains.length === 0) return undefined;
  return db
    .selectFrom('organization_domains')
    .select(['domain', 'organization_id'])
    .where('domain', 'in', domains)
    .where('live', '=', true)
    .where('organization_id', '<>', exceptId)
    .executeTakeFirst();
}

export async function replaceDomains(db: Queryable, id: string, domains: string[]): Promise<void> {
  await db.deleteFrom('organization_domains').where('organization_id', '=', id).execute();
  if (domains.length === 0) return;
  await db
    .insertInto('organization_domains')
    .values([...new Set(domains)].map((domain) => ({ organization_id: id, domain })))
    .execute();
}

export async function setDomainsLive(db: Queryable, id: string, live: boolean): Promise<void> {
  await db
    .updateTable('organization_domains')
    .set({ live })
    .where('organization_id', '=', id)
    .execute();
}

/** What keeps an organization from being archived: children, credentials or subscriptions that it has or will have. */
export async function openDependants(db: Queryable, id: string, at: Instant) {
  const { rows } = await sql<{
    children: number;
    merged: number;
    credentials: number;
    subscriptions: number;
  }>`
    select (select count(*) from organization_aliases m where m.survivor_id = ${id} and m.superseded_by is null
               and (upper(m.valid) is null or upper(m.valid) > ${at}::timestamptz)) as merged,
           (select count(*) from organization_parents p join organizations o on o.id = p.organization_id
             where p.parent_id = ${id} and p.superseded_by is null and o.archived_at is null
               and (upper(p.valid) is null or upper(p.valid) > ${at}::timestamptz)) as children,
           (select count(*) from bindings b join credentials c on c.id = b.credential_id
             where b.organization_id = ${id} and b.superseded_by is null and c.archived_at is null
               and (upper(b.valid) is null or upper(b.valid) > ${at}::timestamptz)) as credentials,
           (select count(*) from subscriptions s where s.organization_id = ${id} and s.archived_at is null
               and (s.end_at is null or s.end_at > ${at}::timestamptz)) as subscriptions`.execute(
    db,
  );
  return rows[0] ?? { children: 0, merged: 0, credentials: 0, subscriptions: 0 };
}

/** True if anything recorded refers to it, so that it can only be archived. */
export async function isReferredTo(db: Queryable, id: string): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`
    select exists (select from attributions where organization_id = ${id})
        or exists (select from usage_owners where organization_id = ${id})
        or exists (select from organization_parents where organization_id = ${id} or parent_id = ${id})
        or exists (select from organization_payers where organization_id = ${id} or payer_id = ${id})
        or exists (select from organization_aliases where organization_id = ${id} or survivor_id = ${id})
        or exists (select from repairs where organization_id = ${id} or into_id = ${id})
        or exists (select from memberships where organization_id = ${id})
        or exists (select from bindings where organization_id = ${id})
        or exists (select from subscriptions where organization_id = ${id})
        or exists (select from subscribers where service_of = ${id})
        or exists (select from invoices where organization_id = ${id})
        or exists (select from ledger_entries where organization_id = ${id})
        or exists (select from share_links where organization_id = ${id}) as used`.execute(db);
  return rows[0]?.used ?? true;
}

/** Who bills to it, and when, other than not at all: one hop only. */
export async function payerEdges(action: Action, id: string) {
  return action.tx
    .selectFrom('organization_payers')
    .select([
      'organization_id',
      'payer_id',
      sql<Instant | null>`lower(valid)`.as('from'),
      sql<Instant | null>`upper(valid)`.as('to'),
    ])
    .where('superseded_by', 'is', null)
    .where((e) => e.or([e('payer_id', '=', id), e('organization_id', '=', id)]))
    .execute();
}

/** Whether there may be anything to bill to it, and the end of the last cycle billed already, if it is to come. */
export async function billingBegun(
  db: Queryable,
  id: string,
  now: Instant,
): Promise<{ has_begun: boolean; billed_until: Instant | null }> {
  const { rows } = await sql<{ has_begun: boolean; billed_until: Instant | null }>`
    select exists (select from subscriptions s where s.organization_id = ${id} and s.archived_at is null)
        or exists (select from organization_payers p where p.payer_id = ${id} and p.superseded_by is null)
        or exists (select from billing_cycles b where b.organization_id = ${id}) as has_begun,
           (select max(b.period_end) from billing_cycles b where b.organization_id = ${id} and b.period_end > ${now}) as billed_until`.execute(
    db,
  );
  return rows[0] ?? { has_begun: false, billed_until: null };
}
