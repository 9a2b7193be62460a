import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { adminClient } from '../../test/support/database.ts';
import { type MailServer, mailServer } from '../../test/support/mail-server.ts';
import { seedUsage } from '../../test/support/seeded-usage.ts';
import { until } from '../db/embedded/wait.ts';
import { addJob } from '../jobs/actions.ts';
import { startWorker, type Worker } from '../jobs/worker.ts';
import { DAY_MS } from '../lib/instant.ts';
import { remindBySchedule } from './reminder-actions.ts';

const from = 'Example Billing <billing@seller.example>';
const mailWorker = fileURLToPath(new URL('../../test/support/mail-worker.ts', import.meta.url));
const LONG_MS = 20_000;

let api: TestApp;
let admin: pg.Client;
let server: MailServer;
let planId: string;
let worker: Worker | undefined;

beforeAll(async () => {
  api = await testApp();
  admin = await adminClient(api.database.url);
  const product = await api.ok('POST', '/v1/products', { name: 'Inference' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const plan = {
    productId: product.id,
    name: 'Pro',
    fees: [{ name: 'Platform', amount: '1000.00', timing: 'advance' }],
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.001' }],
  };
  planId = (await api.ok('POST', '/v1/plans', plan)).id;
});
afterAll(async () => {
  await admin.end();
  await api.close();
});
beforeEach(async () => {
  server = await mailServer();
  api.setClock('2026-11-01T06:00:00Z');
  api.deployment.mail = { smtpUrl: server.url, from };
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await server.close();
  await admin.query(
    `update customary.messages set status = 'not_sent', reason = 'over' where status = 'queued'`,
  );
  await admin.query('truncate graphile_worker._private_jobs');
  await api.ok('PATCH', '/v1/sending-settings', { sendOnFinalize: false, reminderDays: [] });
});

const work = async () => (worker = await startWorker(api.deployment));

/** A customer's invoice of October, 1,001.23 USD: a draft. */
async function draft(changes: object = {}): Promise<Json> {
  const acme = await api.ok('POST', '/v1/organizations', {
    name: 'Müller & Søn <AG>',
    timeZone: 'America/New_York',
    paymentTermsDays: 30,
    billing: {
      email: 'billing@acme.example',
      remittanceInstructions: 'IBAN DE02 1203 0000 0000 2020 51\nReference: the number',
    },
    ...changes,
  });
  const subscription = { organizationId: acme.id, planId, startAt: '2026-10-01T04:00:00Z' };
  const { id: subscriptionId } = await api.ok('POST', '/v1/subscriptions', subscription);
  const usage = { subscriptionId, organizationId: acme.id, measures: { tokens: '1234' } };
  await api.act((action) => seedUsage(action, [{ at: '2026-10-05T00:00:00Z', ...usage }]));
  await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${acme.id}`);
  return items[0];
}

const finalize = (invoice: Json) => api.ok('POST', `/v1/invoices/${invoice.id}/finalize`);
const issued = async (changes?: object) => finalize(await draft(changes));
const send = (invoice: Json) => api.ok('POST', `/v1/invoices/${invoice.id}/send`);
const remind = (invoice: Json) => api.call('POST', `/v1/invoices/${invoice.id}/remind`);
const messagesOf = async (invoice: Json): Promise<Json[]> =>
  (await api.ok('GET', `/v1/messages?invoiceId=${invoice.id}`)).items;

/** The message once it is no longer queued; each wait for another attempt is cut short. */
async function settled({ id }: Json): Promise<Json> {
  const message = await until(LONG_MS, async () => {
    await admin.query('update graphile_worker._private_jobs set run_at = now()');
    const found = await api.ok('GET', `/v1/messages/${id}`);
    return found.status === 'queued' ? undefined : found;
  });
  expect(message, 'the message is still queued').toBeDefined();
  return message;
}

describe('an invoice', () => {
  it('goes to the billing e-mail, with its PDF and how to pay', async () => {
    await work();
    const invoice = await issued();
    const queued = await send(invoice);
    expect(queued).toMatchObject({
      kind: 'invoice',
      status: 'queued',
      invoiceId: invoice.id,
      organizationId: invoice.organizationId,
      to: 'billing@acme.example',
      automatic: false,
      attempts: 0,
    });
    const message = await settled(queued);
    expect(message).toMatchObject({ status: 'sent', attempts: 1, reason: null });
    expect(message.log).toMatchObject([{ outcome: 'sent', detail: expect.stringMatching(/^250/) }]);
    const [mail, ...others] = server.received;
    expect(others).toEqual([]);
    expect([mail?.from, mail?.to]).toEqual(['billing@seller.example', ['billing@acme.example']]);
    expect(mail?.header('From')).toBe(from);
    expect(mail?.header('Subject')).toBe(
      `Invoice ${invoice.number} from Your company: 1,001.23 USD due December 1, 2026`,
    );
    expect(mail?.header('Message-ID')).toBe(`<${queued.id}@seller.example>`);
    expect(mail?.part('text/plain').toString()).toBe(
      [
        'Müller & Søn <AG>,',
        '',
        `Please find attached invoice ${invoice.number} of November 1, 2026.`,
        '',
        `  Invoice      ${invoice.number}`,
        '  Total        1,001.23 USD',
        '  Amount due   1,001.23 USD',
        '  Due date     December 1, 2026',
        '',
        'How to pay:',
        'IBAN DE02 1203 0000 0000 2020 51',
        'Reference: the number',
        '',
        'Your company',
        '',
      ].join('\r\n'),
    );
    const html = mail?.part('text/html').toString();
    expect(html).toContain('<p>Müller &amp; Søn &lt;AG&gt;,</p>');
    expect(html).toContain('2020 51<br>Reference');
    expect(mail?.part('application/pdf').subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('is sent again each time somebody asks, and once for a repeated request', async () => {
    await work();
    const invoice = await issued();
    const path = `/v1/invoices/${invoice.id}/send`;
    const first = await api.ok('POST', path, undefined, { idempotencyKey: 'send' });
    expect(await api.ok('POST', path, undefined, { idempotencyKey: 'send' })).toEqual(first);
    await settled(first);
    await settled(await send(invoice));
    expect(server.received).toHaveLength(2);
    const { items } = await api.ok('GET', `/v1/messages?status=sent&invoiceId=${invoice.id}`);
    expect(items).toHaveLength(2);
  });

  it('is not for the customer while it is a draft', async () => {
    const answer = await api.call('POST', `/v1/invoices/${(await draft()).id}/send`);
    expect([answer.status, answer.body.code]).toEqual([409, 'invalid_state']);
    expect(
      await api.call('POST', '/v1/invoices/inv_00000000000000000000000000/send'),
    ).toMatchObject({ status: 404 });
  });

  it('says why it is not sent: no server, no address', async () => {
    const nowhere = await send(await issued({ billing: {} }));
    expect(nowhere).toMatchObject({
      status: 'not_sent',
      to: null,
      reason: 'The organization has no billing e-mail.',
    });
    delete api.deployment.mail;
    expect(await send(await issued())).toMatchObject({
      status: 'not_sent',
      reason: 'No SMTP server is configured.',
      attempts: 0,
    });
    expect(await api.ok('GET', '/v1/sending-settings')).toMatchObject({
      smtpConfigured: false,
      from: null,
    });
  });

  it('is not sent by a worker that has lost its settings', async () => {
    const queued = await send(await issued());
    delete api.deployment.mail;
    await work();
    expect(await settled(queued)).toMatchObject({
      status: 'not_sent',
      reason: 'No SMTP server is configured.',
    });
  });

  it('needs the permission to send', async () => {
    const invoice = await issued();
    const key = await api.key('invoices.read', 'invoices.finalize');
    const answer = await api.call('POST', `/v1/invoices/${invoice.id}/send`, undefined, { key });
    expect(answer.status).toBe(403);
  });
});

describe('a mail server', () => {
  it('that is busy is tried again, and then has it', async () => {
    server.refuse(451);
    await work();
    const queued = await send(await issued());
    expect(await until(LONG_MS, () => (server.asked() >= 1 ? true : undefined))).toBe(true);
    server.refuse(null);
    const message = await settled(queued);
    expect(message).toMatchObject({ status: 'sent', reason: null });
    expect(message.log[0]).toMatchObject({ outcome: 'failed' });
    expect(message.log.at(-1)).toMatchObject({ outcome: 'sent' });
    expect(server.received).toHaveLength(1);
  });

  it('that never has it is tried so many times, and the message says what it said', async () => {
    server.refuse(451);
    await work();
    const message = await settled(await send(await issued()));
    expect(message).toMatchObject({ status: 'failed', attempts: 8 });
    expect(message.reason).toContain('No, 451');
    expect(message.log).toHaveLength(8);
    expect(server.asked()).toBe(8);
  });

  it('that refuses for good is not asked again', async () => {
    server.refuse(550);
    await work();
    const message = await settled(await send(await issued()));
    expect(message).toMatchObject({ status: 'failed', attempts: 1 });
    expect(server.asked()).toBe(1);
  });

  it('that is not there is tried again', async () => {
    api.deployment.mail = { smtpUrl: 'smtp://127.0.0.1:1', from };
    await work();
    const queued = await send(await issued());
    const tried = await until(LONG_MS, async () => {
      const found = await api.ok('GET', `/v1/messages/${queued.id}`);
      return found.attempts > 0 ? found : undefined;
    });
    expect(tried).toMatchObject({ status: 'queued', attempts: 1 });
    expect(tried.reason).toContain('ECONNREFUSED');
  });
});

it('a process that dies between sending and saying so sends a copy under the same Message-ID', async () => {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', mailWorker, api.database.url, server.url, from],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const exited = once(child, 'exit');
  server.onArrival(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const queued = await send(await issued());
  await exited;
  server.onArrival(async () => undefined);
  await work();
  expect(await settled(queued)).toMatchObject({ status: 'sent', attempts: 1 });
  const ids = server.received.map((mail) => mail.header('Message-ID'));
  expect(ids).toEqual([`<${queued.id}@seller.example>`, `<${queued.id}@seller.example>`]);
});

it('several workers send a message once', async () => {
  const invoice = await issued();
  const others = await Promise.all([startWorker(api.deployment), startWorker(api.deployment)]);
  const queued = await Promise.all(Array.from({ length: 12 }, () => send(invoice)));
  for (const message of queued) await settled(message);
  await Promise.all(others.map((other) => other.stop()));
  const ids = server.received.map((mail) => mail.header('Message-ID'));
  expect(ids).toHaveLength(12);
  expect(new Set(ids).size).toBe(12);
});

it('a message that was sent is not sent again by a job that is there twice', async () => {
  await work();
  const message = await settled(await send(await issued()));
  await api.act((action) => addJob(action, 'messages.send', { id: message.id }));
  await until(LONG_MS, async () => {
    const { rows } = await admin.query('select from graphile_worker._private_jobs');
    return rows.length === 0 ? true : undefined;
  });
  expect(server.received).toHaveLength(1);
  expect(await api.ok('GET', `/v1/messages/${message.id}`)).toEqual(message);
});

describe('on finalize', () => {
  it('nothing is sent unless the settings say so', async () => {
    const invoice = await issued();
    expect(await messagesOf(invoice)).toEqual([]);
  });

  it('the invoice is sent, once', async () => {
    await api.ok('PATCH', '/v1/sending-settings', { sendOnFinalize: true });
    await work();
    const invoice = await issued();
    expect((await api.call('POST', `/v1/invoices/${invoice.id}/finalize`)).status).toBe(409);
    const [message, ...others] = await messagesOf(invoice);
    expect(others).toEqual([]);
    expect(message).toMatchObject({ kind: 'invoice', automatic: true });
    await settled(message);
    expect(server.received).toHaveLength(1);
  });

  it('what cannot be sent does not hold up the invoice', async () => {
    await api.ok('PATCH', '/v1/sending-settings', { sendOnFinalize: true });
    delete api.deployment.mail;
    const invoice = await issued();
    expect(invoice.status).toBe('open');
    expect(await messagesOf(invoice)).toMatchObject([{ status: 'not_sent' }]);
  });
});

describe('a reminder', () => {
  it('by hand says what is due, before and after the day', async () => {
    await work();
    const invoice = await issued();
    const early = await remind(invoice);
    expect(early.status).toBe(201);
    await settled(early.body);
    api.setClock('2026-12-11T06:00:00Z');
    await settled((await remind(invoice)).body);
    const texts = server.received.map((mail) => mail.part('text/plain').toString());
    expect(texts[0]).toContain('a friendly reminder');
    expect(texts[1]).toContain('which was due on December 1, 2026');
    expect(server.received[1]?.header('Subject')).toMatch(/^Reminder: /);
  });

  it('is for what is open only', async () => {
    const answer = await remind(await draft());
    expect([answer.status, answer.body.code]).toEqual([409, 'invalid_state']);
  });

  it('is sent by the settings, each step once', async () => {
    const ofMine = async (invoice: Json) =>
      (await messagesOf(invoice)).filter(({ kind }) => kind === 'reminder');
    const invoice = await issued(); // due on 1 December, 06:00 UTC
    expect(await remindBySchedule(api.deployment)).toBe(0);
    await api.ok('PATCH', '/v1/sending-settings', { reminderDays: [14, 3, 3] });
    api.setClock('2026-12-04T05:59:59Z');
    await remindBySchedule(api.deployment);
    expect(await ofMine(invoice)).toEqual([]);
    api.setClock('2026-12-04T06:00:00Z');
    await Promise.all([remindBySchedule(api.deployment), remindBySchedule(api.deployment)]);
    expect(await ofMine(invoice)).toMatchObject([{ automatic: true, status: 'queued' }]);
    api.setClock(DAY_MS);
    expect(await remindBySchedule(api.deployment)).toBe(0);
    api.setClock('2027-02-01T00:00:00Z');
    await remindBySchedule(api.deployment);
    expect(await ofMine(invoice)).toHaveLength(2);
    expect(await remindBySchedule(api.deployment)).toBe(0);
  });

  it('is one, however long it is due when reminders are turned on', async () => {
    const invoice = await issued();
    api.setClock('2027-06-01T00:00:00Z');
    await api.ok('PATCH', '/v1/sending-settings', { reminderDays: [3, 14, 30] });
    await remindBySchedule(api.deployment);
    expect(await remindBySchedule(api.deployment)).toBe(0);
    expect(await messagesOf(invoice)).toHaveLength(1);
  });
});

describe('the settings', () => {
  it('keep what they are told, in order, and who changed them', async () => {
    const before = await api.ok('GET', '/v1/sending-settings');
    expect(before).toMatchObject({ sendOnFinalize: false, reminderDays: [], from });
    const body = { sendOnFinalize: true, reminderDays: [30, 7, 30] };
    const after = await api.ok('PATCH', '/v1/sending-settings', body);
    expect(after).toMatchObject({ sendOnFinalize: true, reminderDays: [7, 30] });
    const stale = await api.call('PATCH', '/v1/sending-settings', {}, { ifMatch: before.version });
    expect(stale.status).toBe(412);
  });

  it.each([
    ['a day that is none', { reminderDays: [0] }, '/reminderDays/0'],
    ['too many', { reminderDays: Array.from({ length: 11 }, (_, i) => i + 1) }, '/reminderDays'],
    ['what there is not', { smtpUrl: 'smtp://x' }, '/smtpUrl'],
  ])('refuse %s', async (_, body, pointer) => {
    const answer = await api.call('PATCH', '/v1/sending-settings', body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });
});

it('the log of attempts is not changed, not even by the owner', async () => {
  await work();
  await settled(await send(await issued()));
  await expect(
    admin.query('update customary.message_attempts set detail = $1', ['x']),
  ).rejects.toThrow('never changes');
  await expect(admin.query('delete from customary.message_attempts')).rejects.toThrow(
    'never changes',
  );
});
