import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { noComplaints, startConsole, type ConsoleApp } from './support/app.ts';
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

describe('Events', () => {
  it('leads from a key to an event, and along its chain to the statement', async () => {
    const globex = sample.organizations.get('globex') ?? '';
    page = await app.open(`/events?organizationId=${globex}`);
    const table = page.getByRole('table', { name: 'Events' });
    await table.getByRole('link').first().click();
    const chain = page.getByRole('list', { name: 'Trace' });
    await chain.waitFor();
    for (const kind of ['Event', 'Credential', 'Organization', 'Invoice line', 'Statement'])
      await chain.getByText(kind, { exact: true }).waitFor();
    await chain.getByRole('link').last().click();
    await page.getByRole('heading', { level: 1, name: /^Statement of Globex Health/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/customers/statements/${globex}`);
  });

  it('says when nothing matches', async () => {
    page = await app.open('/events?source=nowhere');
    await page.getByRole('heading', { name: 'No event matches' }).waitFor();
  });
});
