import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { namedBy } from '../organizations/alias-queries.ts';

export type AppliedTo = { invoice_id: string; number: string | null; amount: string };

export type PaymentRow = {
  id: string;
  organization_id: string;
  currency: string;
  amount: string;
  status: string;
  method: string | null;
  reference: string | null;
  received_at: Instant;
  reversed_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: number;
  /** What no invoice has taken. */
  left: string;
  refunded: string;
  applied: AppliedTo[];
};

/** With what became of each, by the ledger. */
const payments = sql`
  select p.id, p.organization_id, p.currency, p.amount, p.status, p.method, p.reference, p.received_at, p.reversed_at,
         p.created_at, p.updated_at, p.version, coalesce(-b.amount, 0) as left,
         coalesce((select sum(e.amount) from ledger_entries e where e.payment_id = p.id and e.refund_id is not null), 0) as refunded,
         coalesce((select jsonb_agg(jsonb_build_object('invoice_id', a.invoice_id, 'number', i.number, 'amount', a.amount::text) order by i.due_at, i.number_sequence)
                     from (select e.invoice_id, -sum(e.amount) as amount from ledger_entries e
                            where e.payment_id = p.id and e.invoice_id is not null group by 1 having sum(e.amount) <> 0) a
                     join invoices i on i.id = a.invoice_id), '[]') as applied
    from payments p
    left join balances b on b.organization_id = p.organization_id and b.currency = p.currency and b.item_id = p.id`;

export async function findPayment(db: Queryable, id: string): Promise<PaymentRow | undefined> {
  const { rows } = await sql<PaymentRow>`${payments} where p.id = ${id}`.execute(db);
  return rows[0];
}

export type PaymentFilters = {
  limit: number;
  cursor?: string | undefined;
  organizationId?: string | undefined;
  invoiceId?: string | undefined;
  status?: string | undefined;
  currency?: string | undefined;
  reference?: string | undefined;
  unapplied?: boolean | undefined;
  receivedFrom?: Instant | undefined;
  receivedTo?: Instant | undefined;
};

export async function listPayments(
  db: Queryable,
  query: PaymentFilters,
  at: Instant,
): Promise<PaymentRow[]> {
  const conditions = [sql<boolean>`true`];
  if (query.cursor !== undefined) conditions.push(sql`p.id < ${query.cursor}`);
  if (query.organizationId !== undefined)
    conditions.push(sql`p.organization_id in ${namedBy(query.organizationId, at)}`);
  if (query.invoiceId !== undefined)
    conditions.push(
      sql`p.id in (select e.payment_id from ledger_entries e where e.invoice_id = ${query.invoiceId} and e.payment_id is not null
                    group by 1 having sum(e.amount) <> 0)`,
    );
  if (query.status !== undefined) conditions.push(sql`p.status = ${query.status}`);
  if (query.currency !== undefined) conditions.push(sql`p.currency = ${query.currency}`);
  if (query.reference !== undefined) conditions.push(sql`p.reference = ${query.reference}`);
  if (query.unapplied !== undefined)
    conditions.push(
      query.unapplied
        ? sql`p.id in (select u.item_id from balances u where u.amount < 0)`
        : sql`not exists (select from balances u where u.item_id = p.id and u.amount < 0)`,
    );
  if (query.receivedFrom !== undefined)
    conditions.push(sql`p.received_at >= ${query.receivedFrom}::timestamptz`);
  if (query.receivedTo !== undefined)
    conditions.push(sql`p.received_at < ${query.receivedTo}::timestamptz`);
  const { rows } = await sql<PaymentRow>`
    ${payments} where ${sql.join(conditions, sql` and `)} order by p.id desc limit ${query.limit + 1}`.execute(
    db,
  );
  return rows;
}

export type NewPayment = {
  id: string;
  organization_id: string;
  currency: string;
  amount: string;
  method: string | null;
  reference: string | null;
  received_at: Instant;
};

export async function insertPayment(action: Action, row: NewPayment): Promise<void> {
  await action.tx
    .insertInto('payments')
    .values({
      ...row,
      journal_id: action.journalId,
      created_at: action.now,
      updated_at: action.now,
    })
    .execute();
}

/** Something became of it: another version; reversed, where an instant is given. */
export async function touchPayment(
  action: Action,
  id: string,
  reversedAt: Instant | null = null,
): Promise<void> {
  await action.tx
    .updateTable('payments')
    .set((e) => ({
      ...(reversedAt !== null && { status: 'reversed', reversed_at: reversedAt }),
      updated_at: action.now,
      version: e('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

// Who pays, and what is paid ---------------------------------------------------------------------

export async function findCustomer(db: Queryable, id: string) {
  return db
    .selectFrom('organizations')
    .select(['id', 'unclassified'])
    .where('id', '=', id)
    .executeTakeFirst();
}

export type PayableRow = {
  id: string;
  organization_id: string;
  number: string | null;
  currency: string;
  status: string;
  issued_at: Instant | null;
  due: string;
  written_off: string;
};

/** The invoices named, as somebody who pays them must know them. */
export async function payableInvoices(
  db: Queryable,
  ids: readonly string[],
): Promise<Map<string, PayableRow>> {
  const { rows } = await sql<PayableRow>`
    select i.id, i.organization_id, i.number, i.currency, i.status, i.issued_at,
           coalesce(b.amount, 0) as due, coalesce(b.written_off, 0) as written_off
      from invoices i
      left join balances b on b.organization_id = i.organization_id and b.currency = i.currency and b.item_id = i.id
     where i.id = any(${[...ids]})`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}
