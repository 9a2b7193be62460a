import {
  add,
  compare,
  type Decimal,
  decimal,
  isZero,
  subtract,
  sum,
  toText,
  zero,
} from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import type { Claim } from '../ledger/rules.ts';
import { invalidField, Problem, unknownReference } from '../lib/problem.ts';

export type Asked = {
  readonly invoiceId: string;
  readonly amount: { readonly amount: string; readonly currency: string };
};

/** An invoice as somebody who pays it must know it. */
export type Payable = {
  readonly id: string;
  readonly organization_id: string;
  readonly number: string | null;
  readonly currency: string;
  readonly status: string;
  readonly issued_at: Instant | null;
  readonly due: string;
  readonly written_off: string;
};

/** A claim on a credit, and what of it was written off before and is expected again. */
export type AllocationPlan = Claim & { readonly recovered: Decimal };

type Payer = { readonly organizationId: string; readonly currency: string };

/**
 * What goes to which invoice, as asked for; refused as a whole where a part of it cannot be: of another customer or
 * currency, not issued, void, more than is due, more than there is.
 */
export function planAllocations(
  payer: Payer,
  left: Decimal,
  asked: readonly Asked[],
  invoices: ReadonlyMap<string, Payable>,
): AllocationPlan[] {
  const plans = asked.map((each, i) => {
    const at = `/allocations/${i}`;
    if (asked.findIndex(({ invoiceId }) => invoiceId === each.invoiceId) < i)
      throw invalidField(`${at}/invoiceId`, 'repeated', 'Name each invoice once.');
    const invoice = invoices.get(each.invoiceId);
    if (invoice === undefined) throw unknownReference(`${at}/invoiceId`, 'invoice');
    requirePayable(payer, invoice, each.amount.currency, at);
    const amount = decimal(each.amount.amount);
    const [due, writtenOff] = [decimal(invoice.due), decimal(invoice.written_off)];
    const payable = add(due, writtenOff);
    if (compare(amount, payable) > 0) {
      throw refusal(
        'exceeds_amount_due',
        `${at}/amount`,
        `On ${nameOf(invoice)}, ${toText(payable)} ${invoice.currency} is due, not ${toText(amount)}.`,
      );
    }
    const recovered = compare(amount, due) > 0 ? subtract(amount, due) : zero;
    return { invoiceId: invoice.id, amount, recovered };
  });
  const total = sum(plans.map((plan) => plan.amount));
  if (compare(total, left) > 0) {
    throw refusal(
      'exceeds_credit',
      '/allocations',
      `They come to ${toText(total)} ${payer.currency}; there is ${toText(left)}.`,
    );
  }
  return plans;
}

function requirePayable(payer: Payer, invoice: Payable, currency: string, at: string): void {
  if (invoice.organization_id !== payer.organizationId) {
    throw refusal(
      'unprocessable',
      `${at}/invoiceId`,
      `${nameOf(invoice)} is owed by ${invoice.organization_id}, not by ${payer.organizationId}.`,
    );
  }
  if (invoice.status === 'draft' || invoice.status === 'void') {
    throw refusal(
      'invalid_state',
      `${at}/invoiceId`,
      `${nameOf(invoice)} is ${invoice.status}: nothing is owed on it.`,
    );
  }
  if (invoice.currency !== payer.currency || currency !== payer.currency) {
    throw refusal(
      'currency_mismatch',
      `${at}/amount/currency`,
      `${nameOf(invoice)} is in ${invoice.currency}; ${payer.currency} is paid, and ${currency} allocated.`,
    );
  }
}

const nameOf = (invoice: Payable) => invoice.number ?? invoice.id;

export function refusal(code: Problem['code'], pointer: string, detail: string): Problem {
  return new Problem(code, detail, [{ pointer, code, detail }]);
}

/** What comes back from an invoice to a credit: all that went there, or the part asked for. */
export function planReturn(
  asked: Asked['amount'] | undefined,
  currency: string,
  applied: Decimal,
  invoiceId: string,
): Decimal {
  if (isZero(applied))
    throw refusal('invalid_state', '/invoiceId', `Nothing of it went to ${invoiceId}.`);
  if (asked === undefined) return applied;
  if (asked.currency !== currency)
    throw refusal('currency_mismatch', '/amount/currency', `It is in ${currency}.`);
  const amount = decimal(asked.amount);
  if (compare(amount, applied) > 0) {
    const detail = `${toText(applied)} ${currency} of it went to ${invoiceId}, not ${toText(amount)}.`;
    throw refusal('exceeds_credit', '/amount', detail);
  }
  return amount;
}
