import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { isNegative, isZero } from '../lib/decimal.ts';
import { notFound, Problem } from '../lib/problem.ts';
import { postInvoice } from '../ledger/actions.ts';
import {
  drawNumber,
  findInvoice,
  type InvoiceRow,
  lockInvoice,
  markIssued,
} from './invoice-queries.ts';
import { issuerSnapshot } from '../sellers/queries.ts';
import { dueAt, invoiceNumber, recipientOf } from './invoice-rules.ts';
import { headerToApi } from './invoice-schema.ts';
import { findPayer, lockPayer } from './run-queries.ts';
import { taxDraft } from './tax-actions.ts';

export async function requireInvoice(action: Action, id: string): Promise<InvoiceRow> {
  const row = await findInvoice(action.tx, id);
  if (row === undefined) throw notFound('invoice', id);
  return row;
}

/** The invoice of a payer that no run is working on, and that nobody else can change until the transaction ends. */
export async function requireLockedInvoice(action: Action, id: string): Promise<InvoiceRow> {
  const { organization_id: payerId } = await requireInvoice(action, id);
  await lockPayer(action.tx, payerId);
  await lockInvoice(action.tx, id);
  return requireInvoice(action, id);
}

/**
 * Issues a draft: it gets its number, its dates, its recipient and its taxes as they are now, and its total is owed.
 * From here on it never changes; what is found later follows on another document.
 */
export async function finalizeInvoice(action: Action, before: InvoiceRow): Promise<InvoiceRow> {
  if (before.status !== 'draft') {
    throw new Problem(
      'invalid_state',
      `It is ${before.status} as ${before.number ?? 'no number'}: only a draft can be finalized.`,
    );
  }
  const { total } = await taxDraft(action, before);
  if (isNegative(total))
    throw new Problem(
      'invalid_state',
      'Its total is negative: an invoice cannot be issued for a credit.',
    );
  const payer = await findPayer(action.tx, before.organization_id);
  if (payer === undefined) throw new Problem('invalid_state', 'UNCLASSIFIED is never billed.');
  const seller = await drawNumber(action);
  await markIssued(action, before.id, {
    number: invoiceNumber(seller.invoice_prefix, seller.number),
    sequence: seller.number,
    status: isZero(total) ? 'paid' : 'open',
    due_at: dueAt(action.now, payer.payment_terms_days),
    recipient: recipientOf(payer),
    issuer: await issuerSnapshot(action.tx),
  });
  await postInvoice(action, {
    id: before.id,
    organizationId: before.organization_id,
    currency: before.currency,
    total,
    issuedAt: action.now,
  });
  const row = await requireInvoice(action, before.id);
  await audit(action, {
    action: 'invoices.finalize',
    resourceId: row.id,
    before: headerToApi(before),
    after: headerToApi(row),
  });
  return row;
}
