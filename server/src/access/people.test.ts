import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { adminClient } from '../../test/support/database.ts';
import { mailServer, type MailServer } from '../../test/support/mail-server.ts';
import {
  type Browser,
  browser,
  newPerson,
  PASSWORD,
  signedInAs,
} from '../../test/support/people.ts';
import { until } from '../db/embedded/wait.ts';
import { startWorker, type Worker } from '../jobs/worker.ts';
import type { MailSettings } from '../db/deployment.ts';

let api: TestApp & { deployment: { mail?: MailSettings | undefined; url?: string | undefined } };
let admin: pg.Client;
let owner: Browser;
let ownerId: string;
let counter = 0;
const newEmail = () => `person${(counter += 1)}@example.com`;
const LONG_MS = 20_000;

beforeAll(async () => {
  api = await testApp();
  admin = await adminClient(api.database.url);
  owner = await signedInAs(api, 'owner');
  ownerId = (await owner.call('GET', '/v1/me')).body.id;
});
afterAll(async () => {
  await admin.end();
  await api.close();
});

const post = async (path: string, body: object = {}, by: Browser = owner) =>
  by.call('POST', `/v1/people${path}`, body);
const invite = async (body: object = {}, by: Browser = owner) =>
  post('', { email: newEmail(), role: 'support', ...body }, by);
const tokenOf = (link: { url: string }) => link.url.split('#')[1];
const redeem = (token: string | undefined, body: object = {}) =>
  browser(api).call('POST', '/auth/links/redeem', { token, password: PASSWORD, ...body });
const joined = async (body: object = {}): Promise<Json> => {
  const { body: person } = await invite(body);
  expect((await redeem(tokenOf(person.link))).status).toBe(200);
  return (await owner.call('GET', `/v1/people/${person.id}`)).body;
};

describe('an invitation', () => {
  it('answers a link, which lets its person choose a password and in, once', async () => {
    const invited = await invite({ email: 'Grace@Example.com', role: 'billing' });
    expect(invited.status).toBe(201);
    expect(invited.body).toMatchObject({
      email: 'grace@example.com',
      name: 'grace',
      role: 'billing',
      status: 'invited',
      invitation: { delivery: 'link' },
      link: { expiresAt: '2026-10-08T12:00:00.000000Z' },
    });
    expect(invited.body.link.url).toMatch(/^http:\/\/localhost(:80)?\/join#/);
    const token = tokenOf(invited.body.link);
    const inspected = await browser(api).call('POST', '/auth/links/inspect', { token });
    expect(inspected.body).toMatchObject({ purpose: 'invitation', role: 'billing', name: 'grace' });
    const nobody = await browser(api).signIn('grace@example.com');
    expect(nobody.status, 'who has not come cannot sign in').toBe(401);
    const grace = browser(api);
    await grace.call('POST', '/auth/links/redeem', { token, password: PASSWORD, name: 'Grace H.' });
    expect((await grace.call('GET', '/v1/me')).body).toMatchObject({
      name: 'Grace H.',
      role: 'billing',
    });
    expect((await redeem(token)).status).toBe(410);
    const after = await owner.call('GET', `/v1/people/${invited.body.id}`);
    expect(after.body).toMatchObject({ status: 'active', invitation: null });
  });

  it('lets in one of those who use it at the same moment', async () => {
    const { body } = await invite();
    const answers = await Promise.all(Array.from({ length: 5 }, () => redeem(tokenOf(body.link))));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array(4).fill(410),
    ]);
  });

  it('shows its link once: a repeated request is answered without it', async () => {
    const send = () =>
      owner.call(
        'POST',
        '/v1/people',
        { email: 'twice@example.com', role: 'support' },
        { 'idempotency-key': 'invite' },
      );
    const first = await send();
    expect((await send()).body).toEqual({ ...first.body, link: null });
  });

  it('again ends the one before', async () => {
    const { body } = await invite();
    const again = await post(`/${body.id}/invite`);
    expect((await redeem(tokenOf(body.link))).status).toBe(410);
    expect((await redeem(tokenOf(again.body.link))).status).toBe(200);
    expect((await post(`/${body.id}/invite`)).status, 'who has joined is not invited').toBe(409);
  });

  it('ends after a week, and with the person', async () => {
    const { body } = await invite();
    api.setClock(7 * 24 * 60 * 60 * 1000);
    expect((await redeem(tokenOf(body.link))).status).toBe(410);
    api.setClock('2026-10-01T12:00:00Z');
    const other = (await invite()).body;
    await post(`/${other.id}/deactivate`);
    expect((await redeem(tokenOf(other.link))).status).toBe(410);
  });

  it.each([
    ['an address that is here', { email: 'OWNER@people.example' }, 409, '/email'],
    ['no address', { email: 'nobody' }, 400, '/email'],
    ['a role that there is not', { role: 'king' }, 400, '/role'],
    ['a field that there is not', { isOwner: true }, 400, '/isOwner'],
  ])('for %s is refused', async (_, body, status, pointer) => {
    const answer = await invite(body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([status, pointer]);
  });
});

describe('nobody gives away or takes over more than he has', () => {
  let boss: Browser;
  let target: Json;
  beforeAll(async () => {
    boss = await signedInAs(api, 'admin');
    target = await joined({ role: 'support' });
  });

  it('an admin makes no owner, and touches none', async () => {
    const answers = [
      await invite({ role: 'owner' }, boss),
      await boss.call('PATCH', `/v1/people/${target.id}`, { role: 'owner' }),
      await boss.call('PATCH', `/v1/people/${ownerId}`, { role: 'support' }),
      await post(`/${ownerId}/deactivate`, {}, boss),
      await post(`/${ownerId}/password-link`, {}, boss),
      await post(`/${ownerId}/reset-two-factor`, {}, boss),
      await post(`/${ownerId}/sign-out`, {}, boss),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(403);
      expect(body.detail).toBe('Only an owner makes, changes or deactivates owners.');
    }
    expect((await boss.call('PATCH', `/v1/people/${target.id}`, { role: 'admin' })).status).toBe(
      200,
    );
    await boss.call('PATCH', `/v1/people/${target.id}`, { role: 'support' });
  });

  it('a key that may invite invites nobody who may do more', async () => {
    const key = await api.key('people.invite', 'people.update', 'people.read');
    const call = (path: string, body: object = {}) =>
      api.call('POST', `/v1/people${path}`, body, { key });
    expect((await call('', { email: newEmail(), role: 'statements' })).status).toBe(403);
    const taken = await call(`/${target.id}/password-link`);
    expect([taken.status, taken.body.link]).toEqual([403, undefined]);
  });
});

describe('the last owner', () => {
  it('stays: by the API, and for who changes the row itself', async () => {
    for (const answer of [
      await owner.call('PATCH', `/v1/people/${ownerId}`, { role: 'admin' }),
      await api.call(
        'POST',
        `/v1/people/${ownerId}/deactivate`,
        {},
        { key: await api.key('owner') },
      ),
    ]) {
      expect([answer.status, answer.body.detail]).toEqual([
        409,
        'owner is the last owner. Make somebody else an owner first.',
      ]);
    }
    for (const statement of [
      `update people set role = 'support' where id = $1`,
      `update people set deactivated_at = now() where id = $1`,
    ]) {
      await expect(api.database.pool.query(statement, [ownerId])).rejects.toThrow(
        'the last owner cannot be taken away',
      );
    }
    await admin.query('set search_path = customary');
    await expect(admin.query('delete from people where id = $1', [ownerId])).rejects.toThrow(
      'the last owner cannot be taken away',
    );
    const invited = await invite({ role: 'owner' });
    expect(invited.status).toBe(201);
    const still = await owner.call('PATCH', `/v1/people/${ownerId}`, { role: 'admin' });
    expect(still.status, 'who is only invited is no owner yet').toBe(409);
  });

  it('stays when two owners demote each other at once', async () => {
    const others = [
      await newPerson(api, 'owner', newEmail()),
      await newPerson(api, 'owner', newEmail()),
    ];
    const key = await api.key('owner');
    const answers = await Promise.all(
      [ownerId, ...others].map((id) =>
        api.call('PATCH', `/v1/people/${id}`, { role: 'admin' }, { key }),
      ),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 200, 409]);
    const { rows } = await api.database.pool.query(
      `select id from people where role = 'owner' and joined_at is not null and deactivated_at is null`,
    );
    expect(rows).toHaveLength(1);
    await api.call('PATCH', `/v1/people/${ownerId}`, { role: 'owner' }, { key });
  });
});

describe('a person', () => {
  it('is changed with a reason, by its version, and the new role counts at once', async () => {
    const target = await joined({ role: 'support' });
    const open = browser(api);
    await open.signIn(target.email);
    expect((await open.call('GET', '/v1/invoices')).status).toBe(200);
    const change = (body: object, version: number) =>
      owner.call('PATCH', `/v1/people/${target.id}`, body, { 'if-match': `"${version}"` });
    const changed = await change({ role: 'developer', reason: 'moved' }, target.version);
    expect(changed.body).toMatchObject({ role: 'developer', version: target.version + 1 });
    expect((await change({ name: 'x' }, target.version)).status).toBe(412);
    expect((await open.call('GET', '/v1/invoices')).status).toBe(403);
    const { items } = (await owner.call('GET', `/v1/people/${target.id}/history`)).body;
    expect(items.find((item: Json) => item.action === 'people.update')).toMatchObject({
      actorName: 'owner',
      reason: 'moved',
      before: { role: 'support' },
      after: { role: 'developer' },
    });
  });

  it('is out at once when deactivated, and in again when reactivated', async () => {
    const target = await joined();
    const open = browser(api);
    await open.signIn(target.email);
    const gone = await post(`/${target.id}/deactivate`, { reason: 'left' });
    expect(gone.body).toMatchObject({ status: 'deactivated' });
    expect((await open.call('GET', '/v1/me')).status).toBe(401);
    expect((await browser(api).signIn(target.email)).status).toBe(403);
    expect((await post(`/${target.id}/password-link`)).status).toBe(409);
    await post(`/${target.id}/reactivate`);
    expect((await browser(api).signIn(target.email)).status).toBe(200);
    const self = await post(`/${ownerId}/deactivate`);
    expect([self.status, self.body.code]).toEqual([409, 'invalid_state']);
  });

  it('chooses a new password by a link; the old one and all sessions end', async () => {
    const target = await joined();
    const open = browser(api);
    await open.signIn(target.email);
    const { body } = await post(`/${target.id}/password-link`);
    expect((await browser(api).signIn(target.email)).status, 'the old one works until then').toBe(
      200,
    );
    expect((await redeem(tokenOf(body.link), { password: 'a different password' })).status).toBe(
      200,
    );
    expect((await open.call('GET', '/v1/me')).status).toBe(401);
    expect((await browser(api).signIn(target.email)).status).toBe(401);
    expect((await browser(api).signIn(target.email, 'a different password')).status).toBe(200);
  });

  it('sees where he is signed in, and signs himself out there', async () => {
    const { email } = await joined();
    const [here, there] = [browser(api), browser(api)];
    await there.signIn(email);
    await here.signIn(email);
    const { items } = (await here.call('GET', '/v1/me/sessions')).body;
    expect(items.map((item: Json) => item.isCurrent)).toEqual([true, false, false]);
    expect(items[0].ip).toBe('127.0.0.1');
    const left = await here.call('POST', `/v1/me/sessions/${items[1].id}/end`);
    expect(left.body.items).toHaveLength(2);
    expect((await there.call('GET', '/v1/me')).status).toBe(401);
    const other = (await owner.call('GET', '/v1/me/sessions')).body.items[0].id;
    const foreign = await here.call('POST', `/v1/me/sessions/${other}/end`);
    expect(foreign.status, 'of others there is none').toBe(404);
    expect((await owner.call('GET', '/v1/me')).status).toBe(200);
    expect((await here.call('PATCH', '/v1/me', { name: 'Here' })).body).toMatchObject({
      name: 'Here',
    });
    expect((await api.call('GET', '/v1/me/sessions')).status, 'a key has none').toBe(409);
  });

  it('is listed by role, status and what he is called', async () => {
    const list = async (query: string) =>
      (await owner.call('GET', `/v1/people?${query}`)).body.items.map((item: Json) => item.email);
    await joined({ email: 'findme@example.com', name: 'Zuse 100%', role: 'developer' });
    expect(await list('search=zUSE 100%25')).toEqual(['findme@example.com']);
    expect(await list('search=findme@&status=active&role=developer')).toEqual([
      'findme@example.com',
    ]);
    expect(await list('search=findme@&status=invited')).toEqual([]);
    expect((await list('status=deactivated')).length).toBeGreaterThan(0);
    const page = (await owner.call('GET', '/v1/people?limit=2')).body;
    const next = (await owner.call('GET', `/v1/people?limit=2&cursor=${page.nextCursor}`)).body;
    expect(new Set([...page.items, ...next.items].map((item: Json) => item.id)).size).toBe(4);
  });
});

describe('by mail', () => {
  const from = 'Example Billing <billing@example.com>';
  let server: MailServer;
  let workers: Worker[] = [];
  beforeAll(async () => {
    server = await mailServer();
    api.deployment.mail = { smtpUrl: server.url, from };
  });
  afterAll(async () => {
    delete api.deployment.mail;
    delete api.deployment.url;
    await server.close();
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    workers = [];
    server.received.length = 0;
    server.refuse(null);
  });
  const work = async () => void workers.push(await startWorker(api.deployment));
  const arrived = () => until(LONG_MS, () => server.received[0]);
  const linkIn = (text: string) => /http\S+\/join#(\S+)/.exec(text)?.[1];

  it('an invitation goes out, and nobody else sees its link', async () => {
    const { body } = await invite({ email: 'mailed@example.com', name: 'Mo <b>' });
    expect(body).toMatchObject({ link: null, invitation: { delivery: 'queued' } });
    await work();
    const mail = await arrived();
    expect([mail?.to, mail?.header('From'), mail?.header('Subject')]).toEqual([
      ['mailed@example.com'],
      from,
      'You are invited to Customary',
    ]);
    const text = mail?.part('text/plain').toString() ?? '';
    expect(text).toContain('owner invites you to Customary, as support.');
    expect(text).toContain('until 2026-10-08 12:00 UTC');
    expect(mail?.part('text/html').toString()).toContain('<p>Mo &lt;b&gt;,</p>');
    const sent = await until(LONG_MS, async () => {
      const { invitation } = await api.ok('GET', `/v1/people/${body.id}`);
      return invitation.delivery === 'sent' ? invitation : undefined;
    });
    expect(sent?.detail).toMatch(/^250/);
    expect((await redeem(linkIn(text))).status).toBe(200);
  });

  it('what the mail server refuses shows with the invitation', async () => {
    server.refuse(550);
    const { body } = await invite();
    await work();
    const failed = await until(LONG_MS, async () => {
      const { invitation } = await api.ok('GET', `/v1/people/${body.id}`);
      return invitation.delivery === 'failed' ? invitation : undefined;
    });
    expect(failed?.detail).toContain('No, 550');
  });

  it('who has forgotten the password has a link mailed, at the address that is set', async () => {
    const { email } = await (async () => {
      delete api.deployment.mail;
      const person = await joined();
      api.deployment.mail = { smtpUrl: server.url, from };
      return person;
    })();
    const forget = (given: string, headers = {}) =>
      browser(api).call('POST', '/auth/password-link', { email: given }, headers);
    expect((await browser(api).call('GET', '/auth/options')).body.mailsPasswordLinks).toBe(false);
    api.deployment.url = 'https://billing.example.com';
    expect((await browser(api).call('GET', '/auth/options')).body.mailsPasswordLinks).toBe(true);
    const unknown = await forget('nobody@example.com');
    const known = await forget(email, { host: 'evil.example' });
    expect([known.status, known.text]).toEqual([202, unknown.text]);
    await work();
    const text = (await arrived())?.part('text/plain').toString() ?? '';
    expect(text).toContain('https://billing.example.com/join#');
    expect((await redeem(linkIn(text), { password: 'remembered this time' })).status).toBe(200);
    expect((await browser(api).signIn(email, 'remembered this time')).status).toBe(200);
    expect(server.received).toHaveLength(1);
  });

  it('no token of a link is in the database', async () => {
    const { body } = await (async () => {
      delete api.deployment.mail;
      return invite();
    })();
    const token = tokenOf(body.link) ?? '';
    const { rows: tables } = await admin.query(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema in ('customary', 'graphile_worker')`,
    );
    for (const { name } of tables) {
      const { rows } = await admin.query(`select from ${name} as t where strpos(t::text, $1) > 0`, [
        token,
      ]);
      expect(rows, name).toEqual([]);
    }
  });
});
