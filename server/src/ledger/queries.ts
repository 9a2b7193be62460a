import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { type Decimal, decimal, negate, toText } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';

export type EntryKind =
  | 'invoice'
  | 'payment'
  | 'credit_note'
  | 'credit_applied'
  | 'refund'
  | 'write_off'
  | 'void_reversal';

export type NewEntry = {
  readonly kind: EntryKind;
  readonly amount: Decimal;
  readonly effectiveAt: Instant;
  readonly invoiceId?: string;
  readonly paymentId?: string;
  readonly creditNoteId?: string;
  readonly refundId?: string;
};

/** One payer's account in one currency. */
export type Account = { readonly organizationId: string; readonly currency: string };

/** Appends entries in one statement, so that balances see them together. */
export async function insertEntries(
  action: Action,
  account: Account,
  entries: readonly NewEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await action.tx
    .insertInto('ledger_entries')
    .values(
      entries.map((entry) => ({
        organization_id: account.organizationId,
        currency: account.currency,
        kind: entry.kind,
        amount: toText(entry.amount),
        invoice_id: entry.invoiceId ?? null,
        payment_id: entry.paymentId ?? null,
        credit_note_id: entry.creditNoteId ?? null,
        refund_id: entry.refundId ?? null,
        effective_at: entry.effectiveAt,
        journal_id: action.journalId,
      })),
    )
    .execute();
}

// What is open now: from the balances that the database keeps beside the entries ------------------

export type OpenInvoiceRow = { id: string; due: string; issued_at: Instant };

/** The invoices that something is due on, the one due first first. */
export async function openInvoices(
  db: Queryable,
  { organizationId, currency }: Account,
): Promise<OpenInvoiceRow[]> {
  const { rows } = await sql<OpenInvoiceRow>`
    select i.id, b.amount as due, i.issued_at
      from balances b join invoices i on i.id = b.item_id
     where b.organization_id = ${organizationId} and b.currency = ${currency} and b.amount > 0
     order by i.due_at, i.number_sequence`.execute(db);
  return rows;
}

export type OpenCreditRow = { id: string; left: string; since: Instant };

/** The payments and credit notes that something is left of, the oldest first. */
export async function openCredits(
  db: Queryable,
  { organizationId, currency }: Account,
): Promise<OpenCreditRow[]> {
  const { rows } = await sql<OpenCreditRow>`
    select b.item_id as id, -b.amount as left, coalesce(p.received_at, c.effective_at) as since
      from balances b
      left join payments p on p.id = b.item_id
      left join credit_notes c on c.id = b.item_id
     where b.organization_id = ${organizationId} and b.currency = ${currency} and b.amount < 0
     order by coalesce(p.received_at, c.effective_at), coalesce(p.created_at, c.created_at), b.item_id`.execute(
    db,
  );
  return rows;
}

/** What is left of a payment or a credit note. */
export async function leftOf(db: Queryable, account: Account, itemId: string): Promise<string> {
  const row = await balanceOf(db, account, itemId);
  return row === undefined ? '0' : toText(negate(decimal(row.amount)));
}

/** What an item comes to now. */
export async function balanceOf(db: Queryable, account: Account, itemId: string) {
  return db
    .selectFrom('balances')
    .selectAll()
    .where('organization_id', '=', account.organizationId)
    .where('currency', '=', account.currency)
    .where('item_id', '=', itemId)
    .executeTakeFirst();
}

export type AppliedRow = { invoice_id: string; amount: string };

/** How much of a payment or credit note has gone to each invoice. */
export async function appliedOf(db: Queryable, itemId: string): Promise<AppliedRow[]> {
  const { rows } = await sql<AppliedRow>`
    select invoice_id, -sum(amount) as amount from ledger_entries
     where kind = 'credit_applied' and invoice_id is not null and (payment_id = ${itemId} or credit_note_id = ${itemId})
     group by invoice_id having sum(amount) <> 0 order by invoice_id`.execute(db);
  return rows;
}

/** When the latest of an item's entries takes effect. */
export async function lastEffectOf(db: Queryable, itemId: string): Promise<Instant | null> {
  const { rows } = await sql<{ at: Instant | null }>`
    select max(effective_at) as at from ledger_entries where payment_id = ${itemId} or credit_note_id = ${itemId}`.execute(
    db,
  );
  return rows[0]?.at ?? null;
}

// What it came to at any time: from the entries themselves ----------------------------------------

/** A point on both clocks: what was effective by `asOf`, as it was known at the position `knownAt`. */
export type AsKnown = { readonly asOf: Instant; readonly knownAt: number };

export type Balance = {
  organization_id: string;
  currency: string;
  /** Null: entries that name no invoice. */
  invoice_id: string | null;
  amount: string;
};

/** What is due on each invoice, settled ones included, and the customer's other balance, by currency. */
export async function balances(
  db: Queryable,
  organizationIds: readonly string[],
  { asOf, knownAt }: AsKnown,
): Promise<Balance[]> {
  const { rows } = await sql<Balance>`
    select e.organization_id, e.currency, e.invoice_id, sum(e.amount) as amount
      from ledger_entries e join journal j on j.id = e.journal_id and j.position <= ${knownAt}
     where e.organization_id = any(${organizationIds}) and e.effective_at <= ${asOf}::timestamptz
     group by e.organization_id, e.currency, e.invoice_id
     order by e.organization_id, e.currency, e.invoice_id nulls last`.execute(db);
  return rows;
}

export type Entry = {
  id: number;
  organization_id: string;
  currency: string;
  kind: EntryKind;
  amount: string;
  invoice_id: string | null;
  number: string | null;
  payment_id: string | null;
  credit_note_id: string | null;
  credit_note_number: string | null;
  refund_id: string | null;
  effective_at: Instant;
  position: number;
};

/** Customers' entries effective in [from, to), in order of effect; but for what only moves from one item to another. */
export async function entriesBetween(
  db: Queryable,
  organizationIds: readonly string[],
  { from, to }: { from: Instant; to: Instant },
  { asOf, knownAt }: AsKnown,
): Promise<Entry[]> {
  const { rows } = await sql<Entry>`
    select e.id, e.organization_id, e.currency, e.kind, e.amount, e.invoice_id, i.number, e.payment_id, e.credit_note_id, c.number as credit_note_number,
           e.refund_id, e.effective_at, j.position
      from ledger_entries e
      join journal j on j.id = e.journal_id and j.position <= ${knownAt}
      left join invoices i on i.id = e.invoice_id
      left join credit_notes c on c.id = e.credit_note_id
     where e.organization_id = any(${[...organizationIds]}) and e.kind <> 'credit_applied' and e.effective_at <= ${asOf}::timestamptz
       and e.effective_at >= ${from}::timestamptz and e.effective_at < ${to}::timestamptz
     order by e.effective_at, j.position, e.id`.execute(db);
  return rows;
}

/** Customers' balance of all entries effective before an instant, by currency. */
export async function balancesBefore(
  db: Queryable,
  organizationIds: readonly string[],
  before: Instant,
  { asOf, knownAt }: AsKnown,
): Promise<{ currency: string; amount: string }[]> {
  const { rows } = await sql<{ currency: string; amount: string }>`
    select e.currency, sum(e.amount) as amount
      from ledger_entries e join journal j on j.id = e.journal_id and j.position <= ${knownAt}
     where e.organization_id = any(${[...organizationIds]}) and e.effective_at <= ${asOf}::timestamptz and e.effective_at < ${before}::timestamptz
     group by e.currency order by e.currency`.execute(db);
  return rows;
}
