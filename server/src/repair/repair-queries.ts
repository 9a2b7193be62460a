import { sql } from 'kysely';
import type { Digest } from '../attribution/selection.ts';
import type { Span } from '../attribution/select-queries.ts';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { Undone } from './reattribution-queries.ts';

/** Merges and splits: what was previewed, applied and undone. */

export type RepairKind = 'merge' | 'split';

export type RepairRow = {
  id: string;
  kind: RepairKind;
  status: 'previewed' | 'applied' | 'undone';
  organization_id: string;
  into_id: string | null;
  /** As it was asked for, ids resolved. */
  input: object;
  reason: string | null;
  position: number;
  digest: Digest;
  preview: object;
  occurred_from: Instant | null;
  occurred_to: Instant | null;
  applied_by: number | null;
  applied_at: Instant | null;
  undone_by: number | null;
  undone_at: Instant | null;
  undo: Undone | null;
  actor: string;
  created_at: Instant;
  updated_at: Instant;
  version: number;
};

export async function findRepair(
  db: Queryable,
  kind: RepairKind,
  id: string,
): Promise<RepairRow | undefined> {
  const row = await db
    .selectFrom('repairs')
    .selectAll()
    .where('id', '=', id)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row as RepairRow | undefined;
}

export async function findAnyRepair(db: Queryable, id: string): Promise<RepairRow | undefined> {
  return (await findRepair(db, 'merge', id)) ?? findRepair(db, 'split', id);
}

/** The row, held until the transaction ends. */
export async function lockRepair({ tx }: Action, id: string): Promise<void> {
  await tx.selectFrom('repairs').select('id').where('id', '=', id).forUpdate().execute();
}

export async function listRepairs(
  db: Queryable,
  kind: RepairKind,
  query: {
    limit: number;
    cursor?: string | undefined;
    status?: string | undefined;
    organizationId?: string | undefined;
  },
): Promise<RepairRow[]> {
  const rows = await db
    .selectFrom('repairs')
    .selectAll()
    .where('kind', '=', kind)
    .$if(query.cursor !== undefined, (q) => q.where('id', '<', query.cursor ?? ''))
    .$if(query.status !== undefined, (q) => q.where('status', '=', query.status ?? ''))
    .$if(query.organizationId !== undefined, (q) =>
      q.where((e) =>
        e.or([
          e('organization_id', '=', query.organizationId ?? ''),
          e('into_id', '=', query.organizationId ?? ''),
        ]),
      ),
    )
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return rows as RepairRow[];
}

export type NewRepair = Pick<
  RepairRow,
  | 'id'
  | 'kind'
  | 'organization_id'
  | 'into_id'
  | 'input'
  | 'reason'
  | 'position'
  | 'digest'
  | 'preview'
>;

/** What a preview found. */
export type ShownRepair = Pick<RepairRow, 'position' | 'digest' | 'preview'>;

export async function insertRepair(action: Action, row: NewRepair): Promise<void> {
  await action.tx
    .insertInto('repairs')
    .values({
      ...row,
      status: 'previewed',
      input: JSON.stringify(row.input),
      digest: JSON.stringify(row.digest),
      preview: JSON.stringify(row.preview),
      actor: action.actor,
      created_at: action.now,
      updated_at: action.now,
    })
    .execute();
}

export async function renewRepair(
  action: Action,
  row: RepairRow,
  { position, digest, preview }: ShownRepair,
): Promise<void> {
  await action.tx
    .updateTable('repairs')
    .set({
      position,
      digest: JSON.stringify(digest),
      preview: JSON.stringify(preview),
      updated_at: action.now,
      version: row.version + 1,
    })
    .where('id', '=', row.id)
    .execute();
}

export async function markRepairApplied(
  action: Action,
  row: RepairRow,
  intoId: string,
  span: Span | null,
): Promise<void> {
  await action.tx
    .updateTable('repairs')
    .set({
      status: 'applied',
      into_id: intoId,
      applied_by: action.journalId,
      applied_at: action.now,
      occurred_from: span?.from ?? null,
      occurred_to: span?.to ?? null,
      updated_at: action.now,
      version: row.version + 1,
    })
    .where('id', '=', row.id)
    .execute();
}

export async function markRepairUndone(
  action: Action,
  row: RepairRow,
  undo: Undone,
): Promise<void> {
  await action.tx
    .updateTable('repairs')
    .set({
      status: 'undone',
      undone_by: action.journalId,
      undone_at: action.now,
      undo: JSON.stringify(undo),
      updated_at: action.now,
      version: row.version + 1,
    })
    .where('id', '=', row.id)
    .execute();
}

/** Those whose drafts do not know yet that usage has moved, or moved back. */
export async function repairsWithOldDrafts(db: Queryable): Promise<{ id: string }[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct r.id from repairs r
     cross join lateral jsonb_array_elements(r.preview -> 'drafts') d
      join invoices i on i.id = d ->> 'invoiceId' and i.status = 'draft'
      join journal j on j.id = coalesce(r.undone_by, r.applied_by)
     where j.position is null or i.position < j.position
     order by r.id`.execute(db);
  return rows;
}

/** How much a journal row moved, but for what is being given back. */
export async function countLeft(db: Queryable, journalId: number, span: Span): Promise<number> {
  const { rows } = await sql<{ events: number }>`
    select count(*) as events from attributions a
     where a.journal_id = ${journalId} and a.sign = 1 and a.occurred_at >= ${span.from}::timestamptz and a.occurred_at <= ${span.to}::timestamptz
       and not exists (select from moving m where m.event_id = a.event_id and m.occurred_at = a.occurred_at)`.execute(
    db,
  );
  return rows[0]?.events ?? 0;
}

export type OpenDocument = {
  invoice_id: string;
  number: string | null;
  status: string;
  currency: string;
  total: string;
};

/** What was issued to an organization and is not settled yet. */
export async function openDocuments(
  db: Queryable,
  organizationId: string,
  limit: number,
): Promise<OpenDocument[]> {
  return db
    .selectFrom('invoices')
    .select(['id as invoice_id', 'number', 'status', 'currency', 'total'])
    .where('organization_id', '=', organizationId)
    .where('status', 'in', ['open', 'partially_paid'])
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** What events may call the members of these organizations by, of whoever is a member of others, too. */
export async function sharedMembers(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ claim: string }>`
    select c.claim from subscribers s cross join lateral (values (s.email_key::text), (s.id::text), (s.subscriber_id::text)) c (claim)
     where exists (select from memberships m where m.subscriber_id = s.id and m.superseded_by is null and m.organization_id = any(${[...ids]}::text[]))
       and exists (select from memberships m where m.subscriber_id = s.id and m.superseded_by is null and m.organization_id <> all(${[...ids]}::text[]))
     order by 1`.execute(db);
  return rows.map((row) => row.claim);
}

/** The credentials that subscribers hold in an organization, at or after an instant. */
export async function heldCredentials(
  db: Queryable,
  organizationId: string,
  subscriberIds: readonly string[],
  from: Instant | null,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct b.credential_id as id from bindings b join credentials c on c.id = b.credential_id and c.archived_at is null
     where b.organization_id = ${organizationId} and b.subscriber_id = any(${[...subscriberIds]}::text[]) and b.superseded_by is null
       and (upper(b.valid) is null or ${from}::timestamptz is null or upper(b.valid) > ${from}::timestamptz)
     order by 1`.execute(db);
  return rows.map((row) => row.id);
}
