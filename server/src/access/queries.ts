import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';

export type ApiKeyRow = Awaited<ReturnType<typeof findApiKey>> & object;

const columns = [
  'id',
  'name',
  'hint',
  'permissions',
  'created_at',
  'expires_at',
  'revoked_at',
  'last_used_at',
] as const;

/** Who made a key, as the audit log has it. */
const createdBy = sql<string | null>`(
  select coalesce(a.actor_name, a.actor) from audit_log a
   where a.resource_id = api_keys.id and a.action = 'apiKeys.create' order by a.id limit 1)`.as(
  'created_by',
);

export async function findApiKey(db: Queryable, id: string) {
  return db
    .selectFrom('api_keys')
    .select(columns)
    .select(createdBy)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function findApiKeyByHash(db: Queryable, hash: Buffer) {
  return db.selectFrom('api_keys').select(columns).where('hash', '=', hash).executeTakeFirst();
}

export async function countApiKeys(db: Queryable): Promise<number> {
  const { count } = await db
    .selectFrom('api_keys')
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

export async function insertApiKey(
  db: Queryable,
  key: {
    id: string;
    name: string;
    hash: Buffer;
    hint: string;
    permissions: string[];
    created_at: Instant;
    expires_at: Instant | null;
  },
): Promise<void> {
  await db.insertInto('api_keys').values(key).execute();
}

export async function listApiKeys(
  db: Queryable,
  page: { limit: number; cursor?: string | undefined },
) {
  return db
    .selectFrom('api_keys')
    .select(columns)
    .select(createdBy)
    .$if(page.cursor !== undefined, (q) => q.where('id', '<', page.cursor ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
}

export async function markRevoked(db: Queryable, id: string, at: Instant): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
}

/** To the minute: a busy key must not be written at every request. */
export async function touchApiKey(
  db: Queryable,
  id: string,
  at: Instant,
  staleBefore: Instant,
): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ last_used_at: at })
    .where('id', '=', id)
    .where((e) => e.or([e('last_used_at', 'is', null), e('last_used_at', '<', staleBefore)]))
    .execute();
}
