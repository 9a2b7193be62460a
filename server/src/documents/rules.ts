import { type BreakdownBy, breakdownAttribute } from '../lib/breakdown.ts';
import {
  add,
  compare,
  type Decimal,
  decimal,
  isZero,
  negate,
  subtract,
  sum,
  zero,
} from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { plusMs } from '../lib/instant.ts';
import { amountOf, money, type Money } from '../lib/money.ts';
import { localDate } from '../invoicing/line-rules.ts';
import type { IssuerSnapshot } from '../sellers/rules.ts';
import type {
  BreakdownRow,
  CalendarDate,
  CreditNoteDocument,
  DocumentLine,
  InvoiceDocument,
  Issuer,
  Party,
  Picture,
  Settlement,
  Shares,
  Style,
  TaxRow,
} from './model.ts';

// What the API and the tables call things → documents. Structural types: what is not here is not needed.

export type RecipientSnapshot = {
  readonly name: string;
  readonly address1?: string;
  readonly address2?: string;
  readonly zip?: string;
  readonly city?: string;
  readonly state?: string;
  readonly country?: string;
  readonly email?: string;
  readonly taxId?: string;
  readonly remittanceInstructions?: string;
  /** Whose calendar its dates are of. */
  readonly timeZone?: string;
};

export type InvoiceLineFacts = {
  readonly subscriptionId: string;
  readonly description: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly quantity: string;
  readonly unitPrice: string | null;
  readonly amount: Money;
  readonly breakdown?: readonly (BreakdownRow & { readonly kind?: string })[];
};

export type InvoiceFacts = {
  readonly number: string | null;
  readonly status: InvoiceDocument['status'];
  readonly currency: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly issuedAt: string | null;
  readonly dueAt: string | null;
  readonly updatedAt: string;
  readonly total: Money;
  readonly amountDue: Money;
  readonly lines: readonly InvoiceLineFacts[];
  readonly taxes?: readonly TaxRow[];
  readonly breakdownBy?: BreakdownBy | null;
};

/** `summary`: what is owed and why, without lines and what is beneath them. */
export type Detail = 'full' | 'summary';

/** An entry of the ledger that names the invoice, other than the invoice's own. */
export type EntryFacts = {
  readonly kind: string;
  readonly effectiveAt: string;
  readonly amount: string;
};

export type Around = {
  readonly issuer: IssuerSnapshot;
  readonly logo: Picture | null;
  readonly recipient: RecipientSnapshot;
  readonly timeZone: string;
};

const LAST_MOMENT_MS = -1;

/** The wire's instants are ours, in one spelling; their type says text. */
export function dayOf(at: string, timeZone: string): CalendarDate {
  return localDate(at as Instant, timeZone);
}

export function lastDay(end: string, timeZone: string): CalendarDate {
  return localDate(plusMs(end as Instant, LAST_MOMENT_MS), timeZone);
}

export function invoiceDocument(
  invoice: InvoiceFacts,
  {
    entries,
    zoneOf,
    detail = 'full',
    ...around
  }: Around & {
    entries: readonly EntryFacts[];
    zoneOf: (subscriptionId: string) => string;
    detail?: Detail;
  },
): InvoiceDocument {
  const { timeZone, recipient, issuer } = around;
  const day = (at: string | null) => (at === null ? null : dayOf(at, timeZone));
  const { currency, status, number, total, amountDue } = invoice;
  const from = dayOf(invoice.periodStart, timeZone);
  const to = lastDay(invoice.periodEnd, timeZone);
  const subtotal = money(sum(invoice.lines.map((line) => amountOf(line.amount))), currency);
  const lines =
    detail === 'summary'
      ? [{ ...summaryLine, from, to, amount: subtotal }]
      : invoice.lines.map((line) => lineOf(line, zoneOf(line.subscriptionId)));
  return {
    ...partiesOf(around),
    kind: 'invoice',
    madeAt: (invoice.issuedAt ?? invoice.updatedAt) as Instant,
    status,
    number,
    currency,
    issuedOn: day(invoice.issuedAt),
    dueOn: day(invoice.dueAt),
    from,
    to,
    lines,
    subtotal,
    taxes: invoice.taxes ?? [],
    total,
    settlements: status === 'draft' ? [] : settlementsOf(invoice, entries, timeZone),
    amountDue,
    shares: detail === 'summary' ? null : sharesOf(invoice),
    remittance: recipient.remittanceInstructions ?? issuer.remittanceInstructions ?? null,
  };
}

function lineOf(line: InvoiceLineFacts, timeZone: string): DocumentLine {
  const { description, quantity, unitPrice, amount, breakdown = [] } = line;
  return {
    description,
    from: dayOf(line.periodStart, timeZone),
    to: lastDay(line.periodEnd, timeZone),
    quantity,
    unitPrice,
    amount,
    breakdown: breakdown.map((part) => ({
      label: part.label,
      quantity: part.kind === 'fixed' ? null : part.quantity,
      amount: part.amount,
    })),
  };
}

const summaryLine = {
  description: 'Charges of the billing period',
  quantity: null,
  unitPrice: null,
  breakdown: [],
};

const sharesTitles: Readonly<Record<string, string>> = {
  organization: 'By organization',
  subscriber: 'By user',
  credential: 'By key',
  tag: 'By tag',
};

/** What each has of all lines together, largest first; null where that says nothing. */
function sharesOf({ lines, breakdownBy = null, currency }: InvoiceFacts): Shares | null {
  if (breakdownBy === null) return null;
  const totals = new Map<string, Decimal>();
  for (const { label, amount } of lines.flatMap((line) => line.breakdown ?? []))
    totals.set(label, add(totals.get(label) ?? zero, amountOf(amount)));
  if (totals.size < 2) return null;
  const rows = [...totals].toSorted(
    ([nameA, a], [nameB, b]) => compare(b, a) || (nameA < nameB ? -1 : 1),
  );
  return {
    title: sharesTitles[breakdownBy] ?? `By ${breakdownAttribute(breakdownBy) ?? breakdownBy}`,
    rows: rows.map(([label, amount]) => ({ label, amount: money(amount, currency) })),
  };
}

const entryWords: Readonly<Record<string, string>> = {
  invoice: 'Invoice',
  payment: 'Payment',
  credit_note: 'Credit note',
  credit_applied: 'Credit applied',
  refund: 'Refund',
  write_off: 'Written off',
  void_reversal: 'Void',
};

export function wordFor(kind: string): string {
  return entryWords[kind] ?? kind.replaceAll('_', ' ');
}

/** From the total to what is due, entry by entry; in one row should they not come to it. */
function settlementsOf(
  { total, amountDue, currency }: InvoiceFacts,
  entries: readonly EntryFacts[],
  timeZone: string,
): Settlement[] {
  const rows = entries
    .map((entry) => ({
      label: wordFor(entry.kind),
      on: dayOf(entry.effectiveAt, timeZone),
      amount: money(decimal(entry.amount), currency),
    }))
    .filter((row) => !isZero(amountOf(row.amount)));
  const change = subtract(amountOf(amountDue), amountOf(total));
  if (isZero(subtract(sum(rows.map((row) => amountOf(row.amount))), change))) return rows;
  return [{ label: 'Payments and credits', on: null, amount: money(change, currency) }];
}

export function partiesOf({ issuer, logo, recipient }: Around): {
  style: Style;
  issuer: Issuer;
  recipient: Party;
} {
  return {
    style: { paper: issuer.paper ?? 'letter', locale: issuer.locale ?? 'en-US' },
    issuer: {
      name: issuer.name,
      lines: linesOf([
        issuer.legalName === issuer.name ? undefined : issuer.legalName,
        ...(issuer.address ?? []),
        issuer.country,
      ]),
      taxId: issuer.taxId ?? null,
      email: issuer.email ?? null,
      website: issuer.website ?? null,
      logo,
    },
    recipient: { name: recipient.name, lines: addressOf(recipient) },
  };
}

function addressOf(recipient: RecipientSnapshot): string[] {
  const { address1, address2, zip, city, state, country, email, taxId } = recipient;
  const region = [state, zip].filter(Boolean).join(' ');
  const town = [city, region].filter(Boolean).join(', ');
  return linesOf([
    address1,
    address2,
    town,
    country,
    email,
    taxId === undefined ? undefined : `Tax ID ${taxId}`,
  ]);
}

function linesOf(texts: readonly (string | null | undefined)[]): string[] {
  return texts.filter((text): text is string => typeof text === 'string' && text.trim() !== '');
}

// Credit notes -----------------------------------------------------------------------------------

export type CreditNoteFacts = {
  readonly number: string;
  readonly status: 'issued' | 'void';
  readonly invoiceNumber: string | null;
  readonly currency: string;
  readonly reason: string;
  readonly issuedAt: string;
  readonly effectiveAt: string;
  readonly subtotal: Money;
  readonly taxes: readonly TaxRow[];
  readonly total: Money;
  readonly unappliedAmount: Money;
  readonly refundedAmount: Money;
  readonly allocations: readonly {
    readonly invoiceNumber: string | null;
    readonly creditNoteNumber?: string | null;
    readonly amount: Money;
  }[];
  readonly lines: readonly (Omit<InvoiceLineFacts, 'unitPrice'> & { readonly kind: string })[];
};

export function creditNoteDocument(
  note: CreditNoteFacts,
  { zoneOf, ...around }: Around & { zoneOf: (subscriptionId: string) => string },
): CreditNoteDocument {
  const { status, number, invoiceNumber, reason, currency, subtotal, taxes, total } = note;
  const isVoid = status === 'void';
  const settlements = [
    ...note.allocations.map((each) => ({
      label: `Applied to ${each.invoiceNumber ?? 'another invoice'}`,
      on: null,
      amount: negated(each.amount),
    })),
    ...(isZero(amountOf(note.refundedAmount))
      ? []
      : [{ label: 'Refunded', on: null, amount: negated(note.refundedAmount) }]),
  ];
  return {
    ...partiesOf(around),
    kind: 'creditNote',
    madeAt: note.issuedAt as Instant,
    status,
    number,
    invoiceNumber,
    reason,
    currency,
    issuedOn: dayOf(note.issuedAt, around.timeZone),
    lines: note.lines.map((line) => ({
      ...lineOf({ ...line, unitPrice: null }, zoneOf(line.subscriptionId)),
      // A part of a line is an amount, not a quantity.
      quantity: line.kind === 'credit' ? null : line.quantity,
    })),
    subtotal,
    taxes,
    total,
    settlements: isVoid ? [] : settlements,
    remaining: isVoid ? money(zero, currency) : note.unappliedAmount,
  };
}

function negated({ amount, currency }: Money): Money {
  return money(negate(decimal(amount)), currency);
}
