import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import {
  CLIENT,
  type IdentityProvider,
  identityProvider,
} from '../../test/support/identity-provider.ts';
import { browser, type Browser, newPerson } from '../../test/support/people.ts';
import { createApp } from '../http/app.ts';

/** Against a real provider: whoever it vouches for, and somebody has let in here, is signed in; nobody else. */

const url = 'http://localhost';
let plain: TestApp;
let api: TestApp;
let provider: IdentityProvider;

beforeAll(async () => {
  provider = await identityProvider(`${url}/auth/sso/callback`);
  plain = await testApp();
  const sso = { name: 'Example ID', issuer: provider.issuer, ...CLIENT };
  const deployment = { ...plain.deployment, url, sso };
  api = { ...plain, deployment, app: await createApp(deployment) };
});
afterAll(async () => {
  await api.app.close();
  await plain.close();
  await provider.close();
});

const begin = async (open: Browser, next?: string): Promise<string> => {
  const answer = await open.call('POST', '/auth/sso', next === undefined ? {} : { next });
  expect(answer.status, answer.text).toBe(200);
  return answer.body.url;
};
/** What the browser is sent to by us when it comes back. */
const comeBack = async (open: Browser, { pathname, search }: URL): Promise<string> => {
  const answer = await open.call('GET', `${pathname}${search}`);
  expect(answer.status).toBe(302);
  return String(answer.headers['location']);
};
const signIn = async (open: Browser, next?: string) =>
  comeBack(open, await provider.visit(await begin(open, next)));
const audited = async (action: string): Promise<Json[]> =>
  (await api.ok('GET', `/v1/audit-log?action=${action}`)).items;

describe('single sign-on', () => {
  it('is offered by name where it is set up', async () => {
    expect((await browser(api).call('GET', '/auth/options')).body.sso).toEqual({
      name: 'Example ID',
    });
    expect((await browser(plain).call('GET', '/auth/options')).body.sso).toBeNull();
    expect((await browser(plain).call('POST', '/auth/sso', {})).status).toBe(404);
  });

  it('asks the provider for a code that nobody else can use', async () => {
    const { searchParams } = new URL(await begin(browser(api)));
    expect(searchParams.get('redirect_uri')).toBe(`${url}/auth/sso/callback`);
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(searchParams.get(name)).not.toBeNull();
  });

  it('signs in who is known by the address that the provider has verified, with the role given here', async () => {
    const id = await newPerson(api, 'billing', 'ada@example.com');
    const open = browser(api);
    expect(await signIn(open, '/invoices?status=open')).toBe('/invoices?status=open');
    const me = await open.call('GET', '/v1/me');
    expect(me.body).toMatchObject({ id, role: 'billing', email: 'ada@example.com', name: 'ada' });
    const [entry] = await audited('people.signIn');
    expect(entry).toMatchObject({ resourceId: id, after: { method: 'sso' } });
  });

  it('keeps no token of the provider', async () => {
    const { rows } = await api.database.pool.query(
      `select access_token, refresh_token, id_token from person_sign_ins where provider_id = 'sso'`,
    );
    expect(rows).toEqual([{ access_token: null, refresh_token: null, id_token: null }]);
  });

  it('knows somebody again when the provider has another address for him', async () => {
    Object.assign(provider.user, { email: 'lovelace@example.com' });
    const open = browser(api);
    expect(await signIn(open)).toBe('/');
    expect((await open.call('GET', '/v1/me')).body.email).toBe('ada@example.com');
  });

  it('lets in who was invited, and has then joined', async () => {
    const invited = { name: 'Grace', email: 'grace@example.com', role: 'support' };
    const person = await api.ok('POST', '/v1/people', invited, { key: await api.key('owner') });
    Object.assign(provider.user, { sub: 'sub-grace', email: invited.email });
    const open = browser(api);
    expect(await signIn(open)).toBe('/');
    expect((await open.call('GET', '/v1/me')).body).toMatchObject({
      id: person.id,
      role: 'support',
    });
    expect(await audited('people.join')).toMatchObject([{ resourceId: person.id }]);
  });

  it.each<[string, object, string]>([
    ['nobody knows', { sub: 'sub-eve', email: 'eve@example.com' }, 'unknown'],
    ['has an address that is not verified', { sub: 'sub-x', emailVerified: false }, 'unverified'],
  ])('refuses whom %s', async (_, user, reason) => {
    await newPerson(api, 'owner', 'owner@example.com').catch(() => undefined);
    Object.assign(provider.user, { email: 'owner@example.com', emailVerified: true, ...user });
    const open = browser(api);
    expect(await signIn(open)).toBe(`/sign-in?sso=${reason}`);
    expect((await open.call('GET', '/v1/me')).status).toBe(401);
  });

  it('refuses who was deactivated, and who changes his mind', async () => {
    const id = await newPerson(api, 'admin', 'gone@example.com');
    await api.ok('POST', `/v1/people/${id}/deactivate`, {}, { key: await api.key('owner') });
    const user = { sub: 'sub-gone', email: 'gone@example.com', emailVerified: true };
    Object.assign(provider.user, user);
    expect(await signIn(browser(api))).toBe('/sign-in?sso=deactivated');
    const open = browser(api);
    const back = await provider.visit(await begin(open), 'refuse');
    expect(await comeBack(open, back)).toBe('/sign-in?sso=cancelled');
  });

  it('takes a code only in the browser that began, and once', async () => {
    Object.assign(provider.user, { sub: 'sub-ada', email: 'ada@example.com' });
    const open = browser(api);
    const back = await provider.visit(await begin(open));
    expect(await comeBack(browser(api), back)).toBe('/sign-in?sso=failed');
    expect(await comeBack(open, back)).toBe('/');
    expect(await comeBack(browser(api), back)).toBe('/sign-in?sso=failed');
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example'])(
    'sends nobody to %s afterwards',
    async (next) => {
      expect((await browser(api).call('POST', '/auth/sso', { next })).status).toBe(400);
    },
  );

  it('says so where the provider does not answer', async () => {
    const sso = { name: 'Gone', issuer: 'http://127.0.0.1:9', ...CLIENT };
    const app = await createApp({ ...plain.deployment, url, sso });
    const answer = await browser({ ...plain, app }).call('POST', '/auth/sso', {});
    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
    await app.close();
  });
});
