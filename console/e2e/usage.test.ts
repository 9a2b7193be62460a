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

describe('Usage', () => {
  it('leads from a spike to who caused it, and to the events', async () => {
    page = await app.open('/usage?range=lastMonth');
    const groups = page.getByRole('table', { name: 'Groups' });
    await groups.getByRole('link', { name: 'Globex Health' }).click();
    expect(new URL(page.url()).searchParams.get('organizationId')).toBe(customer('globex'));
    await page.getByText('The chart as a table').click();
    await page.getByRole('link', { name: 'What changed' }).first().click();
    const explained = page.getByRole('region', { name: 'What changed', exact: true });
    await explained.getByRole('table', { name: 'What changed, by credential' }).waitFor();
    await explained.getByRole('link', { name: 'Its events' }).click();
    await page.getByRole('table', { name: 'Events' }).getByRole('link').first().waitFor();
    expect(new URL(page.url()).searchParams.get('from')).not.toBeNull();
  });

  it('takes a click on a bar', async () => {
    page = await app.open('/usage?range=lastMonth&groupBy=credential');
    const chart = page.getByRole('img', { name: / over time$/ });
    await chart.locator('canvas').waitFor();
    await chart.click({ position: { x: 500, y: 120 } });
    await page.getByRole('region', { name: 'What changed', exact: true }).waitFor();
  });
});

describe('Costs', () => {
  it('are drawn in one currency at a time', async () => {
    const { id: organization } = await app.api.organizations.create({ name: 'Costs' });
    const costing = (id: string, currency: string, amount: string) => ({
      id,
      organization,
      measures: { input_tokens: 1 },
      cost: { amount, currency },
    });
    await app.api.events.ingest([
      costing('cost-1', 'USD', '3'),
      costing('cost-2', 'USD', '4'),
      costing('cost-3', 'JPY', '900'),
    ]);
    page = await app.open(`/usage?show=cost&range=24h&organizationId=${organization}`);
    await page.getByText('The chart as a table').click();
    const drawn = page.getByRole('table', { name: 'Over time' });
    await drawn.getByText('7', { exact: true }).waitFor();
    await page.getByLabel('Currency').selectOption('JPY');
    await drawn.getByText('900', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('currency')).toBe('JPY');
  });
});

describe('Amounts', () => {
  it('are what usage is rated at, group by group, and lead to what changed', async () => {
    const { amounts } = await app.api.usage.get({
      from: sample.month.start,
      to: sample.month.end,
      groupBy: 'organization',
      figures: 'amount',
    });
    const owed = amounts.find(({ group }) => group['organizationId'] === customer('globex'));
    page = await app.open('/usage?range=lastMonth');
    await page.getByRole('combobox', { name: 'Quantity' }).selectOption('Amount');
    const row = page.getByRole('table', { name: 'Groups' }).getByRole('row').filter({
      hasText: 'Globex Health',
    });
    await row.getByText(Number(owed?.amount).toLocaleString('en-US')).waitFor();
    await page.getByRole('img', { name: `Amount in ${owed?.currency} over time` }).waitFor();
    await page.getByText('The chart as a table').click();
    await page.getByRole('link', { name: 'What changed' }).first().click();
    await page.getByRole('table', { name: 'What changed, by organization' }).waitFor();
  });
});

describe('Unclassified', () => {
  it('is claimed: an unknown key finds its owner, and what it recorded follows', async () => {
    const credential = 'gx_live_nobody_knows_7791';
    await app.api.events.ingest([
      { id: 'unknown-1', credential, measures: { input_tokens: 1200 } },
      { id: 'unknown-2', credential, measures: { input_tokens: 300 } },
    ]);
    page = await app.open('/unclassified');
    await page.getByRole('table', { name: 'Unclassified usage' }).getByRole('link').first().click();
    await page.getByRole('link', { name: 'Claim', exact: true }).click();
    const form = page.getByRole('form', { name: /^Claim / });
    await form.getByRole('button', { name: 'Claim' }).click();
    await form.getByText('Pick whose it is.').waitFor();
    await pick(page, form, 'Organization', 'Globex Health');
    await textbox(form, 'Name of the credential').fill('Found key');
    await form.getByRole('button', { name: 'Claim' }).click();
    await page.getByRole('heading', { level: 1, name: 'Globex Health' }).waitFor();
    const { items } = await app.api.events.list({ clientId: 'unknown-1', source: '' });
    expect(items[0]?.attribution.organizationId).toBe(customer('globex'));
    const left = (await app.api.unclassified.list()).items.map(({ identifier }) => identifier);
    expect(left.filter((identifier) => identifier?.startsWith('gx_'))).toEqual([]);
    expect(page.url()).not.toContain(credential);
  });
});

describe('Re-attributions', () => {
  it('show what they change, move usage, and give it back', async () => {
    const before = await app.api.events.list({ organizationId: customer('globex'), limit: 200 });
    page = await app.open('/reattributions');
    await page.getByRole('link', { name: 'Re-attribute usage' }).first().click();
    const form = page.getByRole('form', { name: 'Re-attribute usage' });
    await pick(page, form, 'Usage that is of', 'Globex Health');
    await pick(page, form, 'Organization', 'Acme Robotics');
    await textbox(form, 'Reason').fill('It was the other team');
    await form.getByRole('button', { name: 'See what it changes' }).click();
    await page.getByRole('table', { name: 'What payers owe' }).getByText('Globex Health').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    const moved = await app.api.events.list({ organizationId: customer('globex') });
    expect(moved.items).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await page.getByText('It was undone').waitFor();
    const after = await app.api.events.list({ organizationId: customer('globex'), limit: 200 });
    expect(after.items.map(({ id }) => id)).toEqual(before.items.map(({ id }) => id));
  });
});
