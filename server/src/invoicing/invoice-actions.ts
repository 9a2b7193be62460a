import { asArchivedProblem } from '../archive/queries.ts';
import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { decimal, isNegative, isZero } from '../lib/decimal.ts';
import { notFound, Problem } from '../lib/problem.ts';
import { consumeCredit, postInvoice, postVoid, postWriteOff } from '../ledger/actions.ts';
import type { Account } from '../ledger/queries.ts';
import {
  drawNumber,
  findInvoice,
  type InvoiceRow,
  lockInvoice,
  markIssued,
  updateStatuses,
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
  await issue(action, before.id, {
    number: invoiceNumber(seller.invoice_prefix, seller.number),
    sequence: seller.number,
    status: isZero(total) ? 'paid' : 'open',
    due_at: dueAt(action.now, payer.payment_terms_days),
    recipient: recipientOf(payer),
    issuer: await issuerSnapshot(action.tx),
  });
  const account = accountOf(before);
  await postInvoice(action, { ...account, id: before.id, total, issuedAt: action.now });
  await consumeCredit(action, account, { id: before.id, due: total });
  await updateStatuses(action, [before.id]);
  const row = await requireInvoice(action, before.id);
  await audit(action, {
    action: 'invoices.finalize',
    resourceId: row.id,
    before: headerToApi(before),
    after: headerToApi(row),
  });
  return row;
}

/** The database issues nothing that its lines, taxes and parts do not sum to. */
async function issue(
  action: Action,
  id: string,
  issued: Parameters<typeof markIssued>[2],
): Promise<void> {
  try {
    await markIssued(action, id, issued);
  } catch (error) {
    const { code, message = '' } = error as { code?: string; message?: string };
    const [, why] = /cannot be issued, for (.+)$/.exec(message) ?? [];
    if (code !== '23000' || why === undefined) throw error;
    throw new Problem(
      'invalid_state',
      `It cannot be issued, for ${why}. Bill the period again: the draft is made anew.`,
    );
  }
}

const accountOf = (invoice: InvoiceRow): Account => ({
  organizationId: invoice.organization_id,
  currency: invoice.currency,
});

/**
 * Takes an issued invoice back as if it had not been issued: its number stays used, its usage is billed again by the
 * next run. Not once somebody has paid or credited anything of it.
 */
export async function voidInvoice(
  action: Action,
  before: InvoiceRow,
  reason?: string,
): Promise<InvoiceRow> {
  requireIssued(before, 'voided');
  if (before.status === 'uncollectible')
    throw invalidState(before, 'It is written off: a credit note corrects what it says.');
  const [paid, credited] = [decimal(before.amount_paid), decimal(before.amount_credited)];
  if (!isZero(paid) || !isZero(credited)) {
    throw new Problem(
      'has_payments',
      `Of ${before.number}, ${before.amount_paid} was paid and ${before.amount_credited} credited. Take that back first, or issue a credit note.`,
    );
  }
  await postVoid(action, accountOf(before), before.id, decimal(before.amount_due)).catch(
    (error: unknown) => {
      throw asArchivedProblem(error, 'What was billed of it is corrected by a credit note.');
    },
  );
  return afterPosting(action, before, 'invoices.void', reason);
}

/** Gives up what is due. Should it be paid after all, it can be. */
export async function writeOffInvoice(
  action: Action,
  before: InvoiceRow,
  reason?: string,
): Promise<InvoiceRow> {
  requireIssued(before, 'written off');
  const due = decimal(before.amount_due);
  if (isZero(due)) throw invalidState(before, 'Nothing is due on it.');
  await postWriteOff(action, accountOf(before), before.id, due);
  return afterPosting(action, before, 'invoices.writeOff', reason);
}

function requireIssued(invoice: InvoiceRow, done: string): void {
  if (invoice.status === 'draft')
    throw invalidState(invoice, `Only what was issued can be ${done}.`);
  if (invoice.status === 'void') throw invalidState(invoice, 'Nothing more can become of it.');
}

function invalidState(invoice: InvoiceRow, detail: string): Problem {
  const name = invoice.number ?? invoice.id;
  return new Problem('invalid_state', `The invoice ${name} is ${invoice.status}. ${detail}`);
}

async function afterPosting(
  action: Action,
  before: InvoiceRow,
  what: string,
  reason: string | undefined,
): Promise<InvoiceRow> {
  await updateStatuses(action, [before.id]);
  const row = await requireInvoice(action, before.id);
  await audit(action, {
    action: what,
    resourceId: row.id,
    before: headerToApi(before),
    after: headerToApi(row),
    reason,
  });
  return row;
}
