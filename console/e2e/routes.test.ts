import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { axeViolations } from './support/axe.ts';
import { goTo, noComplaints, narrow, startConsole, wide, type ConsoleApp } from './support/app.ts';
import { routesOf, type Route } from './support/routes.ts';
import { makeSample } from './support/sample.ts';

/** Written for people to look at, where `CUSTOMARY_SCREENS` asks for it: `name-theme-width.png`. */
const screens = fileURLToPath(new URL('screens/', import.meta.url));
const takesScreens = process.env['CUSTOMARY_SCREENS'] !== undefined;
const heightPx = 900;
/** A limit against hanging; the machine may be busy. */
const allRoutesMs = 15 * 60_000;
/** As many windows as cores are usual. */
const windows = 2;

let app: ConsoleApp;
let routes: Route[];
beforeAll(async () => {
  mkdirSync(screens, { recursive: true });
  app = await startConsole();
  routes = await routesOf(app.api, await makeSample(app.api));
});
afterAll(() => app.close());

/** `ROUTES=overview,organizations` looks at these alone. */
const wanted = process.env['ROUTES']?.split(',');

describe('every route', () => {
  it(
    'is accessible and fits, wide and narrow, light and dark',
    async () => {
      const left = routes.filter(({ name }) => wanted === undefined || wanted.includes(name));
      const problems: string[] = [];
      const walk = async () => {
        const page = await app.open('/');
        for (let route = left.shift(); route !== undefined; route = left.shift())
          problems.push(...(await visit(page, route)));
        noComplaints(page);
      };
      await Promise.all(Array.from({ length: windows }, walk));
      expect(problems).toEqual([]);
    },
    allRoutesMs,
  );
});

/** Colors differ by theme, layout by width: axe sees each theme, and each width must fit. */
async function visit(page: Page, { name, path }: Route): Promise<string[]> {
  const problems: string[] = [];
  await page.setViewportSize({ width: wide, height: heightPx });
  await goTo(page, path);
  if (takesScreens) await page.waitForLoadState('networkidle');
  for (const theme of ['light', 'dark'] as const) {
    await show(page, theme, wide);
    if (theme === 'light') problems.push(...(await overflow(page)));
    const violations = await axeViolations(page, theme === 'light' ? 'all' : 'colors');
    problems.push(...violations.map((problem) => `${theme}: ${problem}`));
    await picture(page, `${name}-${theme}-${wide}`);
  }
  for (const theme of takesScreens ? (['dark', 'light'] as const) : (['dark'] as const)) {
    await show(page, theme, narrow);
    problems.push(...(await overflow(page)));
    await picture(page, `${name}-${theme}-${narrow}`);
  }
  return problems.map((problem) => `${name}: ${problem}`);
}

async function show(page: Page, theme: 'light' | 'dark', width: number): Promise<void> {
  await page.setViewportSize({ width, height: heightPx });
  await page.emulateMedia({ colorScheme: theme });
  await page.waitForFunction(
    (scheme) =>
      document.documentElement.dataset['mantineColorScheme'] === scheme &&
      document.querySelector('[aria-busy="true"], .mantine-Skeleton-root') === null,
    theme,
  );
}

async function overflow(page: Page): Promise<string[]> {
  const { width, excessPx } = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    // A table that is wider than its frame is cut off rather than scrolled.
    const tables = [...document.querySelectorAll('div[role="table"]')];
    const cut = tables.map(({ scrollWidth: is, clientWidth: may }) => is - may);
    return { width: clientWidth, excessPx: Math.max(scrollWidth - clientWidth, ...cut) };
  });
  return excessPx > 0 ? [`is ${excessPx} px too wide for ${width}`] : [];
}

async function picture(page: Page, name: string): Promise<void> {
  if (!takesScreens) return;
  // What lies over the page stays where the window is.
  const fullPage = (await page.getByRole('dialog').count()) === 0;
  await page.screenshot({ path: `${screens}${name}.png`, fullPage });
}
