import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { noComplaints, startConsole, type ConsoleApp } from './support/app.ts';
import { pick, textbox } from './support/forms.ts';
import { makeSample, type Sample } from './support/sample.ts';

let app: ConsoleApp;
let page: Page;
let sample: Sample;
beforeAll(async () => {
  app = await startConsole();
  sample = await makeSample(app.api, 200);
});
afterAll(() => app.close());
afterEach(async () => {
  noComplaints(page);
  await page.context().close();
});

const customer = (key: string): string => sample.organizations.get(key) ?? '';

describe('A share link', () => {
  it('shows a statement and heads of invoices to a stranger, and nothing once it is revoked', async () => {
    page = await app.open(`/customers/statements/${customer('globex')}`);
    await page.getByRole('link', { name: 'Share' }).click();
    let form = page.getByRole('form', { name: 'Share this statement' });
    await textbox(form, 'For whom').fill('Accounts payable');
    await form.getByRole('button', { name: 'Make a link' }).click();
    const shown = page.getByRole('dialog', { name: 'The share link' });
    const url = await shown.getByText(/\/shared#/).innerText();
    await shown.getByRole('button', { name: 'I have kept it' }).click();

    const { pathname, hash } = new URL(url);
    const stranger = await app.open(pathname + hash, { key: null });
    const asked: string[] = [];
    stranger.on('request', (request) => asked.push(request.url()));
    const invoices = stranger.getByRole('table', { name: 'Invoices' });
    await invoices.getByText(/^INV-/).first().waitFor();
    const download = stranger.waitForEvent('download');
    await invoices.getByRole('button', { name: 'PDF' }).first().click();
    await download;
    expect(await stranger.getByRole('link').count()).toBe(0);
    expect(asked.filter((address) => address.includes(hash.slice(1)))).toEqual([]);
    noComplaints(stranger);

    await page.getByRole('link', { name: 'Share' }).click();
    form = page.getByRole('form', { name: 'Share this statement' });
    await form.getByRole('button', { name: 'Revoke Accounts payable' }).click();
    await page.getByText('The link was revoked').waitFor();
    await stranger.reload();
    await stranger.getByRole('heading', { level: 1, name: 'This link does not work' }).waitFor();
  });
});

describe('A merge', () => {
  it('shows what it changes, makes two customers one, and is undone', async () => {
    const { id } = await app.api.organizations.create({ name: 'Globex Health Inc.' });
    await app.api.events.ingest([
      { id: 'twin-1', organization: id, measures: { input_tokens: 500 } },
    ]);
    page = await app.open(`/customers/organizations/${id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Merge into another' }).click();
    const form = page.getByRole('form', { name: 'Merge Globex Health Inc.' });
    await pick(page, form, 'Into', 'Initech');
    await form.getByRole('button', { name: 'See what it changes' }).click();
    await page.getByRole('table', { name: 'Usage that moves' }).waitFor();
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByText('They are one now').waitFor();
    expect((await app.api.organizations.get(id)).id).toBe(customer('initech'));
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await page.getByText('They are two again').waitFor();
    expect((await app.api.organizations.get(id)).id).toBe(id);
  });
});

describe('A split', () => {
  it('gives a key and its usage to a new customer, and is undone', async () => {
    const organizationId = customer('globex');
    const [credential] = (await app.api.credentials.list({ organizationId, limit: 1 })).items;
    page = await app.open(`/customers/organizations/${organizationId}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Split off a part' }).click();
    const form = page.getByRole('form', { name: 'Split Globex Health' });
    await form.getByRole('button', { name: 'See what it changes' }).click();
    await form.getByText('Pick the keys or the people that go.').waitFor();
    await pick(page, form, 'Credentials', credential?.name ?? '');
    await page.keyboard.press('Escape');
    await textbox(form, 'Name').fill('Globex Labs');
    await form.getByRole('button', { name: 'See what it changes' }).click();
    await page.getByRole('table', { name: 'Usage that moves' }).waitFor();
    await page.getByRole('button', { name: 'Split', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Split', exact: true }).click();
    await page.getByText('They are two now').waitFor();
    await page.getByRole('link', { name: 'Globex Labs' }).first().waitFor();
    const holder = async () => (await app.api.credentials.get(credential?.id ?? '')).organizationId;
    expect(await holder()).not.toBe(organizationId);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await page.getByText('They are one again').waitFor();
    expect(await holder()).toBe(organizationId);
  });
});
