import type { Queryable, Tx } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { PersonRow } from './people-queries.ts';

export type LinkPurpose = 'owner' | 'invitation' | 'password';

/** What a link is for. */
export type OpenLink = {
  purpose: LinkPurpose;
  expiresAt: Instant;
  /** Whom it is for; null for an owner who is not there yet. */
  person: PersonRow | null;
};

export type LinkRow = Awaited<ReturnType<typeof findOpenLink>> & object;

const columns = ['id', 'purpose', 'person_id', 'created_by', 'created_at', 'expires_at'] as const;

export async function insertLink(
  tx: Tx,
  link: {
    id: string;
    tokenHash: Buffer;
    purpose: LinkPurpose;
    personId: string | null;
    createdBy: string;
    createdAt: Instant;
    expiresAt: Instant;
  },
): Promise<void> {
  await tx
    .insertInto('one_time_links')
    .values({
      id: link.id,
      token_hash: link.tokenHash,
      purpose: link.purpose,
      person_id: link.personId,
      created_by: link.createdBy,
      created_at: link.createdAt,
      expires_at: link.expiresAt,
    })
    .execute();
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
