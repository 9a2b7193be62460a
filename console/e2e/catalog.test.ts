import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { noComplaints, startConsole, type ConsoleApp } from './support/app.ts';
import { pick, textbox } from './support/forms.ts';

let app: ConsoleApp;
let page: Page;
beforeAll(async () => {
  app = await startConsole();
  const meter = { key: 'tokens', aggregation: 'sum' as const, measure: 'tokens' };
  await app.api.meters.create(meter);
  await app.api.organizations.create({ name: 'Acme' });
  await app.api.products.create({ name: 'Inference API' });
});
afterAll(() => app.close());
afterEach(async () => {
  noComplaints(page);
  await page.context().close();
});

describe('Catalog', () => {
  it('prices by tiers, works out what usage comes to, and is subscribed to', async () => {
    page = await app.open('/catalog/plans');
    await page.getByRole('link', { name: 'New plan' }).first().click();
    let form = page.getByRole('form', { name: 'New plan' });
    await pick(page, form, 'Product', 'Inference API');
    await textbox(form, 'Name').fill('Scale');
    await form.getByRole('button', { name: 'Add fee' }).click();
    await textbox(form, 'Name of fee 1').fill('Platform fee');
    await textbox(form, 'Amount of fee 1').fill('49');
    await form.getByRole('button', { name: 'Add charge' }).click();
    await form.getByLabel('Meter of charge 1').selectOption('tokens');
    await form.getByLabel('Model of charge 1').selectOption('graduated');
    await textbox(form, 'Tiers of charge 1').fill('1000 0.02\n0.01');
    await form.getByRole('button', { name: 'Add price by attribute' }).click();
    await textbox(form, 'Name of value 1 of charge 1').fill('atlas-large');
    await textbox(form, 'Tiers of value 1 of charge 1').fill('0.05');
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'Scale' }).waitFor();
    const charges = page.getByRole('table', { name: 'Charges' });
    await charges.getByText('model: atlas-large').waitFor();
    const [plan] = (await app.api.plans.list()).items;
    expect(plan?.charges[0]?.byAttribute).toEqual({
      attribute: 'model',
      prices: { 'atlas-large': { tiers: [{ upTo: null, unitPrice: '0.05' }] } },
    });

    await page.getByRole('link', { name: 'Simulator' }).click();
    await textbox(page, 'tokens').fill('1500');
    const result = page.getByRole('table', { name: 'What it comes to' });
    await result.getByText('74.00').waitFor();
    expect(new URL(page.url()).searchParams.get('quantities')).toBe('tokens:1500');

    await page.getByRole('link', { name: 'Subscribe a customer' }).click();
    form = page.getByRole('form', { name: 'New subscription' });
    await pick(page, form, 'Organization', 'Acme');
    await textbox(form, 'Name').fill('Acme on Scale');
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'Acme on Scale' }).waitFor();

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Pause' }).click();
    form = page.getByRole('form', { name: 'Pause Acme on Scale' });
    await form.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused', { exact: true }).first().waitFor();

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Cancel' }).click();
    form = page.getByRole('form', { name: 'Cancel Acme on Scale' });
    await form.getByRole('radio', { name: 'Now' }).check();
    await form.getByRole('button', { name: 'Cancel it' }).click();
    await page.getByText('Ended', { exact: true }).first().waitFor();
    const { items } = await app.api.subscriptions.list();
    expect(items).toMatchObject([{ name: 'Acme on Scale', status: 'ended' }]);
  });

  it('tells of a change that somebody else made meanwhile', async () => {
    const { items } = await app.api.products.list({ name: 'Inference API' });
    const product = items[0];
    page = await app.open(`/catalog/products/${product?.id}`);
    const form = page.getByRole('form', { name: 'Edit Inference API' });
    await textbox(form, 'Description').fill('Mine');
    await form.getByLabel('Tax', { exact: true }).selectOption('own');
    await form.getByRole('button', { name: 'Add tax rate' }).click();
    await textbox(form, 'Tax 1 name').fill('VAT');
    await textbox(form, 'Tax 1 percent').fill('19');
    await app.api.products.update(product?.id ?? '', { externalId: 'theirs' });
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Somebody else has changed this meanwhile').waitFor();
    await form.getByRole('button', { name: 'Save mine on top of it' }).click();
    await page.getByText('The product was saved').waitFor();
    expect(await app.api.products.get(product?.id ?? '')).toMatchObject({
      description: 'Mine',
      taxRates: [{ name: 'VAT', percent: '19' }],
      externalId: 'theirs',
    });
  });
});
