import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { noComplaints, startConsole, type ConsoleApp } from './support/app.ts';
import { textbox } from './support/forms.ts';

let app: ConsoleApp;
let page: Page;
beforeAll(async () => void (app = await startConsole()));
afterAll(() => app.close());
afterEach(async () => {
  noComplaints(page);
  await page.context().close();
});

describe('Settings', () => {
  it('makes an API key that is shown once, and revokes it', async () => {
    page = await app.open('/settings/api-keys');
    await page.getByRole('link', { name: 'New API key' }).first().click();
    const form = page.getByRole('form', { name: 'New API key' });
    await textbox(form, 'Name').fill('Metering');
    await form.getByLabel('Permissions').first().click();
    await page.getByRole('option', { name: 'ingest', exact: true }).click();
    await page.keyboard.press('Escape');
    await form.getByRole('button', { name: 'Create' }).click();
    const shown = page.getByRole('dialog', { name: 'The key of Metering' });
    await shown.getByText(/^cus_/).waitFor();
    await shown.getByRole('button', { name: 'I have kept it' }).click();
    expect(await page.getByText(/^cus_\w{20}/).count()).toBe(0);
    await page.getByRole('link', { name: 'Replace Metering' }).click();
    const other = page.getByRole('form', { name: 'Replace Metering' });
    await textbox(other, 'Name').fill('Metering, new');
    await other.getByRole('button', { name: 'Create' }).click();
    const again = page.getByRole('dialog', { name: 'The key of Metering, new' });
    await again.getByText(/works until you revoke it/).waitFor();
    await again.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('button', { name: 'Revoke Metering', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Revoked', { exact: true }).waitFor();
    const { items } = await app.api.apiKeys.list();
    const made = items.find(({ name }) => name === 'Metering');
    expect(made).toMatchObject({ permissions: ['ingest'], revokedAt: expect.any(String) });
    expect(items.find(({ name }) => name === 'Metering, new')).toMatchObject({
      permissions: ['ingest'],
      revokedAt: null,
      createdBy: 'First admin key',
    });
  });

  it('invites somebody with a link that is passed on, and changes the role', async () => {
    page = await app.open('/settings/people');
    await page.getByRole('link', { name: 'Invite' }).first().click();
    const form = page.getByRole('form', { name: 'Invite somebody' });
    await textbox(form, 'E-mail').fill('sam@seller.example');
    await form.getByRole('button', { name: 'Invite' }).click();
    const shown = page.getByRole('dialog', { name: 'Invite sam@seller.example' });
    await shown.getByText(/\/join#/).waitFor();
    await shown.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByLabel('Role of sam').selectOption('statements');
    await page.getByText('sam is statements now').waitFor();
    const { items } = await app.api.people.list();
    expect(items).toMatchObject([{ email: 'sam@seller.example', role: 'statements' }]);
  });

  it('says who changed what in the audit log, before and after', async () => {
    page = await app.open('/settings/seller/edit');
    const form = page.getByRole('form', { name: 'Edit the seller' });
    await textbox(form, 'Name').fill('Umbrella Billing');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Umbrella Billing').waitFor();
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByRole('button', { name: 'Show the change seller.update' }).first().click();
    const change = page.getByRole('dialog', { name: 'seller.update' });
    await change.getByText('Umbrella Billing').waitFor();
  });

  it('runs the checks', async () => {
    page = await app.open('/checks');
    await page.getByText('All hold').waitFor();
    await page.getByRole('region', { name: 'Conservation' }).getByText('Holds').waitFor();
  });
});
