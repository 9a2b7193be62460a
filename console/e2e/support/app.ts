import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Customary } from '@customary/sdk';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startServing } from '../../../server/src/cli/serve.ts';
import { testDatabase } from '../../../server/test/support/database.ts';
import { launchBrowser } from './chromium.ts';

/** The real server with the built console on a database of its own, and a browser. */
export type ConsoleApp = {
  readonly url: string;
  /** As admin. */
  readonly api: Customary;
  readonly browser: Browser;
  /** For the first owner; works once. */
  readonly ownerLink: string | null;
  /** A new, signed-in window; `path` is where it begins. */
  open(path?: string, options?: OpenOptions): Promise<Page>;
  close(): Promise<void>;
};

export type OpenOptions = {
  /** An API key to sign in with; default: the admin's. null: stays signed out. */
  readonly key?: string | null;
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
};

const adminKey = 'cus_the_first_admin_key_of_these_tests';
const actionMs = 15_000;
const heightPx = 900;
export const wide = 1280;
export const narrow = 390;

export async function startConsole(): Promise<ConsoleApp> {
  const { url: databaseUrl, drop } = await testDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'customary-console-'));
  const serving = await startServing(
    {
      port: 0,
      host: '127.0.0.1',
      databaseUrl,
      dataDir,
      bootstrapKey: adminKey,
      secretKey: 'a secret key for tests, 32 characters long',
      logLevel: 'error',
    },
    () => undefined,
  );
  const browser = await launchBrowser();
  const contexts: BrowserContext[] = [];
  return {
    url: serving.url,
    api: new Customary({ baseUrl: serving.url, apiKey: adminKey, retriesMax: 0 }),
    browser,
    ownerLink: serving.ownerUrl,
    open: async (path = '/', options = {}) => {
      const context = await newContext(browser, serving.url, options);
      contexts.push(context);
      const page = await context.newPage();
      failOnTrouble(page);
      await page.goto(path);
      // Until then there is nobody to hear a key.
      await page.locator('h1').first().waitFor();
      return page;
    },
    close: async () => {
      await Promise.all(contexts.map((context) => context.close()));
      await browser.close();
      await serving.stop();
      await drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function newContext(
  browser: Browser,
  baseURL: string,
  { key = adminKey, width = wide, theme = 'light' }: OpenOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL,
    viewport: { width, height: heightPx },
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    colorScheme: theme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(actionMs);
  await context.addInitScript(
    ([name, value]) => {
      if (value !== null) sessionStorage.setItem(name, value);
    },
    ['customary.api-key', key] as const,
  );
  return context;
}

/** As a link within the console does, which is how people move. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    delete document.documentElement.dataset['shown'];
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
  await page.waitForFunction(() => document.documentElement.dataset['shown'] !== undefined);
}

/** What the page complains about, such as a violated policy or an exception, fails the test that sees it. */
const complaints = new WeakMap<Page, string[]>();

function failOnTrouble(page: Page): void {
  const seen: string[] = [];
  complaints.set(page, seen);
  page.on('pageerror', (error) => seen.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    // An answer that is an error is what some tests are about; the page says so itself.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) seen.push(message.text());
  });
}

export function complaintsOf(page: Page): string[] {
  return complaints.get(page) ?? [];
}

/** For `afterEach`. */
export function noComplaints(page: Page): void {
  const seen = complaintsOf(page);
  if (seen.length > 0) throw new Error(`The page complained:\n${seen.join('\n')}`);
}
