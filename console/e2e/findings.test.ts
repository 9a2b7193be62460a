import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { noComplaints, startConsole, type ConsoleApp } from './support/app.ts';
import { pick } from './support/forms.ts';

let app: ConsoleApp;
let page: Page;
beforeAll(async () => {
  app = await startConsole();
  await setUp(app);
});
afterAll(() => app.close());
afterEach(async () => {
  noComplaints(page);
  await page.context().close();
});

/** A key of another organization than its holder, two accounts that look like one, and usage of nobody. */
async function setUp({ api }: ConsoleApp): Promise<void> {
  const home = await api.organizations.create({ name: 'Homestead' });
  const elsewhere = await api.organizations.create({ name: 'Faraway' });
  await api.organizations.create({ name: 'Faraway Inc.' });
  const holder = await api.subscribers.create({
    email: 'lost@homestead.example',
    organizationIds: [home.id],
  });
  await api.credentials.create({
    name: 'lost key',
    credentialId: 'sk-lost-0123456789',
    subscriberId: holder.id,
    organizationId: elsewhere.id,
  });
  const nobodys = Array.from({ length: 12 }, (_, index) => ({
    id: `nobody-${index}`,
    subscriber: 'bot@nowhere.example',
    measures: { input_tokens: 10 },
  }));
  await api.events.ingest(nobodys);
  await api.unclassified.list();
}

const list = (kind: string) => page.getByRole('list', { name: kind });
const dialog = () => page.getByRole('dialog');

describe('A finding', () => {
  it('is counted on the overview, shown with its evidence, and mended once it is confirmed', async () => {
    page = await app.open('/');
    // The key, the two names, and the usage of nobody.
    await page.getByRole('main').getByRole('link', { name: '3', exact: true }).click();
    const found = list('Keys of another organization');
    await found.getByText(/lost key is Faraway’s, but its subscriber .* is not/).waitFor();
    await found.getByRole('link', { name: 'Homestead', exact: true }).waitFor();
    await found.getByRole('button', { name: 'Move the credential to Homestead' }).click();
    await dialog().getByRole('button', { name: 'Do it' }).click();
    await found.waitFor({ state: 'detached' });
    const [credential] = (await app.api.credentials.list()).items;
    const [home] = (await app.api.organizations.list({ name: 'Homestead' })).items;
    expect(credential?.organizationId).toBe(home?.id);
  });

  it('asks for what only a person can give', async () => {
    page = await app.open('/findings?kind=growingUnclassified');
    const found = list('Unclassified and growing');
    await found.getByRole('button', { name: 'Claim it for its owner' }).click();
    await dialog().getByRole('button', { name: 'Do it' }).click();
    await dialog().getByText('This only you can say.').waitFor();
    await pick(page, dialog(), 'Organization', 'Homestead');
    await dialog().getByRole('button', { name: 'Do it' }).click();
    await page.getByText('Mended').waitFor();
    const owners = (await app.api.subscribers.list({ email: 'bot@nowhere.example' })).items;
    expect(owners).toHaveLength(1);
  });

  it('leads to the merge, filled in', async () => {
    page = await app.open('/findings');
    await list('Nearly the same name').getByRole('link', { name: 'Look at the merge' }).click();
    const form = page.getByRole('form', { name: 'Merge Faraway Inc.' });
    await form.getByRole('button', { name: 'See what it changes' }).click();
    await page.getByRole('heading', { level: 1, name: 'Merge' }).waitFor();
    expect((await app.api.merges.list()).items).toHaveLength(1);
  });

  it('cannot be mended by who may not, and says what is missing', async () => {
    const { key } = await app.api.apiKeys.create({ name: 'reader', permissions: ['read'] });
    page = await app.open('/findings', { key });
    const button = list('Nearly the same name').getByRole('button', { name: 'Look at the merge' });
    await button.waitFor();
    expect(await button.textContent()).toContain('merges.create');
  });
});
