import { type RawBuilder, sql } from 'kysely';
import { ROWS_NAMED_MAX } from './verdict.ts';

type Sql = RawBuilder<unknown>;

/** From where on a check looks, how far, and what it had counted up to there. */
export type Since = {
  /** All up to this position was proven; 0: nothing was, and everything is looked at. */
  readonly position: number;
  /** The lowest number of a journal row after it. */
  readonly journalFloor: number;
  /** It looks no further than this position, whose and whose predecessors' journal rows have no higher number; null: at all. */
  readonly upTo: { readonly position: number; readonly journalCeiling: number } | null;
  readonly figures: Readonly<Record<string, string>>;
};

export const fromTheBeginning: Since = { position: 0, journalFloor: 0, upTo: null, figures: {} };

/** True of rows that a journal row with a later position recorded: what figures count. */
export function isCounted(journalId: Sql, since: Since): Sql {
  return sql`(${bounds(journalId, since)} and ${journalId} in (${numbered(since)}))`;
}

/** True of rows to be looked at: the same, and those recorded just now. */
export function isNew(journalId: Sql, since: Since): Sql {
  if (since.position === 0) return sql`true`;
  const justNow =
    since.upTo === null ? sql`union all select id from journal where position is null` : sql``;
  return sql`(${bounds(journalId, since)} and ${journalId} in (${numbered(since)} ${justNow}))`;
}

/** What an index can be read by: numbers of journal rows and positions run nearly together. */
function bounds(journalId: Sql, { journalFloor, upTo }: Since): Sql {
  if (upTo === null) return sql`${journalId} >= ${journalFloor}`;
  return sql`${journalId} between ${journalFloor} and ${upTo.journalCeiling}`;
}

function numbered({ position, upTo }: Since): Sql {
  const bound = upTo === null ? sql`` : sql`and position <= ${upTo.position}`;
  return sql`select id from journal where position > ${position} ${bound}`;
}

/**
 * The first of what a query over usage finds. Mostly it finds nothing, and a plain limit would make the planner choose
 * whatever finds a first row soonest among many: it is told to look for all.
 */
export function firstOf<T>(query: Sql): RawBuilder<T> {
  return sql<T>`with found as materialized (${query}) select * from found limit ${ROWS_NAMED_MAX}`;
}

/** What was counted of archived months while they were here; whoever looks at what is new has counted it already. */
export function ofArchived(column: string, { position }: Since): Sql {
  if (position > 0) return sql`0`;
  return sql`(select coalesce(sum(${sql.ref(column)}), 0) from archived_months)`;
}

/** What was counted up to there and what is new, together. */
export function together<T extends Record<string, string>>({ figures }: Since, added: T): T {
  const sums = Object.entries(added).map(([name, value]) => [
    name,
    String(BigInt(figures[name] ?? '0') + BigInt(value)),
  ]);
  return Object.fromEntries(sums) as T;
}

/** Invoices made, drafted again, issued or paid since. */
export function isNewInvoice(invoiceId: Sql, since: Since): Sql {
  if (since.position === 0) return sql`true`;
  return sql`${invoiceId} in (
    select id from invoices where ${isNew(sql`journal_id`, since)} or position > ${since.position}
    union all
    select invoice_id from ledger_entries where invoice_id is not null and ${isNew(sql`journal_id`, since)})`;
}

/** Credit notes issued or applied since. */
export function isNewCreditNote(creditNoteId: Sql, since: Since): Sql {
  if (since.position === 0) return sql`true`;
  return sql`${creditNoteId} in (
    select id from credit_notes where ${isNew(sql`journal_id`, since)}
    union all
    select credit_note_id from ledger_entries where credit_note_id is not null and ${isNew(sql`journal_id`, since)})`;
}

/** Customers in whose books anything was written since. */
export function isNewInBooks(organizationId: Sql, since: Since): Sql {
  if (since.position === 0) return sql`true`;
  const tables = ['ledger_entries', 'invoices', 'credit_notes', 'payments', 'refunds'];
  const some = tables.map(
    (table) =>
      sql`select organization_id from ${sql.table(table)} where ${isNew(sql`journal_id`, since)}`,
  );
  return sql`${organizationId} in (${sql.join(some, sql` union all `)})`;
}
