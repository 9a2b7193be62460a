import { z } from 'zod';
import { booleanQuery } from '../http/shapes.ts';
import { invoiceList } from '../invoicing/list-schema.ts';
import { statementList, statementQuery } from '../statements/schema.ts';
import { usageQuery } from '../usage/schema.ts';

/** A file has all that the list finds, so it has no pages. */
const csv = {
  bom: booleanQuery
    .optional()
    .describe(
      '`true`: begins with a byte order mark, which some spreadsheets need to see that it is UTF-8.',
    ),
};

export const invoicesCsvQuery = invoiceList.omit({ limit: true, cursor: true }).extend(csv);
export const statementsCsvQuery = statementList.omit({ limit: true, cursor: true }).extend(csv);
export const statementCsvQuery = statementQuery.safeExtend(csv);
export const usageCsvQuery = usageQuery.safeExtend(csv);
export const csvQuery = z.strictObject(csv);

export const linesCsvQuery = csvQuery.extend({
  rows: z
    .enum(['lines', 'breakdown'])
    .optional()
    .describe('`breakdown`: who has which part of each line. Default: `lines`.'),
});

export const invoicePdfQuery = z.strictObject({
  detail: z
    .enum(['full', 'summary'])
    .optional()
    .describe('`summary`: totals, taxes and what is due, without lines and breakdown.'),
});
