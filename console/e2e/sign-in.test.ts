import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { goTo, noComplaints, startConsole, type ConsoleApp } from './support/app.ts';
import { totpOf } from '../../server/test/support/totp.ts';
import { textbox } from './support/forms.ts';

let app: ConsoleApp;
let page: Page;
beforeAll(async () => void (app = await startConsole()));
afterAll(() => app.close());
afterEach(async () => {
  noComplaints(page);
  await page.context().close();
});

const owner = { email: 'owner@provider.example', password: 'correct horse battery staple' };

const enterPassword = async () => {
  const form = page.getByRole('form', { name: 'Sign in' });
  await textbox(form, 'E-mail').fill(owner.email);
  await textbox(form, 'Password').fill(owner.password);
  await form.getByRole('button', { name: 'Sign in', exact: true }).click();
};
/** What a page of ours asks the server for. */
const ask = (path: string, body: object) =>
  page.evaluate(
    async ([to, text]) => {
      const headers = { 'x-customary-csrf': '1', 'content-type': 'application/json' };
      const answer = await fetch(to, { method: 'POST', headers, body: text });
      return answer.status === 204 ? {} : answer.json();
    },
    [path, JSON.stringify(body)] as const,
  );

describe('signing in', () => {
  it('begins with a one-time link for the first owner, which goes into no history', async () => {
    const link = app.ownerLink;
    expect(link).not.toBeNull();
    page = await app.open(new URL(link ?? '').pathname + new URL(link ?? '').hash, { key: null });
    expect(new URL(page.url()).hash).toBe('');
    const form = page.getByRole('form', { name: 'Become the first owner' });
    await textbox(form, 'Name').fill('Ona Owner');
    await textbox(form, 'E-mail').fill(owner.email);
    await textbox(form, 'Password').fill(owner.password);
    await form.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.getByRole('button', { name: 'Ona Owner' }).waitFor();
  });

  it('works with e-mail and password, leads to where one wanted to go, and ends', async () => {
    page = await app.open('/customers/statements?owing=true', { key: null });
    const form = page.getByRole('form', { name: 'Sign in' });
    await textbox(form, 'E-mail').fill(owner.email);
    await textbox(form, 'Password').fill('wrong, but long enough');
    await form.getByRole('button', { name: 'Sign in', exact: true }).click();
    await form.getByText('The e-mail address or the password is wrong.').waitFor();
    await textbox(form, 'Password').fill(owner.password);
    await form.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Statements' }).waitFor();
    expect(new URL(page.url()).search).toBe('?owing=true');
    await page.getByRole('button', { name: 'Ona Owner' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  });

  it('lets a session change things', async () => {
    page = await app.open('/customers/organizations/new', { key: null });
    await enterPassword();
    const create = page.getByRole('form', { name: 'New Org' });
    await textbox(create, 'Name').fill('By session');
    await create.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'By session' }).waitFor();
  });

  it('works with an API key, and refuses one that it does not know', async () => {
    page = await app.open('/', { key: null });
    await page.getByRole('button', { name: 'Use an API key instead' }).click();
    const form = page.getByRole('form', { name: 'Sign in with an API key' });
    await textbox(form, 'API key').fill('cus_nobody_knows_this_one');
    await form.getByRole('button', { name: 'Sign in', exact: true }).click();
    await form.getByText('This API key is not known here.').waitFor();
  });

  it('says why a control cannot be used', async () => {
    const { key } = await app.api.apiKeys.create({ name: 'reader', permissions: ['read'] });
    page = await app.open('/customers/organizations', { key });
    const button = page.getByRole('button', { name: 'New Org' }).first();
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    expect(await button.textContent()).toContain('organizations.create');
  });

  it('takes a second factor in Settings, and asks for its code from then on', async () => {
    page = await app.open('/', { key: null });
    await enterPassword();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    const totpUri = await setUpSecondFactor();
    await ask('/auth/sign-out', {});
    await page.goto(`${app.url}/customers/statements`);
    await enterPassword();
    const form = page.getByRole('form', { name: 'Second factor' });
    await textbox(form, 'Code of your authenticator app').fill('000000');
    await form.getByRole('button', { name: 'Confirm' }).click();
    await form.getByText('The code is wrong').waitFor();
    await textbox(form, 'Code of your authenticator app').fill(totpOf(totpUri, Date.now()));
    await form.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { level: 1, name: 'Statements' }).waitFor();
  });
});

/** As a person does: the page shows the secret, the app answers with a code. */
async function setUpSecondFactor(): Promise<string> {
  await goTo(page, '/settings/security');
  const form = page.getByRole('form', { name: 'Second factor' });
  await form.getByLabel('Your password').fill('not the password');
  await form.getByRole('button', { name: 'Turn it on' }).click();
  await form.getByRole('alert').waitFor();
  await form.getByLabel('Your password').fill(owner.password);
  await form.getByRole('button', { name: 'Turn it on' }).click();
  await form.getByRole('img', { name: 'The secret as a QR code' }).waitFor();
  const link = form.getByRole('link', { name: 'open the app' });
  const totpUri = (await link.getAttribute('href')) ?? '';
  await textbox(form, 'Code of the app').fill(totpOf(totpUri, Date.now()));
  await form.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('The second factor is on').waitFor();
  return totpUri;
}
