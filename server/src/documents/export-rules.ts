import { add } from '../lib/decimal.ts';
import { amountOf, money, type Money } from '../lib/money.ts';
import { type CsvColumn, exactColumn, textColumn } from './csv-rules.ts';
import type { StatementFacts } from './statement-mapping-rules.ts';

/** The columns of each export; they are named as the API names its fields. */

export type InvoiceRecord = {
  readonly id: string;
  readonly number: string | null;
  readonly status: string;
  readonly organizationId: string;
  readonly recipient: { readonly name: string };
  readonly currency: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly issuedAt: string | null;
  readonly dueAt: string | null;
  readonly subtotal: Money;
  readonly taxTotal: Money;
  readonly total: Money;
  readonly amountDue: Money;
  readonly position: number;
};

export const invoiceColumns: readonly CsvColumn<InvoiceRecord>[] = [
  exactColumn('id', (row) => row.id),
  textColumn('number', (row) => row.number),
  exactColumn('status', (row) => row.status),
  exactColumn('organizationId', (row) => row.organizationId),
  textColumn('organizationName', (row) => row.recipient.name),
  exactColumn('currency', (row) => row.currency),
  exactColumn('periodStart', (row) => row.periodStart),
  exactColumn('periodEnd', (row) => row.periodEnd),
  exactColumn('issuedAt', (row) => row.issuedAt),
  exactColumn('dueAt', (row) => row.dueAt),
  exactColumn('subtotal', (row) => row.subtotal.amount),
  exactColumn('taxTotal', (row) => row.taxTotal.amount),
  exactColumn('total', (row) => row.total.amount),
  exactColumn('amountDue', (row) => row.amountDue.amount),
  exactColumn('position', (row) => row.position),
];

export type LineRecord = {
  readonly invoice: InvoiceRecord;
  readonly line: {
    readonly id: string;
    readonly kind: string;
    readonly description: string;
    readonly subscriptionId: string;
    readonly planId: string;
    readonly planVersion: number;
    readonly meter: string | null;
    readonly periodStart: string;
    readonly periodEnd: string;
    readonly quantity: string;
    readonly unitPrice: string | null;
    readonly amount: Money;
    readonly eventCount: number;
  };
};

export const lineColumns: readonly CsvColumn<LineRecord>[] = [
  exactColumn('invoiceId', ({ invoice }) => invoice.id),
  textColumn('invoiceNumber', ({ invoice }) => invoice.number),
  exactColumn('invoiceStatus', ({ invoice }) => invoice.status),
  exactColumn('organizationId', ({ invoice }) => invoice.organizationId),
  textColumn('organizationName', ({ invoice }) => invoice.recipient.name),
  exactColumn('id', ({ line }) => line.id),
  exactColumn('kind', ({ line }) => line.kind),
  textColumn('description', ({ line }) => line.description),
  exactColumn('subscriptionId', ({ line }) => line.subscriptionId),
  exactColumn('planId', ({ line }) => line.planId),
  exactColumn('planVersion', ({ line }) => line.planVersion),
  textColumn('meter', ({ line }) => line.meter),
  exactColumn('periodStart', ({ line }) => line.periodStart),
  exactColumn('periodEnd', ({ line }) => line.periodEnd),
  exactColumn('quantity', ({ line }) => line.quantity),
  exactColumn('unitPrice', ({ line }) => line.unitPrice),
  exactColumn('amount', ({ line }) => line.amount.amount),
  exactColumn('currency', ({ line }) => line.amount.currency),
  exactColumn('eventCount', ({ line }) => line.eventCount),
];

export type PartRecord = {
  readonly invoiceId: string;
  readonly invoiceNumber: string | null;
  readonly lineId: string;
  readonly description: string;
  readonly breakdownBy: string | null;
  readonly kind: string;
  readonly value: string | null;
  readonly label: string;
  readonly quantity: string;
  readonly amount: Money;
  readonly eventCount: number;
};

export const partColumns: readonly CsvColumn<PartRecord>[] = [
  exactColumn('invoiceId', (row) => row.invoiceId),
  textColumn('invoiceNumber', (row) => row.invoiceNumber),
  exactColumn('lineId', (row) => row.lineId),
  textColumn('description', (row) => row.description),
  textColumn('breakdownBy', (row) => row.breakdownBy),
  exactColumn('kind', (row) => row.kind),
  textColumn('value', (row) => row.value),
  textColumn('label', (row) => row.label),
  exactColumn('quantity', (row) => row.quantity),
  exactColumn('amount', (row) => row.amount.amount),
  exactColumn('currency', (row) => row.amount.currency),
  exactColumn('eventCount', (row) => row.eventCount),
];

type Summary = Omit<StatementFacts, 'openInvoices' | 'account' | 'organization'> & {
  readonly organization: { readonly id: string; readonly name: string };
};
export type SummaryRecord = { readonly statement: Summary; readonly currency: string | null };

const amountIn = (amounts: readonly Money[], currency: string | null) =>
  amounts.find((each) => each.currency === currency)?.amount;
const ageingIn = ({ statement, currency }: SummaryRecord) =>
  statement.ageing.find((each) => each.currency === currency);

export const summaryColumns: readonly CsvColumn<SummaryRecord>[] = [
  exactColumn('organizationId', ({ statement }) => statement.organization.id),
  textColumn('organizationName', ({ statement }) => statement.organization.name),
  exactColumn('asOf', ({ statement }) => statement.asOf),
  exactColumn('knownAt', ({ statement }) => statement.knownAt),
  exactColumn('currency', ({ currency }) => currency),
  exactColumn('outstandingBalance', ({ statement, currency }) =>
    amountIn(statement.outstandingBalance, currency),
  ),
  exactColumn('unappliedCredit', ({ statement, currency }) =>
    amountIn(statement.unappliedCredit, currency),
  ),
  ...(['current', 'days1To30', 'days31To60', 'days61To90', 'days90Plus'] as const).map((bucket) =>
    exactColumn<SummaryRecord>(bucket, (row) => ageingIn(row)?.[bucket]),
  ),
];

/** A row for each currency, and one for a customer that has none: every customer is there, owing or not. */
export function summaryRecords(statement: Summary): SummaryRecord[] {
  const { outstandingBalance } = statement;
  if (outstandingBalance.length === 0) return [{ statement, currency: null }];
  return outstandingBalance.map(({ currency }) => ({ statement, currency }));
}

/** One customer's statement, row by row: its open invoices, and, over a range, its account. */
export type StatementRecord = {
  readonly type: 'openInvoice' | 'opening' | 'entry' | 'closing';
  readonly currency: string;
  readonly at: string;
  readonly dueAt?: string;
  readonly daysPastDue?: number;
  readonly kind?: string;
  readonly invoiceId?: string | null;
  readonly invoiceNumber?: string | null;
  readonly amount?: string;
  /** What is due on the invoice, or owed after the entry. */
  readonly balance: string;
};

export const statementColumns: readonly CsvColumn<StatementRecord>[] = [
  exactColumn('type', (row) => row.type),
  exactColumn('currency', (row) => row.currency),
  exactColumn('at', (row) => row.at),
  exactColumn('kind', (row) => row.kind),
  exactColumn('invoiceId', (row) => row.invoiceId),
  textColumn('invoiceNumber', (row) => row.invoiceNumber),
  exactColumn('dueAt', (row) => row.dueAt),
  exactColumn('daysPastDue', (row) => row.daysPastDue),
  exactColumn('amount', (row) => row.amount),
  exactColumn('balance', (row) => row.balance),
];

export function* statementRecords(statement: StatementFacts): Generator<StatementRecord> {
  for (const item of statement.openInvoices.items) {
    yield {
      type: 'openInvoice',
      currency: item.total.currency,
      at: item.issuedAt,
      dueAt: item.dueAt,
      daysPastDue: item.daysPastDue,
      invoiceId: item.id ?? null,
      invoiceNumber: item.number,
      amount: item.total.amount,
      balance: item.amountDue.amount,
    };
  }
  const { account } = statement;
  if (account === null) return;
  for (const { currency, amount: closing } of account.closing) {
    const opening =
      amountIn(account.opening, currency) ??
      money(amountOf({ amount: '0', currency }), currency).amount;
    yield { type: 'opening', currency, at: account.from, balance: opening };
    let balance = amountOf({ amount: opening, currency });
    for (const entry of account.entries) {
      if (entry.amount.currency !== currency) continue;
      balance = add(balance, amountOf(entry.amount));
      const { kind, invoiceNumber, invoiceId = null, amount } = entry;
      yield {
        type: 'entry',
        currency,
        at: entry.effectiveAt,
        kind,
        invoiceId,
        invoiceNumber,
        amount: amount.amount,
        balance: money(balance, currency).amount,
      };
    }
    yield { type: 'closing', currency, at: account.to, balance: closing };
  }
}

export type UsageRecord = {
  readonly start: string | null;
  readonly group: Readonly<Record<string, string | null>>;
  readonly measure: string;
  /** Null: of groups that have no sum. */
  readonly quantity: string | null;
  readonly events: number;
};

/** A column for each thing that was grouped by: its name may come from events, and so may its values. */
export function usageColumns(
  groupKeys: readonly string[],
  hasInterval: boolean,
): CsvColumn<UsageRecord>[] {
  return [
    ...(hasInterval ? [exactColumn<UsageRecord>('start', (row) => row.start)] : []),
    ...groupKeys.map((key) => textColumn<UsageRecord>(key, (row) => row.group[key])),
    textColumn('measure', (row) => row.measure),
    exactColumn('quantity', (row) => row.quantity),
    exactColumn('events', (row) => row.events),
  ];
}
