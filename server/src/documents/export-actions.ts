import { decimal, toText } from '../lib/decimal.ts';
import type { Queryable } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import { findInvoice, type InvoiceRow } from '../invoicing/invoice-queries.ts';
import { type InvoiceFilters, listInvoices } from '../invoicing/list-queries.ts';
import { headerToApi } from '../invoicing/invoice-schema.ts';
import type { AsKnown } from '../ledger/queries.ts';
import type { Instant } from '../lib/instant.ts';
import { money } from '../lib/money.ts';
import { notFound } from '../lib/problem.ts';
import { cursorOf, filtersOf, statementOf, summarize } from '../statements/actions.ts';
import { allPages } from './csv-actions.ts';
import {
  type InvoiceRecord,
  type LineRecord,
  type PartRecord,
  type StatementRecord,
  statementRecords,
  type SummaryRecord,
  summaryRecords,
} from './export-rules.ts';
import { type ExportedLine, nextLines, nextParts } from './queries.ts';

const HEADERS_AT_ONCE = 200;
const LINES_AT_ONCE = 1000;
const CUSTOMERS_AT_ONCE = 200;

type InvoiceFilter = Omit<InvoiceFilters, 'limit' | 'cursor'>;

export async function* invoiceRecords(
  db: Queryable,
  filter: InvoiceFilter,
  now: Instant,
): AsyncGenerator<InvoiceRecord> {
  for await (const rows of allPages(HEADERS_AT_ONCE, (page) =>
    listInvoices(db, { ...filter, ...page }, now),
  )) {
    yield* rows.map(headerToApi);
  }
}

export async function* lineRecords(
  db: Queryable,
  filter: InvoiceFilter,
  now: Instant,
  atOnce = LINES_AT_ONCE,
): AsyncGenerator<LineRecord> {
  for await (const rows of allPages(HEADERS_AT_ONCE, (page) =>
    listInvoices(db, { ...filter, ...page }, now),
  ))
    yield* linesOf(db, rows, atOnce);
}

/** A page of lines at a time, of however many invoices, and however many an invoice has. */
async function* linesOf(
  db: Queryable,
  rows: readonly InvoiceRow[],
  atOnce = LINES_AT_ONCE,
): AsyncGenerator<LineRecord> {
  const invoices = new Map(rows.map((row) => [row.id, headerToApi(row)]));
  let [left, after] = [rows.map(({ id }) => id), 0];
  for (;;) {
    const lines = await nextLines(db, left, after, atOnce);
    for (const line of lines) {
      const invoice = invoices.get(line.invoice_id);
      if (invoice !== undefined) yield { invoice, line: lineOf(line, invoice.currency) };
    }
    const last = lines.at(-1);
    if (last === undefined || lines.length < atOnce) return;
    left = left.slice(left.indexOf(last.invoice_id));
    after = last.ordinal;
  }
}

function lineOf(line: ExportedLine, currency: string): LineRecord['line'] {
  return {
    id: line.id,
    kind: line.kind,
    description: line.description,
    subscriptionId: line.subscription_id,
    planId: line.plan_id,
    planVersion: line.plan_version,
    meter: line.meter,
    periodStart: line.period_start,
    periodEnd: line.period_end,
    quantity: toText(decimal(line.quantity)),
    unitPrice: line.unit_price,
    amount: money(decimal(line.amount), currency),
    eventCount: line.event_count,
  };
}

/** The lines of one invoice, and a name for the file. */
export async function lineRecordsOf(db: Queryable, id: string) {
  const row = await findInvoice(db, id);
  if (row === undefined) throw notFound('invoice', id);
  return { fileName: fileNameOf(row), records: linesOf(db, [row]) };
}

/** Who has which part of the lines of one invoice, as they were drafted. */
export async function partRecordsOf(db: Queryable, id: string) {
  const row = await findInvoice(db, id);
  if (row === undefined) throw notFound('invoice', id);
  return { fileName: `${fileNameOf(row)}-breakdown`, records: partsOf(db, row) };
}

const fileNameOf = (row: InvoiceRow) => row.number ?? `draft-${row.id}`;

async function* partsOf(db: Queryable, row: InvoiceRow): AsyncGenerator<PartRecord> {
  let after = { line: 0, part: 0 };
  for (;;) {
    const parts = await nextParts(db, row.id, after, LINES_AT_ONCE);
    for (const part of parts)
      yield {
        invoiceId: row.id,
        invoiceNumber: row.number,
        lineId: part.line_id,
        description: part.description,
        breakdownBy: row.breakdown_by,
        kind: part.kind,
        value: part.value,
        label: part.label,
        quantity: toText(decimal(part.quantity)),
        amount: money(decimal(part.amount), row.currency),
        eventCount: part.event_count,
      };
    const last = parts.at(-1);
    if (last === undefined || parts.length < LINES_AT_ONCE) return;
    after = { line: last.line_ordinal, part: last.part_ordinal };
  }
}

/** Every customer, at one point on both clocks. */
export async function* summariesOf(
  deployment: Deployment,
  known: AsKnown,
  filter: Omit<Parameters<typeof filtersOf>[0], 'cursor'>,
): AsyncGenerator<SummaryRecord> {
  let cursor: string | undefined;
  for (;;) {
    const rows = await summarize(
      deployment,
      known,
      filtersOf({ ...filter, cursor }, CUSTOMERS_AT_ONCE),
    );
    yield* rows.flatMap(({ statement }) => summaryRecords(statement));
    const last = rows.at(-1);
    if (last === undefined || rows.length < CUSTOMERS_AT_ONCE) return;
    cursor = cursorOf(last.customer);
  }
}

export async function statementRecordsOf(
  deployment: Deployment,
  organizationId: string,
  known: AsKnown,
  range: { from: Instant; to: Instant } | null,
): Promise<{ fileName: string; records: Iterable<StatementRecord> }> {
  const statement = await statementOf(deployment, organizationId, known, { range });
  const fileName = `statement-${statement.organization.name}-${known.asOf.slice(0, 10)}`;
  return { fileName, records: statementRecords(statement) };
}
