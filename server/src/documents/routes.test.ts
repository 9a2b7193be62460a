import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { readPdf } from '../../test/support/pdf.ts';
import { sampleLogo } from '../../test/support/logo.ts';
import { seedUsage } from '../../test/support/seeded-usage.ts';

let api: TestApp;
let customer: Json;
let issued: Json;
let draft: Json;

beforeAll(async () => {
  api = await testApp();
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'Inference' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const { id: planId } = await api.ok('POST', '/v1/plans', {
    productId,
    name: 'Pro',
    currency: 'KWD',
    fees: [{ name: 'Platform', amount: '10.000', timing: 'advance' }],
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.000002' }],
  });
  await api.ok('PATCH', '/v1/seller', {
    name: 'Northwind Inference',
    address: ['548 Market Street'],
    paper: 'A4',
    locale: 'en-GB',
    logo: { contentBase64: sampleLogo(48).bytes.toString('base64') },
  });
  customer = await api.ok('POST', '/v1/organizations', {
    name: '=株式会社 "Acme", Ltd',
    timeZone: 'Asia/Kathmandu',
    billing: {
      address1: 'Torstraße 1',
      city: 'Kathmandu',
      remittanceInstructions: 'IBAN KW00 1234',
    },
  });
  await api.ok('POST', '/v1/organizations', { name: 'Owes nothing' });
  const subscription = await api.ok('POST', '/v1/subscriptions', {
    organizationId: customer.id,
    planId,
    startAt: '2026-09-30T18:15:00Z',
    name: 'Production',
  });
  await api.act((action) =>
    seedUsage(action, [
      {
        at: '2026-10-05T00:00:00Z',
        subscriptionId: subscription.id,
        organizationId: customer.id,
        measures: { tokens: '1234567.5' },
      },
    ]),
  );
  api.setClock('2026-11-01T06:00:00Z');
  await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${customer.id}`);
  issued = await api.ok('POST', `/v1/invoices/${items[0].id}/finalize`);
  api.setClock('2026-12-01T06:00:00Z');
  await api.ok('POST', '/v1/billing-runs', { period: '2026-11' });
  [draft] = (await api.ok('GET', '/v1/invoices?status=draft')).items;
});
afterAll(() => api.close());

async function get(url: string, key?: string) {
  const { statusCode, headers, rawPayload } = await api.app.inject({
    url,
    headers: { 'x-api-key': key ?? (await api.key('admin')) },
  });
  return { status: statusCode, headers, bytes: rawPayload, text: rawPayload.toString('utf8') };
}
const pagesOf = async (bytes: Buffer) =>
  (await readPdf(bytes, { scale: 0.1 })).pages.map((page) => page.text.replaceAll('\u00a0', ' '));
const rowsOf = (text: string) => text.trimEnd().split('\r\n');

describe('PDF', () => {
  it('is an invoice as it was issued, the same each time', async () => {
    const first = await get(`/v1/invoices/${issued.id}/pdf`);
    expect(first.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': 'inline; filename="INV-000001.pdf"',
      'x-content-type-options': 'nosniff',
    });
    const [text = ''] = await pagesOf(first.bytes);
    for (const part of [
      'INV-000001',
      '=株式会社 "Acme", Ltd',
      'Torstraße 1',
      '1,234,567.5',
      '0.000002',
      'KWD 2.469',

      'Page 1 of 1',
      'IBAN KW00 1234',
    ]) {
      expect(text, part).toContain(part);
    }
    // Days of the customer's calendar: in UTC the period begins on 30 September.
    expect(text).toMatch(/1 – 31 Oct 2026|Oct 1 – 31, 2026/);
    expect((await get(`/v1/invoices/${issued.id}/pdf`)).bytes.equals(first.bytes)).toBe(true);
    await api.ok('PATCH', `/v1/organizations/${customer.id}`, {
      billing: { address1: 'Elsewhere 2' },
    });
    await api.ok('PATCH', '/v1/seller', { name: 'Southwind' });
    expect((await get(`/v1/invoices/${issued.id}/pdf`)).bytes.equals(first.bytes)).toBe(true);
  });

  it('is a draft that says so, from the seller of today', async () => {
    const { bytes, headers } = await get(`/v1/invoices/${draft.id}/pdf`);
    const [text = ''] = await pagesOf(bytes);
    expect(text).toContain('DRAFT');
    expect(text).toContain('548 Market Street');
    expect(headers['content-disposition']).toBe(`inline; filename="draft-${draft.id}.pdf"`);
  });

  it('is a statement, the same for the same clocks though names change', async () => {
    const { knownAt } = await api.ok('GET', `/v1/statements/${customer.id}`);
    const range = 'from=2026-10-01T00:00:00Z&to=2027-01-01T00:00:00Z';
    const url = `/v1/statements/${customer.id}/pdf?asOf=2026-12-15T00:00:00Z&knownAt=${knownAt}&${range}`;
    const first = await get(url);
    const [text = ''] = await pagesOf(first.bytes);
    for (const part of [
      'KWD 12.469 outstanding',
      '=株式会社 "Acme", Ltd',
      '15 Dec 2026',
      'INV-000001',
      '14 days late',
      'Opening balance',
      'Closing balance',
    ]) {
      expect(text, part).toContain(part);
    }
    await api.ok('PATCH', `/v1/organizations/${customer.id}`, {
      name: 'Renamed',
      timeZone: 'UTC',
      billing: { address1: 'Third 3' },
    });
    await api.ok('PATCH', '/v1/seller', { name: 'Eastwind', logo: null, paper: 'letter' });
    expect((await get(url)).bytes.equals(first.bytes)).toBe(true);
    const [now = ''] = await pagesOf((await get(`/v1/statements/${customer.id}/pdf`)).bytes);
    expect(now).toContain('Renamed');
    expect(now).toContain('Eastwind');
  });

  it('needs the permission, and something to show', async () => {
    const key = await api.key('statements.read');
    expect((await get(`/v1/invoices/${issued.id}/pdf`, key)).status).toBe(403);
    const unknown = await get('/v1/invoices/inv_00000000000000000000000000/pdf');
    expect([unknown.status, unknown.headers['content-type']]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    expect((await get(`/v1/statements/org_00000000000000000000000001/pdf`)).status).toBe(404);
  });
});

describe('CSV', () => {
  it('lists invoices, with text that no spreadsheet runs', async () => {
    const { text, headers } = await get('/v1/invoices/csv');
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="invoices.csv"',
    });
    const [head, newest, oldest] = rowsOf(text);
    expect(head).toBe(
      'id,number,status,organizationId,organizationName,currency,periodStart,periodEnd,issuedAt,dueAt,subtotal,taxTotal,total,amountDue,position',
    );
    expect(newest).toContain(`${draft.id},,draft,`);
    expect(oldest).toContain(
      `${issued.id},INV-000001,open,${customer.id},"'=株式会社 ""Acme"", Ltd",KWD,`,
    );
    expect(oldest).toContain(`,12.469,0.000,12.469,12.469,`);
    expect(rowsOf((await get('/v1/invoices/csv?status=open')).text)).toHaveLength(2);
    expect((await get('/v1/invoices/csv?bom=true')).bytes.subarray(0, 3).toString('hex')).toBe(
      'efbbbf',
    );
    expect((await get('/v1/invoices/csv?limit=3')).status).toBe(400);
  });

  it('lists lines, of one invoice and of many', async () => {
    const one = await get(`/v1/invoices/${issued.id}/csv`);
    expect(one.headers['content-disposition']).toBe('attachment; filename="INV-000001.csv"');
    const [head = '', ...lines] = rowsOf(one.text);
    expect(lines).toHaveLength(issued.lines.length);
    expect(head.startsWith('invoiceId,invoiceNumber,')).toBe(true);
    expect(lines[1]).toContain(',Production: tokens,');
    expect(lines[1]).toContain(',1234567.5,0.000002,2.469,KWD,1');
    const many = rowsOf((await get('/v1/invoice-lines/csv?status=open')).text);
    expect(many).toEqual([head, ...lines]);
  });

  it('lists what every customer owes, and one customer’s statement', async () => {
    const rows = rowsOf((await get('/v1/statements/csv')).text);
    expect(rows).toHaveLength(3);
    expect(rows.filter((row) => row.includes(',KWD,12.469,0.000,12.469,0.000'))).toHaveLength(1);
    expect(rows.filter((row) => /Owes nothing,[^,]+,\d+,,,,,,,,$/.test(row))).toHaveLength(1);
    const one = rowsOf(
      (
        await get(
          `/v1/statements/${customer.id}/csv?from=2026-10-01T00:00:00Z&to=2027-01-01T00:00:00Z`,
        )
      ).text,
    );
    expect(one.map((row) => row.split(',')[0])).toEqual([
      'type',
      'openInvoice',
      'opening',
      'entry',
      'closing',
    ]);
    expect(one[2]).toMatch(/^opening,KWD,2026-10-01T00:00:00.000000Z,,,,,,,0.000$/);
    expect(one[4]).toMatch(/,12.469$/);
  });

  it('lists usage', async () => {
    const range = 'from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z';
    expect((await get(`/v1/usage/csv?${range}&groupBy=organization&interval=day`)).text).toBe(
      `start,organizationId,measure,quantity,events\r\n2026-10-05T00:00:00.000000Z,${customer.id},tokens,1234567.5,1\r\n`,
    );
    expect((await get(`/v1/usage/csv?${range}&groupBy=organization,organization`)).status).toBe(
      400,
    );
  });
});
