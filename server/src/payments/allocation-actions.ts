import type { Action } from '../db/act.ts';
import { updateStatuses } from '../invoicing/invoice-queries.ts';
import { payOldestFirst, postTransfers, postWriteOff } from '../ledger/actions.ts';
import { type Account, appliedOf } from '../ledger/queries.ts';
import { type Decimal, decimal, isZero, negate } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { payableInvoices } from './queries.ts';
import { type Asked, planAllocations, planReturn } from './rules.ts';

/** What is left of a payment or a credit note, and since when there is anything. */
export type Source = Account & { readonly id: string; readonly left: Decimal };

/**
 * Applies what is left of a payment or credit note to invoices: as asked for, or to those that are due, the one due
 * first first. It takes effect when both the money and the invoice were there, and not before `since`.
 */
export async function allocateCredit(
  action: Action,
  source: Source,
  asked: readonly Asked[] | undefined,
  since: Instant,
): Promise<void> {
  const effectOf = ({ issued_at: issuedAt }: { issued_at: Instant | null }) =>
    issuedAt !== null && issuedAt > since ? issuedAt : since;
  if (asked === undefined) {
    const paid = await payOldestFirst(action, source, source, effectOf);
    await updateStatuses(
      action,
      paid.map(({ invoiceId }) => invoiceId),
    );
    return;
  }
  const invoices = await payableInvoices(
    action.tx,
    asked.map(({ invoiceId }) => invoiceId),
  );
  const plans = planAllocations(source, source.left, asked, invoices);
  for (const { invoiceId, recovered } of plans) {
    // What had been given up is expected again, as of now, and paid with this.
    if (!isZero(recovered)) await postWriteOff(action, source, invoiceId, negate(recovered));
  }
  const transfers = plans.map(({ invoiceId, amount, recovered }) => {
    const issued = invoices.get(invoiceId) ?? { issued_at: null };
    const effectiveAt = isZero(recovered) ? effectOf(issued) : action.now;
    return { creditId: source.id, invoiceId, amount, effectiveAt };
  });
  await postTransfers(action, source, transfers);
  await updateStatuses(
    action,
    plans.map(({ invoiceId }) => invoiceId),
  );
}

/** Takes back what a payment or credit note paid of an invoice, or a part of it: it is credit again. */
export async function returnCredit(
  action: Action,
  source: Account & { readonly id: string },
  invoiceId: string,
  asked: Asked['amount'] | undefined,
): Promise<void> {
  const applied = (await appliedOf(action.tx, source.id)).find(
    (row) => row.invoice_id === invoiceId,
  );
  const amount = planReturn(asked, source.currency, decimal(applied?.amount ?? '0'), invoiceId);
  const back = {
    creditId: source.id,
    invoiceId,
    amount: negate(amount),
    effectiveAt: action.now,
  };
  await postTransfers(action, source, [back]);
  await updateStatuses(action, [invoiceId]);
}
