import { formatMoney, type Money } from '../lib/money.ts';
import {
  baselineOf,
  body,
  bodyStrong,
  finishFlow,
  type Flow,
  flowText,
  lineHeight,
  need,
  shrinkToFit,
  small,
  startFlow,
  textRight,
} from './flow.ts';
import { formatDate, formatDecimal, formatRange, formatUnitPrice } from './format-rules.ts';
import { drawHead, drawHeading, drawHeadline } from './head-rules.ts';
import type { CreditNoteDocument, DocumentLine, InvoiceDocument, Shares, TaxRow } from './model.ts';
import { font, type Font, type Surface, tabular } from './surface.ts';
import { type Cell, type Column, drawTable, type Row } from './table-rules.ts';
import { wrap } from './text-rules.ts';
import { stampOf, titleOf, words } from './word-rules.ts';

type Bill = InvoiceDocument | CreditNoteDocument;

/** Lays out an invoice or a credit note: head, the amount, lines, totals, how to pay. */
export function layOutBill(surface: Surface, bill: Bill): void {
  const title = `${words[bill.kind]} ${bill.number ?? ''}`.trim();
  const running = {
    head: [bill.number === null ? titleOf(bill) : title, bill.issuer.name] as const,
    foot: [
      title,
      bill.issuer.name,
      ...(bill.issuer.taxId === null ? [] : [bill.issuer.taxId]),
    ].join('  ·  '),
    stamp: stampOf(bill.status),
  };
  const flow = startFlow(surface, running);
  drawHead(flow, {
    title: words[bill.kind],
    issuer: bill.issuer,
    facts: factsOf(bill),
    toLabel: 'Bill to',
    recipient: bill.recipient,
  });
  flow.y += 30;
  drawHeadline(flow, ...headlineOf(bill));
  flow.y += 20;
  const totals = totalsOf(bill, surface);
  const aside = asideOf(flow, bill.kind === 'invoice' ? bill.remittance : null);
  const height = Math.max(heightOf(totals), aside.height);
  const rows = bill.lines.flatMap((line) => rowsOf(line, bill));
  drawTable(flow, columns, rows, height);
  if (flow.y + height > flow.bottom && height <= flow.roomOnPage) flow.breakPage();
  else surface.rule(flow.left, flow.right, flow.y, 'line', 0.75);
  drawAside(flow, aside.lines);
  drawTotals(flow, totals);
  if (aside.rest !== null) drawRemittance(flow, aside.rest);
  if (bill.kind === 'invoice' && bill.shares !== null) drawShares(flow, bill.shares, bill);
  finishFlow(flow, running);
}

function factsOf(bill: Bill): [string, string][] {
  const { locale } = bill.style;
  const date = (on: string | null) => (on === null ? '—' : formatDate(on, locale));
  const number = bill.number ?? words.draft;
  if (bill.kind === 'creditNote') {
    return [
      ['Credit note number', number],
      ['Date of issue', date(bill.issuedOn)],
      ...(bill.invoiceNumber === null
        ? []
        : [['For invoice', bill.invoiceNumber] as [string, string]]),
    ];
  }
  return [
    ['Invoice number', number],
    ['Date of issue', date(bill.issuedOn)],
    ['Date due', date(bill.dueOn)],
    ['Billing period', formatRange(bill.from, bill.to, locale)],
  ];
}

function headlineOf(bill: Bill): [string, string | null] {
  const money = (value: Money) => formatMoney(value, bill.style.locale);
  if (bill.kind === 'creditNote') return [`${money(bill.total)} credit`, bill.reason];
  switch (bill.status) {
    case 'draft':
      return [
        `${money(bill.total)} so far`,
        'A draft: it has not been issued, and nothing is due yet.',
      ];
    case 'void':
      return [`${money(bill.total)}, void`, 'This invoice was cancelled. Nothing is due.'];
    case 'paid':
      return [`${money(bill.total)}, settled`, 'Nothing is due.'];
    case 'uncollectible':
      return [`${money(bill.total)}, written off`, null];
    default:
      return [
        `${money(bill.amountDue)} due${bill.dueOn === null ? '' : ` ${formatDate(bill.dueOn, bill.style.locale)}`}`,
        null,
      ];
  }
}

// Lines ------------------------------------------------------------------------------------------

const columns: readonly Column[] = [
  { title: 'Description', align: 'left', share: 1 },
  { title: 'Quantity', align: 'right' },
  { title: 'Unit price', align: 'right' },
  { title: 'Amount', align: 'right' },
];

const ROW_PAD = 7;
const BREAKDOWN_INDENT = 12;

function rowsOf(line: DocumentLine, { currency, style: { locale } }: Bill): Row[] {
  const quantity = (text: string | null): Cell | null =>
    text === null ? null : { text: formatDecimal(text, locale) };
  const period =
    line.from === null || line.to === null ? null : formatRange(line.from, line.to, locale);
  const main: Row = {
    parts: [
      [
        { text: line.description },
        quantity(line.quantity),
        line.unitPrice === null
          ? null
          : { text: formatUnitPrice(line.unitPrice, currency, locale) },
        { text: formatMoney(line.amount, locale) },
      ],
      ...(period === null ? [] : [[{ text: period, font: tabular(small), ink: 'faint' } as const]]),
    ],
    rule: 'hairline',
    pad: [ROW_PAD, line.breakdown.length > 0 ? 2 : ROW_PAD],
    keepWithNext: line.breakdown.length > 0,
  };
  const last = line.breakdown.length - 1;
  const parts = line.breakdown.map((row, i): Row => {
    const cell = (text: string): Cell => ({ text, font: small, ink: 'soft' });
    return {
      parts: [
        [
          { ...cell(row.label), indent: BREAKDOWN_INDENT },
          row.quantity === null ? null : cell(formatDecimal(row.quantity, locale)),
          null,
          cell(formatMoney(row.amount, locale)),
        ],
      ],
      rule: null,
      pad: [1, i === last ? ROW_PAD : 1],
      // Two rows at least on either side of a page break.
      keepWithNext: (i === 0 && last > 0) || i === last - 1,
      ...(i > 0 && { continues: line.description }),
    };
  });
  return [main, ...parts];
}

// Totals -----------------------------------------------------------------------------------------

type Total = {
  readonly label: string;
  readonly amount: string;
  readonly font: Font;
  readonly rule: boolean;
  readonly isSoft: boolean;
  readonly pad: readonly [number, number];
};

const TOTALS_WIDTH = 236;
const TOTAL_PAD = 3.5;
const strong = font(11, 'semibold');

function totalsOf(bill: Bill, surface: Surface): Total[] {
  const { locale } = bill.style;
  const row = (
    label: string,
    amount: Money,
    style: Font,
    { rule = false, isSoft = false } = {},
  ): Total => ({
    label,
    amount: formatMoney(amount, locale),
    font: style,
    rule,
    isSoft,
    pad: [TOTAL_PAD, TOTAL_PAD],
  });
  const note = (text: string, i: number, all: readonly string[]): Total => ({
    label: text,
    amount: '',
    font: small,
    rule: false,
    isSoft: true,
    // Close to what it is about, and apart from what follows.
    pad: [0, i === all.length - 1 ? TOTAL_PAD * 2 : 0],
  });
  const taxes = bill.taxes.flatMap((tax) => [
    row(taxLabel(tax, bill), tax.amount, body, { isSoft: true }),
    ...(tax.exemptReason === null
      ? []
      : wrap(surface, tax.exemptReason, TOTALS_WIDTH - 12, small).map(note)),
  ]);
  const settled = bill.settlements.map(({ label, on, amount }) =>
    row(on === null ? label : `${label}, ${formatDate(on, locale)}`, amount, body, {
      isSoft: true,
    }),
  );
  const [due, dueLabel] =
    bill.kind === 'invoice' ? [bill.amountDue, 'Amount due'] : [bill.remaining, 'Credit remaining'];
  return [
    ...(bill.taxes.length > 0 ? [row('Subtotal', bill.subtotal, body, { isSoft: true })] : []),
    ...taxes,
    row('Total', bill.total, bodyStrong, { rule: bill.taxes.length > 0 }),
    ...settled,
    ...(bill.status === 'draft' ? [] : [row(dueLabel, due, strong, { rule: true })]),
  ];
}

/** `VAT 19%`, and on what, where that is not all of it. */
function taxLabel({ name, percent, taxable }: TaxRow, { subtotal, style: { locale } }: Bill) {
  const rate = percent === null ? '' : ` ${formatDecimal(percent, locale)}%`;
  const base = taxable.amount === subtotal.amount ? '' : ` on ${formatMoney(taxable, locale)}`;
  return `${name}${rate}${base}`;
}

function heightOf(totals: readonly Total[]): number {
  return totals.reduce(
    (sum, each) => sum + lineHeight(each.font) + each.pad[0] + each.pad[1],
    TOTALS_GAP,
  );
}
const TOTALS_GAP = 6;

function drawTotals(flow: Flow, totals: readonly Total[]): void {
  const { surface, right } = flow;
  const left = right - TOTALS_WIDTH;
  flow.y += TOTALS_GAP;
  for (const total of totals) {
    const height = lineHeight(total.font) + total.pad[0] + total.pad[1];
    need(flow, height);
    if (total.rule) surface.rule(left, right, flow.y, 'line', 0.5);
    const amountFont = shrinkToFit(surface, total.amount, TOTALS_WIDTH * 0.62, tabular(total.font));
    const room = TOTALS_WIDTH - surface.measure(total.amount, amountFont) - 12;
    const labelFont = shrinkToFit(surface, total.label, room, total.font);
    const baseline = baselineOf(flow.y + total.pad[0], total.font);
    surface.text(total.label, left, baseline, labelFont, total.isSoft ? 'soft' : 'ink');
    textRight(surface, total.amount, right, baseline, amountFont, total.isSoft ? 'soft' : 'ink');
    flow.y += height;
  }
}

// Who has what ----------------------------------------------------------------------------------

function drawShares(
  flow: Flow,
  { title, rows }: Shares,
  { subtotal, style: { locale } }: Bill,
): void {
  drawHeading(flow, title);
  const row = (label: string, amount: Money, style: Font): Row => ({
    parts: [
      [
        { text: label, font: style },
        { text: formatMoney(amount, locale), font: style },
      ],
    ],
    rule: 'hairline',
    pad: [5, 5],
  });
  const parts = rows.map(({ label, amount }) => row(label, amount, body));
  const last = parts.length - 1;
  drawTable(flow, sharesColumns, [
    ...parts.map((part, i) => ({ ...part, keepWithNext: i === last })),
    row('Together, without tax', subtotal, bodyStrong),
  ]);
  flow.surface.rule(flow.left, flow.right, flow.y, 'line', 0.75);
}

const sharesColumns: readonly Column[] = [
  { title: 'Name', align: 'left', share: 1 },
  { title: 'Amount', align: 'right' },
];

// How to pay -------------------------------------------------------------------------------------

const REMITTANCE_WIDTH = 330;
const ASIDE_GAP = 28;
const ASIDE_LINES_MAX = 14;
const ASIDE_PAD = TOTALS_GAP + TOTAL_PAD;
const HEADING_HEIGHT = lineHeight(bodyStrong) + 3;

type Aside = {
  readonly lines: readonly string[];
  readonly height: number;
  readonly rest: string | null;
};

/** How to pay stands at the left of the totals if it is short, and after them if it is not. */
function asideOf(flow: Flow, text: string | null): Aside {
  const width = flow.right - flow.left - TOTALS_WIDTH - ASIDE_GAP;
  const lines = text === null ? [] : wrap(flow.surface, text, width, body);
  if (lines.length > ASIDE_LINES_MAX) return { lines: [], height: 0, rest: text };
  const height =
    lines.length === 0 ? 0 : ASIDE_PAD + HEADING_HEIGHT + lines.length * lineHeight(body);
  return { lines, height, rest: null };
}

function drawAside({ surface, left, y }: Flow, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const top = y + ASIDE_PAD;
  surface.text('How to pay', left, baselineOf(top, bodyStrong), bodyStrong, 'ink');
  for (const [i, line] of lines.entries()) {
    const baseline = baselineOf(top + HEADING_HEIGHT + i * lineHeight(body), body);
    surface.text(line, left, baseline, body, 'soft');
  }
}

/** How to pay, from the flow's place on, over pages where it must. */
export function drawRemittance(flow: Flow, text: string): void {
  flow.y += 30;
  need(flow, HEADING_HEIGHT + lineHeight(body) * 4);
  flow.surface.text('How to pay', flow.left, baselineOf(flow.y, bodyStrong), bodyStrong, 'ink');
  flow.y += HEADING_HEIGHT;
  flowText(flow, text, REMITTANCE_WIDTH, body, 'soft');
}
