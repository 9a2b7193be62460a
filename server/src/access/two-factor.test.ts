import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { type Browser, browser, newPerson, PASSWORD } from '../../test/support/people.ts';
import { totpOf } from '../../test/support/totp.ts';

let api: TestApp;
let nowMs = Date.parse('2026-10-01T12:00:00Z');
const email = 'tess@example.com';

/** Moves both clocks on: ours, and that of the library. */
const pass = (ms: number) => {
  nowMs += ms;
  vi.setSystemTime(nowMs);
  api.setClock(ms);
};

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: nowMs });
  api = await testApp();
  await newPerson(api, 'billing', email);
});
afterAll(async () => {
  vi.useRealTimers();
  await api.close();
});
// A code works once in three minutes, and codes are tried as often as that.
beforeEach(() => pass(60 * 60_000));

let uri = '';
let backupCodes: string[] = [];
const code = () => totpOf(uri, nowMs);
const signIn = async (): Promise<Browser> => {
  const open = browser(api);
  const answer = await open.signIn(email);
  expect(answer.body).toEqual({ status: 'twoFactorRequired' });
  return open;
};
const me = async (open: Browser) => (await open.call('GET', '/v1/me')).status;

describe('a second factor', () => {
  it('is on once a code was right, and not before', async () => {
    const open = browser(api);
    await open.signIn(email);
    const enable = (password: string) => open.call('POST', '/auth/two-factor/enable', { password });
    const wrong = await enable('not the password');
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, '/password']);
    const { body } = await enable(PASSWORD);
    uri = body.totpUri;
    backupCodes = body.backupCodes;
    expect(uri).toMatch(/^otpauth:\/\/totp\/Customary:tess%40example\.com\?/);
    expect(backupCodes).toHaveLength(10);
    expect((await browser(api).signIn(email)).body).toEqual({ status: 'signedIn' });
    const confirm = (given: string) =>
      open.call('POST', '/auth/two-factor/confirm', { code: given });
    const refused = await confirm(code() === '000000' ? '000001' : '000000');
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/code']);
    expect((await confirm(code())).status).toBe(204);
    expect((await open.call('GET', '/v1/me')).body).toMatchObject({ twoFactorEnabled: true });
  });

  it('is asked for after the password, and nothing is open before', async () => {
    const open = await signIn();
    expect(await me(open)).toBe(401);
    const answer = await open.call('POST', '/auth/two-factor', { code: code() });
    expect([answer.status, answer.body]).toEqual([200, { status: 'signedIn' }]);
    expect(await me(open)).toBe(200);
  });

  it('takes a code once, for whoever has read it over a shoulder', async () => {
    const given = code();
    expect((await (await signIn()).call('POST', '/auth/two-factor', { code: given })).status).toBe(
      200,
    );
    const second = await signIn();
    expect((await second.call('POST', '/auth/two-factor', { code: given })).status).toBe(400);
    expect(await me(second)).toBe(401);
  });

  it('takes a backup code once', async () => {
    const [backupCode] = backupCodes;
    const use = async () => (await signIn()).call('POST', '/auth/two-factor', { backupCode });
    expect((await use()).status).toBe(200);
    const again = await use();
    expect([again.status, again.body.errors[0].pointer]).toEqual([400, '/backupCode']);
  });

  it('is guessed five times for one sign-in, and ten times for a person', async () => {
    const wrong = { code: code() === '000000' ? '000001' : '000000' };
    const guess = async (open: Browser) =>
      (await open.call('POST', '/auth/two-factor', wrong)).status;
    await (await signIn()).call('POST', '/auth/two-factor', { code: code() }); // forgets what failed before
    const statuses: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      const open = await signIn();
      for (let i = 0; i < 5; i += 1) statuses.push(await guess(open));
      expect([429, 401]).toContain(await guess(open));
    }
    expect(statuses).toEqual(Array(10).fill(400));
    const locked = await (await signIn()).call('POST', '/auth/two-factor', { code: code() });
    expect(locked.status, 'even with the right code').toBe(429);
    pass(16 * 60_000);
    expect((await (await signIn()).call('POST', '/auth/two-factor', { code: code() })).status).toBe(
      200,
    );
  });

  it('is not asked for again in a browser that is trusted', async () => {
    const open = await signIn();
    await open.call('POST', '/auth/two-factor', { code: code(), trustDevice: true });
    await open.call('POST', '/auth/sign-out');
    expect((await open.signIn(email)).body).toEqual({ status: 'signedIn' });
    await signIn();
  });

  it('is taken off by who knows the password', async () => {
    const open = await signIn();
    await open.call('POST', '/auth/two-factor', { code: code() });
    const disable = (password: string) =>
      open.call('POST', '/auth/two-factor/disable', { password });
    expect((await disable('not the password')).status).toBe(400);
    expect((await disable(PASSWORD)).status).toBe(204);
    expect((await browser(api).signIn(email)).body).toEqual({ status: 'signedIn' });
  });

  it('leaves no secret in the audit log', async () => {
    const { items } = await api.ok('GET', `/v1/people/${(await person()).id}/history`);
    expect(items.map((item: Json) => item.action)).toEqual(
      expect.arrayContaining([
        'people.enableTwoFactor',
        'people.disableTwoFactor',
        'people.signIn',
      ]),
    );
    const secret = new URL(uri).searchParams.get('secret') ?? '';
    for (const kept of [secret, ...backupCodes]) expect(JSON.stringify(items)).not.toContain(kept);
  });
});

const person = async () => (await api.ok('GET', '/v1/people?search=tess')).items[0];

describe('a password', () => {
  it('is changed by who knows it, and others are signed out', async () => {
    const open = browser(api);
    await open.signIn(email);
    const elsewhere = browser(api);
    await elsewhere.signIn(email);
    const change = (currentPassword: string, newPassword: string) =>
      open.call('POST', '/auth/password', { currentPassword, newPassword });
    const wrong = await change('not the password', 'another password, long');
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, '/currentPassword']);
    expect((await change(PASSWORD, 'short')).body.errors[0].pointer).toBe('/newPassword');
    expect((await change(PASSWORD, email)).body.errors[0].pointer).toBe('/newPassword');
    expect((await change(PASSWORD, 'another password, long')).status).toBe(204);
    expect([await me(open), await me(elsewhere)]).toEqual([200, 401]);
    expect((await browser(api).signIn(email)).status).toBe(401);
    expect((await browser(api).signIn(email, 'another password, long')).status).toBe(200);
  });

  it('ends with a session after a week without use', async () => {
    const open = browser(api);
    await open.signIn(email, 'another password, long');
    pass(6 * 24 * 60 * 60_000);
    expect(await me(open)).toBe(200);
    pass(6 * 24 * 60 * 60_000);
    expect(await me(open), 'it was used in between').toBe(200);
    pass(8 * 24 * 60 * 60_000);
    expect(await me(open)).toBe(401);
  });
});
