import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../test/support/app.ts';
import { adminClient } from '../../test/support/database.ts';
import { type MailServer, mailServer } from '../../test/support/mail-server.ts';
import { moneyApp, type MoneyApp } from '../../test/support/money-app.ts';
import { readPdf } from '../../test/support/pdf.ts';
import { until } from '../db/embedded/wait.ts';
import { startWorker, type Worker } from '../jobs/worker.ts';
import { sendIssuedBySchedule } from './reminder-actions.ts';

/** Credit notes and statements are mailed as invoices are: with the PDF, once where nobody asks, and not where they cannot be. */
const from = 'Example Billing <billing@seller.example>';
const billing = { email: 'ap@acme.example', remittanceInstructions: 'IBAN DE02' };
const LONG_MS = 20_000;

let m: MoneyApp;
let admin: pg.Client;
let server: MailServer;
let worker: Worker | undefined;

beforeAll(async () => {
  m = await moneyApp();
  admin = await adminClient(m.api.database.url);
});
afterAll(async () => {
  await admin.end();
  await m.api.close();
});
beforeEach(async () => {
  server = await mailServer();
  m.api.setClock('2026-11-01T06:00:00Z');
  m.api.deployment.mail = { smtpUrl: server.url, from };
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await server.close();
  await admin.query(
    `update customary.messages set status = 'not_sent', reason = 'over' where status = 'queued'`,
  );
  await admin.query('truncate graphile_worker._private_jobs');
  await m.api.ok('PATCH', '/v1/sending-settings', { sendOnFinalize: false });
});

const work = async () => (worker = await startWorker(m.api.deployment));
const customer = (fields: object = {}) =>
  m.customer({ name: 'Müller & Søn', timeZone: 'America/New_York', billing, ...fields });

async function settled({ id }: Json): Promise<Json> {
  const message = await until(LONG_MS, async () => {
    const found = await m.api.ok('GET', `/v1/messages/${id}`);
    return found.status === 'queued' ? undefined : found;
  });
  expect(message, 'the message is still queued').toBeDefined();
  return message;
}

const lastText = () =>
  server.received.at(-1)?.part('text/plain').toString().replaceAll('\r\n', '\n');
const lastPdf = async () => {
  const { pages } = await readPdf(
    server.received.at(-1)?.part('application/pdf') ?? Buffer.alloc(0),
  );
  return pages.map(({ text }) => text).join('\n');
};

describe('a credit note', () => {
  const credited = async (fields: object = {}): Promise<Json> => {
    const invoice = await m.invoice(await customer(fields), ['1000', '500.5']);
    const line = { lineId: invoice.lines[0].id, amount: { amount: '1000', currency: 'USD' } };
    return m.credit(invoice.id, { lines: [line] });
  };
  const send = (note: Json) => m.api.call('POST', `/v1/credit-notes/${note.id}/send`);

  it('goes to the billing e-mail, with its PDF, and asks for nothing', async () => {
    await work();
    const note = await credited();
    const { status, body } = await send(note);
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({
        kind: 'credit_note',
        creditNoteId: note.id,
        invoiceId: null,
        statement: null,
        to: 'ap@acme.example',
        automatic: false,
      }),
    ]);
    expect(await settled(body)).toMatchObject({ status: 'sent', attempts: 1 });
    expect(server.received.at(-1)?.header('Subject')).toBe(
      `Credit note ${note.number} from Your company: 1,000.00 USD`,
    );
    expect(lastText()).toBe(
      [
        'Müller & Søn,',
        '',
        `Please find attached credit note ${note.number} of November 1, 2026, which credits invoice ${note.invoiceNumber}. There is nothing to pay.`,
        '',
        `  Credit note               ${note.number}`,
        `  Invoice                   ${note.invoiceNumber}`,
        '  Credited                  1,000.00 USD',
        '  Left for other invoices   nothing',
        '',
        'Your company',
        '',
      ].join('\n'),
    );
    expect(await lastPdf()).toContain(note.number);
    const { items } = await m.api.ok('GET', `/v1/messages?creditNoteId=${note.id}`);
    expect(items).toHaveLength(1);
  });

  it('is not sent once it is void, nor where there is no address or no server, and says why', async () => {
    const note = await credited();
    const queued = (await send(note)).body;
    await m.api.ok('POST', `/v1/credit-notes/${note.id}/void`);
    expect((await send(note)).body).toMatchObject({ status: 409, code: 'invalid_state' });
    await work();
    expect(await settled(queued)).toMatchObject({ status: 'not_sent', reason: 'It is void.' });
    const nowhere = await credited({ billing: {} });
    expect((await send(nowhere)).body).toMatchObject({
      status: 'not_sent',
      reason: 'The organization has no billing e-mail.',
    });
    delete m.api.deployment.mail;
    expect((await send(await credited())).body).toMatchObject({
      status: 'not_sent',
      reason: 'No SMTP server is configured.',
    });
    expect(server.received).toEqual([]);
    expect((await send({ id: 'cn_01KAPZ5N3V8Q4M7W2T6R9Y0BXC' })).status).toBe(404);
  });

  it('is sent when it is issued, if the settings say so, once', async () => {
    const before = await credited();
    m.api.setClock(1000);
    await m.api.ok('PATCH', '/v1/sending-settings', { sendOnFinalize: true });
    m.api.setClock(1000);
    const note = await credited();
    const messagesOf = async ({ id }: Json) =>
      (await m.api.ok('GET', `/v1/messages?creditNoteId=${id}`)).items;
    expect(await messagesOf(note)).toMatchObject([{ automatic: true, status: 'queued' }]);
    expect(await sendIssuedBySchedule(m.api.deployment)).toBe(0);
    expect(await messagesOf(before)).toEqual([]);
  });
});

it('what a billing run issued by itself is sent by the clock, once, in however many processes', async () => {
  m.api.setClock('2026-11-02T00:00:00Z');
  await m.api.ok('PATCH', '/v1/sending-settings', { sendOnFinalize: true });
  m.api.setClock(1000);
  const invoice = await m.invoice(await customer(), '7');
  // As if nobody had waited for it: the message that finalizing recorded is not there.
  await admin.query(`delete from customary.messages where invoice_id = $1`, [invoice.id]);
  const { deployment } = m.api;
  const counts = await Promise.all([1, 2].map(() => sendIssuedBySchedule(deployment)));
  expect(counts.toSorted((a, b) => a - b)).toEqual([0, 1]);
  const { items } = await m.api.ok('GET', `/v1/messages?invoiceId=${invoice.id}`);
  expect(items).toMatchObject([{ kind: 'invoice', automatic: true }]);
});

describe('a statement', () => {
  const send = (id: string, body?: object) => m.api.call('POST', `/v1/statements/${id}/send`, body);

  it('goes out as it was when it was asked for, with the account over a range', async () => {
    const acme = await customer({ paymentTermsDays: 0 });
    await m.invoice(acme, '1234.5');
    await m.invoice(acme, '1000', 'JPY');
    await m.pay(acme, '34.5', { allocations: [] });
    m.api.setClock('2026-11-03T04:59:00Z'); // still the 2nd in New York
    const range = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
    const { status, body } = await send(acme, range);
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ kind: 'statement', organizationId: acme, invoiceId: null }),
    ]);
    expect(body.statement).toMatchObject({
      asOf: m.api.now(),
      from: '2026-11-01T00:00:00.000000Z',
    });
    await m.pay(acme, '1000'); // after it was asked for
    await work();
    await settled(body);
    expect(server.received.at(-1)?.header('Subject')).toBe(
      'Statement from Your company of November 2, 2026: 1,000 JPY and 1,234.50 USD due',
    );
    expect(lastText()).toBe(
      [
        'Müller & Søn,',
        '',
        'Please find attached the statement of your account as of November 2, 2026.',
        '',
        '  Amount due            1,000 JPY and 1,234.50 USD',
        '  Of that past due      1,000 JPY and 1,234.50 USD',
        '  Credit not used yet   34.50 USD',
        '',
        'How to pay:',
        'IBAN DE02',
        '',
        'Your company',
        '',
      ].join('\n'),
    );
    expect(await lastPdf()).toMatch(/1,234\.50/);
    const { asOf, knownAt } = body.statement;
    const pdf = await m.api.app.inject({
      url: `/v1/statements/${acme}/pdf?asOf=${asOf}&knownAt=${knownAt}&from=${range.from}&to=${range.to}`,
      headers: { 'x-api-key': await m.api.key('statements') },
    });
    expect(server.received.at(-1)?.part('application/pdf').equals(pdf.rawPayload)).toBe(true);
  });

  it('that says that nothing is owed is sent, too', async () => {
    await work();
    const { body } = await send(await customer());
    await settled(body);
    expect(server.received.at(-1)?.header('Subject')).toContain(': nothing due');
    expect(lastText()).not.toContain('How to pay');
  });

  it('is of a customer, by a permission of its own, and what is asked makes sense', async () => {
    const acme = await customer({ billing: {} });
    expect((await send(acme)).body).toMatchObject({
      status: 'not_sent',
      reason: 'The organization has no billing e-mail.',
    });
    for (const [id, body, status] of [
      ['org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC', undefined, 404],
      ['org_00000000000000000000000000', undefined, 404],
      [acme, { from: '2026-11-01T00:00:00Z' }, 400],
      [acme, { knownAt: 99_999_999 }, 400],
      [acme, { to: '2026-11-01T00:00:00Z', from: '2026-11-01T00:00:00Z' }, 400],
    ] as const)
      expect((await send(id, body)).status, JSON.stringify(body)).toBe(status);
    const key = await m.api.key('statements');
    const path = `/v1/statements/${acme}/send`;
    expect((await m.api.call('POST', path, undefined, { key })).status).toBe(403);
  });
});
