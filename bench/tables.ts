import { launchBrowser } from '../console/e2e/support/chromium.ts';
import { startDeployment } from './lib/deployment.ts';
import { analyze, makeCustomers, makePlan } from './lib/generate.ts';
import { latencies, type Spread } from './lib/measure.ts';
import type { Result } from './lib/report.ts';
import type { Size } from './lib/size.ts';

const FEW = 1_000;
/** The fewer customers have ten pages. */
const PAGES = 8;
const STARTED = '2026-10-01T00:00:00Z';

type Turning = { readonly turn: Spread; readonly rowsDrawn: number };

/** The console's list of organizations in a browser: from the key that turns a page to the other rows. */
export async function tables(size: Size): Promise<Result> {
  const many = size === 'quick' ? 5_000 : 100_000;
  const amongFew = await measure(FEW);
  const amongMany = await measure(many);
  return {
    bench: 'tables',
    bars: [
      {
        name: `turning a page of the console, ${many} customers to ${FEW}`,
        value: amongMany.turn.median / amongFew.turn.median,
        first: 2,
        aim: 1.3,
        better: 'lower',
        unit: '×',
      },
    ],
    figures: {
      few: FEW,
      many,
      rowsDrawn: amongMany.rowsDrawn,
      amongFewMs: amongFew.turn,
      amongManyMs: amongMany.turn,
    },
  };
}

async function measure(customers: number): Promise<Turning> {
  const deployment = await startDeployment();
  const browser = await launchBrowser();
  try {
    const planId = await makePlan(deployment);
    await makeCustomers(deployment, planId, { first: 1, last: customers, startAt: STARTED });
    await analyze(deployment);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(
      (key) => sessionStorage.setItem('customary.api-key', key),
      deployment.key,
    );
    await page.goto(`${deployment.url}/customers/organizations`);
    const rows = page.getByRole('table', { name: 'Organizations' }).getByRole('row');
    const name = () => rows.nth(1).innerText();
    await rows.nth(1).waitFor();
    const turn = await latencies(
      PAGES,
      async () => {
        const before = await name();
        await page.keyboard.press(']');
        await page.waitForFunction(
          (old) => document.querySelectorAll<HTMLElement>('[role=row]')[1]?.innerText !== old,
          before,
          { polling: 'raf' },
        );
      },
      1,
    );
    return { turn, rowsDrawn: await rows.count() };
  } finally {
    await browser.close();
    await deployment.close();
  }
}
