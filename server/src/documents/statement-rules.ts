import { formatMoney, type Money } from '../lib/money.ts';
import { drawRemittance } from './bill-rules.ts';
import { body, bodyStrong, finishFlow, type Flow, need, startFlow } from './flow.ts';
import { formatDate, formatRange } from './format-rules.ts';
import { drawHead, drawHeading, drawHeadline } from './head-rules.ts';
import type { StatementDocument, StatementSection } from './model.ts';
import { type Surface, tabular } from './surface.ts';
import { type Cell, type Column, drawTable, type Row } from './table-rules.ts';
import { words } from './word-rules.ts';

/** Lays out a statement: for each currency what is owed, since when, for which invoices, and how it came about. */
export function layOutStatement(surface: Surface, document: StatementDocument): void {
  const { issuer, recipient, style } = document;
  const running = {
    head: [`${words.statement} for ${recipient.name}`, issuer.name] as const,
    foot: [
      `${words.statement} for ${recipient.name}`,
      formatDate(document.asOf, style.locale),
      issuer.name,
    ].join('  ·  '),
    stamp: null,
  };
  const flow = startFlow(surface, running);
  const [first] = document.sections;
  const account = first?.account ?? null;
  drawHead(flow, {
    title: words.statement,
    issuer,
    facts: [
      ['As of', formatDate(document.asOf, style.locale)],
      ...(account === null
        ? []
        : [['Period', formatRange(account.from, account.to, style.locale)] as const]),
      ['Known at', `position ${document.knownAt}`],
    ],
    toLabel: 'Customer',
    recipient,
  });
  if (document.sections.length === 0) {
    flow.y += 30;
    drawHeadline(flow, 'Nothing owed', 'Nothing was ever invoiced.');
  }
  for (const section of document.sections) drawSection(flow, section, style.locale);
  if (document.remittance !== null) drawRemittance(flow, document.remittance);
  finishFlow(flow, running);
}

const SECTION_HEIGHT_MIN = 150;

function drawSection(flow: Flow, section: StatementSection, locale: string): void {
  const money = (value: Money) => formatMoney(value, locale);
  flow.y += 30;
  need(flow, SECTION_HEIGHT_MIN);
  const credit = isZero(section.unappliedCredit)
    ? null
    : `${money(section.unappliedCredit)} of credit has not been applied yet.`;
  drawHeadline(flow, `${money(section.outstanding)} outstanding`, credit);
  flow.y += 16;
  drawTable(flow, ageingColumns, [ageingRow(section, money)]);
  if (section.invoices.length > 0) {
    drawHeading(flow, 'Open invoices');
    drawTable(
      flow,
      invoiceColumns,
      section.invoices.map((invoice) => invoiceRow(invoice, locale)),
    );
    flow.surface.rule(flow.left, flow.right, flow.y, 'hairline', 0.5);
  }
  if (section.account !== null) drawAccount(flow, section.account, locale);
}

const figures = tabular(body);

const buckets = (titles: readonly string[]): Column[] =>
  titles.map((title) => ({ title, align: 'left', share: 1 }));

const ageingColumns: readonly Column[] = buckets([
  'Current',
  '1–30 days past due',
  '31–60 days',
  '61–90 days',
  'Over 90 days',
]);

function ageingRow({ ageing }: StatementSection, money: (value: Money) => string): Row {
  const amounts = [
    ageing.current,
    ageing.days1To30,
    ageing.days31To60,
    ageing.days61To90,
    ageing.days90Plus,
  ];
  const cells = amounts.map((value, i): Cell => {
    const ink = isZero(value) ? 'faint' : i > 0 ? 'alert' : 'ink';
    return { text: money(value), ink };
  });
  return { parts: [cells], rule: null, pad: [5, 5] };
}

const PAD = [6, 6] as const;

const invoiceColumns: readonly Column[] = [
  { title: 'Invoice', align: 'left', share: 1.2 },
  { title: 'Issued', align: 'left', share: 1 },
  { title: 'Due', align: 'left', share: 1.6 },
  { title: 'Total', align: 'right' },
  { title: 'Amount due', align: 'right' },
];

function invoiceRow(invoice: StatementSection['invoices'][number], locale: string): Row {
  const days = invoice.daysPastDue;
  const late = days > 0 ? `, ${days} ${days === 1 ? 'day' : 'days'} late` : '';
  return {
    parts: [
      [
        { text: invoice.number },
        { text: formatDate(invoice.issuedOn, locale), font: figures },
        { text: `${formatDate(invoice.dueOn, locale)}${late}`, ink: days > 0 ? 'alert' : 'ink' },
        { text: formatMoney(invoice.total, locale), ink: 'soft' },
        { text: formatMoney(invoice.amountDue, locale) },
      ],
    ],
    rule: 'hairline',
    pad: PAD,
  };
}

const accountColumns: readonly Column[] = [
  { title: 'Date', align: 'left' },
  { title: 'Description', align: 'left', share: 1 },
  { title: 'Amount', align: 'right' },
  { title: 'Balance', align: 'right' },
];

function drawAccount(
  flow: Flow,
  account: NonNullable<StatementSection['account']>,
  locale: string,
): void {
  drawHeading(flow, 'Account');
  const balance = (on: string, text: string, amount: Money, keepWithNext: boolean): Row => ({
    parts: [
      [
        { text: formatDate(on, locale), ink: 'soft', font: figures },
        { text, font: bodyStrong },
        null,
        { text: formatMoney(amount, locale), font: bodyStrong },
      ],
    ],
    rule: 'hairline',
    pad: PAD,
    keepWithNext,
  });
  const entries = account.entries.map((entry): Row => ({
    parts: [
      [
        { text: formatDate(entry.on, locale), ink: 'soft', font: figures },
        { text: entry.description },
        { text: formatMoney(entry.amount, locale) },
        { text: formatMoney(entry.balance, locale), ink: 'soft' },
      ],
    ],
    rule: 'hairline',
    pad: PAD,
    keepWithNext: entry === account.entries.at(-1),
  }));
  const opening = balance(account.from, 'Opening balance', account.opening, true);
  const closing = balance(account.to, 'Closing balance', account.closing, false);
  drawTable(flow, accountColumns, [opening, ...entries, closing]);
  flow.surface.rule(flow.left, flow.right, flow.y, 'line', 0.75);
}

function isZero({ amount }: Money): boolean {
  return /^-?0+(\.0+)?$/.test(amount);
}
