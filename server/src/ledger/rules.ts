import { compare, type Decimal, isZero, smaller, subtract, zero } from '../lib/decimal.ts';

/** What is left of a payment or a credit note. */
export type Credit = { readonly id: string; readonly left: Decimal };

/** What is to be paid of an invoice. */
export type Claim = { readonly invoiceId: string; readonly amount: Decimal };

/** A part of a payment or credit note that goes to an invoice; negative: comes back from it. */
export type Transfer = {
  readonly creditId: string;
  readonly invoiceId: string;
  readonly amount: Decimal;
};

/** Settles claims from credits, both in the order given: no more than there is of either. */
export function settleInOrder(credits: readonly Credit[], claims: readonly Claim[]): Transfer[] {
  const transfers: Transfer[] = [];
  const left = credits.map((credit) => ({ ...credit }));
  for (const { invoiceId, amount } of claims) {
    let due = amount;
    for (const credit of left) {
      const part = smaller(due, credit.left);
      if (compare(part, zero) <= 0) continue;
      transfers.push({ creditId: credit.id, invoiceId, amount: part });
      credit.left = subtract(credit.left, part);
      due = subtract(due, part);
    }
  }
  return transfers;
}

/** Takes an amount from credits in order; what each gives. Null where there is not enough. */
export function drawInOrder(
  credits: readonly Credit[],
  amount: Decimal,
): { readonly creditId: string; readonly amount: Decimal }[] | null {
  const drawn: { creditId: string; amount: Decimal }[] = [];
  let wanted = amount;
  for (const { id: creditId, left } of credits) {
    const part = smaller(wanted, left);
    if (compare(part, zero) <= 0) continue;
    drawn.push({ creditId, amount: part });
    wanted = subtract(wanted, part);
  }
  return isZero(wanted) ? drawn : null;
}
