import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { Role } from '../../server/src/access/permissions.ts';
import { readPdf } from '../../server/test/support/pdf.ts';
import { complaintsOf, startConsole, type ConsoleApp } from './support/app.ts';
import { makeSample, type Sample } from './support/sample.ts';

/** Each role meets what it may not do: in the console with the reason beforehand, and in the API all the same. */
let app: ConsoleApp;
let page: Page;
let sample: Sample;
beforeAll(async () => {
  app = await startConsole();
  sample = await makeSample(app.api, 120);
});
afterAll(() => app.close());
afterEach(async () => {
  // A page that is refused shows the answer; React says so as well.
  const seen = complaintsOf(page).filter((each) => !isRefusal.test(each));
  if (seen.length > 0) throw new Error(`The page complained:\n${seen.join('\n')}`);
  await page.context().close();
});

const isRefusal = /^CustomaryProblem: \S+ 403 forbidden/;

const password = 'correct horse battery staple';

/** Asks as a page of ours does, with the session of whoever is signed in. */
const ask = (method: string, path: string, body?: object) =>
  page.evaluate(
    async ([how, to, text]) => {
      const headers = { 'x-customary-csrf': '1', 'content-type': 'application/json' };
      const given = text === undefined ? {} : { headers, body: text };
      const answer = await fetch(to, { method: how, headers, ...given });
      return { status: answer.status, text: await answer.text() };
    },
    [method, path, body && JSON.stringify(body)] as const,
  );

const linkFor = async (role: Role): Promise<string> => {
  if (role === 'owner') return app.ownerLink ?? '';
  const { link } = await app.api.people.invite({ email: `${role}@people.example`, role });
  return link?.url ?? '';
};

/** A new person of this role joins, and opens a page. */
async function joinAs(role: Role, path = '/'): Promise<void> {
  const token = new URL(await linkFor(role)).hash.slice(1);
  page = await app.open('/sign-in', { key: null });
  const email = role === 'owner' ? { email: 'owner@people.example' } : {};
  const joined = await ask('POST', '/auth/links/redeem', { token, password, name: role, ...email });
  expect(joined.status, joined.text).toBe(200);
  await page.goto(app.url + path);
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

const everywhere =
  'Overview, Explorer, Events, Unclassified, Re-attributions, Invoices, Customers, Subscriptions, Catalog, Findings, Checks, Settings';

/** What of the navigation leads somewhere. */
async function openNavigation(): Promise<string> {
  const links = page.getByRole('navigation', { name: 'Main' }).locator('a');
  return (await links.allInnerTexts()).join(', ');
}

type Case = {
  readonly role: Role;
  readonly navigation: string;
  /** Where there is a control that the role may not use, and the permission that it says is missing. */
  readonly path: string;
  readonly control: string;
  readonly permission: string;
  readonly call: readonly [method: string, path: string, body: object];
};

const cases: readonly Case[] = [
  {
    role: 'billing',
    navigation: everywhere,
    path: '/customers/credentials',
    control: 'New Credential',
    permission: 'credentials.create',
    call: ['POST', '/v1/credentials', {}],
  },
  {
    role: 'support',
    navigation: everywhere,
    path: '/customers/organizations',
    control: 'New Org',
    permission: 'organizations.create',
    call: ['POST', '/v1/organizations', { name: 'Not for support' }],
  },
  {
    role: 'developer',
    navigation:
      'Overview, Explorer, Events, Unclassified, Customers, Subscriptions, Catalog, Findings, Checks, API keys',
    path: '/catalog/plans',
    control: 'New plan',
    permission: 'plans.create',
    call: ['POST', '/v1/plans', {}],
  },
];

describe('A role', () => {
  it.each(cases)('$role: sees its places, and what it lacks', async (each) => {
    await joinAs(each.role, each.path);
    expect(await openNavigation()).toBe(each.navigation);
    const control = page.getByRole('button', { name: each.control }).first();
    await control.waitFor();
    expect(await control.getAttribute('aria-disabled')).toBe('true');
    expect(await control.textContent()).toContain(each.permission);
    const refused = await ask(...each.call);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(each.permission);
  });

  it('owner: may do everything', async () => {
    await joinAs('owner', '/settings/people/invite');
    expect(await openNavigation()).toBe(everywhere);
    const form = page.getByRole('form', { name: 'Invite somebody' });
    expect(await form.getByRole('option', { name: /^Owner/ }).isDisabled()).toBe(false);
    const made = await ask('POST', '/v1/people', { email: 'second@people.example', role: 'owner' });
    expect(made.status).toBe(201);
  });

  it('admin: may do everything but make owners', async () => {
    await joinAs('admin', '/settings/people/invite');
    expect(await openNavigation()).toBe(everywhere);
    const form = page.getByRole('form', { name: 'Invite somebody' });
    await form.getByText('owners.manage').waitFor();
    expect(await form.getByRole('option', { name: /^Owner/ }).isDisabled()).toBe(true);
    const made = await ask('POST', '/v1/people', { email: 'third@people.example', role: 'owner' });
    expect(made.status).toBe(403);
  });

  it('statements: follows unpaid invoices to heads and summaries, and nothing beneath', async () => {
    const organizationId = sample.organizations.get('globex') ?? '';
    const [invoice] = (await app.api.invoices.list({ organizationId, unpaid: true })).items;
    const [event] = (await app.api.events.list({ organizationId, limit: 1 })).items;
    const [credential] = (await app.api.credentials.list({ organizationId, limit: 1 })).items;
    const { lines } = await app.api.invoices.get(invoice?.id ?? '');
    const line = lines.find(({ kind }) => kind === 'usage');

    await joinAs('statements');
    expect(await openNavigation()).toBe('Overview, Statements');
    await page.getByRole('link', { name: 'Statements', exact: true }).click();
    await page.getByRole('link', { name: /^Unpaid Invoices of Globex/ }).click();
    const heads = page.getByRole('table', { name: 'Issued invoices' });
    await heads.getByText(invoice?.number ?? '–').waitFor();
    const downloading = page.waitForEvent('download');
    await heads.getByRole('button', { name: 'PDF' }).first().click();
    const file = await (await downloading).path();
    const read = await readPdf(readFileSync(file), { pages: 0 });
    const text = read.pages.map((each) => each.text).join(' ');
    expect(text).toContain(invoice?.number);
    expect(text).not.toContain(line?.description);

    for (const path of [
      `/billing/invoices/${invoice?.id}/lines/${line?.id}`,
      `/billing/invoices/${invoice?.id}`,
      `/events/${event?.id}`,
      `/customers/credentials/${credential?.id}`,
    ]) {
      await page.goto(app.url + path);
      await page.getByRole('heading', { level: 1, name: 'Not for this role' }).waitFor();
      await page.getByRole('link', { name: 'To the overview' }).waitFor();
    }
    for (const path of [
      `/v1/invoices/${invoice?.id}`,
      `/v1/invoice-lines/${line?.id}/events`,
      `/v1/events/${event?.id}/trace`,
      `/v1/credentials/${credential?.id}`,
    ])
      expect((await ask('GET', path)).status, path).toBe(403);

    await page.goto(`${app.url}/customers/statements/${organizationId}`);
    const share = page.getByRole('button', { name: 'Share' });
    await share.waitFor();
    expect(await share.textContent()).toContain('shareLinks.create');
    expect((await ask('POST', '/v1/share-links', { organizationId })).status).toBe(403);
  });
});
