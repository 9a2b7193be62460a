import { type BenchDeployment, startDeployment } from './lib/deployment.ts';
import { analyze, makeBilledLike, makeCustomers, makePlan } from './lib/generate.ts';
import { latencies } from './lib/measure.ts';
import { profiled } from './lib/profile.ts';
import type { Result } from './lib/report.ts';
import type { Size } from './lib/size.ts';

const CALLS = 100;
const STARTED = '2026-10-01T00:00:00Z';

/**
 * The first page of statements of deployments that have billed every customer once: few by the API, the others like
 * them.
 */
export async function statements(size: Size): Promise<Result> {
  const [few, many] = size === 'quick' ? [100, 2_000] : [1_000, 100_000];
  const amongFew = await measure(few, few);
  const amongMany = await measure(few, many);
  return {
    bench: 'statements',
    bars: [
      {
        name: `first page of statements, ${many} customers to ${few}`,
        value: amongMany.ms.median / amongFew.ms.median,
        first: 2,
        aim: 1.3,
        better: 'lower',
        unit: '×',
      },
    ],
    figures: {
      few,
      many,
      amongFewMs: amongFew.ms,
      amongManyMs: amongMany.ms,
      profile: amongMany.profile,
    },
  };
}

/** Bills `few` by the API, and makes the other customers like them. */
async function measure(few: number, customers: number) {
  const deployment = await startDeployment();
  try {
    const planId = await makePlan(deployment);
    await makeCustomers(deployment, planId, { first: 1, last: few, startAt: STARTED });
    await deployment.ok('POST', '/v1/billing-runs', { period: '2026-10', wait: true });
    await finalizeAll(deployment);
    if (customers > few) {
      const more = { first: few + 1, last: customers };
      await makeCustomers(deployment, planId, { ...more, startAt: STARTED });
      await makeBilledLike(deployment, { ...more, like: few });
    }
    await analyze(deployment);
    const profile = await profiled(deployment);
    const ms = await latencies(CALLS, () => deployment.ok('GET', '/v1/statements?limit=50'));
    return { ms, profile: await profile() };
  } finally {
    await deployment.close();
  }
}

const AT_ONCE = 8;

async function finalizeAll(deployment: BenchDeployment): Promise<void> {
  const { rows } = await deployment.sql.query<{ id: string }>(
    `select id from invoices where status = 'draft' order by id`,
  );
  const left = rows.map((row) => row.id);
  const work = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop())
      await deployment.ok('POST', `/v1/invoices/${id}/finalize`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
