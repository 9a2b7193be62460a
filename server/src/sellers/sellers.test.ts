import { crc32, deflateSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { adminClient, withDatabase } from '../../test/support/database.ts';
import { readLogo } from './logo-actions.ts';
import { issuerSnapshot } from './queries.ts';
import { prefixFault } from './rules.ts';

let api: TestApp;
beforeAll(async () => {
  api = await testApp();
});
afterAll(() => api.close());

/** A PNG from its header fields and rows as they are before compression. */
function png(
  width: number,
  height: number,
  rows: Buffer,
  { depth = 8, color = 6, interlace = 0 } = {},
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, color, 0, 0, interlace], 8);
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const whole = Buffer.alloc(8 + body.length);
    whole.writeUInt32BE(data.length, 0);
    body.copy(whole, 4);
    whole.writeUInt32BE(crc32(body), 4 + body.length);
    return whole;
  };
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const dot = png(2, 1, Buffer.from([0, 255, 0, 0, 255, 0, 0, 255, 128]));
const logo = (bytes: Buffer) => ({ logo: { contentBase64: bytes.toString('base64') } });

const profile = {
  name: 'Acme Metering',
  legalName: 'Acme Metering GmbH',
  address: ['Torstraße 1', '10119 Berlin'],
  country: 'Germany',
  taxId: 'DE123456789',
  email: 'billing@acme.example',
  website: 'https://acme.example',
  invoicePrefix: 'AC-2026-',
  defaultPaymentTermsDays: 14,
  defaultCurrency: 'EUR',
  defaultTimeZone: 'Europe/Berlin',
  defaultBreakdown: 'organization',
  locale: 'en-150',
  paper: 'A4',
  remittanceInstructions: 'IBAN DE00 1234 5678 9012 3456 00',
};

describe('the seller profile', () => {
  it('is there from the start, and is changed with If-Match', async () => {
    const before = await api.ok('GET', '/v1/seller');
    expect(before).toMatchObject({
      name: 'Your company',
      invoicePrefix: 'INV-',
      logo: null,
      paper: 'letter',
      version: 1,
    });
    const after = await api.ok('PATCH', '/v1/seller', profile, { ifMatch: 1 });
    expect(after).toMatchObject({
      ...profile,
      version: 2,
      nextInvoiceNumber: before.nextInvoiceNumber,
    });
    expect(await api.call('PATCH', '/v1/seller', { name: 'Late' }, { ifMatch: 1 })).toMatchObject({
      status: 412,
    });
    expect(await api.ok('GET', '/v1/seller')).toEqual(after);
  });

  it('keeps who changed what', async () => {
    const { rows } = await withAdmin((client) =>
      client.query(
        `select before ->> 'name' as before, after ->> 'name' as after from audit_log where action = 'seller.update' order by id`,
      ),
    );
    expect(rows[0]).toEqual({ before: 'Your company', after: 'Acme Metering' });
  });

  it.each([
    [{ invoicePrefix: 'INV-2026' }, '/invoicePrefix'],
    [{ invoicePrefix: '-X' }, '/invoicePrefix'],
    [{ defaultCurrency: 'XXXX' }, '/defaultCurrency'],
    [{ defaultTimeZone: 'Mars/Olympus' }, '/defaultTimeZone'],
    [{ locale: 'ar-EG' }, '/locale'],
    [{ website: 'javascript:alert(1)' }, '/website'],
    [{ paper: 'A3' }, '/paper'],
    [{ address: Array.from({ length: 9 }, () => 'line') }, '/address'],
    [{ nextInvoiceNumber: 7 }, '/nextInvoiceNumber'],
    [{ logo: { contentBase64: 'not base64!' } }, '/logo/contentBase64'],
    [logo(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), '/logo/contentBase64'],
  ])('refuses %j', async (body, pointer) => {
    const { status, body: problem } = await api.call('PATCH', '/v1/seller', body);
    expect([status, problem.errors[0].pointer]).toEqual([400, pointer]);
  });

  it('needs its permissions', async () => {
    const reader = await api.key('seller.read');
    expect(await api.call('GET', '/v1/seller', undefined, { key: reader })).toMatchObject({
      status: 200,
    });
    expect(await api.call('PATCH', '/v1/seller', { name: 'X' }, { key: reader })).toMatchObject({
      status: 403,
    });
  });

  it('gives invoices a snapshot that a later change does not reach', async () => {
    await api.ok('PATCH', '/v1/seller', { ...profile, ...logo(dot) });
    const snapshot = await api.act((action) => issuerSnapshot(action.tx));
    expect(snapshot).toMatchObject({
      name: 'Acme Metering',
      address: profile.address,
      paper: 'A4',
      breakdown: 'organization',
    });
    expect(snapshot.logo).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(JSON.stringify(snapshot).length).toBeLessThan(1000);
    const removed = await api.ok('PATCH', '/v1/seller', { logo: null, country: '' });
    expect([removed.logo, removed.country]).toEqual([null, null]);
    expect(await api.act((action) => issuerSnapshot(action.tx))).not.toHaveProperty('logo');
    const kept = await withAdmin((client) =>
      client.query('select bytes from seller_logos where hash = $1', [snapshot.logo]),
    );
    expect(kept.rows[0].bytes).toEqual(dot);
  });

  it('serves the logo as what it is', async () => {
    expect(await api.call('GET', '/v1/seller/logo')).toMatchObject({ status: 404 });
    await api.ok('PATCH', '/v1/seller', logo(dot));
    const answer = await api.app.inject({
      url: '/v1/seller/logo',
      headers: { 'x-api-key': await api.key('seller.read') },
    });
    expect([answer.headers['content-type'], answer.headers['x-content-type-options']]).toEqual([
      'image/png',
      'nosniff',
    ]);
    expect(answer.rawPayload).toEqual(dot);
  });

  it('keeps logos for ever', async () => {
    const change = (statement: string) => withAdmin((client) => client.query(statement));
    await expect(change('delete from seller_logos')).rejects.toThrow(
      'what was recorded never changes',
    );
    await expect(change(`update seller_logos set media_type = 'image/jpeg'`)).rejects.toThrow(
      'what was recorded never changes',
    );
    const lie = `insert into seller_logos select 'sha256:0', media_type, width, height, bytes, journal_id, created_at from seller_logos`;
    await expect(change(lie)).rejects.toThrow('check constraint');
  });
});

describe('logos', () => {
  const read = (bytes: Buffer) => readLogo(bytes.toString('base64'));
  const row = (bytes: number) => Buffer.alloc(bytes + 1);

  it('reads PNGs of each kind, and a JPEG', () => {
    expect(read(dot)).toMatchObject({ mediaType: 'image/png', width: 2, height: 1 });
    expect(read(png(9, 1, row(2), { depth: 1, color: 0 }))).toMatchObject({ width: 9 });
    expect(read(png(3, 1, row(18), { depth: 16, color: 2 }))).toMatchObject({ width: 3 });
    const frame = Buffer.from(
      'ffd8ffe000104a46494600010100000100010000ffc0000b080005000701011100ffda00080101000000000000ffd9',
      'hex',
    );
    expect(read(frame)).toMatchObject({ mediaType: 'image/jpeg', width: 7, height: 5 });
  });

  it.each([
    ['a bomb', png(4, 1, Buffer.alloc(1_000_000)), 'damaged'],
    ['too few pixels', png(4, 4, row(16)), 'damaged'],
    ['an unknown filter', png(1, 1, Buffer.from([9, 0, 0, 0, 0])), 'damaged'],
    ['a cut file', dot.subarray(0, 40), 'damaged'],
    [
      'pixels that are not compressed',
      Buffer.from(dot.toString('latin1').replace('x\x9c', 'xx'), 'latin1'),
      'damaged',
    ],
    ['a palette that is missing', png(1, 1, row(1), { color: 3 }), 'damaged'],
    ['interlacing', png(1, 1, row(4), { interlace: 1 }), 'interlaced'],
    ['too many pixels', png(5000, 1, row(20_000)), 'too_large'],
    ['too many bytes', Buffer.alloc(300 * 1024), 'too_large'],
    [
      'CMYK',
      Buffer.from('ffd8ffc000140800010001040111000211000311000411000000ffda0002ffd9', 'hex'),
      'damaged',
    ],
    ['HTML', Buffer.from('<html>'), 'media_type'],
  ])('refuses %s', (_what, bytes, code) => {
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ code })] }),
    );
  });
});

describe('prefixes', () => {
  it.each(['', 'INV-', 'A', 'AC/2026/', 'a_b.'])('takes %j', (prefix) =>
    expect(prefixFault(prefix)).toBeNull(),
  );
  it.each(['INV1', ' ', '-', 'Ä-', 'INV-\n', 'x'.repeat(17)])('refuses %j', (prefix) =>
    expect(prefixFault(prefix)).not.toBeNull(),
  );
});

async function withAdmin<T>(
  work: (client: Awaited<ReturnType<typeof adminClient>>) => Promise<T>,
): Promise<T> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(
    api.database.db,
  );
  const client = await adminClient(
    withDatabase(process.env['CUSTOMARY_TEST_SERVER'] ?? '', rows[0]?.name ?? ''),
  );
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
