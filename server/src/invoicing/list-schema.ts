import { z } from 'zod';
import {
  booleanQuery,
  currencyInput,
  idOf,
  instant,
  instantInput,
  money as moneyShape,
  pageQuery,
} from '../http/shapes.ts';
import { monthInput } from './run-schema.ts';
import type { Instant } from '../lib/instant.ts';
import {
  header,
  headerToApi,
  invoice,
  type InvoiceContent,
  invoiceHeader,
  invoiceIssuer,
  invoiceRecipient,
  invoiceTax,
  invoiceToApi,
} from './invoice-schema.ts';
import type { InvoiceRow } from './invoice-queries.ts';
import { invoiceStatuses, isOverdue } from './invoice-rules.ts';

/** Several, separated by commas. */
const statusesOf = <S extends string>(known: readonly S[]) =>
  z
    .string()
    .transform((text, context): S[] => {
      const parts = text.split(',');
      if (parts.every((part) => (known as readonly string[]).includes(part))) return parts as S[];
      context.addIssue({
        code: 'custom',
        message: `Expected some of ${known.join(', ')}, separated by commas`,
      });
      return z.NEVER;
    })
    .meta({ examples: ['open', 'open,partially_paid'] });

const filters = {
  ...pageQuery,
  organizationId: idOf('org').optional().describe('The payer.'),
  unpaid: booleanQuery.optional().describe('`true`: issued, and something of it is still owed.'),
  overdue: booleanQuery
    .optional()
    .describe('`true`: unpaid, and the day it was due is over, by the calendar of the payer.'),
  currency: currencyInput.optional(),
  number: z.string().max(256).optional(),
  period: monthInput
    .optional()
    .describe('Of billing cycles that end in this month, in the time zone of the payer.'),
  periodFrom: instantInput.optional().describe('Of cycles that begin then or later.'),
  periodTo: instantInput.optional().describe('Of cycles that end then or earlier.'),
  dueFrom: instantInput.optional().describe('Due then or later.'),
  dueTo: instantInput.optional().describe('Due before then.'),
};

export const invoiceList = z.strictObject({
  ...filters,
  status: statusesOf(invoiceStatuses).optional().describe('One or several, separated by commas.'),
  billingRunId: idOf('run').optional(),
});

const issuedStatuses = invoiceStatuses.filter((status) => status !== 'draft');

export const headerList = z.strictObject({
  ...filters,
  status: statusesOf(issuedStatuses).optional().describe('One or several, separated by commas.'),
});

const overdue = {
  overdue: z
    .boolean()
    .describe('Unpaid, and the day it was due is over, by the calendar of the payer.'),
};

export const listedInvoice = invoiceHeader.extend(overdue).meta({ id: 'InvoiceHeader' });
export const shownInvoice = invoice.extend(overdue).meta({ id: 'Invoice' });

const taxHead = invoiceTax.omit({ lineOrdinals: true }).meta({ id: 'IssuedInvoiceTax' });

/** What is owed, by whom, since when, until when; and nothing of what it is made of. */
export const issuedHeader = z
  .object({
    id: z.string(),
    number: z.string(),
    status: z.enum(issuedStatuses),
    organizationId: header.organizationId,
    currency: z.string(),
    periodStart: header.periodStart,
    periodEnd: header.periodEnd,
    subtotal: header.subtotal,
    taxes: z.array(taxHead),
    taxTotal: moneyShape,
    total: header.total,
    amountDue: moneyShape.describe('What is still owed, by the customer ledger.'),
    amountPaid: header.amountPaid,
    amountCredited: header.amountCredited,
    amountWrittenOff: moneyShape,
    ...overdue,
    recipient: invoiceRecipient,
    issuer: invoiceIssuer,
    issuedAt: instant,
    dueAt: instant,
  })
  .meta({ id: 'IssuedInvoiceHeader' });

export function listedToApi(row: InvoiceRow, now: Instant): z.output<typeof listedInvoice> {
  return { ...headerToApi(row), overdue: isOverdue(row, now) };
}

export function shownToApi(
  row: InvoiceRow,
  content: InvoiceContent,
  now: Instant,
): z.output<typeof shownInvoice> {
  return { ...invoiceToApi(row, content), overdue: isOverdue(row, now) };
}

/** Of an issued invoice, field by field: what is added to invoices does not show here by itself. */
export function issuedHeaderToApi(row: InvoiceRow, now: Instant): z.output<typeof issuedHeader> {
  const full = headerToApi(row);
  return {
    id: full.id,
    number: full.number ?? '',
    status: full.status as (typeof issuedStatuses)[number],
    organizationId: full.organizationId,
    currency: full.currency,
    periodStart: full.periodStart,
    periodEnd: full.periodEnd,
    subtotal: full.subtotal,
    taxes: full.taxes.map(({ name, percent, exemptReason, taxable, amount }) => ({
      name,
      percent,
      exemptReason,
      taxable,
      amount,
    })),
    taxTotal: full.taxTotal,
    total: full.total,
    amountDue: full.amountDue,
    amountPaid: full.amountPaid,
    amountCredited: full.amountCredited,
    amountWrittenOff: full.amountWrittenOff,
    overdue: isOverdue(row, now),
    recipient: full.recipient,
    issuer: full.issuer,
    // An issued invoice has both.
    issuedAt: full.issuedAt as Instant,
    dueAt: full.dueAt as Instant,
  };
}
