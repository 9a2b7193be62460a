import type { Instant } from '../lib/instant.ts';
import type { Money } from '../lib/money.ts';

/**
 * Documents as plain data: everything that is on the paper, and nothing that is not. Rendering looks nowhere else, so
 * the same document gives the same bytes.
 */

/** `2026-10-01`: a day on the calendar of whoever the document is for. */
export type CalendarDate = string;

export type Style = { readonly paper: 'letter' | 'A4'; readonly locale: string };

export type Picture = {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
};

/** Who issues, or who receives. */
export type Party = {
  readonly name: string;
  /** Address, country and the like, line by line. */
  readonly lines: readonly string[];
};

export type Issuer = Party & {
  readonly taxId: string | null;
  readonly email: string | null;
  readonly website: string | null;
  readonly logo: Picture | null;
};

type Document = {
  readonly style: Style;
  readonly issuer: Issuer;
  readonly recipient: Party;
  /** When the PDF says that it was made: that of the document, not of the rendering. */
  readonly madeAt: Instant;
};

/** A part of a line: what one team or key has of it. */
export type BreakdownRow = {
  readonly label: string;
  readonly quantity: string | null;
  readonly amount: Money;
};

export type DocumentLine = {
  readonly description: string;
  /** First and last day of service; null where it has none. */
  readonly from: CalendarDate | null;
  readonly to: CalendarDate | null;
  readonly quantity: string | null;
  readonly unitPrice: string | null;
  readonly amount: Money;
  /** Who has which part of it. */
  readonly breakdown: readonly BreakdownRow[];
};

export type TaxRow = {
  readonly name: string;
  readonly percent: string | null;
  /** What it is on. */
  readonly taxable: Money;
  /** Why there is none. */
  readonly exemptReason: string | null;
  readonly amount: Money;
};

/** What each team, key or the like has of the whole document, without tax. */
export type Shares = {
  /** What the rows are, such as `By organization`. */
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly amount: Money }[];
};

/** What made the amount due differ from the total: a payment, a credit. */
export type Settlement = {
  readonly label: string;
  readonly on: CalendarDate | null;
  readonly amount: Money;
};

export type InvoiceDocument = Document & {
  readonly kind: 'invoice';
  readonly status: 'draft' | 'open' | 'partially_paid' | 'paid' | 'void' | 'uncollectible';
  readonly number: string | null;
  readonly issuedOn: CalendarDate | null;
  readonly dueOn: CalendarDate | null;
  readonly from: CalendarDate;
  readonly to: CalendarDate;
  readonly currency: string;
  readonly lines: readonly DocumentLine[];
  readonly subtotal: Money;
  readonly taxes: readonly TaxRow[];
  readonly total: Money;
  readonly settlements: readonly Settlement[];
  readonly amountDue: Money;
  readonly shares: Shares | null;
  readonly remittance: string | null;
};

export type CreditNoteDocument = Document & {
  readonly kind: 'creditNote';
  readonly status: 'draft' | 'issued' | 'void';
  readonly number: string | null;
  readonly issuedOn: CalendarDate | null;
  /** Of the invoice that it corrects. */
  readonly invoiceNumber: string | null;
  readonly reason: string | null;
  readonly currency: string;
  readonly lines: readonly DocumentLine[];
  readonly subtotal: Money;
  readonly taxes: readonly TaxRow[];
  readonly total: Money;
  /** How it was used: applied to an invoice, refunded. */
  readonly settlements: readonly Settlement[];
  readonly remaining: Money;
};

export type AgeingRow = {
  readonly current: Money;
  readonly days1To30: Money;
  readonly days31To60: Money;
  readonly days61To90: Money;
  readonly days90Plus: Money;
};

export type StatementInvoice = {
  readonly number: string;
  readonly issuedOn: CalendarDate;
  readonly dueOn: CalendarDate;
  readonly daysPastDue: number;
  readonly total: Money;
  readonly amountDue: Money;
};

export type StatementEntry = {
  readonly on: CalendarDate;
  readonly description: string;
  readonly amount: Money;
  /** What is owed after it. */
  readonly balance: Money;
};

/** One currency of a statement: currencies are never added together. */
export type StatementSection = {
  readonly currency: string;
  readonly outstanding: Money;
  readonly unappliedCredit: Money;
  readonly ageing: AgeingRow;
  readonly invoices: readonly StatementInvoice[];
  readonly account: {
    readonly from: CalendarDate;
    /** The last day. */
    readonly to: CalendarDate;
    readonly opening: Money;
    readonly entries: readonly StatementEntry[];
    readonly closing: Money;
  } | null;
};

export type StatementDocument = Document & {
  readonly kind: 'statement';
  readonly asOf: CalendarDate;
  /** The position of the journal up to which it knows. */
  readonly knownAt: number;
  readonly sections: readonly StatementSection[];
  readonly remittance: string | null;
};

export type AnyDocument = InvoiceDocument | CreditNoteDocument | StatementDocument;
