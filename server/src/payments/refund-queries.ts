import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { namedBy } from '../organizations/alias-queries.ts';

export type RefundRow = {
  id: string;
  organization_id: string;
  currency: string;
  amount: string;
  method: string | null;
  reference: string | null;
  reason: string | null;
  refunded_at: Instant;
  created_at: Instant;
  updated_at: Instant;
  version: number;
  sources: { payment_id: string | null; credit_note_id: string | null; amount: string }[];
};

const refunds = sql`
  select r.id, r.organization_id, r.currency, r.amount, r.method, r.reference, r.reason, r.refunded_at, r.created_at, r.updated_at, r.version,
         (select jsonb_agg(jsonb_build_object('payment_id', e.payment_id, 'credit_note_id', e.credit_note_id, 'amount', e.amount::text) order by e.id)
            from ledger_entries e where e.refund_id = r.id) as sources
    from refunds r`;

export async function findRefund(db: Queryable, id: string): Promise<RefundRow | undefined> {
  const { rows } = await sql<RefundRow>`${refunds} where r.id = ${id}`.execute(db);
  return rows[0];
}

export type RefundFilters = {
  limit: number;
  cursor?: string | undefined;
  organizationId?: string | undefined;
  paymentId?: string | undefined;
  creditNoteId?: string | undefined;
  currency?: string | undefined;
};

export async function listRefunds(
  db: Queryable,
  query: RefundFilters,
  at: Instant,
): Promise<RefundRow[]> {
  const conditions = [sql<boolean>`true`];
  if (query.cursor !== undefined) conditions.push(sql`r.id < ${query.cursor}`);
  if (query.organizationId !== undefined)
    conditions.push(sql`r.organization_id in ${namedBy(query.organizationId, at)}`);
  if (query.currency !== undefined) conditions.push(sql`r.currency = ${query.currency}`);
  if (query.paymentId !== undefined)
    conditions.push(
      sql`r.id in (select e.refund_id from ledger_entries e where e.payment_id = ${query.paymentId})`,
    );
  if (query.creditNoteId !== undefined)
    conditions.push(
      sql`r.id in (select e.refund_id from ledger_entries e where e.credit_note_id = ${query.creditNoteId})`,
    );
  const { rows } = await sql<RefundRow>`
    ${refunds} where ${sql.join(conditions, sql` and `)} order by r.id desc limit ${query.limit + 1}`.execute(
    db,
  );
  return rows;
}

export async function insertRefund(
  action: Action,
  row: Pick<
    RefundRow,
    | 'id'
    | 'organization_id'
    | 'currency'
    | 'amount'
    | 'method'
    | 'reference'
    | 'reason'
    | 'refunded_at'
  >,
): Promise<void> {
  await action.tx
    .insertInto('refunds')
    .values({
      ...row,
      journal_id: action.journalId,
      created_at: action.now,
      updated_at: action.now,
    })
    .execute();
}
