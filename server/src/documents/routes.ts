import type { FastifyInstance } from 'fastify';
import { creditNoteParams } from '../credit-notes/schema.ts';
import type { Deployment } from '../db/deployment.ts';
import { download } from '../http/download.ts';
import { invoiceParams } from '../invoicing/invoice-schema.ts';
import { localDate } from '../invoicing/line-rules.ts';
import { resolveClocks } from '../statements/actions.ts';
import { rangeOf, statementParams, statementQuery } from '../statements/schema.ts';
import { askUsage } from '../usage/actions.ts';
import { groupKey } from '../usage/rules.ts';
import { questionOf } from '../usage/schema.ts';
import { creditNotePdf, invoicePdf, issuedSummaryPdf, statementPdf } from './actions.ts';
import { streamCsv } from './csv-actions.ts';
import {
  invoiceRecords,
  lineRecords,
  lineRecordsOf,
  partRecordsOf,
  statementRecordsOf,
  summariesOf,
} from './export-actions.ts';
import {
  invoiceColumns,
  lineColumns,
  partColumns,
  statementColumns,
  summaryColumns,
  usageColumns,
} from './export-rules.ts';
import {
  invoicePdfQuery,
  invoicesCsvQuery,
  linesCsvQuery,
  statementCsvQuery,
  statementsCsvQuery,
  usageCsvQuery,
} from './schema.ts';

export function registerDocuments(app: FastifyInstance, deployment: Deployment): void {
  registerInvoiceFiles(app, deployment);
  registerCreditNoteFiles(app, deployment);
  registerStatementFiles(app, deployment);
  registerUsageFiles(app, deployment);
}

function registerInvoiceFiles(app: FastifyInstance, deployment: Deployment): void {
  const { clock, database } = deployment;
  const { db } = database;
  const permission = 'invoices.read';
  download(
    app,
    {
      id: 'invoices.pdf',
      url: '/v1/invoices/:id/pdf',
      permission,
      summary: 'An invoice as PDF',
      description:
        'As it was issued, with what was paid since; a draft says across its pages that it is one. The same invoice gives the same bytes.',
      params: invoiceParams,
      query: invoicePdfQuery,
      file: 'pdf',
    },
    ({ params, query }) => invoicePdf(db, params.id, query.detail),
  );
  download(
    app,
    {
      id: 'invoices.summaryPdf',
      url: '/v1/invoices/:id/summary-pdf',
      permission: 'invoices.readHeaders',
      summary: 'An issued invoice as PDF, without lines and breakdown',
      description:
        'For whoever may see what is owed and not what it is made of: totals, taxes, what was paid and what is due.',
      params: invoiceParams,
      file: 'pdf',
    },
    ({ params }) => issuedSummaryPdf(db, params.id),
  );
  download(
    app,
    {
      id: 'invoices.linesCsv',
      url: '/v1/invoices/:id/csv',
      permission,
      summary: 'The lines of an invoice, or their breakdown, as CSV',
      params: invoiceParams,
      query: linesCsvQuery,
      file: 'csv',
    },
    async ({ params, query }) => {
      if (query.rows === 'breakdown') {
        const { fileName, records } = await partRecordsOf(db, params.id);
        return { fileName: `${fileName}.csv`, content: streamCsv(partColumns, records, query) };
      }
      const { fileName, records } = await lineRecordsOf(db, params.id);
      return { fileName: `${fileName}.csv`, content: streamCsv(lineColumns, records, query) };
    },
  );
  download(
    app,
    {
      id: 'invoices.csv',
      url: '/v1/invoices/csv',
      permission,
      summary: 'Invoices as CSV, newest first',
      query: invoicesCsvQuery,
      file: 'csv',
    },
    async ({ query }) => ({
      fileName: 'invoices.csv',
      content: streamCsv(invoiceColumns, invoiceRecords(db, query, clock()), query),
    }),
  );
  download(
    app,
    {
      id: 'invoiceLines.csv',
      url: '/v1/invoice-lines/csv',
      permission,
      summary: 'The lines of many invoices as CSV',
      query: invoicesCsvQuery,
      file: 'csv',
    },
    async ({ query }) => ({
      fileName: 'invoice-lines.csv',
      content: streamCsv(lineColumns, lineRecords(db, query, clock()), query),
    }),
  );
}

function registerCreditNoteFiles(app: FastifyInstance, { database: { db } }: Deployment): void {
  download(
    app,
    {
      id: 'creditNotes.pdf',
      url: '/v1/credit-notes/:id/pdf',
      permission: 'creditNotes.read',
      summary: 'A credit note as PDF',
      description: 'As it was issued, with what has become of it since.',
      params: creditNoteParams,
      file: 'pdf',
    },
    ({ params }) => creditNotePdf(db, params.id),
  );
}

function registerStatementFiles(app: FastifyInstance, deployment: Deployment): void {
  const permission = 'statements.read';
  download(
    app,
    {
      id: 'statements.pdf',
      url: '/v1/statements/:organizationId/pdf',
      permission,
      summary: 'The statement of one customer as PDF',
      description: 'With the same `asOf` and `knownAt` the bytes are the same, for ever.',
      params: statementParams,
      query: statementQuery,
      file: 'pdf',
    },
    async ({ params, query }) =>
      statementPdf(
        deployment,
        params.organizationId,
        await resolveClocks(deployment, query),
        rangeOf(query),
      ),
  );
  download(
    app,
    {
      id: 'statements.customerCsv',
      url: '/v1/statements/:organizationId/csv',
      permission,
      summary: 'The statement of one customer as CSV',
      description:
        'Its open invoices, and, over a range, its account: opening balance, entries, closing balance.',
      params: statementParams,
      query: statementCsvQuery,
      file: 'csv',
    },
    async ({ params, query }) => {
      const known = await resolveClocks(deployment, query);
      const { fileName, records } = await statementRecordsOf(
        deployment,
        params.organizationId,
        known,
        rangeOf(query),
      );
      return { fileName: `${fileName}.csv`, content: streamCsv(statementColumns, records, query) };
    },
  );
  download(
    app,
    {
      id: 'statements.csv',
      url: '/v1/statements/csv',
      permission,
      summary: 'What every customer owes, as CSV',
      query: statementsCsvQuery,
      file: 'csv',
    },
    async ({ query }) => {
      const known = await resolveClocks(deployment, query);
      const fileName = `statements-${localDate(known.asOf, 'UTC')}.csv`;
      return {
        fileName,
        content: streamCsv(summaryColumns, summariesOf(deployment, known, query), query),
      };
    },
  );
}

function registerUsageFiles(app: FastifyInstance, deployment: Deployment): void {
  download(
    app,
    {
      id: 'usage.csv',
      url: '/v1/usage/csv',
      permission: 'usage.read',
      summary: 'Usage, summed by group and measure, as CSV',
      query: usageCsvQuery,
      file: 'csv',
    },
    async ({ query: { bom, ...query } }) => {
      const keys = query.groupBy.map(groupKey);
      const question = { ...questionOf(query), figures: ['quantity'] as const };
      const { items } = await askUsage(deployment.database, question, deployment.clock());
      const columns = usageColumns(keys, query.interval !== undefined);
      return { fileName: 'usage.csv', content: streamCsv(columns, items, { bom }) };
    },
  );
}
