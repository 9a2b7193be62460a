import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { noComplaints, startConsole, type ConsoleApp } from './support/app.ts';

let app: ConsoleApp;
let page: Page;
beforeAll(async () => void (app = await startConsole()));
afterAll(() => app.close());
afterEach(() => noComplaints(page));

describe('New Org', () => {
  it('creates an organization from a name alone', async () => {
    page = await app.open('/customers/organizations');
    await page.getByRole('main').getByRole('link', { name: 'New Org' }).first().click();
    const form = page.getByRole('dialog', { name: 'New Org' });
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Acme');
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'Acme' }).waitFor();
    const { items } = await app.api.organizations.list({ name: 'Acme' });
    expect(items).toMatchObject([{ name: 'Acme', parentId: null, currency: 'USD' }]);
  });
});
