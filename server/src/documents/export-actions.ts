import type { Queryable } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import {
  findInvoice,
  type InvoiceFilters,
  type InvoiceLineRow,
  type InvoiceRow,
  linesOfInvoice,
  listInvoices,
} from '../invoicing/invoice-queries.ts';
import { headerToApi, invoiceToApi } from '../invoicing/invoice-schema.ts';
import type { AsKnown } from '../ledger/queries.ts';
import type { Instant } from '../lib/instant.ts';
import { notFound } from '../lib/problem.ts';
import { statementOf, summarize } from '../statements/actions.ts';
import { listCustomers } from '../statements/queries.ts';
import { allPages } from './csv-actions.ts';
import {
  type InvoiceRecord,
  type LineRecord,
  type StatementRecord,
  statementRecords,
  type SummaryRecord,
  summaryRecords,
} from './export-rules.ts';
import { linesOfInvoices } from './queries.ts';

const HEADERS_AT_ONCE = 200;
/** Each may have hundreds of lines. */
const INVOICES_AT_ONCE = 20;
const CUSTOMERS_AT_ONCE = 200;

type InvoiceFilter = Omit<InvoiceFilters, 'limit' | 'cursor'>;

export async function* invoiceRecords(
  db: Queryable,
  filter: InvoiceFilter,
): AsyncGenerator<InvoiceRecord> {
  for await (const rows of allPages(HEADERS_AT_ONCE, (page) =>
    listInvoices(db, { ...filter, ...page }),
  )) {
    yield* rows.map(headerToApi);
  }
}

export async function* lineRecords(
  db: Queryable,
  filter: InvoiceFilter,
): AsyncGenerator<LineRecord> {
  for await (const rows of allPages(INVOICES_AT_ONCE, (page) =>
    listInvoices(db, { ...filter, ...page }),
  )) {
    const lines = await linesOfInvoices(
      db,
      rows.map((row) => row.id),
    );
    for (const row of rows)
      yield* recordsOf(
        row,
        lines.filter((line) => line.invoice_id === row.id),
      );
  }
}

/** The lines of one invoice, and a name for the file. */
export async function lineRecordsOf(
  db: Queryable,
  id: string,
): Promise<{ fileName: string; records: LineRecord[] }> {
  const row = await findInvoice(db, id);
  if (row === undefined) throw notFound('invoice', id);
  return {
    fileName: row.number ?? `draft-${id}`,
    records: recordsOf(row, await linesOfInvoice(db, id)),
  };
}

function recordsOf(row: InvoiceRow, lines: InvoiceLineRow[]): LineRecord[] {
  const invoice = invoiceToApi(row, { lines, parts: [], breakdownBy: null });
  return invoice.lines.map((line) => ({ invoice, line }));
}

/** Every customer, at one point on both clocks. */
export async function* summariesOf(
  deployment: Deployment,
  known: AsKnown,
  filter: { owing?: boolean | undefined },
): AsyncGenerator<SummaryRecord> {
  const { db } = deployment.database;
  for await (const customers of allPages(CUSTOMERS_AT_ONCE, (page) =>
    listCustomers(db, known, { ...filter, ...page }),
  )) {
    const statements = await summarize(deployment, customers, known);
    yield* statements.flatMap((statement) => summaryRecords(statement));
  }
}

export async function statementRecordsOf(
  deployment: Deployment,
  organizationId: string,
  known: AsKnown,
  range: { from: Instant; to: Instant } | null,
): Promise<{ fileName: string; records: Iterable<StatementRecord> }> {
  const statement = await statementOf(deployment, organizationId, known, range);
  const fileName = `statement-${statement.organization.name}-${known.asOf.slice(0, 10)}`;
  return { fileName, records: statementRecords(statement) };
}

/** The range of a statement, if both its ends are given. */
export function rangeOf({
  from,
  to,
}: {
  from?: Instant | undefined;
  to?: Instant | undefined;
}): { from: Instant; to: Instant } | null {
  return from === undefined || to === undefined ? null : { from, to };
}
