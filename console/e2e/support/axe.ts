import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Violation = { id: string; impact: string | null; nodes: Node[] };
type Node = { target: string[]; html: string; failureSummary?: string };

const everything = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
} as const;
/** What another theme can make worse: names, roles and order are the same in both. */
const colors = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } as const;

/** Serious and critical violations of WCAG 2.1 A and AA on the page as it is now, one line each. */
export async function axeViolations(page: Page, look: 'all' | 'colors'): Promise<string[]> {
  // Evaluated rather than added to the page, whose policy lets no foreign script in; once for each document.
  if (await page.evaluate(() => !('axe' in globalThis))) await page.evaluate(source);
  const violations = await page.evaluate(
    async (runOnly) => {
      const { axe } = globalThis as unknown as {
        axe: { run: (where: Document, options: object) => Promise<{ violations: unknown[] }> };
      };
      const result = await axe.run(document, { runOnly, resultTypes: ['violations'] });
      return result.violations;
    },
    look === 'all' ? everything : colors,
  );
  return (violations as Violation[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, html, failureSummary = '' }) =>
          `${id}: ${target.join(' ')} ${html.slice(0, 160)} ${failureSummary.slice(0, 300)}`,
      ),
    );
}
