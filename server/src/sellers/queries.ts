import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { type Breakdown, issuerOf, type IssuerSnapshot, type Paper } from './rules.ts';

export const DEFAULT_SELLER_ID = 'default';

export type SellerRow = NonNullable<Awaited<ReturnType<typeof findSeller>>>;
export type LogoRow = NonNullable<Awaited<ReturnType<typeof findLogo>>>;

/** The seller with what its logo is, not the picture itself. */
export async function findSeller(db: Queryable, id = DEFAULT_SELLER_ID) {
  return db
    .selectFrom('sellers as s')
    .leftJoin('seller_logos as l', 'l.hash', 's.logo_hash')
    .selectAll('s')
    .select(['l.media_type as logo_media_type', 'l.width as logo_width', 'l.height as logo_height'])
    .where('s.id', '=', id)
    .executeTakeFirst();
}

/** The terms that new customers begin with, where they have none of their own. */
export async function findSellerDefaults(db: Queryable, id = DEFAULT_SELLER_ID) {
  return db
    .selectFrom('sellers')
    .select(['default_currency', 'default_time_zone', 'default_payment_terms_days'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** The seller, locked against whoever else would change it, or draw a number, until the transaction ends. */
export async function lockSeller(action: Action, id = DEFAULT_SELLER_ID): Promise<void> {
  await action.tx.selectFrom('sellers').select('id').where('id', '=', id).forUpdate().execute();
}

export async function updateSellerRow(
  action: Action,
  id: string,
  columns: Partial<
    Omit<SellerRow, 'id' | 'address' | 'next_invoice_number' | 'next_credit_note_number'>
  > & {
    address?: string | undefined;
    version: number;
  },
): Promise<void> {
  await action.tx
    .updateTable('sellers')
    .set({ ...columns, updated_at: action.now })
    .where('id', '=', id)
    .execute();
}

export async function findLogo(db: Queryable, hash: string) {
  return db.selectFrom('seller_logos').selectAll().where('hash', '=', hash).executeTakeFirst();
}

/** Keeps a logo for ever, once. */
export async function insertLogo(
  action: Action,
  logo: { hash: string; mediaType: string; width: number; height: number; bytes: Buffer },
): Promise<void> {
  const { mediaType, ...columns } = logo;
  await action.tx
    .insertInto('seller_logos')
    .values({
      ...columns,
      media_type: mediaType,
      journal_id: action.journalId,
      created_at: action.now,
    })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
}

/** What an invoice being issued keeps of its seller, for ever. The picture stays in `seller_logos`, under its hash. */
export async function issuerSnapshot(
  db: Queryable,
  sellerId = DEFAULT_SELLER_ID,
): Promise<IssuerSnapshot> {
  const row = await db
    .selectFrom('sellers')
    .selectAll()
    .where('id', '=', sellerId)
    .executeTakeFirstOrThrow();
  return issuerOf({
    name: row.name,
    legalName: row.legal_name,
    address: row.address as string[],
    country: row.country,
    taxId: row.tax_id,
    email: row.email,
    website: row.website,
    remittanceInstructions: row.remittance_instructions,
    logo: row.logo_hash === null ? null : { hash: row.logo_hash },
    defaultTimeZone: row.default_time_zone,
    locale: row.locale,
    paper: row.paper as Paper,
    defaultBreakdown: row.default_breakdown as Breakdown,
  });
}

/**
 * The profile as the API showed it before the first change that came after a position; null if none did, so that
 * today's holds. A statement as known then must not change when the profile does.
 */
export async function profileChangedAfter(
  db: Queryable,
  sellerId: string,
  position: number,
): Promise<object | null> {
  const { rows } = await sql<{ before: object }>`
    select a.before from audit_log a join journal j on j.id = a.journal_id
     where a.resource_id = ${sellerId} and a.action = 'seller.update' and (j.position is null or j.position > ${position})
     order by a.id limit 1`.execute(db);
  return rows[0]?.before ?? null;
}
