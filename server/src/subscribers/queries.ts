import { type Insertable, sql, type Updateable } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Subscribers } from '../db/types.gen.ts';
import type { Instant } from '../lib/instant.ts';
import { namedBy } from '../organizations/alias-queries.ts';
import { emailKey } from './rules.ts';

export type SubscriberRow = NonNullable<Awaited<ReturnType<typeof findSubscriber>>>;

export type SubscriberFilter = {
  limit: number;
  cursor?: string | undefined;
  organizationId?: string | undefined;
  email?: string | undefined;
  subscriberId?: string | undefined;
  archived?: boolean | undefined;
};

/** Subscribers with the organizations they belong to at `at`, the primary one first. */
function subscribersAt(db: Queryable, at: Instant) {
  return db
    .selectFrom('subscribers as s')
    .selectAll('s')
    .select(
      sql<string[]>`coalesce((
        select array_agg(m.id::text order by m.is_primary desc, m.first) from (
          select stands_for(m.organization_id, ${at}) as id, bool_or(m.is_primary) as is_primary, min(m.id) as first from memberships m
           where m.subscriber_id = s.id and m.superseded_by is null and m.valid @> ${at}::timestamptz group by 1) m
      ), '{}')`.as('organization_ids'),
    );
}

export async function findSubscriber(db: Queryable, id: string, at: Instant) {
  return subscribersAt(db, at).where('s.id', '=', id).executeTakeFirst();
}

export async function listSubscribers(db: Queryable, filter: SubscriberFilter, at: Instant) {
  const { cursor, email, subscriberId, organizationId } = filter;
  return subscribersAt(db, at)
    .$if(cursor !== undefined, (q) => q.where('s.id', '<', cursor ?? ''))
    .$if(email !== undefined, (q) => q.where('s.email_key', '=', emailKey(email ?? '')))
    .$if(subscriberId !== undefined, (q) => q.where('s.subscriber_id', '=', subscriberId ?? ''))
    .$if(organizationId !== undefined, (q) =>
      q.where(
        's.id',
        'in',
        sql<string>`(select m.subscriber_id from memberships m where m.organization_id in ${namedBy(organizationId ?? '', at)}
          and m.superseded_by is null and m.valid @> ${at}::timestamptz)`,
      ),
    )
    .where('s.archived_at', filter.archived === true ? 'is not' : 'is', null)
    .orderBy('s.id', 'desc')
    .limit(filter.limit + 1)
    .execute();
}

/** The live subscriber with this e-mail, whatever its case. */
export async function findLiveByEmail(db: Queryable, email: string) {
  return db
    .selectFrom('subscribers')
    .select('id')
    .where('email_key', '=', emailKey(email))
    .where('archived_at', 'is', null)
    .executeTakeFirst();
}

export async function findLiveBySubscriberId(db: Queryable, subscriberId: string) {
  return db
    .selectFrom('subscribers')
    .select('id')
    .where('subscriber_id', '=', subscriberId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
}

export async function findServiceSubscriber(db: Queryable, organizationId: string) {
  return db
    .selectFrom('subscribers')
    .select('id')
    .where('service_of', '=', organizationId)
    .executeTakeFirst();
}

/** Those of the organizations that exist and are not archived. */
export async function liveOrganizations(db: Queryable, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('organizations')
    .select('id')
    .where('id', 'in', ids)
    .where('archived_at', 'is', null)
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** False when a twin was faster: its e-mail, subscriber id or organization is taken. */
export async function insertSubscriber(
  db: Queryable,
  row: Insertable<Subscribers>,
): Promise<boolean> {
  const inserted = await db
    .insertInto('subscribers')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Changes a subscriber and counts its version up. */
export async function updateSubscriberRow(
  db: Queryable,
  before: { id: string; version: number },
  changes: Updateable<Subscribers>,
): Promise<void> {
  await db
    .updateTable('subscribers')
    .set({ ...changes, version: before.version + 1 })
    .where('id', '=', before.id)
    .execute();
}

/** How many live credentials a subscriber holds, now or later. */
export async function countOpenCredentials(db: Queryable, id: string, at: Instant) {
  const { rows } = await sql<{ count: number }>`
    select count(distinct b.credential_id) as count
      from bindings b join credentials c on c.id = b.credential_id
     where b.subscriber_id = ${id} and b.superseded_by is null and c.archived_at is null
       and (upper(b.valid) is null or upper(b.valid) > ${at}::timestamptz)`.execute(db);
  return rows[0]?.count ?? 0;
}
