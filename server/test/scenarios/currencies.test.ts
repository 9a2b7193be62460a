import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../src/db/embedded/wait.ts';
import { startWorker, type Worker } from '../../src/jobs/worker.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { type MailServer, mailServer } from '../support/mail-server.ts';
import { readPdf } from '../support/pdf.ts';

/**
 * Two decimals, none, three: from the price to what the customer reads, no amount is ever written with another scale than
 * its currency has; and it is what somebody comes to by hand.
 */
type Worked = {
  readonly scale: number;
  readonly fee: string;
  readonly usage: string;
  readonly subtotal: string;
  readonly tax: string;
  readonly total: string;
  readonly paid: string;
  readonly credited: string;
  readonly due: string;
};

/** A fee, 12,345 units at 0.0015 (18.5175), 8.25 % of both; then a payment, and a credit of all the usage with its tax. */
const worked: Record<string, Worked> = {
  USD: {
    scale: 2,
    fee: '1234567.89',
    usage: '18.52',
    subtotal: '1234586.41',
    tax: '101853.38', // 101,853.378825
    total: '1336439.79',
    paid: '1000.50',
    credited: '20.05', // with its tax, 1.5279
    due: '1335419.24',
  },
  JPY: {
    scale: 0,
    fee: '1234567',
    usage: '19',
    subtotal: '1234586',
    tax: '101853', // 101,853.345
    total: '1336439',
    paid: '1000',
    credited: '21', // with its tax, 1.5675
    due: '1335418',
  },
  KWD: {
    scale: 3,
    fee: '1234567.891',
    usage: '18.518', // to the even one
    subtotal: '1234586.409',
    tax: '101853.379', // 101,853.3787425
    total: '1336439.788',
    paid: '1000.125',
    credited: '20.046', // with its tax, 1.527735
    due: '1335419.617',
  },
};
const currencies = Object.keys(worked);
const of = (currency: string): Worked => worked[currency] as Worked;

const from = 'Billing <billing@seller.example>';
const UNIT_PRICE = '0.0015';
const PERCENT = '8.25';
const LONG_MS = 20_000;

let api: TestApp;
let server: MailServer;
let worker: Worker;
const invoices: Record<string, Json> = {};
const notes: Record<string, Json> = {};
const payments: Record<string, Json> = {};
const customers: Record<string, string> = {};

beforeAll(async () => {
  api = await testApp();
  server = await mailServer();
  api.deployment.mail = { smtpUrl: server.url, from };
  worker = await startWorker(api.deployment);
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'Inference' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  for (const currency of currencies) {
    const plan = await api.ok('POST', '/v1/plans', {
      productId,
      name: `In ${currency}`,
      currency,
      fees: [{ name: 'Platform', amount: of(currency).fee, timing: 'arrears' }],
      charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: UNIT_PRICE }],
    });
    const { id } = await api.ok('POST', '/v1/organizations', {
      name: `Customer of ${currency}`,
      currency,
      paymentTermsDays: 0,
      taxRates: [{ name: 'VAT', percent: PERCENT }],
      breakdownBy: 'organization',
      billing: { email: 'ap@customer.example', remittanceInstructions: 'To our account' },
    });
    customers[currency] = id;
    const asked = { organizationId: id, planId: plan.id, startAt: '2026-09-01T00:00:00Z' };
    const subscription = (await api.ok('POST', '/v1/subscriptions', asked)).id;
    const event = { id: currency, time: '2026-09-05T00:00:00Z', measures: { tokens: 12345 } };
    await api.ok('POST', '/v1/events', { ...event, subscription });
  }
  await api.ok('POST', '/v1/billing-runs', { period: '2026-09' });
  for (const currency of currencies) {
    const money = (amount: string) => ({ amount, currency });
    const organizationId = customers[currency];
    const { items } = await api.ok('GET', `/v1/invoices?organizationId=${organizationId}`);
    const invoice = await api.ok('POST', `/v1/invoices/${items[0].id}/finalize`);
    api.setClock(24 * 60 * 60 * 1000);
    const payment = { organizationId, amount: money(of(currency).paid) };
    payments[currency] = await api.ok('POST', '/v1/payments', payment);
    const usage = invoice.lines.find(({ kind }: Json) => kind === 'usage');
    notes[currency] = await api.ok('POST', '/v1/credit-notes', {
      invoiceId: invoice.id,
      reason: 'Agreed',
      lines: [{ lineId: usage.id, amount: money(of(currency).usage) }],
    });
    invoices[currency] = await api.ok('GET', `/v1/invoices/${invoice.id}`);
  }
});
afterAll(async () => {
  await worker.stop();
  await server.close();
  await api.close();
});

/** Every amount in an answer, wherever it stands. */
function amountsIn(value: unknown): { amount: string; currency: string }[] {
  if (value === null || typeof value !== 'object') return [];
  const { amount, currency, ...rest } = value as Record<string, unknown>;
  if (typeof amount === 'string' && typeof currency === 'string') return [{ amount, currency }];
  const inside = Object.values({ amount, ...rest }).flatMap(amountsIn);
  if (typeof currency !== 'string' || !('days90Plus' in rest)) return inside;
  return [...inside, ...Object.values(rest).map((each) => ({ amount: String(each), currency }))];
}

const decimalsOf = (text: string) => text.split('.')[1]?.length ?? 0;
const wrongIn = (value: unknown) =>
  amountsIn(value).filter(({ amount, currency }) => decimalsOf(amount) !== of(currency).scale);
const grouped = (amount: string) => amount.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');

async function file(url: string): Promise<Buffer> {
  const key = await api.key('admin');
  const answer = await api.app.inject({ url, headers: { 'x-api-key': key } });
  expect(answer.statusCode, answer.body.slice(0, 300)).toBe(200);
  return answer.rawPayload;
}
const RANGE = 'from=2026-09-01T00:00:00Z&to=2026-11-01T00:00:00Z';

describe.each(currencies)('%s', (currency) => {
  const hand = of(currency);

  it('is rated, taxed, paid and credited as by hand', async () => {
    const invoice = invoices[currency];
    const amounts = (...fields: string[]) => fields.map((field) => invoice[field].amount);
    expect(amounts('subtotal', 'taxTotal', 'total', 'amountDue')).toEqual([
      hand.subtotal,
      hand.tax,
      hand.total,
      hand.due,
    ]);
    expect(invoice.lines.map(({ amount }: Json) => amount.amount)).toEqual([hand.fee, hand.usage]);
    expect(notes[currency].total.amount).toBe(hand.credited);
    expect(payments[currency].allocations[0].amount.amount).toBe(hand.paid);
    const statement = await api.ok('GET', `/v1/statements/${customers[currency]}?${RANGE}`);
    expect(statement.outstandingBalance).toEqual([{ amount: hand.due, currency }]);
    expect(statement.account.closing).toEqual([{ amount: hand.due, currency }]);
  });

  it('has its own scale in every answer', async () => {
    const id = customers[currency];
    const answers = [
      invoices[currency],
      notes[currency],
      payments[currency],
      await api.ok('GET', `/v1/invoices?organizationId=${id}`),
      await api.ok('GET', `/v1/invoice-headers?organizationId=${id}`),
      await api.ok('GET', `/v1/credit-notes?organizationId=${id}`),
      await api.ok('GET', `/v1/payments?organizationId=${id}`),
      await api.ok('GET', `/v1/statements/${id}?${RANGE}`),
      await api.ok('GET', '/v1/statements'),
    ];
    for (const answer of answers) {
      expect(amountsIn(answer).length).toBeGreaterThan(2);
      expect(wrongIn(answer)).toEqual([]);
    }
  });

  it.each([
    [
      'invoice',
      () => `/v1/invoices/${invoices[currency].id}/pdf`,
      ['total', 'tax', 'usage', 'due'],
    ],
    [
      'invoice without detail',
      () => `/v1/invoices/${invoices[currency].id}/summary-pdf`,
      ['total', 'tax', 'due'],
    ],
    ['credit note', () => `/v1/credit-notes/${notes[currency].id}/pdf`, ['usage', 'credited']],
    [
      'statement',
      () => `/v1/statements/${customers[currency]}/pdf?${RANGE}`,
      ['total', 'paid', 'credited', 'due'],
    ],
  ] as const)('has it on the PDF of the %s', async (_, url, shown) => {
    const { pages } = await readPdf(await file(url()), { scale: 0.1 });
    const text = pages.map((page) => page.text).join('\n');
    for (const name of shown) expect(text, name).toContain(grouped(hand[name]));
    const written = text.match(/\d[\d,]*\.\d+/g) ?? [];
    const others = written.filter((number) => number !== UNIT_PRICE && number !== PERCENT);
    expect(others.filter((number) => decimalsOf(number) !== hand.scale)).toEqual([]);
    // Where there are none, the amounts stand without a point at all.
    if (hand.scale === 0) expect(others).toEqual([]);
  });

  it('has it in every file', async () => {
    const id = customers[currency];
    for (const url of [
      `/v1/invoices/csv?organizationId=${id}`,
      `/v1/invoice-lines/csv?organizationId=${id}`,
      `/v1/invoices/${invoices[currency].id}/csv?rows=breakdown`,
      `/v1/statements/${id}/csv?${RANGE}`,
      `/v1/statements/csv?currency=${currency}`,
    ]) {
      const [names = '', ...rows] = (await file(url)).toString('utf8').trimEnd().split('\r\n');
      const columns = names.split(',');
      const money = columns.flatMap((name, i) =>
        /^(amount|balance|total|subtotal|taxTotal|amountDue|outstanding\w*|unapplied\w*|current|days\d.*)$/.test(
          name,
        )
          ? [i]
          : [],
      );
      expect([money.length > 0, rows.length > 0], url).toEqual([true, true]);
      for (const row of rows) {
        const cells = row.split(',');
        const amounts = money.map((i) => cells[i] ?? '').filter((cell) => cell !== '');
        expect(amounts.length, row).toBeGreaterThan(0);
        for (const amount of amounts) expect(decimalsOf(amount), `${url}: ${row}`).toBe(hand.scale);
      }
    }
  });

  it('has it in every letter', async () => {
    const texts: string[] = [];
    for (const [path, shown] of [
      [`invoices/${invoices[currency].id}/send`, hand.total],
      [`invoices/${invoices[currency].id}/remind`, hand.due],
      [`credit-notes/${notes[currency].id}/send`, hand.credited],
      [`statements/${customers[currency]}/send`, hand.due],
    ] as const) {
      const { id } = await api.ok('POST', `/v1/${path}`);
      const sent = await until(LONG_MS, async () => {
        const found = await api.ok('GET', `/v1/messages/${id}`);
        return found.status === 'sent' ? found : undefined;
      });
      expect(sent, path).toBeDefined();
      const mail = server.received.at(-1);
      const text = `${mail?.header('Subject')}\n${mail?.part('text/plain').toString()}`;
      expect(text).toContain(`${grouped(shown)} ${currency}`);
      texts.push(text, mail?.part('text/html').toString() ?? '');
    }
    const written = texts.join('\n').match(/[\d,]+(?:\.\d+)? [A-Z]{3}\b/g) ?? [];
    expect(written.length).toBeGreaterThan(12);
    for (const each of written) {
      const [amount = '', name = ''] = each.split(' ');
      expect([name, decimalsOf(amount)]).toEqual([currency, hand.scale]);
    }
  });
});
