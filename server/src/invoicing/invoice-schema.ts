import { z } from 'zod';
import {
  breakdownBy as breakdownByShape,
  decimalText,
  idOf,
  instant,
  money as moneyShape,
  resource,
} from '../http/shapes.ts';
import { decimal, toText } from '../lib/decimal.ts';
import { money } from '../lib/money.ts';
import type { BreakdownBy } from '../lib/breakdown.ts';
import { groupBy } from '../lib/group.ts';
import type { PartRow } from './breakdown-queries.ts';
import type { InvoiceLineRow, InvoiceRow } from './invoice-queries.ts';
import { invoiceStatuses } from './invoice-rules.ts';
import type { TaxRow } from './tax-queries.ts';

const text = z.string().optional();
export const invoiceIssuer = z
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

export const invoiceRecipient = z
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

export const invoiceTax = z
  .object({
    name: z.string(),
    percent: decimalText.nullable().describe('Null: there is no tax, and `exemptReason` says why.'),
    exemptReason: z.string().nullable(),
    taxable: moneyShape.describe('The sum of its lines.'),
    amount: moneyShape.describe('Rounded once, over all its lines.'),
    lineOrdinals: z.array(z.int()).describe('Which lines it is on, the first being 1.'),
  })
  .meta({ id: 'InvoiceTax' });

export const header = {
  id: z.string(),
  number: z.string().nullable().describe('Null while it is a draft.'),
  status: z.enum(invoiceStatuses),
  organizationId: z.string().describe('The payer.'),
  billingRunId: z.string().nullable(),
  subscriptionId: z
    .string()
    .nullable()
    .describe('Set where the payer asks for one invoice per subscription.'),
  standalone: z
    .boolean()
    .describe('`true`: beside the regular invoice of the cycle, for what was found later.'),
  currency: z.string(),
  periodStart: instant.describe('Of the billing cycle.'),
  periodEnd: instant,
  subtotal: moneyShape.describe('Of the lines, without tax.'),
  taxes: z
    .array(invoiceTax)
    .describe('For each name and percentage, or reason for none, the lines that it is on.'),
  taxTotal: moneyShape,
  total: moneyShape.describe('Lines and taxes.'),
  amountDue: moneyShape.describe(
    'What is still owed, by the customer ledger; nothing before it is issued.',
  ),
  amountPaid: moneyShape.describe('Of payments, also earlier ones that had something left.'),
  amountCredited: moneyShape.describe('Of credit notes, its own and others.'),
  amountWrittenOff: moneyShape,
  position: z.int().describe('What was recorded up to here is on it.'),
  recipient: invoiceRecipient,
  issuer: invoiceIssuer,
  issuedAt: instant.nullable(),
  dueAt: instant.nullable(),
  ...resource,
};

export const invoiceHeader = z.object(header);

const linePart = z
  .object({
    kind: z
      .enum(['usage', 'fixed', 'rest'])
      .describe(
        '`fixed`: not by usage, such as a fee or what fills up a minimum. `rest`: of all those that are not named.',
      ),
    value: z
      .string()
      .nullable()
      .describe(
        'The id of an organization, subscriber or credential; a tag, or what an attribute says.',
      ),
    label: z.string().describe('What it was called when the invoice was drafted.'),
    quantity: decimalText.describe('Of `max` and `unique`: its own.'),
    amount: moneyShape,
    eventCount: z.int(),
    eventQuantity: decimalText,
  })
  .meta({ id: 'InvoiceLinePart' });

export const lineFields = {
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
  breakdown: z
    .array(linePart)
    .describe('Who has which part of the line. Amounts and event counts sum to those of the line.'),
};
export const invoiceLine = z
  .object({ id: z.string(), ordinal: z.int(), ...lineFields })
  .meta({ id: 'InvoiceLine' });

export const breakdownName = breakdownByShape
  .nullable()
  .describe('What the lines are broken down by; null: by nothing.');

export const invoice = z.object({
  ...header,
  breakdownBy: breakdownName,
  lines: z.array(invoiceLine),
});

/** Why something was done: kept in the audit log. */
export const withReason = z.strictObject({ reason: z.string().trim().min(1).max(1000).optional() });

export const invoiceParams = z.strictObject({ id: idOf('inv') });
export const invoiceQuery = z.strictObject({
  breakdownBy: breakdownByShape
    .optional()
    .describe(
      'Breaks the lines down by something else than the invoice was drafted with: computed from the events, as known at the position of each line.',
    ),
});

export function taxToApi(row: TaxRow, currency: string): z.output<typeof invoiceTax> {
  return {
    name: row.name,
    percent: row.percent === null ? null : plain(row.percent),
    exemptReason: row.exempt_reason,
    taxable: money(decimal(row.taxable), currency),
    amount: money(decimal(row.amount), currency),
    lineOrdinals: row.line_ordinals,
  };
}

export function headerToApi(row: InvoiceRow): z.output<typeof invoiceHeader> {
  return {
    id: row.id,
    number: row.number,
    status: row.status as (typeof invoiceStatuses)[number],
    organizationId: row.organization_id,
    billingRunId: row.billing_run_id,
    subscriptionId: row.grouping_key === '' ? null : row.grouping_key,
    standalone: row.standalone === true,
    currency: row.currency,
    periodStart: row.period_start,
    periodEnd: row.period_end,
    subtotal: money(decimal(row.subtotal ?? row.total), row.currency),
    taxes: row.taxes.map((each) => taxToApi(each, row.currency)),
    taxTotal: money(decimal(row.tax_total ?? '0'), row.currency),
    total: money(decimal(row.total), row.currency),
    amountDue: money(decimal(row.amount_due), row.currency),
    amountPaid: money(decimal(row.amount_paid), row.currency),
    amountCredited: money(decimal(row.amount_credited), row.currency),
    amountWrittenOff: money(decimal(row.amount_written_off), row.currency),
    position: row.position,
    recipient: row.recipient as z.output<typeof invoiceRecipient>,
    issuer: row.issuer as z.output<typeof invoiceIssuer>,
    issuedAt: row.issued_at,
    dueAt: row.due_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

/** An invoice with its lines, and the parts of those. */
export function invoiceToApi(
  row: InvoiceRow,
  { lines, parts, breakdownBy }: InvoiceContent,
): z.output<typeof invoice> {
  const byLine = groupBy(parts, (part) => part.line_id);
  return {
    ...headerToApi(row),
    breakdownBy,
    lines: lines.map((line) => ({
      id: line.id,
      ordinal: line.ordinal,
      ...lineToApi(line, byLine.get(line.id) ?? [], row.currency),
    })),
  };
}

export type InvoiceContent = {
  readonly lines: readonly InvoiceLineRow[];
  readonly parts: readonly PartRow[];
  readonly breakdownBy: BreakdownBy | null;
};

export function lineToApi(
  row: Omit<InvoiceLineRow, 'id' | 'invoice_id' | 'ordinal'>,
  parts: readonly PartRow[],
  currency: string,
) {
  const price = row.price as Record<string, unknown> & {
    unitPrice?: string | null;
    meter?: { key: string };
  };
  return {
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
    breakdown: parts.map((part) => ({
      kind: part.kind,
      value: part.value,
      label: part.label,
      quantity: plain(part.quantity),
      amount: money(decimal(part.amount), currency),
      eventCount: part.event_count,
      eventQuantity: plain(part.event_quantity),
    })),
  };
}

/** A numeric as PostgreSQL writes it → the one spelling of the wire. */
export function plain(numeric: string): string {
  return toText(decimal(numeric));
}
