import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { systemClock } from '../../server/src/lib/clock.ts';
import { epochMs, instantFromEpochMs } from '../../server/src/lib/instant.ts';
import { calendarMonth } from '../../server/src/lib/period.ts';
import { goTo, noComplaints, startConsole, type ConsoleApp } from './support/app.ts';
import { pick, textbox } from './support/forms.ts';

/** Months are billed once they are over: all of this happens in the last one. */
const { start: thisMonth } = calendarMonth(systemClock().slice(0, 7), 'UTC');
const lastMonth = instantFromEpochMs(epochMs(thisMonth) - 1).slice(0, 7);
const on = (day: string): string => `${lastMonth}-${day}T12:00:00`;
/** The first instant of it, as a field in the browser's time zone wants it. */
const start = new Date(`${lastMonth}-01T00:00:00Z`)
  .toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' })
  .replace(' ', 'T');

const key = 'sk-live-journey-7Yq2-0001';

let app: ConsoleApp;
let page: Page;
beforeAll(async () => {
  app = await startConsole();
  const tokens = { key: 'tokens', aggregation: 'sum' as const, measure: 'tokens' };
  await app.api.meters.create(tokens);
  const product = await app.api.products.create({ name: 'Inference API' });
  for (const [name, unitPrice] of [
    ['Pay as you go', '0.01'],
    ['Committed', '0.005'],
  ] as const)
    await app.api.plans.create({
      productId: product.id,
      name,
      currency: 'USD',
      charges: [{ meter: 'tokens', model: 'perUnit' as const, unitPrice }],
    });
  page = await app.open('/');
});
afterAll(() => app.close());
afterEach(() => noComplaints(page));

const title = (name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();

const lines = (): Locator => page.getByRole('table', { name: 'Lines' });

async function openForm(path: string, name: string): Promise<Locator> {
  await goTo(page, path);
  return page.getByRole('form', { name });
}

async function subscribe(customer: string): Promise<void> {
  const form = await openForm('/subscriptions/new', 'New subscription');
  await pick(page, form, 'Organization', customer);
  await pick(page, form, 'Plan', 'Pay as you go');
  await textbox(form, 'Name').fill(`${customer} on Pay as you go`);
  await form.getByLabel('Start').fill(start);
  await textbox(form, 'Anchor day').fill('1');
  await form.getByRole('button', { name: 'Create' }).click();
  await title(`${customer} on Pay as you go`);
}

async function bill(): Promise<void> {
  const form = await openForm('/billing/runs/new', 'Start a billing run');
  await form.getByLabel('Cycles that end in').fill(lastMonth);
  await form.getByRole('button', { name: 'Start' }).click();
  await title(`Billing run of ${lastMonth}`);
  await page.getByText('Succeeded', { exact: true }).waitFor();
}

async function send(events: readonly { id: string; at: string; tokens: number }[]): Promise<void> {
  const { accepted } = await app.api.events.ingest(
    events.map(({ id, at, tokens }) => ({
      id,
      credential: key,
      time: `${at}Z`,
      measures: { tokens },
    })),
  );
  expect(accepted).toBe(events.length);
}

async function openInvoice(customer: string): Promise<void> {
  await goTo(page, '/billing/invoices?status=draft');
  await page
    .getByRole('table', { name: 'Invoices' })
    .getByRole('row', { name: new RegExp(customer) })
    .getByRole('link')
    .first()
    .click();
  await lines().waitFor();
}

async function finalize(): Promise<void> {
  await page.getByRole('button', { name: 'Finalize' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Finalize' }).click();
  await title(/^INV-/);
}

describe('A customer', () => {
  it('signs up by hand with four forms, each leading on to the next', async () => {
    let form = await openForm('/customers/organizations/new', 'New Org');
    await textbox(form, 'Name').fill('Acme');
    await form.getByRole('button', { name: 'Create' }).click();
    await title('Acme');

    form = await openForm('/customers/subscribers/new', 'Add Subscriber');
    await textbox(form, 'Email').fill('ada@acme.example');
    await pick(page, form, 'Organizations', 'Acme');
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await title('ada@acme.example');

    await subscribe('Acme');

    form = await openForm('/customers/credentials/new', 'New Credential');
    await textbox(form, 'Subscriber Credential Name').fill('Production key');
    await pick(page, form, 'Subscriber E-Mail', 'ada@acme.example');
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[data-field="organizationId"] input')?.value,
    );
    await form.getByLabel('Credential ID').fill(key);
    await pick(page, form, 'Subscription', 'Acme on Pay as you go');
    await form.getByRole('button', { name: 'Create' }).click();
    await title('Production key');

    await send([
      { id: 'early', at: on('05'), tokens: 1000 },
      { id: 'late', at: on('20'), tokens: 3000 },
    ]);
    await goTo(page, '/events');
    await page.getByText('early').first().waitFor();
    const [event] = (await app.api.events.list({ limit: 1 })).items;
    const { items: subscriptions } = await app.api.subscriptions.list();
    expect(event?.attribution.subscriptionId).toBe(subscriptions[0]?.id);
  });

  it('has a key that moves in the middle of the month: each pays for its own days', async () => {
    await app.api.organizations.create({ name: 'Globex' });
    await subscribe('Globex');
    await goTo(page, '/customers/credentials');
    await page.getByRole('link', { name: 'Production key' }).click();
    await page.getByRole('link', { name: 'Move' }).click();
    const form = page.getByRole('form', { name: 'Move Production key' });
    await pick(page, form, 'Organization', 'Globex');
    await pick(page, form, 'Subscription', 'Globex on Pay as you go');
    await form.getByLabel('From').fill(on('15'));
    await form.getByRole('button', { name: 'Move' }).click();
    const owners = page.getByRole('table', { name: 'Owners' });
    await owners.getByRole('link', { name: 'Globex', exact: true }).waitFor();
    await bill();
    await openInvoice('Acme');
    await lines().getByText('10.00').first().waitFor();
    await openInvoice('Globex');
    await lines().getByText('30.00').first().waitFor();
  });

  it('is billed, pays too much, and is given back of it what is left', async () => {
    await openInvoice('Acme');
    await finalize();
    await page.getByRole('link', { name: 'Record payment' }).click();
    const form = page.getByRole('form', { name: /^Record a payment of INV-/ });
    await textbox(form, 'Amount in USD').fill('25.00');
    await form.getByRole('button', { name: 'Record payment' }).click();
    await page.getByRole('table', { name: 'Payments' }).getByText('25.00').waitFor();
    await page.getByText('Nothing is owed on it: it is paid.').waitFor({ state: 'attached' });

    const [payment] = (await app.api.payments.list()).items;
    const refund = await openForm(`/billing/payments/${payment?.id}/refund`, 'Refund');
    await textbox(refund, 'Amount in USD').fill('15.01');
    await refund.getByRole('button', { name: 'Record refund' }).click();
    await refund.getByText(/a refund takes no more than that/).waitFor();
    await textbox(refund, 'Amount in USD').fill('4.00');
    await refund.getByRole('button', { name: 'Record refund' }).click();
    await page.getByText(/^Refund of .*4\.00.* was recorded$/).waitFor();
  });

  it('has an invoice that was wrong: it is void, and the next run bills its usage anew', async () => {
    await openInvoice('Globex');
    await finalize();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Void' }).click();
    const form = page.getByRole('form', { name: /^Void INV-/ });
    await form.getByRole('textbox', { name: 'Reason' }).fill('The address was wrong');
    await form.getByRole('button', { name: 'Void' }).click();
    await page.getByText(/^INV-\d+ is void$/).waitFor();
    await bill();
    await openInvoice('Globex');
    await lines().getByText('30.00').first().waitFor();
  });

  it('changes its plan with the next service period', async () => {
    const [subscription] = (await app.api.subscriptions.list()).items;
    const name = `Change the plan of ${subscription?.name}`;
    const form = await openForm(`/subscriptions/${subscription?.id}/change-plan`, name);
    await form.getByRole('button', { name: 'Change plan' }).click();
    await form.getByText('Pick a plan.').waitFor();
    await pick(page, form, 'New plan', 'Committed');
    await form.getByRole('button', { name: 'Change plan' }).click();
    await page.getByText('The plan changes').waitFor();
    await page.getByText('Committed').first().waitFor();
  });
});
