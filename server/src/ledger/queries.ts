import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';

export type EntryKind =
  | 'invoice'
  | 'payment'
  | 'credit_note'
  | 'credit_applied'
  | 'refund'
  | 'write_off'
  | 'void_reversal';

type NewEntry = {
  organization_id: string;
  currency: string;
  kind: EntryKind;
  amount: string;
  invoice_id: string | null;
  effective_at: Instant;
};

export async function insertEntry(action: Action, entry: NewEntry): Promise<void> {
  await action.tx
    .insertInto('ledger_entries')
    .values({ ...entry, journal_id: action.journalId })
    .execute();
}

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
  currency: string;
  kind: EntryKind;
  amount: string;
  invoice_id: string | null;
  number: string | null;
  effective_at: Instant;
  position: number;
};

/** One customer's entries effective in [from, to), in order of effect. */
export async function entriesBetween(
  db: Queryable,
  organizationId: string,
  { from, to }: { from: Instant; to: Instant },
  { asOf, knownAt }: AsKnown,
): Promise<Entry[]> {
  const { rows } = await sql<Entry>`
    select e.id, e.currency, e.kind, e.amount, e.invoice_id, i.number, e.effective_at, j.position
      from ledger_entries e
      join journal j on j.id = e.journal_id and j.position <= ${knownAt}
      left join invoices i on i.id = e.invoice_id
     where e.organization_id = ${organizationId} and e.effective_at <= ${asOf}::timestamptz
       and e.effective_at >= ${from}::timestamptz and e.effective_at < ${to}::timestamptz
     order by e.effective_at, j.position, e.id`.execute(db);
  return rows;
}

/** One customer's balance of all entries effective before an instant, by currency. */
export async function balancesBefore(
  db: Queryable,
  organizationId: string,
  before: Instant,
  { asOf, knownAt }: AsKnown,
): Promise<{ currency: string; amount: string }[]> {
  const { rows } = await sql<{ currency: string; amount: string }>`
    select e.currency, sum(e.amount) as amount
      from ledger_entries e join journal j on j.id = e.journal_id and j.position <= ${knownAt}
     where e.organization_id = ${organizationId} and e.effective_at <= ${asOf}::timestamptz and e.effective_at < ${before}::timestamptz
     group by e.currency order by e.currency`.execute(db);
  return rows;
}
