import type { Action } from '../db/act.ts';
import {
  compare,
  type Decimal,
  decimal,
  isZero,
  negate,
  smaller,
  subtract,
} from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import {
  type Account,
  appliedOf,
  insertEntries,
  type NewEntry,
  openCredits,
  openInvoices,
} from './queries.ts';
import { settleInOrder, type Transfer } from './rules.ts';

// Whoever posts holds the lock of the payer: amounts are read, decided on and posted while nobody else can.

/** An invoice was issued: its payer owes its total from the day it was issued. */
export async function postInvoice(
  action: Action,
  invoice: Account & { id: string; total: Decimal; issuedAt: Instant },
): Promise<void> {
  const { id: invoiceId, total: amount, issuedAt: effectiveAt } = invoice;
  await insertEntries(action, invoice, [{ kind: 'invoice', amount, invoiceId, effectiveAt }]);
}

/** Money came in: all of it is credit, until it is applied. */
export async function postPayment(
  action: Action,
  payment: Account & { id: string; amount: Decimal; receivedAt: Instant },
): Promise<void> {
  const amount = negate(payment.amount);
  const entry = { paymentId: payment.id, effectiveAt: payment.receivedAt };
  await insertEntries(action, payment, [{ kind: 'payment', amount, ...entry }]);
}

/** Money that had come in went back where it came from: what it had paid is due again. Answers the invoices. */
export async function postPaymentReversal(
  action: Action,
  payment: Account & { id: string; amount: Decimal; reversedAt: Instant },
): Promise<string[]> {
  const { id: paymentId, amount, reversedAt: effectiveAt } = payment;
  const applied = await appliedOf(action.tx, paymentId);
  const back = applied.map((row) => ({
    creditId: paymentId,
    invoiceId: row.invoice_id,
    amount: negate(decimal(row.amount)),
    effectiveAt,
  }));
  const entry: NewEntry = { kind: 'payment', amount, paymentId, effectiveAt };
  await insertEntries(action, payment, [...back.flatMap(pairOf), entry]);
  return applied.map((row) => row.invoice_id);
}

/** A credit note was issued: it lowers what is due on its invoice; what is more than that is credit of the customer. */
export async function postCreditNote(
  action: Action,
  note: Account & {
    id: string;
    total: Decimal;
    effectiveAt: Instant;
    invoice: { id: string; due: Decimal } | null;
  },
): Promise<void> {
  const { id: creditNoteId, total, effectiveAt, invoice } = note;
  const onInvoice = invoice === null ? null : smaller(invoice.due, total);
  const rest = onInvoice === null ? total : subtract(total, onInvoice);
  const shared = { kind: 'credit_note' as const, creditNoteId, effectiveAt };
  await insertEntries(action, note, [
    ...(invoice === null || onInvoice === null || isZero(onInvoice)
      ? []
      : [{ ...shared, amount: negate(onInvoice), invoiceId: invoice.id }]),
    ...(isZero(rest) ? [] : [{ ...shared, amount: negate(rest) }]),
  ]);
}

/** A credit note was taken back: the reverse of what it posted. `rest` is that of it which nobody has used. */
export async function postCreditNoteReversal(
  action: Action,
  note: Account & { id: string; invoiceId: string | null; onInvoice: Decimal; rest: Decimal },
): Promise<void> {
  const shared = { kind: 'credit_note' as const, creditNoteId: note.id, effectiveAt: action.now };
  await insertEntries(action, note, [
    ...(note.invoiceId === null || isZero(note.onInvoice)
      ? []
      : [{ ...shared, amount: note.onInvoice, invoiceId: note.invoiceId }]),
    ...(isZero(note.rest) ? [] : [{ ...shared, amount: note.rest }]),
  ]);
}

/** Parts of payments and credit notes go to invoices, or come back from them. */
export async function postTransfers(
  action: Action,
  account: Account,
  transfers: readonly (Transfer & { readonly effectiveAt: Instant })[],
): Promise<void> {
  await insertEntries(action, account, transfers.flatMap(pairOf));
}

function pairOf(transfer: Transfer & { readonly effectiveAt: Instant }): NewEntry[] {
  const { creditId, invoiceId, amount, effectiveAt } = transfer;
  const shared = { kind: 'credit_applied' as const, ...sourceOf(creditId), effectiveAt };
  return [
    { ...shared, amount: negate(amount), invoiceId },
    { ...shared, amount },
  ];
}

function sourceOf(creditId: string): { paymentId: string } | { creditNoteId: string } {
  return creditId.startsWith('pay_') ? { paymentId: creditId } : { creditNoteId: creditId };
}

/** An invoice that has just been issued takes what credit its payer has, the oldest first. */
export async function consumeCredit(
  action: Action,
  account: Account,
  invoice: { id: string; due: Decimal },
): Promise<void> {
  const credits = await openCredits(action.tx, account);
  const transfers = settleInOrder(
    credits.map(({ id, left }) => ({ id, left: decimal(left) })),
    [{ invoiceId: invoice.id, amount: invoice.due }],
  );
  await postTransfers(
    action,
    account,
    transfers.map((transfer) => ({ ...transfer, effectiveAt: action.now })),
  );
}

/** A credit goes to the invoices that are due, the one due first first. Answers what it paid. */
export async function payOldestFirst(
  action: Action,
  account: Account,
  credit: { id: string; left: Decimal },
  effectOf: (invoice: { issued_at: Instant }) => Instant,
): Promise<Transfer[]> {
  const invoices = await openInvoices(action.tx, account);
  const claims = invoices.map(({ id, due }) => ({ invoiceId: id, amount: decimal(due) }));
  const effects = new Map(invoices.map((invoice) => [invoice.id, effectOf(invoice)]));
  const transfers = settleInOrder([credit], claims);
  await postTransfers(
    action,
    account,
    transfers.map((each) => ({
      ...each,
      effectiveAt: effects.get(each.invoiceId) ?? action.now,
    })),
  );
  return transfers;
}

/** Money was given back out of what was left of payments and credit notes. */
export async function postRefund(
  action: Action,
  refund: Account & { id: string; refundedAt: Instant },
  drawn: readonly { readonly creditId: string; readonly amount: Decimal }[],
): Promise<void> {
  await insertEntries(
    action,
    refund,
    drawn.map(({ creditId, amount }) => ({
      kind: 'refund',
      amount,
      ...sourceOf(creditId),
      refundId: refund.id,
      effectiveAt: refund.refundedAt,
    })),
  );
}

/** What is due is given up; a negative amount: it is expected again, since somebody pays it after all. */
export async function postWriteOff(
  action: Action,
  account: Account,
  invoiceId: string,
  amount: Decimal,
  effectiveAt: Instant = action.now,
): Promise<void> {
  await insertEntries(action, account, [
    { kind: 'write_off', amount: negate(amount), invoiceId, effectiveAt },
  ]);
}

/** An invoice is void: as if it had not been issued, from now on. */
export async function postVoid(
  action: Action,
  account: Account,
  invoiceId: string,
  due: Decimal,
): Promise<void> {
  await insertEntries(action, account, [
    { kind: 'void_reversal', amount: negate(due), invoiceId, effectiveAt: action.now },
  ]);
}

/** The part of an allocation that has to bring a written-off invoice back first. */
export function recoveredOf(amount: Decimal, due: Decimal): Decimal | null {
  return compare(amount, due) > 0 ? subtract(amount, due) : null;
}
