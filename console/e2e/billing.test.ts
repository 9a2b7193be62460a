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

describe('Billing runs', () => {
  it('start for a month, show how far they are, and lead to the invoices they made', async () => {
    page = await app.open('/billing/runs');
    await page.getByRole('link', { name: 'Start a run' }).click();
    const form = page.getByRole('form', { name: 'Start a billing run' });
    await form.getByLabel('Cycles that end in').fill(sample.month.start.slice(0, 7));
    await form.getByText('1 draft, brought up to date').waitFor();
    await pick(page, form, 'Look at a customer first', 'Globex Health');
    await form.getByRole('table', { name: 'Upcoming' }).getByText('Total so far').waitFor();
    await form.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { level: 1, name: /^Billing run of / }).waitFor();
    await page.getByText('Succeeded', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Billing runs' }).click();
    const runs = page.getByRole('table', { name: 'Billing runs' }).getByRole('link');
    expect(await runs.count()).toBe(2);
    await runs.last().click();
    await page.getByRole('link', { name: 'Its invoices' }).click();
    const invoices = page.getByRole('table', { name: 'Invoices' }).getByRole('link');
    await invoices.first().waitFor();
    const billingRunId = new URL(page.url()).searchParams.get('billingRunId') ?? '';
    const made = await app.api.invoices.list({ billingRunId });
    expect(await invoices.count()).toBe(made.items.length);
  });
});

describe('Payments', () => {
  it('go to the invoices that somebody names, and are taken back from them', async () => {
    const organizationId = customer('acme');
    const amount = { amount: '2.00', currency: 'USD' };
    const payment = await app.api.payments.create({ organizationId, amount, allocations: [] });
    const [invoice] = (await app.api.invoices.list({ organizationId, unpaid: true })).items;
    page = await app.open(`/billing/payments/${payment.id}`);
    await page.getByRole('link', { name: 'Allocate' }).click();
    const form = page.getByRole('form', { name: /^Allocate the payment/ });
    const field = textbox(form, `${invoice?.number}: amount in USD`);
    await field.fill('3');
    await form.getByRole('button', { name: 'Allocate' }).click();
    await form.getByRole('alert').waitFor();
    await field.fill('1.50');
    await form.getByRole('button', { name: 'Allocate' }).click();
    await page.getByText('It was allocated').waitFor();
    const left = async () => (await app.api.payments.get(payment.id)).unappliedAmount.amount;
    expect(await left()).toBe('0.50');
    await page.getByRole('button', { name: `Take back from ${invoice?.number}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await page.getByText(/was taken back$/).waitFor();
    expect(await left()).toBe('2.00');
  });
});

describe('Invoices', () => {
  it('are the unpaid ones of a customer behind its link on the Statements tab, and are paid', async () => {
    page = await app.open('/customers/statements');
    await page.getByRole('link', { name: 'Unpaid Invoices of Globex Health' }).click();
    await page.getByRole('heading', { level: 1, name: 'Invoices' }).waitFor();
    expect(await page.getByRole('checkbox', { name: 'Unpaid' }).isChecked()).toBe(true);
    const rows = page.getByRole('table', { name: 'Invoices' }).getByRole('link');
    await rows.first().click();
    await page.getByRole('link', { name: 'Record payment' }).click();
    const form = page.getByRole('form', { name: /^Record a payment of INV-/ });
    await textbox(form, 'Reference').fill('wire 4711');
    await form.getByRole('button', { name: 'Record payment' }).click();
    await page.getByText('Paid', { exact: true }).first().waitFor();
    await page.getByRole('table', { name: 'Payments' }).getByText('wire 4711').waitFor();
    const unpaid = await app.api.invoices.list({
      organizationId: customer('globex'),
      unpaid: true,
    });
    expect(unpaid.items).toEqual([]);
  });

  it('are finalized, credited in part, and lead from a line to its events', async () => {
    const { items } = await app.api.invoices.list({ status: 'draft' });
    const draft = items[0];
    page = await app.open(`/billing/invoices/${draft?.id}`);
    await page.getByRole('button', { name: 'Finalize' }).click();
    const question = page.getByRole('dialog');
    await question.getByRole('button', { name: 'Finalize' }).click();
    await page.getByRole('heading', { level: 1, name: /^INV-/ }).waitFor();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Credit note' }).click();
    const form = page.getByRole('form', { name: /^Credit note for INV-/ });
    await form.getByRole('button', { name: 'Issue credit note' }).click();
    await form.getByText('Say why: it is on the document.').waitFor();
    await textbox(form, 'Reason').fill('Agreed on the phone');
    await form.getByRole('checkbox', { name: 'All that is left of the invoice' }).uncheck();
    await form
      .getByRole('textbox', { name: /amount in/ })
      .first()
      .fill('1.00');
    await form.getByRole('button', { name: 'Issue credit note' }).click();
    await page.getByRole('heading', { level: 1, name: /^CN-/ }).waitFor();
    const invoice = await app.api.invoices.get(draft?.id ?? '');
    expect(invoice).toMatchObject({ status: 'partially_paid' });
    const usage = invoice.lines.find(({ kind }) => kind === 'usage');
    await page.getByRole('table', { name: 'Invoices' }).getByRole('link').click();
    await page
      .getByRole('table', { name: 'Lines' })
      .getByRole('link', { name: usage?.description ?? '' })
      .first()
      .click();
    await page
      .getByRole('table', { name: 'Events of the line' })
      .getByRole('link')
      .first()
      .waitFor();
    await page.getByText('The same events').waitFor();
  });

  it('lead the Statements role to heads and PDFs, and to nothing beneath', async () => {
    const grants = { name: 'Finance', permissions: ['statements' as const] };
    const { key } = await app.api.apiKeys.create(grants);
    page = await app.open('/customers/statements', { key });
    await page.getByRole('link', { name: 'Unpaid Invoices of Acme Robotics' }).click();
    const table = page.getByRole('table', { name: 'Issued invoices' });
    await table.getByText('Acme Robotics').waitFor();
    const download = page.waitForEvent('download');
    await table.getByRole('button', { name: 'PDF' }).click();
    expect((await download).suggestedFilename()).toMatch(/^invoice-INV-\d+\.pdf$/);
    expect(await table.getByRole('link').count()).toBe(0);
    const beneath = page.getByRole('link', { name: /^Invoices\. .* permission invoices\.read\.$/ });
    expect(await beneath.getAttribute('aria-disabled')).toBe('true');
  });

  it('say what a role may not do', async () => {
    const { key } = await app.api.apiKeys.create({ name: 'Reader', permissions: ['read'] });
    const { items } = await app.api.invoices.list({ unpaid: true, limit: 1 });
    page = await app.open(`/billing/invoices/${items[0]?.id}`, { key });
    const pay = page.getByRole('button', { name: 'Record payment' });
    expect(await pay.getAttribute('aria-disabled')).toBe('true');
    await page.getByText('does not have the permission payments.create').waitFor({
      state: 'attached',
    });
  });
});
