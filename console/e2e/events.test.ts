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
    await chain.getByRole('link', { name: /: (Input|Output) tokens$/ }).waitFor();
    await chain.getByRole('link').last().click();
    await page.getByRole('heading', { level: 1, name: /^Statement of Globex Health/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/customers/statements/${globex}`);
  });

  it('are found by their own id, whatever source they are of; customers by a part of the name', async () => {
    const event = { id: 'order-7', source: 'shop', organization: 'Globex Health' };
    await app.api.events.ingest([{ ...event, measures: { input_tokens: 1 } }]);
    page = await app.open('/');
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: 'Find anything' });
    await box.fill('globex he');
    await page.getByRole('option', { name: /Globex Health.*Organization/ }).waitFor();
    await box.fill('order-7');
    await page.getByRole('option', { name: /order-7/ }).click();
    await page.getByRole('heading', { level: 1, name: 'order-7' }).waitFor();
  });

  it('says when nothing matches', async () => {
    page = await app.open('/events?source=nowhere');
    await page.getByRole('heading', { name: 'No event matches' }).waitFor();
  });

  it('that were refused say why, and are sent again once the cause is mended', async () => {
    const strict = await app.api.ingestSettings.update({ mode: 'strict' });
    const event = { id: 'strict-1', credential: 'nobody_holds_this_key_1', measures: { n: '1' } };
    await app.api.events.ingest([event]);
    page = await app.open('/events');
    await page.getByRole('link', { name: 'Refused' }).click();
    const table = page.getByRole('table', { name: 'Refused events' });
    await table.getByRole('link', { name: /^Unknown credential/ }).click();
    const drawer = page.getByRole('dialog', { name: 'Unknown credential' });
    await drawer.getByText('"strict-1"').waitFor();
    expect(await page.getByText(event.credential).count()).toBe(0);

    await app.api.ingestSettings.update({ mode: 'provision' }, { ifMatch: strict.version });
    await drawer.getByRole('button', { name: 'Send again' }).click();
    const question = page.getByRole('dialog', { name: 'Send it again?' });
    await question.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('1 got through').waitFor();
    await drawer.getByRole('link', { name: 'Open the event' }).click();
    await page.getByRole('heading', { level: 1, name: 'strict-1' }).waitFor();
  });

  it('that contradict one that stands are kept beside it', async () => {
    const event = { id: 'twice-1', organization: sample.organizations.get('globex') ?? '' };
    await app.api.events.ingest([{ ...event, measures: { input_tokens: 1 } }]);
    await app.api.events.ingest([{ ...event, measures: { input_tokens: 2 } }]);
    page = await app.open('/events/conflicts');
    const row = page.getByRole('row').filter({ hasText: 'twice-1' });
    await row.getByText('2 input tokens').waitFor();
    await row.getByText('measures').waitFor();
    await row.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'twice-1' }).waitFor();
  });

  it('of unknown keys are refused or recorded, as Settings say', async () => {
    page = await app.open('/settings/ingest');
    await page.getByRole('link', { name: 'Edit' }).click();
    const form = page.getByRole('form', { name: 'Usage of unknown identifiers' });
    await form.getByRole('radio', { name: 'Refuse it' }).check();
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The setting was saved').waitFor();
    expect(await app.api.ingestSettings.get()).toMatchObject({ mode: 'strict' });
    await page.getByRole('link', { name: 'Refused events' }).click();
    await page.getByRole('heading', { level: 1, name: 'Refused events' }).waitFor();
  });
});
