import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { noComplaints, startConsole, type ConsoleApp } from './support/app.ts';
import { pick, textbox } from './support/forms.ts';

let app: ConsoleApp;
let page: Page;
beforeAll(async () => void (app = await startConsole()));
afterAll(() => app.close());
afterEach(async () => {
  noComplaints(page);
  await page.context().close();
});

async function openForm(): Promise<Locator> {
  page = await app.open('/customers/organizations');
  await page.getByRole('link', { name: 'New Org' }).first().click();
  return page.getByRole('form', { name: 'New Org' });
}

describe('New Org', () => {
  it('creates an organization from a name alone', async () => {
    const form = await openForm();
    await textbox(form, 'Name').fill('Acme');
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'Acme' }).waitFor();
    const { items } = await app.api.organizations.list({ name: 'Acme' });
    expect(items).toMatchObject([{ name: 'Acme', parentId: null, currency: 'USD' }]);
  });

  it('asks for a name', async () => {
    const form = await openForm();
    await form.getByRole('button', { name: 'Create' }).click();
    await form.getByText('Enter a name.').waitFor();
    expect(await textbox(form, 'Name').getAttribute('aria-invalid')).toBe('true');
  });

  it('takes every field of its three steps', async () => {
    const parent = await app.api.organizations.create({ name: 'Umbrella' });
    const form = await openForm();
    await textbox(form, 'Name').fill('Hive');
    await pick(page, form, 'Parent', 'Umbrella');
    await textbox(form, 'External Id').fill('crm-7');
    await pick(page, form, 'Currency', 'EUR');
    await form.getByLabel('Associated Domains').fill('hive.example');
    await page.keyboard.press('Enter');
    await textbox(form, 'Storefront URL').fill('https://shop.hive.example/');
    await form.getByRole('button', { name: 'Next' }).click();
    const billing = {
      'Address 1': '1 Main Street',
      'Address 2': 'Floor 3',
      Country: 'US',
      State: 'NV',
      City: 'Reno',
      Zip: '89501',
      'Billing Phone Number': '+1 775 555 0100',
      'Billing Email': 'ap@hive.example',
      'Remittance Instructions': 'By wire, please.',
    };
    for (const [name, value] of Object.entries(billing)) await textbox(form, name).fill(value);
    await form.getByRole('button', { name: 'Next' }).click();
    await form.getByRole('button', { name: 'Add field' }).click();
    await textbox(form, 'Field Name 1').fill('segment');
    await textbox(form, 'Field Value 1').fill('enterprise');
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'Hive' }).waitFor();
    const { items } = await app.api.organizations.list({ name: 'Hive' });
    expect(items).toMatchObject([
      {
        parentId: parent.id,
        externalId: 'crm-7',
        currency: 'EUR',
        associatedDomains: ['hive.example'],
        storefrontUrl: 'https://shop.hive.example/',
        billing: {
          address1: '1 Main Street',
          address2: 'Floor 3',
          country: 'US',
          state: 'NV',
          city: 'Reno',
          zip: '89501',
          phone: '+1 775 555 0100',
          email: 'ap@hive.example',
          remittanceInstructions: 'By wire, please.',
        },
        metadata: { segment: 'enterprise' },
      },
    ]);
  });

  it('shows what the API refuses beside the field, on the step that has it', async () => {
    const form = await openForm();
    await textbox(form, 'Name').fill('Wrong');
    await form.getByLabel('Associated Domains').fill('gmail.com');
    await page.keyboard.press('Enter');
    await form.getByRole('button', { name: '2. Billing' }).click();
    await textbox(form, 'Billing Email').fill('nobody');
    await form.getByRole('button', { name: '3. Metadata' }).click();
    await form.getByRole('button', { name: 'Create' }).click();
    await form.getByText('A public mail domain belongs to nobody').waitFor();
    await form.getByRole('button', { name: '2. Billing' }).click();
    expect(await textbox(form, 'Billing Email').getAttribute('aria-invalid')).toBe('true');
    expect((await app.api.organizations.list({ name: 'Wrong' })).items).toEqual([]);
  });

  it('leads to what has the external id already', async () => {
    const taken = await app.api.organizations.create({ name: 'First', externalId: 'crm-9' });
    const form = await openForm();
    await textbox(form, 'Name').fill('Second');
    await textbox(form, 'External Id').fill('crm-9');
    await form.getByRole('button', { name: 'Create' }).click();
    await form.getByRole('link', { name: 'Open what exists' }).click();
    await page.getByRole('heading', { level: 1, name: 'First' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/customers/organizations/${taken.id}`);
  });
});

describe('the list', () => {
  it('has the documented columns, and a row opens by keyboard', async () => {
    page = await app.open('/customers/organizations');
    const table = page.getByRole('table', { name: 'Organizations' });
    await table.getByRole('link', { name: 'Acme' }).waitFor();
    expect(await table.getByRole('columnheader').allTextContents()).toEqual([
      'Name',
      'ID',
      'Parent ID',
      'External ID',
    ]);
    const names = await table.getByRole('link').allTextContents();
    // Faster than anything is drawn.
    await page.evaluate(() => {
      for (const key of ['j', 'j', 'k', 'j'])
        window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
    });
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: names[1] ?? '' }).waitFor();
  });

  it('copies an id with a click', async () => {
    page = await app.open('/customers/organizations');
    const row = page.getByRole('row', { name: /^Acme/ });
    await row.getByRole('button', { name: /Copy ID/ }).click();
    const [acme] = (await app.api.organizations.list({ name: 'Acme' })).items;
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(acme?.id);
  });

  it('filters by the address, and the address by the filter', async () => {
    page = await app.open('/customers/organizations?search=Acme');
    await page.getByRole('row', { name: /^Acme/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('nobody');
    await page.getByRole('heading', { name: 'No organization matches' }).waitFor();
    expect(new URL(page.url()).search).toBe('?search=nobody');
  });

  it('turns pages by key, and back', async () => {
    for (let index = 0; index < 110; index += 1)
      await app.api.organizations.create({ name: `Customer ${index}` });
    page = await app.open('/customers/organizations');
    await page.getByRole('link', { name: 'Customer 109' }).waitFor();
    await page.keyboard.press(']');
    await page.getByRole('link', { name: 'Acme' }).waitFor();
    expect(new URL(page.url()).searchParams.has('cursor')).toBe(true);
    await page.keyboard.press('[');
    await page.getByRole('link', { name: 'Customer 109' }).waitFor();
  });
});

describe('one organization', () => {
  it('says kindly that somebody else was faster, and keeps what was entered', async () => {
    const { id } = await app.api.organizations.create({ name: 'Contested', externalId: 'c-1' });
    page = await app.open(`/customers/organizations/${id}`);
    await page.getByRole('link', { name: 'Edit' }).click();
    const form = page.getByRole('form', { name: 'Edit Contested' });
    await textbox(form, 'External Id').fill('mine');
    await app.api.organizations.update(id, { name: 'Renamed' });
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Name: Contested → Renamed').waitFor();
    await form.getByRole('button', { name: 'Save mine on top of it' }).click();
    await page.getByRole('heading', { level: 1, name: 'Renamed' }).waitFor();
    const after = await app.api.organizations.get(id);
    expect(after).toMatchObject({ name: 'Renamed', externalId: 'mine' });
  });

  it('is moved, archived and restored, and its history says so', async () => {
    const { id } = await app.api.organizations.create({ name: 'Wanderer' });
    await app.api.organizations.create({ name: 'New Home' });
    page = await app.open(`/customers/organizations/${id}`);
    const menu = page.getByRole('button', { name: 'More actions' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Move under another' }).click();
    const form = page.getByRole('form', { name: 'Move Wanderer' });
    await pick(page, form, 'New parent', 'New Home');
    await textbox(form, 'Reason').fill('bought');
    await form.getByRole('button', { name: 'Move' }).click();
    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByText('New Home').waitFor();
    await menu.click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
    await page.getByText('Archived', { exact: true }).waitFor();
    await menu.click();
    await page.getByRole('menuitem', { name: 'Restore', exact: true }).click();
    await page.getByText('Wanderer was restored').waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByText('“bought”').waitFor();
  });

  it('says why UNCLASSIFIED cannot be changed', async () => {
    page = await app.open('/customers/organizations/org_00000000000000000000000000');
    const edit = page.getByRole('button', { name: 'Edit' });
    expect(await edit.getAttribute('aria-disabled')).toBe('true');
    expect(await edit.textContent()).toContain('UNCLASSIFIED is built in');
  });

  it('is told apart from what is not there', async () => {
    page = await app.open('/customers/organizations/org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC');
    await page.getByRole('heading', { name: 'There is nothing at this address' }).waitFor();
  });
});
