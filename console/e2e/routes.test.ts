import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { axeViolations } from './support/axe.ts';
import { noComplaints, narrow, startConsole, wide, type ConsoleApp } from './support/app.ts';
import { routesOf, type Route } from './support/routes.ts';
import { makeSample } from './support/sample.ts';

/** Written for people to look at: `name-theme-width.png`. */
const screens = fileURLToPath(new URL('screens/', import.meta.url));
const heightPx = 900;
/** Four pictures of each of some forty routes, on a machine that may be busy. */
const allRoutesMs = 15 * 60_000;

let app: ConsoleApp;
let page: Page;
let routes: Route[];
beforeAll(async () => {
  mkdirSync(screens, { recursive: true });
  app = await startConsole();
  routes = await routesOf(app.api, await makeSample(app.api));
  page = await app.open('/');
});
afterAll(() => app.close());

/** `ROUTES=overview,organizations` looks at these alone. */
const wanted = process.env['ROUTES']?.split(',');

describe('every route', () => {
  it(
    'is accessible and fits, wide and narrow, light and dark',
    async () => {
      const problems: string[] = [];
      for (const route of routes) {
        if (wanted !== undefined && !wanted.includes(route.name)) continue;
        await goTo(route.path);
        for (const width of [wide, narrow]) {
          await page.setViewportSize({ width, height: heightPx });
          for (const theme of ['light', 'dark'] as const) {
            const found = await look(`${route.name}-${theme}-${width}`, theme);
            problems.push(...found);
          }
        }
      }
      expect(problems).toEqual([]);
      noComplaints(page);
    },
    allRoutesMs,
  );
});

/** As a link within the console does, which is how people move; the first load is tested elsewhere. */
async function goTo(path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
  await page.waitForLoadState('networkidle');
}

async function look(name: string, theme: 'light' | 'dark'): Promise<string[]> {
  await page.emulateMedia({ colorScheme: theme });
  await page.waitForFunction(
    (scheme) =>
      document.documentElement.dataset['mantineColorScheme'] === scheme &&
      document.querySelector('[aria-busy="true"], .mantine-Skeleton-root') === null,
    theme,
  );
  // What lies over the page stays where the window is.
  const fullPage = (await page.getByRole('dialog').count()) === 0;
  await page.screenshot({ path: `${screens}${name}.png`, fullPage });
  const overflowPx = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  const overflow = overflowPx > 0 ? [`is ${overflowPx} px too wide`] : [];
  // Colors differ by theme, layout by width: two of the four pictures have both of each.
  const isLookedAt = (theme === 'light') === name.endsWith(String(wide));
  const violations = isLookedAt ? await axeViolations(page) : [];
  return [...overflow, ...violations].map((problem) => `${name}: ${problem}`);
}
