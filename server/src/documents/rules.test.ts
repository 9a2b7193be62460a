import { describe, expect, it } from 'vitest';
import type { Instant } from '../lib/instant.ts';
import { formatDate, formatDecimal, formatRange, formatUnitPrice } from './format-rules.ts';
import { type InvoiceFacts, invoiceDocument } from './rules.ts';
import { describeEntry, statementDocument } from './statement-mapping-rules.ts';
import { font } from './surface.ts';
import { cleanText, ellipsis, wrap } from './text-rules.ts';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const at = (text: string) => `${text}.000000Z` as Instant;

describe('dates and numbers', () => {
  it.each([
    ['2026-10-01', '2026-10-31', 'en-US', 'Oct 1 – 31, 2026'],
    ['2026-10-01', '2026-10-31', 'en-GB', '1 – 31 Oct 2026'],
    ['2026-09-15', '2026-10-14', 'en-US', 'Sep 15 – Oct 14, 2026'],
    ['2026-09-15', '2026-10-14', 'en-150', '15 Sep – 14 Oct 2026'],
    ['2026-12-15', '2027-01-14', 'en-US', 'Dec 15, 2026 – Jan 14, 2027'],
    ['2026-12-15', '2027-01-14', 'en-IN', '15 Dec 2026 – 14 Jan 2027'],
    ['2026-10-01', '2026-10-01', 'en-GB', '1 Oct 2026'],
  ])('writes %s to %s in %s as %s', (from, to, locale, text) =>
    expect(formatRange(from, to, locale)).toBe(text),
  );

  it('writes a date', () =>
    expect([formatDate('2026-02-09', 'en-US'), formatDate('2026-02-09', 'en-ZA')]).toEqual([
      'Feb 9, 2026',
      '9 Feb 2026',
    ]));

  it.each([
    ['0', 'en-US', '0'],
    ['-1234.5', 'en-US', '-1,234.5'],
    [
      '123456789012345678901234567890.000000000001',
      'en-US',
      '123,456,789,012,345,678,901,234,567,890.000000000001',
    ],
    ['1234567', 'en-IN', '12,34,567'],
    ['-0.5', 'en-GB', '-0.5'],
  ])('groups %s in %s as %s', (text, locale, formatted) =>
    expect(formatDecimal(text, locale)).toBe(formatted),
  );

  it.each([
    ['12', 'USD', '12.00'],
    ['0.000002', 'USD', '0.000002'],
    ['1500', 'JPY', '1,500'],
    ['1.5', 'KWD', '1.500'],
  ])('writes the price %s %s as %s', (text, currency, formatted) =>
    expect(formatUnitPrice(text, currency, 'en-US')).toBe(formatted),
  );

  it('refuses what is no number', () =>
    expect(() => formatDecimal('1e5', 'en-US')).toThrow(RangeError));
});

describe('wrapping', () => {
  const surface = { measure: (text: string) => Array.from(text).length };
  const lines = (text: string, width: number) => wrap(surface, text, width, font(1));

  it.each([
    ['a bc def', 4, ['a bc', 'def']],
    ['exactly', 7, ['exactly']],
    ['abcdefgh ij', 3, ['abc', 'def', 'gh', 'ij']],
    ['one\ntwo', 9, ['one', 'two']],
    ['東京都千代田区。丸の内', 7, ['東京都千代田', '区。丸の内']],
    ['', 5, ['']],
    ['a\u0301b', 1, ['á', 'b']],
  ])('breaks %j at %i', (text, width, expected) => expect(lines(text, width)).toEqual(expected));

  it('never makes a line wider than it may be', () => {
    const text = 'Lorem ipsum-dolor sit/amet, consectetur «adipiscing» elit (sed) 1,234,567.89 do';
    for (let width = 1; width < 60; width += 1) {
      for (const line of lines(text, width))
        expect(line.length, `${width}: ${line}`).toBeLessThanOrEqual(width);
      expect(lines(text, width).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });

  it('shortens with an ellipsis', () =>
    expect([ellipsis(surface, 'abcdef', 4, font(1)), ellipsis(surface, 'abc', 4, font(1))]).toEqual(
      ['abc…', 'abc'],
    ));
  it('cleans', () => expect(cleanText('a\tb\r\nc\u0007\u202Ed\u200B')).toBe('a b\ncd'));
});

const issuer = {
  name: 'Seller',
  timeZone: 'UTC',
  locale: 'en-US',
  paper: 'letter',
  breakdown: 'none',
} as const;
const around = {
  issuer,
  logo: null,
  recipient: { name: 'Customer' },
  timeZone: 'Asia/Kathmandu',
} as const;

const invoice: InvoiceFacts = {
  number: 'INV-000001',
  status: 'open',
  currency: 'USD',
  periodStart: at('2026-09-30T18:15:00'),
  periodEnd: at('2026-10-31T18:15:00'),
  issuedAt: at('2026-10-31T20:00:00'),
  dueAt: at('2026-11-30T20:00:00'),
  updatedAt: at('2026-12-01T00:00:00'),
  total: usd('30.00'),
  amountDue: usd('30.00'),
  lines: [
    {
      subscriptionId: 's1',
      description: 'A',
      periodStart: at('2026-09-30T18:15:00'),
      periodEnd: at('2026-10-31T18:15:00'),
      quantity: '1',
      unitPrice: null,
      amount: usd('10.50'),
    },
    {
      subscriptionId: 's2',
      description: 'B',
      periodStart: at('2026-10-01T00:00:00'),
      periodEnd: at('2026-11-01T00:00:00'),
      quantity: '1',
      unitPrice: null,
      amount: usd('19.50'),
    },
  ],
};

describe('an invoice as a document', () => {
  const zoneOf = (id: string) => (id === 's1' ? 'Asia/Kathmandu' : 'UTC');
  const mapped = (
    entries: { kind: string; effectiveAt: string; amount: string }[],
    change: Partial<InvoiceFacts> = {},
  ) => invoiceDocument({ ...invoice, ...change }, { ...around, entries, zoneOf });

  it('has the dates of the calendars they belong to', () => {
    const document = mapped([]);
    expect([document.from, document.to, document.issuedOn, document.dueOn]).toEqual([
      '2026-10-01',
      '2026-10-31',
      '2026-11-01',
      '2026-12-01',
    ]);
    expect(document.lines.map(({ from, to }) => [from, to])).toEqual([
      ['2026-10-01', '2026-10-31'],
      ['2026-10-01', '2026-10-31'],
    ]);
    expect(document.madeAt).toBe(invoice.issuedAt);
    expect(document.subtotal).toEqual(usd('30.00'));
  });

  it('leads from the total to what is due', () => {
    const entries = [
      { kind: 'credit_applied', effectiveAt: at('2026-11-01T00:00:00'), amount: '-5' },
      { kind: 'payment', effectiveAt: at('2026-11-05T20:00:00'), amount: '-12.50' },
    ];
    expect(mapped(entries, { amountDue: usd('12.50') }).settlements).toEqual([
      { label: 'Credit applied', on: '2026-11-01', amount: usd('-5.00') },
      { label: 'Payment', on: '2026-11-06', amount: usd('-12.50') },
    ]);
    expect(mapped(entries.slice(1), { amountDue: usd('12.50') }).settlements).toEqual([
      { label: 'Payments and credits', on: null, amount: usd('-17.50') },
    ]);
    expect(mapped([], { status: 'draft', amountDue: usd('0.00') }).settlements).toEqual([]);
  });

  it('says how to pay as the customer was told, else as all are', () => {
    const told = {
      ...around,
      entries: [],
      zoneOf,
      issuer: { ...issuer, remittanceInstructions: 'all' },
    };
    expect(invoiceDocument(invoice, told).remittance).toBe('all');
    expect(
      invoiceDocument(invoice, { ...told, recipient: { name: 'C', remittanceInstructions: 'you' } })
        .remittance,
    ).toBe('you');
    expect(mapped([]).remittance).toBeNull();
  });
});

describe('a statement as a document', () => {
  it('keeps currencies apart, and a running balance that ends at the closing one', () => {
    const eur = (amount: string) => ({ amount, currency: 'EUR' });
    const { sections } = statementDocument(
      {
        organization: { name: 'Customer' },
        asOf: at('2026-12-01T00:00:00'),
        knownAt: 7,
        outstandingBalance: [usd('15.00')],
        unappliedCredit: [usd('0.00')],
        ageing: [
          {
            currency: 'USD',
            current: '15.00',
            days1To30: '0.00',
            days31To60: '0.00',
            days61To90: '0.00',
            days90Plus: '0.00',
          },
        ],
        openInvoices: { items: [] },
        account: {
          from: at('2026-10-31T18:15:00'),
          to: at('2026-11-30T18:15:00'),
          opening: [usd('5.00')],
          entries: [
            {
              effectiveAt: at('2026-11-02T00:00:00'),
              kind: 'invoice',
              invoiceNumber: 'INV-2',
              amount: usd('30.00'),
            },
            {
              effectiveAt: at('2026-11-03T00:00:00'),
              kind: 'payment',
              invoiceNumber: 'INV-2',
              amount: usd('-20.00'),
            },
            {
              effectiveAt: at('2026-11-04T00:00:00'),
              kind: 'refund',
              invoiceNumber: null,
              amount: eur('2.00'),
            },
          ],
          closing: [eur('2.00'), usd('15.00')],
        },
      },
      around,
    );
    expect(sections.map(({ currency }) => currency)).toEqual(['EUR', 'USD']);
    const [euros, dollars] = sections;
    expect(euros?.account?.entries).toEqual([
      { on: '2026-11-04', description: 'Refund', amount: eur('2.00'), balance: eur('2.00') },
    ]);
    expect(
      dollars?.account?.entries.map((entry) => [entry.description, entry.balance.amount]),
    ).toEqual([
      ['Invoice INV-2', '35.00'],
      ['Payment, invoice INV-2', '15.00'],
    ]);
    expect([dollars?.account?.from, dollars?.account?.to]).toEqual(['2026-11-01', '2026-11-30']);
  });

  it.each([
    ['credit_note', 'INV-2', 'CN-1', 'Credit note CN-1, invoice INV-2'],
    ['credit_note', null, 'CN-1', 'Credit note CN-1'],
    ['credit_applied', 'INV-3', 'CN-1', 'Credit applied, credit note CN-1, invoice INV-3'],
    ['void_reversal', null, 'CN-1', 'Void, credit note CN-1'],
    ['invoice', 'INV-2', null, 'Invoice INV-2'],
    ['refund', null, null, 'Refund'],
  ])('names the documents of an entry: %s of %s and %s', (kind, number, note, expected) => {
    const entry = { effectiveAt: '', kind, invoiceNumber: number, creditNoteNumber: note };
    expect(describeEntry({ ...entry, amount: usd('1') })).toBe(expected);
  });
});
