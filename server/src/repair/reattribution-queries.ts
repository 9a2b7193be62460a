import { sql } from 'kysely';
import type { Digest, NewOwner, Selection } from '../attribution/selection.ts';
import type { Touched } from '../attribution/outcome.ts';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';

/** What a change of ownership would have touched is selected by what it touches, all else by conditions. */
export type Selected = Selection | Deferred;
export type Deferred = {
  readonly touched: readonly Touched[];
  readonly cause: { action: string; resourceId: string } | null;
};

export type Undone = { events: number; left: number; leftEventIds: string[] };

export type ReattributionRow = {
  id: string;
  kind: 'assign' | 'resolve';
  status: 'pending' | 'previewed' | 'applied' | 'undone';
  selection: Selected;
  owner: NewOwner | null;
  reason: string | null;
  position: number | null;
  digest: Digest | null;
  /** As the API shows it. */
  preview: object | null;
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

export async function findReattribution(
  db: Queryable,
  id: string,
): Promise<ReattributionRow | undefined> {
  const row = await db
    .selectFrom('reattributions')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row as ReattributionRow | undefined;
}

/** The row, held until the transaction ends. */
export async function lockReattribution({ tx }: Action, id: string): Promise<void> {
  await tx.selectFrom('reattributions').select('id').where('id', '=', id).forUpdate().execute();
}

export async function listReattributions(
  db: Queryable,
  query: {
    limit: number;
    cursor?: string | undefined;
    status?: string | undefined;
    kind?: string | undefined;
  },
): Promise<ReattributionRow[]> {
  const rows = await db
    .selectFrom('reattributions')
    .selectAll()
    .$if(query.cursor !== undefined, (q) => q.where('id', '<', query.cursor ?? ''))
    .$if(query.status !== undefined, (q) => q.where('status', '=', query.status ?? ''))
    .$if(query.kind !== undefined, (q) => q.where('kind', '=', query.kind ?? ''))
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return rows as ReattributionRow[];
}

export type NewReattribution = Pick<
  ReattributionRow,
  'id' | 'kind' | 'status' | 'selection' | 'owner' | 'reason' | 'position' | 'digest' | 'preview'
> & {
  deferred_by?: number;
  /** Of what is applied at once: when what it moved had occurred. */
  span?: { from: Instant; to: Instant } | null;
};

/** What a preview found. */
export type Shown = Pick<ReattributionRow, 'position' | 'digest' | 'preview'>;

export async function insertReattribution(
  action: Action,
  { span, ...row }: NewReattribution,
): Promise<void> {
  const isApplied = row.status === 'applied';
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  await action.tx
    .insertInto('reattributions')
    .values({
      ...row,
      selection: JSON.stringify(row.selection),
      owner: json(row.owner),
      digest: json(row.digest),
      preview: json(row.preview),
      occurred_from: span?.from ?? null,
      occurred_to: span?.to ?? null,
      applied_by: isApplied ? action.journalId : null,
      applied_at: isApplied ? action.now : null,
      actor: action.actor,
      created_at: action.now,
      updated_at: action.now,
    })
    .execute();
}

export async function markPreviewed(
  action: Action,
  row: ReattributionRow,
  { position, digest, preview }: Shown,
): Promise<void> {
  await action.tx
    .updateTable('reattributions')
    .set({
      status: 'previewed',
      position,
      digest: JSON.stringify(digest),
      preview: JSON.stringify(preview),
      updated_at: action.now,
      version: row.version + 1,
    })
    .where('id', '=', row.id)
    .execute();
}

export async function markApplied(
  action: Action,
  row: ReattributionRow,
  span: { from: Instant; to: Instant } | null,
): Promise<void> {
  await action.tx
    .updateTable('reattributions')
    .set({
      status: 'applied',
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

export async function markUndone(
  action: Action,
  row: ReattributionRow,
  undo: Undone,
): Promise<void> {
  await action.tx
    .updateTable('reattributions')
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

/** Of what a re-attribution moved, some events that are not being given back. */
export async function someLeft(db: Queryable, journalId: number, limit: number): Promise<string[]> {
  const { rows } = await sql<{ event_id: string }>`
    select a.event_id from attributions a
     where a.journal_id = ${journalId} and a.sign = 1
       and not exists (select from moving m where m.event_id = a.event_id and m.occurred_at = a.occurred_at)
     order by a.event_id limit ${limit}`.execute(db);
  return rows.map((row) => row.event_id);
}

/** Those whose drafts do not know yet that usage has moved, or moved back. */
export async function withOldDrafts(db: Queryable): Promise<{ id: string }[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct r.id from reattributions r
     cross join lateral jsonb_array_elements(r.preview -> 'drafts') d
      join invoices i on i.id = d ->> 'invoiceId' and i.status = 'draft'
      join journal j on j.id = coalesce(r.undone_by, r.applied_by)
     where j.position is null or i.position < j.position
     order by r.id`.execute(db);
  return rows;
}
