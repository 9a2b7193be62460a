import { sql } from 'kysely';
import type { Queryable, Tx } from '../db/connect.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { isNamed } from '../organizations/alias-queries.ts';

export type ShareLinkRow = Awaited<ReturnType<typeof findShareLink>> & object;

const columns = [
  'id',
  'organization_id',
  'name',
  'created_by',
  'created_at',
  'expires_at',
  'revoked_at',
  'revoked_by',
  'last_used_at',
  'updated_at',
  'version',
] as const;

export async function findShareLink(db: Queryable, id: string) {
  return db.selectFrom('share_links').select(columns).where('id', '=', id).executeTakeFirst();
}

/** The same, locked against whoever else would revoke it. */
export async function lockShareLink(tx: Tx, id: string) {
  return tx
    .selectFrom('share_links')
    .select(columns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/**
 * By the hash, so that what is compared is not what was sent; with what its customer and the seller are called, and
 * whether another customer answers for it now.
 */
export async function findShareLinkByHash(db: Queryable, tokenHash: Buffer, now: Instant) {
  return db
    .selectFrom('share_links as l')
    .innerJoin('organizations as o', 'o.id', 'l.organization_id')
    .select([
      'l.id',
      'l.name',
      'l.organization_id',
      'l.expires_at',
      'l.revoked_at',
      'l.last_used_at',
      'o.name as organization_name',
      sql<boolean>`stands_for(l.organization_id, ${now}::timestamptz) <> l.organization_id`.as(
        'is_merged',
      ),
      (e) => e.selectFrom('sellers').select('name').limit(1).as('seller_name'),
    ])
    .where('l.token_hash', '=', tokenHash)
    .executeTakeFirst();
}

export type ShareLinkFilters = {
  limit: number;
  cursor?: string | undefined;
  organizationId?: string | undefined;
  active?: boolean | undefined;
};

export async function listShareLinks(db: Queryable, query: ShareLinkFilters, now: Instant) {
  const { organizationId } = query;
  const isOf =
    organizationId === undefined
      ? sql<boolean>`true`
      : await isNamed(db, 'organization_id', organizationId, now);
  const isActive = sql<boolean>`(revoked_at is null and expires_at > ${now})`;
  return db
    .selectFrom('share_links')
    .select(columns)
    .$if(query.cursor !== undefined, (q) => q.where('id', '<', query.cursor ?? ''))
    .where(isOf)
    .$if(query.active === true, (q) => q.where(isActive))
    .$if(query.active === false, (q) => q.where((e) => e.not(isActive)))
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
}

export async function insertShareLink(
  tx: Tx,
  link: {
    id: string;
    organization_id: string;
    name: string | null;
    token_hash: Buffer;
    created_by: string;
    created_at: Instant;
    expires_at: Instant;
    updated_at: Instant;
  },
): Promise<void> {
  await tx.insertInto('share_links').values(link).execute();
}

export async function markShareLinkRevoked(
  tx: Tx,
  id: string,
  by: { actor: string; now: Instant },
): Promise<void> {
  await tx
    .updateTable('share_links')
    .set((e) => ({
      revoked_at: by.now,
      revoked_by: by.actor,
      updated_at: by.now,
      version: e('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

/** To the minute: a page that is looked at must not be written down at every request. */
export async function touchShareLink(
  db: Queryable,
  id: string,
  at: Instant,
  staleBefore: Instant,
): Promise<void> {
  await db
    .updateTable('share_links')
    .set({ last_used_at: at })
    .where('id', '=', id)
    .where((e) => e.or([e('last_used_at', 'is', null), e('last_used_at', '<', staleBefore)]))
    .execute();
}

/** Whether there is such a customer: not UNCLASSIFIED, which owes nothing. */
export async function isCustomer(db: Queryable, organizationId: string): Promise<boolean> {
  if (organizationId === UNCLASSIFIED_ID) return false;
  const row = await db
    .selectFrom('organizations')
    .select('id')
    .where('id', '=', organizationId)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Whether a statement would be of other accounts than those that the customer answers for now: on a day when another
 * customer answered for it, or as it was known when it was merged and has not been since.
 */
export async function answersOtherwise(
  db: Queryable,
  organizationId: string,
  { asOf, knowsThen }: { asOf: Instant; knowsThen: boolean },
): Promise<boolean> {
  const { rows } = await sql<{ otherwise: boolean }>`
    select exists (select from organization_aliases
                    where (organization_id = ${organizationId} and ((superseded_by is null and valid @> ${asOf}::timestamptz) or ${knowsThen}))
                       or (survivor_id = ${organizationId} and superseded_by is not null and ${knowsThen})) as otherwise`.execute(
    db,
  );
  return rows[0]?.otherwise ?? true;
}

/** Who answers for an invoice now; undefined where there is none, or none that was issued. */
export async function payerOfIssued(
  db: Queryable,
  invoiceId: string,
  now: Instant,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('invoices')
    .select(sql<string>`stands_for(organization_id, ${now}::timestamptz)`.as('payer'))
    .where('id', '=', invoiceId)
    .where('status', '<>', 'draft')
    .executeTakeFirst();
  return row?.payer;
}
