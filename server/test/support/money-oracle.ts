/**
 * What each customer owes, computed another way than the server does: whole minor units, no dates, no ledger, one map of
 * invoices and one list of credits per customer and currency. Every verb answers whether it is possible.
 */
export type InvoiceBook = {
  readonly id: string;
  readonly total: bigint;
  /** Of each line, what no credit note has yet. */
  readonly lines: { readonly id: string; left: bigint }[];
  due: bigint;
  paid: bigint;
  credited: bigint;
  writtenOff: bigint;
  isVoid: boolean;
};

export type CreditBook = {
  readonly id: string;
  readonly kind: 'payment' | 'creditNote';
  /** The day it counts from: the oldest is used first. */
  readonly since: string;
  left: bigint;
  refunded: bigint;
  isOver: boolean;
  readonly applied: Map<InvoiceBook, bigint>;
  /** Of a credit note: what it took off its invoice, and from which lines. */
  readonly onInvoice: bigint;
  readonly invoice: InvoiceBook | null;
  readonly ofLine: { readonly id: string; left: bigint } | null;
  readonly total: bigint;
};

export type Account = {
  readonly customerId: string;
  readonly currency: string;
  readonly invoices: InvoiceBook[];
  readonly credits: CreditBook[];
};

export function newAccount(customerId: string, currency: string): Account {
  return { customerId, currency, invoices: [], credits: [] };
}

export function statusOf({ isVoid, due, total, writtenOff }: InvoiceBook): string {
  if (isVoid) return 'void';
  if (due === 0n) return writtenOff > 0n ? 'uncollectible' : 'paid';
  return due < total ? 'partially_paid' : 'open';
}

export function outstandingOf({ invoices }: Account): bigint {
  return invoices.reduce((sum, { due }) => sum + due, 0n);
}

export function unappliedOf({ credits }: Account): bigint {
  return credits.reduce((sum, { left }) => sum + left, 0n);
}

/** In the order in which they are used: by the day they count from, then as they were made. */
const inOrder = (credits: readonly CreditBook[]) =>
  credits.toSorted((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));

const smaller = (a: bigint, b: bigint) => (a < b ? a : b);

function apply(credit: CreditBook, invoice: InvoiceBook, amount: bigint): void {
  if (amount === 0n) return;
  credit.left -= amount;
  invoice.due -= amount;
  if (credit.kind === 'payment') invoice.paid += amount;
  else invoice.credited += amount;
  credit.applied.set(invoice, (credit.applied.get(invoice) ?? 0n) + amount);
}

function oldestFirst(account: Account, credit: CreditBook): void {
  for (const invoice of account.invoices) apply(credit, invoice, smaller(credit.left, invoice.due));
}

export function issue(account: Account, id: string, lines: { id: string; left: bigint }[]): void {
  const total = lines.reduce((sum, { left }) => sum + left, 0n);
  const none = { paid: 0n, credited: 0n, writtenOff: 0n, isVoid: false };
  const invoice: InvoiceBook = { id, total, lines, due: total, ...none };
  account.invoices.push(invoice);
  for (const credit of inOrder(account.credits))
    apply(credit, invoice, smaller(credit.left, invoice.due));
}

/** `target`: the invoice that a part goes to; `null`: it is kept as credit; left out: to what is due, the oldest first. */
export type Target = { readonly invoice: InvoiceBook; readonly amount: bigint } | null | undefined;

export function mayPay(account: Account, amount: bigint, target: Target): boolean {
  if (target === null || target === undefined) return true;
  const { invoice } = target;
  return (
    account.invoices.includes(invoice) &&
    !invoice.isVoid &&
    target.amount <= invoice.due + invoice.writtenOff &&
    target.amount <= amount
  );
}

export function pay(
  account: Account,
  payment: { id: string; since: string; amount: bigint },
  target: Target,
): void {
  const { id, since, amount } = payment;
  const credit = creditOf({ id, since, left: amount, kind: 'payment', total: amount });
  account.credits.push(credit);
  if (target === undefined) oldestFirst(account, credit);
  else if (target !== null) {
    const recovered = target.amount - smaller(target.amount, target.invoice.due);
    target.invoice.writtenOff -= recovered;
    target.invoice.due += recovered;
    apply(credit, target.invoice, target.amount);
  }
}

function creditOf(
  given: Pick<CreditBook, 'id' | 'since' | 'left' | 'kind' | 'total'> & Partial<CreditBook>,
): CreditBook {
  return {
    refunded: 0n,
    isOver: false,
    applied: new Map(),
    onInvoice: 0n,
    invoice: null,
    ofLine: null,
    ...given,
  };
}

export function allocateRest(account: Account, credit: CreditBook): boolean {
  if (credit.isOver) return false;
  oldestFirst(account, credit);
  return true;
}

export function deallocate(credit: CreditBook, invoice: InvoiceBook, amount: bigint): boolean {
  const applied = credit.applied.get(invoice) ?? 0n;
  if (credit.isOver || applied === 0n || amount > applied) return false;
  apply(credit, invoice, -amount);
  return true;
}

export function refund(account: Account, amount: bigint): boolean {
  if (amount > unappliedOf(account)) return false;
  let rest = amount;
  for (const credit of inOrder(account.credits)) {
    const part = smaller(credit.left, rest);
    credit.left -= part;
    credit.refunded += part;
    rest -= part;
  }
  return true;
}

export function mayCredit(invoice: InvoiceBook, line: { left: bigint }, amount: bigint): boolean {
  return !invoice.isVoid && amount <= line.left;
}

export function issueNote(
  account: Account,
  note: { id: string; since: string; amount: bigint },
  invoice: InvoiceBook,
  line: { id: string; left: bigint },
): void {
  const { id, since, amount } = note;
  line.left -= amount;
  const recovered = smaller(invoice.writtenOff, amount);
  invoice.writtenOff -= recovered;
  invoice.due += recovered;
  const onInvoice = smaller(invoice.due, amount);
  invoice.due -= onInvoice;
  invoice.credited += onInvoice;
  const left = amount - onInvoice;
  const of = { kind: 'creditNote', total: amount, onInvoice, invoice, ofLine: line } as const;
  account.credits.push(creditOf({ id, since, left, ...of }));
}

export function voidInvoice(invoice: InvoiceBook): boolean {
  const status = statusOf(invoice);
  if (status === 'void' || status === 'uncollectible') return false;
  if (invoice.paid !== 0n || invoice.credited !== 0n) return false;
  invoice.due = 0n;
  invoice.isVoid = true;
  return true;
}

export function writeOff(invoice: InvoiceBook): boolean {
  if (invoice.isVoid || invoice.due === 0n) return false;
  invoice.writtenOff += invoice.due;
  invoice.due = 0n;
  return true;
}

export function reverse(payment: CreditBook): boolean {
  if (payment.isOver || payment.refunded > 0n) return false;
  for (const [invoice, amount] of payment.applied) apply(payment, invoice, -amount);
  payment.left = 0n;
  payment.isOver = true;
  return true;
}

export function voidCreditNote(note: CreditBook): boolean {
  if (note.isOver || note.left < note.total - note.onInvoice) return false;
  if (note.invoice !== null) {
    note.invoice.due += note.onInvoice;
    note.invoice.credited -= note.onInvoice;
  }
  if (note.ofLine !== null) note.ofLine.left += note.total;
  note.left = 0n;
  note.isOver = true;
  return true;
}
