import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { AliasRow } from './alias-rules.ts';

/** Who answers for each of these at an instant: itself, or whom it had been merged into. */
export async function standingIds(
  db: Queryable,
  ids: readonly string[],
  at: Instant,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select stands_for(i.id, ${at}::timestamptz) as id from unnest(${[...ids]}::text[]) with ordinality as i (id, ordinal)
     order by i.ordinal`.execute(db);
  return rows.map((row) => row.id);
}

export async function standingId(db: Queryable, id: string, at: Instant): Promise<string> {
  const [standing = id] = await standingIds(db, [id], at);
  return standing;
}

/** For a condition: whoever answers for the organization that is named, and all that is merged into that. */
export function namedBy(id: string, at: Instant): RawBuilder<unknown> {
  return sql`(select n from answering_for(stands_for(${id}, ${at}::timestamptz), ${at}::timestamptz) n)`;
}

/** These, and whatever had been merged into them at an instant. */
export async function answeringFor(
  db: Queryable,
  ids: readonly string[],
  at: Instant,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select distinct a as id from unnest(${[...ids]}::text[]) as i (id), answering_for(i.id, ${at}::timestamptz) a order by 1`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/** Whether an organization is, was or will be merged, or anything into it. */
export async function isMerged(db: Queryable, id: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from organization_aliases where ${id} in (organization_id, survivor_id) and superseded_by is null) as found`.execute(
    db,
  );
  return rows[0]?.found ?? false;
}

/**
 * A condition on a column of documents and the like: those of whoever answers for the organization that is named, and of
 * all that is merged into that. Without merges it is an equation, for the index.
 */
export async function isNamed(
  db: Queryable,
  column: string,
  id: string,
  at: Instant,
): Promise<RawBuilder<boolean>> {
  const ids = await answeringFor(db, [await standingId(db, id, at)], at);
  return oneOf(column, ids.length === 0 ? [id] : ids);
}

/**
 * The same on what is attributed, which is whose it was when it occurred: of whoever answered for the organization then,
 * and of whatever that answered for.
 */
export async function isNamedThen(
  db: Queryable,
  alias: string,
  id: string,
): Promise<RawBuilder<boolean>> {
  const { rows } = await sql<{ id: string }>`
    with survivors as (select survivor_id as id from organization_aliases where organization_id = ${id} and superseded_by is null
                       union select ${id})
    select id from survivors
    union select organization_id from organization_aliases where survivor_id in (select id from survivors) and superseded_by is null`.execute(
    db,
  );
  const ids = rows.map((row) => row.id);
  const column = `${alias}.organization_id`;
  if (ids.length < 2) return oneOf(column, [id]);
  const at = sql.ref(`${alias}.occurred_at`);
  return sql`(${oneOf(column, ids)} and stands_for(${sql.ref(column)}, ${at}) = stands_for(${id}, ${at}))`;
}

function oneOf(column: string, ids: readonly string[]): RawBuilder<boolean> {
  const [only] = ids;
  return ids.length === 1
    ? sql`${sql.ref(column)} = ${only}`
    : sql`${sql.ref(column)} = any(${[...ids]}::text[])`;
}

/** Whatever is, or will be, merged into an organization. */
export async function mergedIds(db: Queryable, id: string): Promise<string[]> {
  const rows = await db
    .selectFrom('organization_aliases')
    .select('organization_id')
    .distinct()
    .where('survivor_id', '=', id)
    .where('superseded_by', 'is', null)
    .orderBy('organization_id')
    .execute();
  return rows.map((row) => row.organization_id);
}

export type RecordedAlias = AliasRow & {
  readonly id: number;
  readonly organizationId: string;
  readonly recordedBy: number;
  readonly supersededBy: number | null;
};

/** The aliases that a journal row recorded, and those that it superseded. */
export async function aliasesOfJournal(db: Queryable, journalId: number): Promise<RecordedAlias[]> {
  const { rows } = await sql<RecordedAlias>`
    select id, organization_id as "organizationId", lower(valid) as "from", upper(valid) as "to", recorded_by as "recordedBy",
           superseded_by as "supersededBy", jsonb_build_object('survivor_id', survivor_id, 'choices', choices, 'merged_by', merged_by) as value
      from organization_aliases where recorded_by = ${journalId} or superseded_by = ${journalId}
     order by id`.execute(db);
  return rows;
}

/** Whether what a merge made of these organizations has been changed by another that stands. */
export async function isBuiltUpon(
  db: Queryable,
  organizationIds: readonly string[],
  mergedBy: number,
): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from organization_aliases a join repairs r on r.applied_by = a.merged_by and r.status = 'applied'
                    where a.organization_id = any(${[...organizationIds]}::text[]) and a.superseded_by is null and a.merged_by > ${mergedBy}) as found`.execute(
    db,
  );
  return rows[0]?.found ?? false;
}
