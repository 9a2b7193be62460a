import { z } from 'zod';
import {
  booleanQuery,
  decimalText,
  idOf,
  instant,
  money as moneyShape,
  pageQuery,
  resource,
} from '../http/shapes.ts';
import { decimal, toText } from '../lib/decimal.ts';
import { money } from '../lib/money.ts';
import type { InvoiceLineRow, InvoiceRow } from './invoice-queries.ts';
import { invoiceStatuses } from './invoice-rules.ts';

const text = z.string().optional();
const issuer = z
  .object({
    name: z.string(),
    legalName: text,
    address: z.array(z.string()).optional(),
    country: text,
    taxId: text,
    email: text,
    website: text,
    remittanceInstructions: text,
    logo: text.describe('Its hash; `GET /v1/seller/logo` has the present one.'),
    timeZone: z.string().optional(),
    locale: z.string().optional(),
    paper: z.string().optional(),
    breakdown: z.string().optional(),
  })
  .describe('Who made it out, as of the day it was issued.')
  .meta({ id: 'InvoiceIssuer' });

const recipient = z
  .object({
    name: z.string(),
    timeZone: z.string().optional(),
    address1: text,
    address2: text,
    country: text,
    state: text,
    city: text,
    zip: text,
    phone: text,
    email: text,
    remittanceInstructions: text,
  })
  .describe('Whom it is made out to, as of the day it was issued.')
  .meta({ id: 'InvoiceRecipient' });

const header = {
  id: z.string(),
  number: z.string().nullable().describe('Null while it is a draft.'),
  status: z.enum(invoiceStatuses),
  organizationId: z.string().describe('The payer.'),
  billingRunId: z.string().nullable(),
  subscriptionId: z
    .string()
    .nullable()
    .describe('Set where the payer asks for one invoice per subscription.'),
  currency: z.string(),
  periodStart: instant.describe('Of the billing cycle.'),
  periodEnd: instant,
  total: moneyShape,
  amountDue: moneyShape.describe(
    'What is still owed, by the customer ledger; nothing before it is issued.',
  ),
  position: z.int().describe('What was recorded up to here is on it.'),
  recipient,
  issuer,
  issuedAt: instant.nullable(),
  dueAt: instant.nullable(),
  ...resource,
};

export const invoiceHeader = z.object(header).meta({ id: 'InvoiceHeader' });

export const invoiceLine = z
  .object({
    id: z.string(),
    kind: z.enum(['fee', 'usage', 'adjustment']),
    description: z.string(),
    subscriptionId: z.string(),
    planId: z.string(),
    planVersion: z.int(),
    feeId: z.string().nullable(),
    chargeId: z.string().nullable(),
    meter: z.string().nullable().describe('The key of the meter.'),
    periodStart: instant.describe('Of the service period.'),
    periodEnd: instant,
    quantity: decimalText,
    unitPrice: decimalText.nullable().describe('Null where there is no single one.'),
    amount: moneyShape,
    price: z
      .record(z.string(), z.unknown())
      .describe('All that the amount was computed from, as it was.'),
    payerFrom: instant.describe('The events of the line occurred in [payerFrom, payerTo) …'),
    payerTo: instant,
    positionAfter: z.int().describe('… and were recorded in (positionAfter, position].'),
    position: z.int(),
    eventSign: z.int().describe('-1: a line that takes its events back.'),
    eventCount: z.int().describe('Signed, as are quantity and hash: added less removed.'),
    eventQuantity: decimalText,
    eventHash: decimalText.describe(
      'The signed sum of a hash of each event id; it proves which set it was.',
    ),
  })
  .meta({ id: 'InvoiceLine' });

export const invoice = z.object({ ...header, lines: z.array(invoiceLine) }).meta({ id: 'Invoice' });

export const invoiceParams = z.strictObject({ id: idOf('inv') });

export const invoiceList = z.strictObject({
  ...pageQuery,
  organizationId: idOf('org').optional(),
  status: z.enum(invoiceStatuses).optional(),
  open: booleanQuery.optional().describe('`true`: issued and not fully paid.'),
  currency: z.string().max(3).optional(),
  billingRunId: idOf('run').optional(),
  number: z.string().max(256).optional(),
});

export function headerToApi(row: InvoiceRow): z.output<typeof invoiceHeader> {
  return {
    id: row.id,
    number: row.number,
    status: row.status as (typeof invoiceStatuses)[number],
    organizationId: row.organization_id,
    billingRunId: row.billing_run_id,
    subscriptionId: row.grouping_key === '' ? null : row.grouping_key,
    currency: row.currency,
    periodStart: row.period_start,
    periodEnd: row.period_end,
    total: money(decimal(row.total), row.currency),
    amountDue: money(decimal(row.amount_due), row.currency),
    position: row.position,
    recipient: row.recipient as z.output<typeof recipient>,
    issuer: row.issuer as z.output<typeof issuer>,
    issuedAt: row.issued_at,
    dueAt: row.due_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

export function invoiceToApi(
  row: InvoiceRow,
  lines: readonly InvoiceLineRow[],
): z.output<typeof invoice> {
  return { ...headerToApi(row), lines: lines.map((line) => lineToApi(line, row.currency)) };
}

function lineToApi(row: InvoiceLineRow, currency: string): z.output<typeof invoiceLine> {
  const price = row.price as { unitPrice?: string | null; meter?: { key: string } };
  return {
    id: row.id,
    kind: row.kind as 'fee',
    description: row.description,
    subscriptionId: row.subscription_id,
    planId: row.plan_id,
    planVersion: row.plan_version,
    feeId: row.fee_id,
    chargeId: row.charge_id,
    meter: price.meter?.key ?? null,
    periodStart: row.period_start,
    periodEnd: row.period_end,
    quantity: plain(row.quantity),
    unitPrice: price.unitPrice ?? null,
    amount: money(decimal(row.amount), currency),
    price,
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

/** A numeric as PostgreSQL writes it → the one spelling of the wire. */
export function plain(numeric: string): string {
  return toText(decimal(numeric));
}
