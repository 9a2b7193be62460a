import { epochMs, type Instant } from '../lib/instant.ts';
import type { Money } from '../lib/money.ts';

type Between = {
  readonly sellerName: string;
  readonly recipientName: string;
  /** The payer's: dates are days there. */
  readonly timeZone: string;
  readonly locale: string;
  readonly remittanceInstructions: string | null;
  readonly now: Instant;
};

type InvoiceLetter = Between & {
  readonly kind: 'invoice' | 'reminder';
  readonly number: string;
  readonly total: Money;
  readonly amountDue: Money;
  readonly issuedAt: Instant;
  readonly dueAt: Instant;
};

type CreditNoteLetter = Between & {
  readonly kind: 'credit_note';
  readonly number: string;
  /** Null: of no single invoice. */
  readonly invoiceNumber: string | null;
  readonly total: Money;
  /** What has not been used of it yet. */
  readonly left: Money;
  readonly issuedAt: Instant;
};

type StatementLetter = Between & {
  readonly kind: 'statement';
  readonly asOf: Instant;
  /** By currency. */
  readonly outstanding: readonly Money[];
  readonly pastDue: readonly Money[];
  readonly credit: readonly Money[];
};

/** What a letter is about, whatever it looks like. */
export type Letter = InvoiceLetter | CreditNoteLetter | StatementLetter;

export type Figure = readonly [label: string, value: string];

/** What it says, whatever it looks like. */
export type Content = {
  readonly subject: string;
  readonly opening: string;
  readonly figures: readonly Figure[];
  /** Only where something is owed. */
  readonly remittance: string | null;
};

export function contentOf(letter: Letter): Content {
  if (letter.kind === 'credit_note') return ofCreditNote(letter);
  return letter.kind === 'statement' ? ofStatement(letter) : ofInvoice(letter);
}

const isSome = ({ amount }: Money) => /[1-9]/.test(amount);

// Invoices and reminders ---------------------------------------------------------------------------

function ofInvoice(letter: InvoiceLetter): Content {
  const { number, total, amountDue, dueAt, remittanceInstructions } = letter;
  const isOwed = isSome(amountDue);
  const figures: Figure[] = [
    ['Invoice', number],
    ['Total', moneyText(total)],
    ['Amount due', isOwed ? moneyText(amountDue) : 'nothing'],
  ];
  if (isOwed) figures.push(['Due date', dayText(letter, dueAt)]);
  return {
    subject: invoiceSubject(letter, isOwed),
    opening: invoiceOpening(letter),
    figures,
    remittance: isOwed ? remittanceInstructions : null,
  };
}

function invoiceSubject(letter: InvoiceLetter, isOwed: boolean): string {
  const { kind, number, sellerName } = letter;
  const document = `Invoice ${number} from ${sellerName}`;
  if (!isOwed) return document;
  const what = `${moneyText(letter.amountDue)} due ${dayText(letter, letter.dueAt)}`;
  return kind === 'invoice' ? `${document}: ${what}` : `Reminder: ${document}: ${what}`;
}

function invoiceOpening(letter: InvoiceLetter): string {
  const { kind, number, issuedAt, dueAt, now } = letter;
  const document = `invoice ${number} of ${dayText(letter, issuedAt)}`;
  if (kind === 'invoice') return `Please find attached ${document}.`;
  const due = dayText(letter, dueAt);
  return now > dueAt
    ? `We have not yet received your payment for ${document}, which was due on ${due}. A copy is attached. If you have paid in the meantime, please disregard this message.`
    : `This is a friendly reminder of ${document}, which is due on ${due}. A copy is attached.`;
}

// Credit notes -------------------------------------------------------------------------------------

function ofCreditNote(letter: CreditNoteLetter): Content {
  const { number, invoiceNumber, total, left, sellerName, issuedAt } = letter;
  const about = invoiceNumber === null ? '' : `, which credits invoice ${invoiceNumber}`;
  return {
    subject: `Credit note ${number} from ${sellerName}: ${moneyText(total)}`,
    opening: `Please find attached credit note ${number} of ${dayText(letter, issuedAt)}${about}. There is nothing to pay.`,
    figures: [
      ['Credit note', number],
      ...(invoiceNumber === null ? [] : ([['Invoice', invoiceNumber]] satisfies Figure[])),
      ['Credited', moneyText(total)],
      ['Left for other invoices', isSome(left) ? moneyText(left) : 'nothing'],
    ],
    remittance: null,
  };
}

// Statements ---------------------------------------------------------------------------------------

function ofStatement(letter: StatementLetter): Content {
  const { sellerName, asOf, outstanding, pastDue, credit, remittanceInstructions } = letter;
  const day = dayText(letter, asOf);
  const owed = outstanding.filter(isSome);
  const due = owed.length === 0 ? 'nothing' : owed.map(moneyText).join(' and ');
  return {
    subject: `Statement from ${sellerName} of ${day}: ${due} due`,
    opening: `Please find attached the statement of your account as of ${day}.`,
    figures: [
      ['Amount due', due],
      ...listed('Of that past due', pastDue),
      ...listed('Credit not used yet', credit),
    ],
    remittance: owed.length === 0 ? null : remittanceInstructions,
  };
}

function listed(label: string, amounts: readonly Money[]): Figure[] {
  const some = amounts.filter(isSome);
  return some.length === 0 ? [] : [[label, some.map(moneyText).join(' and ')]];
}

// Values -------------------------------------------------------------------------------------------

/** `1,234.50 USD`: no sign that several currencies share. */
export function moneyText({ amount, currency }: Money): string {
  const [whole = '', decimals] = amount.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${grouped}${decimals === undefined ? '' : `.${decimals}`} ${currency}`;
}

/** `November 1, 2026`, the payer's day: with the month in letters, not to be taken for the day. */
function dayText({ locale, timeZone }: Between, at: Instant): string {
  const format = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone,
  });
  return format.format(epochMs(at));
}
