import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testApp, type TestApp } from '../../test/support/app.ts';
import { browser, newPerson, OWN_PAGE, PASSWORD } from '../../test/support/people.ts';
import { createOwnerLink } from './link-actions.ts';

let api: TestApp;
beforeAll(async () => {
  api = await testApp();
});
afterAll(() => api.close());

const origin = 'http://localhost';
const ownerLink = async (evenIfOwned = true) => {
  const link = await createOwnerLink(api.deployment, { evenIfOwned, origin });
  return link?.url.split('#')[1];
};
const ada = { name: 'Ada Lovelace', email: 'Ada@Example.com', password: PASSWORD };

describe('the first owner', () => {
  it('is made by a link that works once, and is signed in by it', async () => {
    const open = browser(api);
    expect((await open.call('GET', '/auth/options')).body).toMatchObject({ isSetUp: false });
    const token = await ownerLink(false);
    const inspected = await open.call('POST', '/auth/links/inspect', { token });
    expect(inspected.body).toMatchObject({ purpose: 'owner', role: 'owner', email: null });
    const redeemed = await open.call('POST', '/auth/links/redeem', { token, ...ada });
    expect([redeemed.status, redeemed.body]).toEqual([200, { status: 'signedIn' }]);
    const me = await open.call('GET', '/v1/me');
    expect(me.body).toMatchObject({ kind: 'person', role: 'owner', email: 'ada@example.com' });
    expect(me.body.permissions).toContain('owners.manage');
    expect((await open.call('GET', '/auth/options')).body).toMatchObject({ isSetUp: true });
    for (const path of ['inspect', 'redeem']) {
      const again = await browser(api).call('POST', `/auth/links/${path}`, {
        token,
        ...(path === 'redeem' && { ...ada, email: 'eve@example.com' }),
      });
      expect([again.status, again.body.code]).toEqual([410, 'gone']);
    }
    expect(await ownerLink(false), 'no link is made where there is an owner').toBeUndefined();
  });

  it('is one, of however many use the link at once', async () => {
    const token = await ownerLink();
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        browser(api).call('POST', '/auth/links/redeem', {
          token,
          ...ada,
          email: `racer${i}@example.com`,
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array(5).fill(410),
    ]);
    const { rows } = await api.database.pool.query(
      `select from people where email like 'racer%' and role = 'owner'`,
    );
    expect(rows).toHaveLength(1);
  });

  it('is not made by a link that has expired, or that another has replaced', async () => {
    const replaced = await ownerLink();
    expect(await ownerLink(), 'it can be printed again').toBe(replaced);
    api.setClock(23 * 60 * 60 * 1000);
    const token = await ownerLink();
    const redeem = async (given: string | undefined) =>
      browser(api).call('POST', '/auth/links/redeem', {
        token: given,
        ...ada,
        email: 'x@y.example',
      });
    expect((await redeem(replaced)).status).toBe(410);
    api.setClock(24 * 60 * 60 * 1000);
    expect((await redeem(token)).status).toBe(410);
    api.setClock('2026-10-01T12:00:00Z');
  });

  it('needs a name, an address nobody has, and a password worth the name', async () => {
    const token = await ownerLink();
    const redeem = async (change: object) => {
      const { status, body } = await browser(api).call('POST', '/auth/links/redeem', {
        token,
        ...ada,
        email: 'new@example.com',
        ...change,
      });
      return [status, body.errors?.[0]?.pointer];
    };
    expect(await redeem({ name: undefined })).toEqual([400, '/name']);
    expect(await redeem({ email: undefined })).toEqual([400, '/email']);
    expect(await redeem({ email: 'ADA@example.com' })).toEqual([409, '/email']);
    for (const password of ['short', 'a'.repeat(20), 'new@example.com'])
      expect(await redeem({ password })).toEqual([400, '/password']);
    expect(await redeem({}), 'what was refused has not used the link up').toEqual([200, undefined]);
  });
});

describe('signing in', () => {
  beforeAll(() => newPerson(api, 'support', 'sam@example.com'));

  it('with a wrong password reads like signing in as nobody', async () => {
    const wrong = await browser(api).signIn('sam@example.com', 'a wrong password');
    const nobody = await browser(api).signIn('nobody@example.com', 'a wrong password');
    expect([wrong.status, wrong.body.code]).toEqual([401, 'unauthenticated']);
    expect({ ...wrong.body, requestId: '' }).toEqual({ ...nobody.body, requestId: '' });
  });

  it('gives a cookie that scripts cannot read, other sites do not send, and nobody chose', async () => {
    const chosen = 'customary.session_token=chosen.by%20an%20attacker';
    const answer = await browser(api).call(
      'POST',
      '/auth/sign-in',
      { email: 'sam@example.com', password: PASSWORD },
      { cookie: chosen },
    );
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain('chosen');
    expect(cookie, 'there is no https here').not.toContain('Secure');
  });

  it('ends by signing out, for whoever kept the cookie too', async () => {
    const open = browser(api);
    await open.signIn('sam@example.com');
    const cookie = open.cookies();
    expect((await open.call('POST', '/auth/sign-out')).status).toBe(204);
    expect(open.cookies()).toBe('');
    const kept = await api.app.inject({ url: '/v1/me', headers: { cookie } });
    expect(kept.statusCode).toBe(401);
  });

  it('does not work for whoever is deactivated, nor do his sessions', async () => {
    const id = await newPerson(api, 'support', 'gone@example.com');
    const open = browser(api);
    await open.signIn('gone@example.com');
    await api.database.pool.query('update people set deactivated_at = now() where id = $1', [id]);
    expect((await open.call('GET', '/v1/me')).status).toBe(401);
    expect((await browser(api).signIn('gone@example.com')).status).toBe(403);
  });

  it('is tried ten times from one address, whether or not there is such a person', async () => {
    for (const email of ['limited@example.com', 'sam@example.com']) {
      const answers = [];
      for (let i = 0; i < 11; i += 1)
        answers.push(await browser(api).signIn(email, `wrong ${i} wrong`));
      expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429]);
      expect(answers.at(-1)?.headers['retry-after']).toBe('900');
    }
    expect((await browser(api).signIn('sam@example.com')).status).toBe(429);
    api.setClock(15 * 60 * 1000);
    expect((await browser(api).signIn('sam@example.com')).status).toBe(200);
  });

  it('counts tries at the same moment as well as one after another', async () => {
    const answers = await Promise.all(
      Array.from({ length: 14 }, () => browser(api).signIn('at-once@example.com', 'wrong wrong')),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  });
});

describe('a session', () => {
  const me = (headers: Record<string, string>) => api.app.inject({ url: '/v1/me', headers });
  let cookie: string;
  beforeAll(async () => {
    await newPerson(api, 'admin', 'amy@example.com');
    const open = browser(api);
    await open.signIn('amy@example.com');
    cookie = open.cookies();
  });

  it('and an API key at once are refused; a cookie that is worth nothing does not count', async () => {
    const authorization = `Bearer ${await api.key('admin')}`;
    const both = await me({ cookie, authorization });
    expect([both.statusCode, both.json().code]).toEqual([400, 'two_credentials']);
    const forged = cookie.replace(/.%3D$/, 'A%3D').replace(/=(.)/, '=x');
    expect((await me({ cookie: forged })).statusCode).toBe(401);
    expect((await me({ cookie: forged, authorization })).json()).toMatchObject({ kind: 'apiKey' });
  });

  const create = (headers: Record<string, string>) =>
    api.app.inject({
      method: 'POST',
      url: '/v1/organizations',
      headers: { cookie, 'content-type': 'application/json', ...headers },
      payload: '{"name":"Acme"}',
    });

  it.each([
    ['without the header', { 'sec-fetch-site': 'same-origin' }],
    ['from another site', { ...OWN_PAGE, 'sec-fetch-site': 'cross-site' }],
    ['from a sibling', { ...OWN_PAGE, 'sec-fetch-site': 'same-site' }],
    ['from another origin', { 'x-customary-csrf': '1', origin: 'https://evil.example' }],
    ['from nowhere', { 'x-customary-csrf': '1', origin: 'null' }],
  ])('changes nothing for a request %s', async (_, headers) => {
    const answer = await create(headers);
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'cross_site_request']);
  });

  it.each([
    ['the same origin', OWN_PAGE],
    ['the address that was asked', { 'x-customary-csrf': '1', origin: 'http://localhost:80' }],
    ['no browser', { 'x-customary-csrf': '1' }],
  ])('changes what it may for a request from %s', async (_, headers) => {
    expect((await create({ host: 'localhost', ...headers })).statusCode).toBe(201);
  });

  it('is of no use to sign others in by', async () => {
    const answer = await browser(api).call(
      'POST',
      '/auth/sign-in',
      {},
      { 'sec-fetch-site': 'cross-site' },
    );
    expect(answer.status).toBe(403);
  });
});
