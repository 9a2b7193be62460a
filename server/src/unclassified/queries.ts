import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { isNamed } from '../organizations/alias-queries.ts';
import { costsOf, groupsOf, measuresOf, tailEntries } from './entry-queries.ts';
import type { GroupKind, Sort } from './rules.ts';

export type GroupRow = {
  id: string;
  kind: GroupKind;
  credential_key: number | null;
  /** What is shown: masked where it is a credential ID. */
  masked: string | null;
  claim: string | null;
  reason: string;
  organization_id: string;
  organization_name: string;
  events: number;
  first_seen_at: Instant;
  last_seen_at: Instant;
};

export type GroupFilter = {
  limit: number;
  cursor?: string | undefined;
  sort: Sort;
  kind?: GroupKind | undefined;
  reason?: string | undefined;
  organizationId?: string | undefined;
  reached?: 'organization' | 'nothing' | undefined;
};

const columns = sql`
  g.id, g.kind, g.credential_key, v.masked, g.claim, g.reason, g.organization_id, o.name as organization_name, g.events,
  g.first_seen_at, g.last_seen_at`;
const names = sql`
  join organizations o on o.id = g.organization_id
  left join credential_id_values v on v.key = g.credential_key`;

/** Folded groups that the tail says nothing of, and those that it does, both figures together. */
function together(folded: RawBuilder<unknown>, tailed: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    (select f.id, f.kind, f.credential_key, f.claim, f.reason, f.organization_id, f.events, f.first_seen_at, f.last_seen_at
       from unclassified_groups f where f.events > 0 and not exists (select from tail_group t where t.id = f.id) and ${folded})
    union all
    (select * from (
       select t.id, t.kind, t.credential_key, t.claim, t.reason, t.organization_id, t.events + coalesce(f.events, 0) as events,
              least(f.first_seen_at, t.first_seen_at) as first_seen_at, greatest(f.last_seen_at, t.last_seen_at) as last_seen_at
         from tail_group t left join unclassified_groups f on f.id = t.id) f
      where f.events > 0 and ${tailed})`;
}

const withTail = sql`${tailEntries}, tail_group as materialized (${groupsOf(sql`tail`)})`;

const sorts = {
  lastSeen: sql`f.last_seen_at`,
  events: sql`f.events`,
} satisfies Record<Sort, unknown>;

/** A page of the queue, each group once, whether it is folded or not. */
export async function listGroups(
  db: Queryable,
  filter: GroupFilter,
  now: Instant,
): Promise<GroupRow[]> {
  const { sort, limit, organizationId } = filter;
  const isOf =
    organizationId === undefined
      ? sql`true`
      : await isNamed(db, 'f.organization_id', organizationId, now);
  const by = sorts[sort];
  const conditions = sql.join([isOf, ...conditionsOf(filter), ...cursorOf(filter, by)], sql` and `);
  const page = sql`${conditions} order by ${by} desc, f.id desc limit ${limit + 1}`;
  const { rows } = await sql<GroupRow>`
    with ${withTail}
    select ${columns} from (${together(page, page)}) g ${names}
     order by ${sort === 'events' ? sql`g.events` : sql`g.last_seen_at`} desc, g.id desc limit ${limit + 1}`.execute(
    db,
  );
  return rows;
}

function conditionsOf(filter: GroupFilter): RawBuilder<unknown>[] {
  const { kind, reason, reached } = filter;
  return [
    sql`true`,
    ...(kind === undefined ? [] : [sql`f.kind = ${kind}`]),
    ...(reason === undefined ? [] : [sql`f.reason = ${reason}`]),
    ...(reached === 'nothing' ? [sql`f.organization_id = ${UNCLASSIFIED_ID}`] : []),
    ...(reached === 'organization' ? [sql`f.organization_id <> ${UNCLASSIFIED_ID}`] : []),
  ];
}

function cursorOf({ cursor, sort }: GroupFilter, by: RawBuilder<unknown>): RawBuilder<unknown>[] {
  if (cursor === undefined) return [];
  const [value = '', id = ''] = cursor.split(' ');
  const type = sort === 'events' ? sql`bigint` : sql`timestamptz`;
  return [sql`(${by}, f.id) < (${value}::${type}, ${id})`];
}

export function groupCursor(row: GroupRow, sort: Sort): string {
  return `${sort === 'events' ? row.events : row.last_seen_at} ${row.id}`;
}

export async function findGroup(db: Queryable, id: string): Promise<GroupRow | undefined> {
  const [row] = await findGroups(db, [id]);
  return row;
}

/** In the order of their ids. */
export async function findGroups(db: Queryable, ids: readonly string[]): Promise<GroupRow[]> {
  if (ids.length === 0) return [];
  const these = sql`f.id = any(${ids}::text[])`;
  const { rows } = await sql<GroupRow>`
    with ${withTail}
    select ${columns} from (${together(these, these)}) g ${names} order by g.id`.execute(db);
  return rows;
}

export type MeasureRow = {
  group_id: string;
  measure: string;
  provider: string;
  model: string;
  quantity: string;
  uncosted: string;
};
export type CostRow = { group_id: string; currency: string; amount: string };

/** What was measured in these groups, by provider and model. */
export async function measuresIn(db: Queryable, ids: readonly string[]): Promise<MeasureRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<MeasureRow>`
    with ${tailEntries}, own as (select * from tail where group_id = any(${ids}::text[]))
    select group_id, measure, provider, model, sum(quantity)::text as quantity, sum(uncosted)::text as uncosted
      from (select group_id, measure, provider, model, quantity, uncosted from unclassified_measures where group_id = any(${ids}::text[])
            union all ${measuresOf(sql`own`)}) m
     group by 1, 2, 3, 4 having sum(quantity) <> 0 order by 1, 2, 3, 4`.execute(db);
  return rows;
}

/** What the usage of these groups carries as its cost. */
export async function costsIn(db: Queryable, ids: readonly string[]): Promise<CostRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<CostRow>`
    with ${tailEntries}, own as (select * from tail where group_id = any(${ids}::text[]))
    select group_id, currency, sum(amount)::text as amount
      from (select group_id, currency, amount from unclassified_costs where group_id = any(${ids}::text[])
            union all ${costsOf(sql`own`)}) c
     group by 1, 2 having sum(amount) <> 0 order by 1, 2`.execute(db);
  return rows;
}

/** What an action has done to recorded usage: how many events have another owner, and what it has left for later. */
export async function movedBy(
  db: Queryable,
  journalId: number,
): Promise<{ reattributedEvents: number; reattributionId: string | null }> {
  const { rows } = await sql<{ reattributedEvents: number; reattributionId: string | null }>`
    select (select count(*) from attributions where journal_id = ${journalId} and sign = 1) as "reattributedEvents",
           (select id from reattributions where deferred_by = ${journalId}) as "reattributionId"`.execute(
    db,
  );
  return rows[0] ?? { reattributedEvents: 0, reattributionId: null };
}
