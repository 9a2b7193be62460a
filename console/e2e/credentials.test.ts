import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { noComplaints, startConsole, type ConsoleApp } from './support/app.ts';
import { pick, textbox } from './support/forms.ts';

let app: ConsoleApp;
let page: Page;
let acme: string;
let globex: string;
beforeAll(async () => {
  app = await startConsole();
  acme = (await app.api.organizations.create({ name: 'Acme' })).id;
  globex = (await app.api.organizations.create({ name: 'Globex' })).id;
  await app.api.subscribers.create({ email: 'ada@acme.example', organizationIds: [acme] });
  await app.api.subscribers.create({ email: 'dana@globex.example', organizationIds: [globex] });
});
afterAll(() => app.close());
afterEach(async () => {
  noComplaints(page);
  await page.context().close();
});

const key = 'sk-live-4f1e-9b7c-aaaa-wxYZ';

/** No request that the page makes names the key in its address. */
function watchAddresses(): () => string[] {
  const seen: string[] = [];
  page.on('request', (request) => seen.push(request.url()));
  return () => seen.filter((url) => url.includes(key) || url.includes(encodeURIComponent(key)));
}

describe('Subscribers', () => {
  it('has the documented columns', async () => {
    page = await app.open('/customers/subscribers');
    const table = page.getByRole('table', { name: 'Subscribers' });
    await table.getByRole('link', { name: 'ada@acme.example' }).waitFor();
    expect(await table.getByRole('columnheader').allTextContents()).toEqual([
      'Organization/Email',
      'First Name',
      'Last Name',
      'Subscriber ID',
    ]);
  });

  it('takes an e-mail alone: then it is UNCLASSIFIED', async () => {
    page = await app.open('/customers/subscribers');
    await page.getByRole('link', { name: 'Add Subscriber' }).click();
    const form = page.getByRole('form', { name: 'Add Subscriber' });
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await form.getByText('Enter an e-mail address.').waitFor();
    await textbox(form, 'Email').fill('stray@nowhere.example');
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'stray@nowhere.example' }).waitFor();
    const { items } = await app.api.subscribers.list({ email: 'stray@nowhere.example' });
    expect(items[0]?.organizationIds).toEqual(['org_00000000000000000000000000']);
  });

  it('takes every field, several organizations in order', async () => {
    page = await app.open('/customers/subscribers/new');
    const form = page.getByRole('form', { name: 'Add Subscriber' });
    await textbox(form, 'First Name').fill('Bo');
    await textbox(form, 'Last Name').fill('Lindqvist');
    await textbox(form, 'Email').fill('bo@acme.example');
    await textbox(form, 'Subscriber ID').fill('user-17');
    await pick(page, form, 'Organizations', 'Globex');
    await pick(page, form, 'Organizations', 'Acme');
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'bo@acme.example' }).waitFor();
    const { items } = await app.api.subscribers.list({ email: 'bo@acme.example' });
    expect(items).toMatchObject([
      {
        firstName: 'Bo',
        lastName: 'Lindqvist',
        subscriberId: 'user-17',
        organizationIds: [globex, acme],
      },
    ]);
  });

  it('leads to who has the e-mail already', async () => {
    page = await app.open('/customers/subscribers/new');
    const form = page.getByRole('form', { name: 'Add Subscriber' });
    await textbox(form, 'Email').fill('ADA@acme.example');
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await form.getByRole('link', { name: 'Open what exists' }).click();
    await page.getByRole('heading', { level: 1, name: 'ada@acme.example' }).waitFor();
  });
});

describe('Credentials', () => {
  it('asks for name, subscriber, organization and credential ID', async () => {
    page = await app.open('/customers/credentials/new');
    const form = page.getByRole('form', { name: 'New Credential' });
    await form.getByRole('button', { name: 'Create' }).click();
    for (const text of [
      'Enter a name.',
      'Choose a subscriber.',
      'Choose an organization.',
      'Enter what events will carry.',
    ])
      await form.getByText(text).waitFor();
  });

  it('is created with every field; the organization follows the subscriber', async () => {
    page = await app.open('/customers/credentials');
    const leaked = watchAddresses();
    await page.getByRole('link', { name: 'New Credential' }).first().click();
    const form = page.getByRole('form', { name: 'New Credential' });
    await textbox(form, 'Subscriber Credential Name').fill('Production key');
    await pick(page, form, 'Subscriber E-Mail', 'ada@acme.example');
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[data-field="organizationId"] input')?.value,
    );
    await form.getByLabel('Credential ID').fill(key);
    await form.getByLabel('External Secret').fill('hush');
    await form.getByLabel('Tags').fill('production');
    await page.keyboard.press('Enter');
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'Production key' }).waitFor();
    const { items } = await app.api.credentials.list({ tag: 'production' });
    expect(items).toMatchObject([
      {
        name: 'Production key',
        organizationId: acme,
        subscriberEmail: 'ada@acme.example',
        hasExternalSecret: true,
        tags: ['production'],
      },
    ]);
    expect(leaked()).toEqual([]);
    expect(await page.content()).not.toContain(key);
  });

  it('has the documented columns, the ID masked', async () => {
    page = await app.open('/customers/credentials');
    const table = page.getByRole('table', { name: 'Credentials' });
    await table.getByRole('link', { name: 'Production key' }).waitFor();
    expect(await table.getByRole('columnheader').allTextContents()).toEqual([
      'Created',
      'Subscriber',
      'Credential Name',
      'Organization/Subscriber',
      'Credential ID',
    ]);
    expect(await page.content()).not.toContain(key);
  });

  it('is found by pasting its key, which goes nowhere but into a body', async () => {
    page = await app.open('/');
    const leaked = watchAddresses();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find anything' }).fill(key);
    await page.getByRole('option', { name: /Production key/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Production key' }).waitFor();
    expect(leaked()).toEqual([]);
    const kept = await page.evaluate(() =>
      JSON.stringify([
        Object.entries(localStorage),
        Object.entries(sessionStorage),
        history.state,
        location.href,
      ]),
    );
    expect(kept).not.toContain(key);
  });

  it('is revealed on purpose alone', async () => {
    page = await app.open('/customers/credentials');
    await page.getByRole('link', { name: 'Production key' }).click();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Reveal' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /Reveal/ }).click();
    await dialog.getByText(key, { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(key);
  });

  it('moves from an instant on: the timeline shows both owners', async () => {
    page = await app.open('/customers/credentials');
    await page.getByRole('link', { name: 'Production key' }).click();
    await page.getByRole('link', { name: 'Move' }).click();
    const form = page.getByRole('form', { name: 'Move Production key' });
    await pick(page, form, 'Subscriber E-Mail', 'dana@globex.example');
    await pick(page, form, 'Organization', 'Globex');
    await form.getByLabel('From').fill('2026-02-15T09:30:00');
    await form.getByRole('textbox', { name: 'Reason' }).fill('the team was sold');
    await form.getByRole('button', { name: 'Move' }).click();
    const owners = page.getByRole('table', { name: 'Owners' });
    await owners.getByRole('link', { name: 'Globex', exact: true }).waitFor();
    const rows = await owners.getByRole('row').allTextContents();
    expect(rows.slice(1).toSorted()).toEqual([
      expect.stringMatching(/^Feb 15, 2026, 09:30 AMfurther noticeGlobexdana@globex\.example/),
      expect.stringMatching(/^since everFeb 15, 2026, 09:30 AMAcmeada@acme\.example/),
    ]);
    const drawn = page.getByRole('img', { name: /^Timeline/ });
    expect(await drawn.getAttribute('aria-label')).toContain('Globex · dana@globex.example');
  });

  it('rotates: the new ID is its own, the old one ends', async () => {
    page = await app.open('/customers/credentials');
    await page.getByRole('link', { name: 'Production key' }).click();
    await page.getByRole('link', { name: 'Rotate' }).click();
    const form = page.getByRole('form', { name: 'Rotate Production key' });
    await form.getByLabel('New Credential ID').fill('sk-live-next-0000-0000-nExT');
    await form.getByRole('button', { name: 'Rotate' }).click();
    await page.getByText('Production key has a new ID').waitFor();
    const [one] = (await app.api.credentials.list({ tag: 'production' })).items;
    const { credentialIds } = await app.api.credentials.bindings(one?.id ?? '');
    expect(credentialIds).toHaveLength(2);
    expect(credentialIds.filter(({ to }) => to === null)).toHaveLength(1);
  });
});

describe('Statements', () => {
  it('has the documented columns, and every customer', async () => {
    page = await app.open('/customers/statements');
    const table = page.getByRole('table', { name: 'Statements' });
    await table.getByRole('link', { name: 'Acme', exact: true }).waitFor();
    expect((await table.getByRole('columnheader').allTextContents()).slice(0, 3)).toEqual([
      'Customer',
      'Outstanding Balance',
      'Open Invoices',
    ]);
    const link = table.getByRole('link', { name: 'Unpaid Invoices of Acme' });
    expect(await link.getAttribute('href')).toBe(
      `/billing/invoices?organizationId=${acme}&unpaid=true`,
    );
  });

  it('is read as of a day, and saved', async () => {
    page = await app.open(`/customers/statements/${acme}?asOf=2026-01-31`);
    await page.getByRole('heading', { level: 1, name: 'Statement of Acme' }).waitFor();
    await page.getByText(/as of Jan 31, 2026, 11:59 PM/).waitFor();
    const [pdf] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'PDF' }).click(),
    ]);
    expect(pdf.suggestedFilename()).toBe('statement-Acme-2026-01-31.pdf');
  });
});
