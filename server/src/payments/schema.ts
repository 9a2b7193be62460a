import { z } from 'zod';
import {
  booleanQuery,
  currencyInput,
  idOf,
  instant,
  instantInput,
  money as moneyShape,
  moneyInput,
  pageQuery,
  resource,
} from '../http/shapes.ts';
import { decimal } from '../lib/decimal.ts';
import { limits } from '../lib/limits.ts';
import { money } from '../lib/money.ts';
import type { AppliedTo, PaymentRow } from './queries.ts';

const note = z.string().trim().min(1).max(limits.nameCharsMax);
const ALLOCATIONS_MAX = 200;

const allocationInput = z
  .strictObject({ invoiceId: idOf('inv'), amount: moneyInput })
  .meta({ id: 'AllocationCreate' });

const allocations = z
  .array(allocationInput)
  .max(ALLOCATIONS_MAX)
  .describe(
    'What goes to which invoice. Left out: all of it, to the invoices that are due, the one due first first. What is left is credit of the customer, for its next invoices.',
  );

export const paymentCreate = z
  .strictObject({
    organizationId: idOf('org').describe(
      'The payer. Where it is merged, it may pay invoices of whoever answers for it, and that its own: the payment is on the account that the invoices are on.',
    ),
    amount: moneyInput,
    method: note.optional().describe('As you call it, such as `bank transfer`.'),
    reference: note.optional().describe('What finds it in your bank’s or provider’s records.'),
    receivedAt: instantInput.optional().describe('Default: now. Not in the future.'),
    allocations: allocations.optional(),
  })
  .meta({ id: 'PaymentCreate' });

export const allocate = z
  .strictObject({ allocations: allocations.optional() })
  .meta({ id: 'Allocate' });

export const deallocate = z
  .strictObject({
    invoiceId: idOf('inv'),
    amount: moneyInput.optional().describe('Default: all that went to the invoice.'),
  })
  .meta({ id: 'Deallocate' });

export const reverse = z
  .strictObject({
    reversedAt: instantInput.optional().describe('Default: now. Not in the future.'),
    reason: z.string().trim().min(1).max(1000).optional(),
  })
  .meta({ id: 'PaymentReverse' });

export const allocation = z
  .object({
    invoiceId: z.string(),
    invoiceNumber: z.string().nullable(),
    amount: moneyShape,
  })
  .meta({ id: 'Allocation' });

export const paymentStatuses = ['received', 'reversed'] as const;

export const payment = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    status: z.enum(paymentStatuses),
    amount: moneyShape,
    unappliedAmount: moneyShape.describe('What is left of it for invoices to come.'),
    refundedAmount: moneyShape,
    allocations: z.array(allocation),
    method: z.string().nullable(),
    reference: z.string().nullable(),
    receivedAt: instant,
    reversedAt: instant.nullable(),
    ...resource,
  })
  .meta({ id: 'Payment' });

export const paymentParams = z.strictObject({ id: idOf('pay') });

export const paymentList = z.strictObject({
  ...pageQuery,
  organizationId: idOf('org').optional(),
  invoiceId: idOf('inv').optional().describe('Those that paid this invoice.'),
  status: z.enum(paymentStatuses).optional(),
  currency: currencyInput.optional(),
  reference: z.string().max(limits.nameCharsMax).optional(),
  unapplied: booleanQuery.optional().describe('`true`: only those of which something is left.'),
  receivedFrom: instantInput.optional(),
  receivedTo: instantInput.optional().describe('Exclusive.'),
});

export type PaymentCreate = z.output<typeof paymentCreate>;
export type AllocationInput = z.output<typeof allocationInput>;

export function paymentToApi(row: PaymentRow): z.output<typeof payment> {
  const of = (amount: string) => money(decimal(amount), row.currency);
  return {
    id: row.id,
    organizationId: row.organization_id,
    status: row.status as (typeof paymentStatuses)[number],
    amount: of(row.amount),
    unappliedAmount: of(row.left),
    refundedAmount: of(row.refunded),
    allocations: allocationsToApi(row.applied, row.currency),
    method: row.method,
    reference: row.reference,
    receivedAt: row.received_at,
    reversedAt: row.reversed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

export function allocationsToApi(
  applied: readonly AppliedTo[],
  currency: string,
): z.output<typeof allocation>[] {
  return applied.map((each) => ({
    invoiceId: each.invoice_id,
    invoiceNumber: each.number,
    amount: money(decimal(each.amount), currency),
  }));
}
