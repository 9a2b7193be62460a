import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { readPdf } from '../../test/support/pdf.ts';
import { type SeededEvent, seedUsage } from '../../test/support/seeded-usage.ts';
import { lineRecords } from './export-actions.ts';

/** Documents of an invoice with tax and breakdown, in a currency of three decimals. */
let api: TestApp;
let invoice: Json;
let team: Json;
let company: Json;

beforeAll(async () => {
  api = await testApp();
  await api.ok('PATCH', '/v1/seller', { defaultBreakdown: 'organization', paper: 'A4' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const plan = async (name: string, tax: object) => {
    const { id: productId } = await api.ok('POST', '/v1/products', { name, ...tax });
    const charges = [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.0015' }];
    return api.ok('POST', '/v1/plans', { productId, name, currency: 'KWD', charges });
  };
  const plans = [
    await plan('Inference', {}),
    await plan('Courses', { taxExempt: { reason: 'Educational service' } }),
  ];
  company = await api.ok('POST', '/v1/organizations', {
    name: 'Acme',
    taxRates: [{ name: 'VAT', percent: '5' }],
  });
  team = await api.ok('POST', '/v1/organizations', { name: '=Research', billTo: company.id });
  const events: SeededEvent[] = [];
  for (const { id: planId } of plans) {
    const { id: subscriptionId } = await api.ok('POST', '/v1/subscriptions', {
      organizationId: company.id,
      planId,
      startAt: '2026-10-01T00:00:00Z',
    });
    for (const organizationId of [company.id, team.id])
      events.push({
        at: '2026-10-05T00:00:00Z',
        subscriptionId,
        organizationId,
        measures: { tokens: organizationId === team.id ? '2001' : '1000' },
      });
  }
  await api.act((action) => seedUsage(action, events));
  api.setClock('2026-11-01T06:00:00Z');
  await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${company.id}`);
  invoice = await api.ok('POST', `/v1/invoices/${items[0].id}/finalize`);
});
afterAll(() => api.close());

async function get(url: string) {
  const headers = { 'x-api-key': await api.key('admin') };
  return (await api.app.inject({ url, headers })).rawPayload;
}
const textOf = async (url: string) => {
  const { pages } = await readPdf(await get(url), { scale: 0.1 });
  return pages.map((page) => page.text.replaceAll('\u00a0', ' ')).join('\n');
};

describe('the PDF of an invoice', () => {
  it('has its taxes, why there is none on some, and who has what', async () => {
    expect(invoice).toMatchObject({
      subtotal: { amount: '9.004', currency: 'KWD' },
      taxTotal: { amount: '0.225' },
      total: { amount: '9.229' },
    });
    const text = await textOf(`/v1/invoices/${invoice.id}/pdf`);
    for (const part of [
      'VAT 5% on KWD 4.502',
      'KWD 0.225',
      'Tax exempt on KWD 4.502',
      'Educational service',
      'By organization',
      '=Research',
      'KWD 6.004',
      'KWD 3.000',
      'Together, without tax',
      'KWD 9.229',
    ])
      expect(text, part).toContain(part);
  });

  it('without detail says what is owed and why, and no line, team or quantity', async () => {
    const url = `/v1/invoices/${invoice.id}/pdf?detail=summary`;
    const text = await textOf(url);
    for (const part of ['Charges of the billing period', 'KWD 9.004', 'VAT 5%', 'KWD 9.229'])
      expect(text, part).toContain(part);
    for (const part of ['Inference', 'Courses:', 'tokens', 'Research', '3,001', '0.0015'])
      expect(text, part).not.toContain(part);
    expect((await get(url)).equals(await get(url))).toBe(true);
  });
});

describe('CSV', () => {
  it('of a breakdown has a row for each part, with text that no spreadsheet runs', async () => {
    const csv = (await get(`/v1/invoices/${invoice.id}/csv?rows=breakdown`)).toString();
    const [head, ...rows] = csv.trimEnd().split('\r\n');
    expect(head).toBe(
      'invoiceId,invoiceNumber,lineId,description,breakdownBy,kind,value,label,quantity,amount,currency,eventCount',
    );
    expect(rows).toHaveLength(4);
    expect(
      rows.filter((row) => row.includes(`${team.id},'=Research,2001,3.002,KWD,1`)),
    ).toHaveLength(2);
  });

  it('of thousands of lines is read as it is taken, page by page, each line once', async () => {
    const { pool, db } = api.database;
    const draft = await copyOfInvoice(4500);
    const filter = { organizationId: company.id, status: ['draft'] };
    const described: string[] = [];
    for await (const { line } of lineRecords(db, filter, api.now()))
      described.push(line.description);
    expect(described).toEqual(Array.from({ length: 4500 }, (_, i) => `Copy ${i + 1}`));

    const records = lineRecords(db, filter, api.now());
    await records.next();
    await pool.query('delete from invoice_lines where invoice_id = $1 and ordinal > 1500', [draft]);
    let rest = 0;
    for await (const { line } of { [Symbol.asyncIterator]: () => records })
      rest += line.description === `Copy ${rest + 2}` ? 1 : 0;
    // What was not read yet when it went is not there: nobody holds more than a page.
    expect(rest).toBe(1499);
    await pool.query('delete from invoices where id = $1', [draft]);
  });
});

/** A draft of another month with as many lines. */
async function copyOfInvoice(lines: number): Promise<string> {
  const { pool } = api.database;
  const id = 'inv_00000000000000000000000001';
  await pool.query(
    `insert into invoices (id, seller_id, organization_id, status, currency, period_start, period_end, position, total, recipient, issuer, journal_id, created_at, updated_at)
     select $1, seller_id, organization_id, 'draft', currency, '2026-11-01', '2026-12-01', position, total, recipient, issuer, journal_id, created_at, updated_at
       from invoices where id = $2`,
    [id, invoice.id],
  );
  await pool.query(
    `insert into invoice_lines (id, invoice_id, ordinal, kind, description, subscription_id, plan_id, plan_version, charge_id, period_start, period_end, payer_from, payer_to, quantity, amount, price, position)
     select 'lin_' || lpad(n::text, 26, '0'), $1, n, l.kind, 'Copy ' || n, l.subscription_id, l.plan_id, l.plan_version, l.charge_id, l.period_start, l.period_end, l.payer_from, l.payer_to, n, 0.001, '{"currency": "KWD", "unitPrice": "1"}', l.position
       from generate_series(1, $3) n, (select * from invoice_lines where invoice_id = $2 limit 1) l`,
    [id, invoice.id, lines],
  );
  return id;
}

describe('a credit note', () => {
  it('is a PDF, and what becomes of it later is added', async () => {
    const [line] = invoice.lines;
    const note = await api.ok('POST', '/v1/credit-notes', {
      invoiceId: invoice.id,
      lines: [{ lineId: line.id, amount: { amount: '1.000', currency: 'KWD' } }],
      reason: 'Requests that failed',
    });
    const url = `/v1/credit-notes/${note.id}/pdf`;
    const text = await textOf(url);
    for (const part of [
      note.number,
      invoice.number,
      'Requests that failed',
      `KWD ${note.total.amount} credit`,
      `Applied to ${invoice.number}`,
      line.description,
    ])
      expect(text, part).toContain(part);
    expect((await get(url)).equals(await get(url))).toBe(true);
    await api.ok('POST', `/v1/credit-notes/${note.id}/void`);
    expect(await textOf(url)).toContain('VOID');
  });
});

describe('who may see headers only', () => {
  it('gets the PDF without detail of what was issued, and no other', async () => {
    const key = await api.key('statements.read', 'invoices.readHeaders');
    const status = async (path: string) =>
      (await api.app.inject({ url: path, headers: { 'x-api-key': key } })).statusCode;
    const of = `/v1/invoices/${invoice.id}`;
    expect(await status(`${of}/summary-pdf`)).toBe(200);
    for (const path of [of, `${of}/pdf`, `${of}/pdf?detail=summary`, `${of}/csv`])
      expect(await status(path), path).toBe(403);
    expect(await textOf(`${of}/summary-pdf`)).not.toContain('Research');
    await api.ok('POST', '/v1/billing-runs', { period: '2026-11' });
    const [draft] = (await api.ok('GET', '/v1/invoices?status=draft')).items;
    if (draft !== undefined) expect(await status(`/v1/invoices/${draft.id}/summary-pdf`)).toBe(404);
  });
});
