import { add, decimal } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { amountOf, money, type Money } from '../lib/money.ts';
import type {
  AgeingRow,
  StatementDocument,
  StatementEntry,
  StatementInvoice,
  StatementSection,
} from './model.ts';
import { type Around, dayOf, lastDay, partiesOf, wordFor } from './rules.ts';

type AgeingFacts = { readonly currency: string } & Readonly<Record<keyof AgeingRow, string>>;

export type StatementFacts = {
  readonly organization: { readonly name: string };
  readonly asOf: string;
  readonly knownAt: number;
  readonly outstandingBalance: readonly Money[];
  readonly unappliedCredit: readonly Money[];
  readonly ageing: readonly AgeingFacts[];
  readonly openInvoices: {
    readonly items: readonly {
      readonly id?: string;
      readonly number: string;
      readonly issuedAt: string;
      readonly dueAt: string;
      readonly daysPastDue: number;
      readonly total: Money;
      readonly amountDue: Money;
    }[];
  };
  readonly account: AccountFacts | null;
};

type AccountFacts = {
  readonly from: string;
  readonly to: string;
  readonly opening: readonly Money[];
  readonly entries: readonly {
    readonly effectiveAt: string;
    readonly kind: string;
    readonly invoiceId?: string | null;
    readonly invoiceNumber: string | null;
    readonly creditNoteNumber?: string | null;
    readonly amount: Money;
  }[];
  readonly closing: readonly Money[];
};

export function statementDocument(statement: StatementFacts, around: Around): StatementDocument {
  const { timeZone, recipient, issuer } = around;
  const { outstandingBalance, account } = statement;
  const currencies = new Set(
    [...outstandingBalance, ...(account?.closing ?? [])].map(({ currency }) => currency),
  );
  return {
    ...partiesOf(around),
    kind: 'statement',
    madeAt: statement.asOf as Instant,
    asOf: dayOf(statement.asOf, timeZone),
    knownAt: statement.knownAt,
    sections: [...currencies]
      .toSorted()
      .map((currency) => sectionOf(statement, currency, timeZone)),
    remittance: recipient.remittanceInstructions ?? issuer.remittanceInstructions ?? null,
  };
}

function sectionOf(
  statement: StatementFacts,
  currency: string,
  timeZone: string,
): StatementSection {
  const nothing: Money = money(decimal('0'), currency);
  const of = (amounts: readonly Money[]) =>
    amounts.find((each) => each.currency === currency) ?? nothing;
  const ageing = statement.ageing.find((each) => each.currency === currency);
  const bucket = (name: keyof AgeingRow) =>
    ageing === undefined ? nothing : { amount: ageing[name], currency };
  const { account } = statement;
  return {
    currency,
    outstanding: of(statement.outstandingBalance),
    unappliedCredit: of(statement.unappliedCredit),
    ageing: {
      current: bucket('current'),
      days1To30: bucket('days1To30'),
      days31To60: bucket('days31To60'),
      days61To90: bucket('days61To90'),
      days90Plus: bucket('days90Plus'),
    },
    invoices: statement.openInvoices.items
      .filter((item) => item.total.currency === currency)
      .map((item): StatementInvoice => ({
        ...item,
        issuedOn: dayOf(item.issuedAt, timeZone),
        dueOn: dayOf(item.dueAt, timeZone),
      })),
    account: account && {
      from: dayOf(account.from, timeZone),
      to: lastDay(account.to, timeZone),
      opening: of(account.opening),
      entries: entriesOf(account, currency, timeZone, of(account.opening)),
      closing: of(account.closing),
    },
  };
}

function entriesOf(
  account: AccountFacts,
  currency: string,
  timeZone: string,
  opening: Money,
): StatementEntry[] {
  let balance = amountOf(opening);
  return account.entries
    .filter((entry) => entry.amount.currency === currency)
    .map((entry) => {
      balance = add(balance, amountOf(entry.amount));
      return {
        on: dayOf(entry.effectiveAt, timeZone),
        description: describeEntry(entry),
        amount: entry.amount,
        balance: money(balance, currency),
      };
    });
}

type EntryFacts = AccountFacts['entries'][number];

/** `Credit note CN-7, invoice INV-3`: its own document first, then the others that it is about. */
export function describeEntry({
  kind,
  invoiceNumber,
  creditNoteNumber = null,
}: EntryFacts): string {
  const own = kind === 'invoice' ? invoiceNumber : kind === 'credit_note' ? creditNoteNumber : null;
  const others = [
    ...(kind !== 'credit_note' && creditNoteNumber !== null
      ? [`credit note ${creditNoteNumber}`]
      : []),
    ...(kind !== 'invoice' && invoiceNumber !== null ? [`invoice ${invoiceNumber}`] : []),
  ];
  return [own === null ? wordFor(kind) : `${wordFor(kind)} ${own}`, ...others].join(', ');
}
