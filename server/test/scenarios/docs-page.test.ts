import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testApp, type TestApp } from '../support/app.ts';

/** A real browser on the real server: what `npm test` installs Chromium for. */
const executablePath = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path): path is string => path !== undefined && existsSync(path));
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const WAIT_MS = 20_000;

let test: TestApp;
let url: string;
let browser: Browser;

beforeAll(async () => {
  test = await testApp();
  url = await test.app.listen({ host: '127.0.0.1', port: 0 });
  browser = await chromium.launch({
    executablePath: executablePath ?? 'chromium',
    args: QUIET,
    timeout: WAIT_MS,
  });
});

afterAll(async () => {
  await browser.close();
  await test.close();
});

async function open(path: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(`${url}${path}`);
  return page;
}

it('the documentation shows every resource, from this server alone', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob|about):/.test(request.url()))
      elsewhere.push(request.url());
  });
  await page.goto(`${url}/docs`);
  await page.getByRole('heading', { name: 'Customary', exact: true }).waitFor();
  for (const resource of [
    'organizations',
    'credentials',
    'events',
    'invoices',
    'statements',
    'checks',
  ])
    await page.getByRole('button', { name: resource }).first().waitFor();
  expect(elsewhere).toEqual([]);
});

it('every problem points to its entry in the table of errors', async () => {
  const { body } = await test.call('GET', '/v1/organizations?nonsense=1');
  const page = await open(body.type);
  await page.getByRole('cell', { name: body.title }).waitFor();
});
