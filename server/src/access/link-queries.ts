import type { Queryable, Tx } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { LinkPurpose } from './link-rules.ts';
import type { PersonRow } from './people-queries.ts';

/** What a link is for. */
export type OpenLink = {
  purpose: LinkPurpose;
  expiresAt: Instant;
  /** Whom it is for; null for an owner who is not there yet. */
  person: PersonRow | null;
};

export type LinkRow = Awaited<ReturnType<typeof findLink>> & object;

const columns = [
  'id',
  'purpose',
  'person_id',
  'origin',
  'created_by',
  'created_at',
  'expires_at',
  'closed_at',
  'mail_status',
  'mail_attempts',
  'mail_detail',
] as const;

export async function insertLink(
  tx: Tx,
  link: {
    id: string;
    token_hash: Buffer;
    purpose: LinkPurpose;
    person_id: string | null;
    origin: string;
    mail_status: 'queued' | null;
    created_by: string;
    created_at: Instant;
    expires_at: Instant;
  },
): Promise<void> {
  await tx.insertInto('one_time_links').values(link).execute();
}

export async function findLink(db: Queryable, id: string) {
  return db.selectFrom('one_time_links').select(columns).where('id', '=', id).executeTakeFirst();
}

/** A link that still works; by the hash, so that what is compared is not what was sent. */
export async function findOpenLink(db: Queryable, tokenHash: Buffer, now: Instant) {
  return db
    .selectFrom('one_time_links')
    .select(columns)
    .where('token_hash', '=', tokenHash)
    .where('closed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** The link for an owner that nobody has used yet, if it works until then at least. */
export async function findOwnerLink(db: Queryable, until: Instant) {
  return db
    .selectFrom('one_time_links')
    .select(columns)
    .where('purpose', '=', 'owner')
    .where('closed_at', 'is', null)
    .where('expires_at', '>', until)
    .executeTakeFirst();
}

/** Uses a link up: of those who try at once, PostgreSQL's row lock lets one have it. */
export async function useLink(tx: Tx, tokenHash: Buffer, now: Instant) {
  return tx
    .updateTable('one_time_links')
    .set({ closed_at: now, closed_as: 'used' })
    .where('token_hash', '=', tokenHash)
    .where('closed_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(columns)
    .executeTakeFirst();
}

/** Ends the links of a person (or those for an owner) that have not been used. */
export async function withdrawLinks(
  tx: Tx,
  personId: string | null,
  purposes: readonly LinkPurpose[],
  now: Instant,
): Promise<void> {
  await tx
    .updateTable('one_time_links')
    .set({ closed_at: now, closed_as: 'withdrawn' })
    .where('person_id', personId === null ? 'is' : '=', personId)
    .where('purpose', 'in', purposes)
    .where('closed_at', 'is', null)
    .execute();
}

export async function queuedLinks(db: Queryable): Promise<{ id: string }[]> {
  return db
    .selectFrom('one_time_links')
    .select('id')
    .where('mail_status', '=', 'queued')
    .where('closed_at', 'is', null)
    .orderBy('id')
    .execute();
}

export async function recordMailing(
  db: Queryable,
  id: string,
  came: { status: 'queued' | 'sent' | 'failed'; detail: string; attempt?: boolean },
): Promise<void> {
  await db
    .updateTable('one_time_links')
    .set((e) => ({
      mail_status: came.status,
      mail_detail: came.detail,
      ...(came.attempt !== false && { mail_attempts: e('mail_attempts', '+', 1) }),
    }))
    .where('id', '=', id)
    .where('mail_status', '=', 'queued')
    .execute();
}
