import type { Instant } from '../../lib/instant.ts';
import type { Money } from '../../lib/money.ts';
import type {
  CreditNoteDocument,
  DocumentLine,
  InvoiceDocument,
  Issuer,
  Picture,
  StatementDocument,
  TaxRow,
} from '../model.ts';

/** Documents to look at: for tests, and for the pictures in the documentation. */

const issuer: Issuer = {
  name: 'Northwind Inference',
  lines: [
    'Northwind Inference, Inc.',
    '548 Market Street, Suite 210',
    'San Francisco, CA 94104',
    'United States',
  ],
  taxId: 'US 94-1234567',
  email: 'billing@northwind.example',
  website: 'https://northwind.example',
  logo: null,
};

export const madeAt = '2026-11-01T06:00:00.000000Z' as Instant;
const usd = (amount: string) => ({ amount, currency: 'USD' });

function line(
  description: string,
  quantity: string | null,
  unitPrice: string | null,
  amount: string,
): DocumentLine {
  return {
    description,
    from: '2026-10-01',
    to: '2026-10-31',
    quantity,
    unitPrice,
    amount: usd(amount),
    breakdown: [],
  };
}

function tax(name: string, percent: string, taxable: Money, amount: Money): TaxRow {
  return { name, percent, taxable, exemptReason: null, amount };
}

export function sampleInvoice(logo: Picture | null): InvoiceDocument {
  const part = (label: string, quantity: string, amount: string) => ({
    label,
    quantity,
    amount: usd(amount),
  });
  return {
    kind: 'invoice',
    status: 'partially_paid',
    style: { paper: 'letter', locale: 'en-US' },
    issuer: { ...issuer, logo },
    recipient: {
      name: 'Acme Robotics GmbH',
      lines: [
        'Accounts payable',
        'Torstraße 140',
        '10119 Berlin',
        'Germany',
        'ap@acme-robotics.example',
      ],
    },
    madeAt,
    number: 'NW-2026-000417',
    issuedOn: '2026-11-01',
    dueOn: '2026-12-01',
    from: '2026-10-01',
    to: '2026-10-31',
    currency: 'USD',
    lines: [
      {
        ...line('Team plan: platform fee', '1', '499.00', '499.00'),
        from: '2026-11-01',
        to: '2026-11-30',
      },
      {
        ...line('Team plan: input tokens, gpt-large', '1284650113', '0.000002', '2569.30'),
        breakdown: [
          part('Perception', '812004551', '1624.01'),
          part('Planning', '371640200', '743.28'),
          part('Field operations', '101005362', '202.01'),
        ],
      },
      line('Team plan: output tokens, gpt-large', '96431877', '0.000008', '771.46'),
      line('Team plan: embedding requests', '41220.5', null, '82.44'),
      {
        ...line(
          'Team plan: input tokens, adjustment of 2026-09-01 to 2026-09-30 (invoice NW-2026-000388)',
          '-1200000',
          '0.000002',
          '-2.40',
        ),
        from: '2026-09-01',
        to: '2026-09-30',
      },
    ],
    subtotal: usd('3919.80'),
    taxes: [tax('VAT', '19', usd('3919.80'), usd('744.76'))],
    total: usd('4664.56'),
    settlements: [
      { label: 'Credit applied', on: '2026-11-01', amount: usd('-150.00') },
      { label: 'Payment', on: '2026-11-12', amount: usd('-2000.00') },
    ],
    amountDue: usd('2514.56'),
    shares: null,
    remittance:
      'By bank transfer, within 30 days, naming the invoice number:\nFirst Republic Bank · ABA 021 000 021\nAccount 000 123 456 789 · SWIFT FRBBUS6S',
  };
}

/** One that three teams share, with a reduced rate and something exempt. */
export function sampleTeamInvoice(): InvoiceDocument {
  const eur = (amount: string) => ({ amount, currency: 'EUR' });
  const of = (
    description: string,
    [quantity, unitPrice, amount]: [string, string | null, string],
    parts: [string, string | null, string][],
  ): DocumentLine => ({
    ...line(description, quantity, unitPrice, '0'),
    amount: eur(amount),
    breakdown: parts.map(([label, own, share]) => ({ label, quantity: own, amount: eur(share) })),
  });
  return {
    ...sampleInvoice(null),
    status: 'open',
    style: { paper: 'A4', locale: 'en-150' },
    currency: 'EUR',
    lines: [
      of('Production: platform fee', ['1', '99.00', '99.00'], [['Forschung', null, '99.00']]),
      of(
        'Production: input tokens',
        ['9120400', '0.000002', '18.24'],
        [
          ['Forschung', '6000400', '12.00'],
          ['Поиск', '3000000', '6.00'],
          ['サポート', '120000', '0.24'],
        ],
      ),
      of(
        'Production: seats',
        ['12', '15.00', '200.00'],
        [
          ['Forschung', '8', '108.00'],
          ['Поиск', '4', '72.00'],
          ['Forschung, not by usage', null, '20.00'],
        ],
      ),
      of('Handbooks: pages', ['310', '0.10', '31.00'], [['サポート', '310', '31.00']]),
      of(
        'Courses: hours',
        ['2.5', '80.00', '200.00'],
        [
          ['Поиск', '1.5', '120.00'],
          ['No organization', '1', '80.00'],
        ],
      ),
    ],
    subtotal: eur('548.24'),
    taxes: [
      tax('VAT', '19', eur('317.24'), eur('60.28')),
      tax('VAT', '7', eur('31.00'), eur('2.17')),
      {
        ...tax('Tax exempt', '0', eur('200.00'), eur('0.00')),
        percent: null,
        exemptReason:
          'Educational services, exempt under Art. 132 (1) (i) of Directive 2006/112/EC',
      },
    ],
    total: eur('610.69'),
    settlements: [],
    amountDue: eur('610.69'),
    shares: {
      title: 'By organization',
      rows: [
        { label: 'Forschung', amount: eur('219.00') },
        { label: 'Поиск', amount: eur('198.00') },
        { label: 'No organization', amount: eur('80.00') },
        { label: 'サポート', amount: eur('31.24') },
        { label: 'Forschung, not by usage', amount: eur('20.00') },
      ],
    },
  };
}

/** Names in the scripts that documents know, and in the currency without minor units. */
export function sampleCjkInvoice(): InvoiceDocument {
  const yen = (amount: string) => ({ amount, currency: 'JPY' });
  const of = (
    description: string,
    quantity: string,
    unitPrice: string,
    amount: string,
  ): DocumentLine => ({
    ...line(description, quantity, unitPrice, '0'),
    amount: yen(amount),
  });
  return {
    ...sampleInvoice(null),
    status: 'open',
    style: { paper: 'A4', locale: 'en-GB' },
    issuer: {
      ...issuer,
      name: '株式会社ノースウィンド',
      lines: ['〒100-0005 東京都千代田区丸の内一丁目9番1号', 'Japan'],
      taxId: 'T1234567890123',
    },
    recipient: {
      name: '深圳市云际智能科技有限公司',
      lines: [
        '广东省深圳市南山区科技园',
        'ООО «Облачные вычисления», Санкт-Петербург',
        'Υπολογιστικά Νέφη Α.Ε., Θεσσαλονίκη',
        '주식회사 클라우드, 서울특별시 강남구',
        'Łódź · Việt Nam · İstanbul · Ærø',
      ],
    },
    currency: 'JPY',
    lines: [
      of('従量課金プラン：入力トークン（東京リージョン）', '1284650113', '0.0003', '385395'),
      of('データ保管料金', '120', '1500', '180000'),
      of('Хранение данных, регион Северо-Запад', '12', '1000', '12000'),
      of('프리미엄 지원 서비스', '1', '50000', '50000'),
    ],
    subtotal: yen('627395'),
    taxes: [tax('消費税', '10', yen('627395'), yen('62740'))],
    shares: null,
    total: yen('690135'),
    settlements: [],
    amountDue: yen('690135'),
    remittance: '三菱UFJ銀行 丸の内支店 普通 1234567\n口座名義：カ）ノースウィンド',
  };
}

/** One that runs over pages, some of its lines broken down. */
export function sampleLongInvoice(lines: number): InvoiceDocument {
  const dinar = (amount: string) => ({ amount, currency: 'KWD' });
  return {
    ...sampleInvoice(null),
    status: 'draft',
    number: null,
    issuedOn: null,
    dueOn: null,
    style: { paper: 'A4', locale: 'en-150' },
    currency: 'KWD',
    lines: Array.from({ length: lines }, (_, i) => ({
      ...line(
        `Line ${i + 1}: requests of application ${String(i + 1).padStart(3, '0')}`,
        String((i + 1) * 1001),
        '0.0015',
        '0',
      ),
      amount: dinar(`${i + 1}.125`),
      breakdown:
        i % 20 === 7
          ? Array.from({ length: 9 }, (__, part) => ({
              label: `Team ${part + 1}`,
              quantity: String(part),
              amount: dinar(`0.00${part}`),
            }))
          : [],
    })),
    subtotal: dinar('45187.500'),
    taxes: [],
    shares: null,
    total: dinar('45187.500'),
    settlements: [],
    amountDue: dinar('0.000'),
  };
}

export function sampleCreditNote(): CreditNoteDocument {
  const { style, recipient } = sampleInvoice(null);
  return {
    kind: 'creditNote',
    status: 'issued',
    style,
    issuer,
    recipient,
    madeAt,
    number: 'NW-CN-000012',
    issuedOn: '2026-11-15',
    invoiceNumber: 'NW-2026-000417',
    reason: 'Requests that failed on our side between 3 and 5 October.',
    currency: 'USD',
    lines: [line('Team plan: input tokens, gpt-large', '60000000', '0.000002', '120.00')],
    subtotal: usd('120.00'),
    taxes: [tax('VAT', '19', usd('120.00'), usd('22.80'))],
    total: usd('142.80'),
    settlements: [{ label: 'Applied to NW-2026-000417', on: '2026-11-15', amount: usd('-100.00') }],
    remaining: usd('42.80'),
  };
}

export function sampleStatement(logo: Picture | null): StatementDocument {
  const eur = (amount: string) => ({ amount, currency: 'EUR' });
  const { style, recipient } = sampleInvoice(null);
  return {
    kind: 'statement',
    style: { ...style, paper: 'A4', locale: 'en-GB' },
    issuer: { ...issuer, logo },
    recipient,
    madeAt,
    asOf: '2026-12-20',
    knownAt: 48211,
    sections: [
      {
        currency: 'USD',
        outstanding: usd('6201.96'),
        unappliedCredit: usd('42.80'),
        ageing: {
          current: usd('1800.00'),
          days1To30: usd('2514.56'),
          days31To60: usd('1887.40'),
          days61To90: usd('0.00'),
          days90Plus: usd('0.00'),
        },
        invoices: [
          {
            number: 'NW-2026-000388',
            issuedOn: '2026-10-01',
            dueOn: '2026-10-31',
            daysPastDue: 50,
            total: usd('1887.40'),
            amountDue: usd('1887.40'),
          },
          {
            number: 'NW-2026-000417',
            issuedOn: '2026-11-01',
            dueOn: '2026-12-01',
            daysPastDue: 19,
            total: usd('4664.56'),
            amountDue: usd('2514.56'),
          },
          {
            number: 'NW-2026-000449',
            issuedOn: '2026-12-01',
            dueOn: '2026-12-31',
            daysPastDue: 0,
            total: usd('1800.00'),
            amountDue: usd('1800.00'),
          },
        ],
        account: {
          from: '2026-11-01',
          to: '2026-11-30',
          opening: usd('1887.40'),
          entries: [
            {
              on: '2026-11-01',
              description: 'Invoice NW-2026-000417',
              amount: usd('4664.56'),
              balance: usd('6551.96'),
            },
            {
              on: '2026-11-01',
              description: 'Credit applied, invoice NW-2026-000417',
              amount: usd('-150.00'),
              balance: usd('6401.96'),
            },
            {
              on: '2026-11-12',
              description: 'Payment, invoice NW-2026-000417',
              amount: usd('-2000.00'),
              balance: usd('4401.96'),
            },
          ],
          closing: usd('4401.96'),
        },
      },
      {
        currency: 'EUR',
        outstanding: eur('980.00'),
        unappliedCredit: eur('0.00'),
        ageing: {
          current: eur('980.00'),
          days1To30: eur('0.00'),
          days31To60: eur('0.00'),
          days61To90: eur('0.00'),
          days90Plus: eur('0.00'),
        },
        invoices: [
          {
            number: 'NW-2026-000450',
            issuedOn: '2026-12-01',
            dueOn: '2026-12-31',
            daysPastDue: 0,
            total: eur('980.00'),
            amountDue: eur('980.00'),
          },
        ],
        account: null,
      },
    ],
    remittance: 'By bank transfer, naming the invoice numbers.',
  };
}
