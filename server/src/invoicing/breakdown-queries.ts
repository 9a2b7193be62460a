import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { BreakdownBy } from '../lib/breakdown.ts';

const ROWS_AT_ONCE = 1000;

/** The organizations of subscriptions. */
export async function ownersOf(
  db: Queryable,
  subscriptionIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; organization_id: string }>`
    select id, organization_id from subscriptions where id = any(${[...new Set(subscriptionIds)]})`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.id, row.organization_id]));
}

/** What organizations, subscribers or credentials are called today; tags and attributes are names themselves. */
export async function namesOf(
  db: Queryable,
  by: BreakdownBy,
  values: readonly string[],
): Promise<Map<string, string>> {
  const named = {
    organization: sql`select id, name from organizations`,
    subscriber: sql`select id, email as name from subscribers`,
    credential: sql`select id, name from credentials`,
  };
  if (values.length === 0 || !(by in named)) return new Map();
  const { rows } = await sql<{ id: string; name: string }>`
    ${named[by as keyof typeof named]} where id = any(${[...new Set(values)]})`.execute(db);
  return new Map(rows.map((row) => [row.id, row.name]));
}

export type PartRow = {
  line_id: string;
  ordinal: number;
  kind: 'usage' | 'fixed' | 'rest';
  value: string | null;
  label: string;
  quantity: string;
  amount: string;
  event_count: number;
  event_quantity: string;
};

export async function insertParts(action: Action, rows: readonly PartRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await action.tx
      .insertInto('invoice_line_parts')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute();
  }
}

/** The parts of invoices' lines, in order. */
export async function partsOfInvoices(
  db: Queryable,
  invoiceIds: readonly string[],
): Promise<PartRow[]> {
  const { rows } = await sql<PartRow>`
    select p.* from invoice_lines l join invoice_line_parts p on p.line_id = l.id
     where l.invoice_id = any(${[...invoiceIds]}) order by p.line_id, p.ordinal`.execute(db);
  return rows;
}
