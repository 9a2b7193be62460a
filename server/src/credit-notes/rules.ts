import {
  compare,
  decimal,
  type Decimal,
  isZero,
  subtract,
  sum,
  toText,
  zero,
} from '../lib/decimal.ts';
import { invalidField, Problem } from '../lib/problem.ts';

const NUMBER_DIGITS = 6;

/** `CN-000042`. */
export function creditNoteNumber(prefix: string, number: number): string {
  return prefix + String(number).padStart(NUMBER_DIGITS, '0');
}

/** An invoice line, and what earlier credit notes have of it. */
export type CreditableLine = {
  readonly id: string;
  readonly amount: string;
  readonly credited: string;
};

export type Asked = {
  readonly lineId: string;
  readonly amount: { readonly amount: string; readonly currency: string };
};

export type Credited<L> = { readonly line: L; readonly amount: Decimal };

/** Whatever is left of every line of an invoice, those in the customer's favour among them. */
export function creditAll<L extends CreditableLine>(lines: readonly L[]): Credited<L>[] {
  const parts = lines
    .map((line) => ({ line, amount: leftOf(line) }))
    .filter(({ amount }) => !isZero(amount));
  if (compare(sum(parts.map(({ amount }) => amount)), zero) > 0) return parts;
  throw exceeds('/invoiceId', 'All of the invoice has been credited already.');
}

/** Parts of lines as asked for: each line once, and no more of it than is left. */
export function creditSome<L extends CreditableLine>(
  lines: readonly L[],
  asked: readonly Asked[],
  currency: string,
): Credited<L>[] {
  return asked.map(({ lineId, amount: { amount: text, currency: given } }, i) => {
    const at = `/lines/${i}`;
    if (asked.findIndex((each) => each.lineId === lineId) < i)
      throw invalidField(`${at}/lineId`, 'repeated', 'Name each line once.');
    const line = lines.find((each) => each.id === lineId);
    if (line === undefined) {
      const detail = `${lineId} is not a line of the invoice.`;
      throw new Problem('unprocessable', detail, [
        { pointer: `${at}/lineId`, code: 'unknown_reference', detail },
      ]);
    }
    if (given !== currency) {
      const detail = `The invoice is in ${currency}, not in ${given}.`;
      throw new Problem('currency_mismatch', detail, [
        { pointer: `${at}/amount/currency`, code: 'currency_mismatch', detail },
      ]);
    }
    const amount = decimal(text);
    const left = leftOf(line);
    if (compare(amount, left) > 0) {
      throw exceeds(
        `${at}/amount`,
        `${toText(left)} ${currency} of the line ${lineId} can be credited, not ${text}.`,
      );
    }
    return { line, amount };
  });
}

/** Between nothing and the line itself: what a re-rating gave back may be more than the line. */
function leftOf(line: CreditableLine): Decimal {
  const amount = decimal(line.amount);
  const left = subtract(amount, decimal(line.credited));
  const isOver = compare(left, zero) !== 0 && compare(left, zero) !== compare(amount, zero);
  return isOver ? zero : left;
}

function exceeds(pointer: string, detail: string): Problem {
  return new Problem('exceeds_line', detail, [{ pointer, code: 'exceeds_line', detail }]);
}

/** Lines in the customer's favour were set off against others: of those not more is credited than the invoice asked for. */
export function requireWithinTotal(total: Decimal, credited: Decimal, amount: Decimal): void {
  const left = subtract(total, credited);
  if (compare(amount, left) <= 0) return;
  throw exceeds(
    '/lines',
    `Of the whole invoice, ${toText(compare(left, zero) > 0 ? left : zero)} is left to be credited, not ${toText(amount)}.`,
  );
}
