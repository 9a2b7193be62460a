import { z } from 'zod';
import {
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
import type { RefundRow } from './refund-queries.ts';

const note = z.string().trim().min(1).max(limits.nameCharsMax);

export const refundCreate = z
  .strictObject({
    organizationId: idOf('org').describe('The payer.'),
    amount: moneyInput,
    paymentId: idOf('pay').optional().describe('Out of what is left of this payment alone.'),
    creditNoteId: idOf('cn').optional().describe('Out of what is left of this credit note alone.'),
    method: note.optional(),
    reference: note.optional(),
    reason: z.string().trim().min(1).max(1000).optional(),
    refundedAt: instantInput.optional().describe('Default: now. Not in the future.'),
  })
  .refine(({ paymentId, creditNoteId }) => paymentId === undefined || creditNoteId === undefined, {
    error: 'Send either `paymentId` or `creditNoteId`, or neither',
    path: ['creditNoteId'],
  })
  .meta({ id: 'RefundCreate' });

const source = z
  .object({
    paymentId: z.string().nullable(),
    creditNoteId: z.string().nullable(),
    amount: moneyShape,
  })
  .meta({ id: 'RefundSource' });

export const refund = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    amount: moneyShape,
    sources: z.array(source).describe('What it was taken out of.'),
    method: z.string().nullable(),
    reference: z.string().nullable(),
    reason: z.string().nullable(),
    refundedAt: instant,
    ...resource,
  })
  .meta({ id: 'Refund' });

export const refundParams = z.strictObject({ id: idOf('rfd') });

export const refundList = z.strictObject({
  ...pageQuery,
  organizationId: idOf('org').optional(),
  paymentId: idOf('pay').optional(),
  creditNoteId: idOf('cn').optional(),
  currency: currencyInput.optional(),
});

export type RefundCreate = z.output<typeof refundCreate>;

export function refundToApi(row: RefundRow): z.output<typeof refund> {
  const of = (amount: string) => money(decimal(amount), row.currency);
  return {
    id: row.id,
    organizationId: row.organization_id,
    amount: of(row.amount),
    sources: row.sources.map((each) => ({
      paymentId: each.payment_id,
      creditNoteId: each.credit_note_id,
      amount: of(each.amount),
    })),
    method: row.method,
    reference: row.reference,
    reason: row.reason,
    refundedAt: row.refunded_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
