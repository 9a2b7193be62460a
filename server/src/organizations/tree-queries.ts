import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';

/**
 * The edges of the tree at which a node stands on one side. How far a walk goes PostgreSQL cannot know and takes it for
 * far; "offset" keeps it to one look into the index for each node, instead of reading all edges.
 */
export function edgesAt(side: 'organization_id' | 'parent_id', node: RawBuilder<unknown>) {
  return sql`lateral (select * from tree_edges t where ${sql.ref(`t.${side}`)} = ${node} offset 0)`;
}

/** Everything that was ever below an organization, each with the stretches of time it was. */
export function below(organizationId: string): RawBuilder<unknown> {
  return sql`
    with recursive below (id, valid) as (
      select ${organizationId}::identifier, '{(,)}'::tstzmultirange
      union
      select p.organization_id, b.valid * p.valid from below b
        join ${edgesAt('parent_id', sql`b.id`)} p on p.valid && b.valid
    )`;
}

const edges = sql`(
  select organization_id, parent_id, valid from organization_parents where superseded_by is null
  union all
  select organization_id, survivor_id, valid from organization_aliases where superseded_by is null)`;

/**
 * When, within a range of time, an organization came to another parent, or was merged: any, or one of those that were
 * ever below the one named.
 */
export async function treeChanges(
  db: Queryable,
  { from, to, organizationId }: { from: Instant; to: Instant; organizationId?: string | undefined },
): Promise<Instant[]> {
  const ids =
    organizationId === undefined
      ? sql``
      : sql`with recursive ever (id) as (
          select ${organizationId}::identifier
          union select survivor_id from organization_aliases where organization_id = ${organizationId} and superseded_by is null
          union select p.organization_id from ever b join ${edges} p on p.parent_id = b.id)`;
  const whose =
    organizationId === undefined ? sql`true` : sql`p.organization_id in (select id from ever)`;
  const inside = (end: RawBuilder<unknown>) =>
    sql`${end} > ${from}::timestamptz and ${end} < ${to}::timestamptz and ${whose}`;
  const { rows } = await sql<{ at: Instant }>`
    ${ids}
    select lower(p.valid) as at from ${edges} p where ${inside(sql`lower(p.valid)`)}
    union select upper(p.valid) from ${edges} p where ${inside(sql`upper(p.valid)`)}
     order by 1`.execute(db);
  return rows.map((row) => row.at);
}
