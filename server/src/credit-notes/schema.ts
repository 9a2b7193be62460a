import { z } from 'zod';
import {
  booleanQuery,
  currencyInput,
  decimalText,
  idOf,
  instant,
  instantInput,
  money as moneyShape,
  moneyInput,
  pageQuery,
  resource,
} from '../http/shapes.ts';
import {
  invoiceIssuer,
  invoiceRecipient,
  invoiceTax,
  plain,
  taxToApi,
} from '../invoicing/invoice-schema.ts';
import { decimal } from '../lib/decimal.ts';
import { limits } from '../lib/limits.ts';
import { money } from '../lib/money.ts';
import { allocation, allocationsToApi } from '../payments/schema.ts';
import type { CreditNoteLineRow, CreditNoteRow } from './queries.ts';

const LINES_MAX = 1000;
const reason = z.string().trim().min(1).max(1000);

const lineInput = z
  .strictObject({
    lineId: idOf('lin'),
    amount: moneyInput.describe(
      'Without tax, which is credited with it. At most what is left of the line after earlier credit notes.',
    ),
  })
  .meta({ id: 'CreditNoteLineCreate' });

export const creditNoteCreate = z
  .strictObject({
    invoiceId: idOf('inv'),
    lines: z
      .array(lineInput)
      .min(1)
      .max(LINES_MAX)
      .optional()
      .describe('Left out: whatever is left of the whole invoice.'),
    reason: reason.describe('Is on the document.'),
    effectiveAt: instantInput
      .optional()
      .describe('The day that counts for statements. Default: now. Not before the invoice.'),
  })
  .meta({ id: 'CreditNoteCreate' });

export const creditNoteStatuses = ['issued', 'void'] as const;

const header = {
  id: z.string(),
  number: z.string(),
  status: z.enum(creditNoteStatuses),
  organizationId: z.string().describe('The payer.'),
  invoiceId: z.string().nullable().describe('The invoice that it corrects.'),
  invoiceNumber: z.string().nullable(),
  billingRunId: z.string().nullable().describe('The run that issued it, if one did.'),
  currency: z.string(),
  subtotal: moneyShape.describe('Of the lines, without tax.'),
  taxes: z.array(invoiceTax).describe('Taken back, rate by rate.'),
  taxTotal: moneyShape,
  total: moneyShape.describe('Lines and taxes.'),
  unappliedAmount: moneyShape.describe('What is left of it for invoices to come.'),
  refundedAmount: moneyShape,
  allocations: z.array(allocation).describe('Its own invoice, and others that the rest went to.'),
  reason: z.string(),
  position: z.int().nullable().describe('What the run that issued it knew.'),
  recipient: invoiceRecipient,
  issuer: invoiceIssuer,
  issuedAt: instant,
  effectiveAt: instant,
  ...resource,
};

export const creditNoteHeader = z.object(header).meta({ id: 'CreditNoteHeader' });

const creditNoteLine = z
  .object({
    id: z.string(),
    kind: z
      .enum(['credit', 'adjustment'])
      .describe(
        '`credit`: a part of an invoice line, whose usage stays billed. `adjustment`: what the period comes to now, less what was billed.',
      ),
    description: z.string(),
    invoiceLineId: z.string().nullable(),
    subscriptionId: z.string(),
    planId: z.string(),
    planVersion: z.int(),
    feeId: z.string().nullable(),
    chargeId: z.string().nullable(),
    periodStart: instant,
    periodEnd: instant,
    quantity: decimalText,
    amount: moneyShape.describe('What the customer gets for it.'),
    price: z.record(z.string(), z.unknown()),
    payerFrom: instant.describe('Its events occurred in [payerFrom, payerTo) …'),
    payerTo: instant,
    positionAfter: z.int().describe('… and were recorded in (positionAfter, position].'),
    position: z.int(),
    eventSign: z.int(),
    eventCount: z.int(),
    eventQuantity: decimalText,
    eventHash: decimalText,
  })
  .meta({ id: 'CreditNoteLine' });

export const creditNote = z
  .object({ ...header, lines: z.array(creditNoteLine) })
  .meta({ id: 'CreditNote' });

export const creditNoteParams = z.strictObject({ id: idOf('cn') });

export const creditNoteList = z.strictObject({
  ...pageQuery,
  organizationId: idOf('org').optional(),
  invoiceId: idOf('inv').optional().describe('Those that correct this invoice.'),
  billingRunId: idOf('run').optional(),
  status: z.enum(creditNoteStatuses).optional(),
  currency: currencyInput.optional(),
  number: z.string().max(limits.nameCharsMax).optional(),
  unapplied: booleanQuery.optional().describe('`true`: only those of which something is left.'),
});

export type CreditNoteCreate = z.output<typeof creditNoteCreate>;

export function creditNoteHeaderToApi(row: CreditNoteRow): z.output<typeof creditNoteHeader> {
  const of = (amount: string) => money(decimal(amount), row.currency);
  return {
    id: row.id,
    number: row.number,
    status: row.status as (typeof creditNoteStatuses)[number],
    organizationId: row.organization_id,
    invoiceId: row.invoice_id,
    invoiceNumber: row.invoice_number,
    billingRunId: row.billing_run_id,
    currency: row.currency,
    subtotal: of(row.subtotal ?? row.total),
    taxes: row.taxes.map((tax) => taxToApi(tax, row.currency)),
    taxTotal: of(row.tax_total ?? '0'),
    total: of(row.total),
    unappliedAmount: of(row.left),
    refundedAmount: of(row.refunded),
    allocations: allocationsToApi(row.applied, row.currency),
    reason: row.reason,
    position: row.position,
    recipient: row.recipient as z.output<typeof invoiceRecipient>,
    issuer: row.issuer as z.output<typeof invoiceIssuer>,
    issuedAt: row.issued_at,
    effectiveAt: row.effective_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

export function creditNoteToApi(
  row: CreditNoteRow,
  lines: readonly CreditNoteLineRow[],
): z.output<typeof creditNote> {
  return { ...creditNoteHeaderToApi(row), lines: lines.map((line) => lineToApi(line, row)) };
}

function lineToApi(
  row: CreditNoteLineRow,
  { currency }: CreditNoteRow,
): z.output<typeof creditNoteLine> {
  return {
    id: row.id,
    kind: row.kind as 'credit',
    description: row.description,
    invoiceLineId: row.invoice_line_id,
    subscriptionId: row.subscription_id,
    planId: row.plan_id,
    planVersion: row.plan_version,
    feeId: row.fee_id,
    chargeId: row.charge_id,
    periodStart: row.period_start,
    periodEnd: row.period_end,
    quantity: plain(row.quantity),
    amount: money(decimal(row.amount), currency),
    price: row.price as Record<string, unknown>,
    payerFrom: row.payer_from,
    payerTo: row.payer_to,
    positionAfter: row.position_after,
    position: row.position,
    eventSign: row.event_sign,
    eventCount: row.event_count,
    eventQuantity: plain(row.event_quantity),
    eventHash: plain(row.event_hash),
  };
}
