import { type BenchDeployment, requireChecks, startDeployment } from './lib/deployment.ts';
import { makeCredentials, makeCustomers, makeEvents, makePlan, settle } from './lib/generate.ts';
import { latencies, spreadOf, timed } from './lib/measure.ts';
import { profiled } from './lib/profile.ts';
import type { Result } from './lib/report.ts';
import type { Size } from './lib/size.ts';

const STARTED = '2026-08-01T00:00:00Z';
const MONTHS = ['2026-08', '2026-09', '2026-10'];
const EVENTS_EACH = 20;
const LIST_CALLS = 60;

/** A billing run, and then the first page of statements, with a thousand customers and with ten thousand. */
export async function billing(size: Size): Promise<Result> {
  const few = size === 'quick' ? 30 : 1_000;
  const many = few * 10;
  const small = await measure(few);
  const large = await measure(many);
  return {
    bench: 'billing',
    bars: [
      {
        name: `billing run, time for each invoice, ${many} subscriptions to ${few}`,
        value: large.msPerInvoice.median / small.msPerInvoice.median,
        first: 1.5,
        aim: 1.1,
        better: 'lower',
        unit: '×',
      },
    ],
    figures: { few: small, many: large },
  };
}

async function measure(customers: number) {
  const deployment = await startDeployment();
  try {
    const planId = await makePlan(deployment);
    await makeCustomers(deployment, planId, { first: 1, last: customers, startAt: STARTED });
    await makeCredentials(deployment, { first: 1, last: customers, customers });
    await makeEvents(deployment, {
      first: 1,
      last: customers * EVENTS_EACH * MONTHS.length,
      from: STARTED,
      to: '2026-11-01T00:00:00Z',
      credentials: customers,
      customers,
    });
    await settle(deployment);
    const times: number[] = [];
    const profile = await profiled(deployment);
    for (const period of MONTHS) {
      const run = await timed(() => runOf(deployment, period));
      times.push(run.ms / run.result);
    }
    const where = await profile();
    await requireChecks(deployment);
    const list = await latencies(LIST_CALLS, () => deployment.ok('GET', '/v1/invoices?limit=50'));
    return {
      customers,
      msPerInvoice: spreadOf(times),
      firstPageOfInvoicesMs: list,
      profile: where,
    };
  } finally {
    await deployment.close();
  }
}

/** Bills a month to the end; answers how many invoices were drafted. */
async function runOf(deployment: BenchDeployment, period: string): Promise<number> {
  const run = await deployment.ok<{ status: string; invoicesDrafted: number }>(
    'POST',
    '/v1/billing-runs',
    { period, wait: true },
  );
  if (run.status !== 'succeeded') throw new Error(`The run of ${period} is ${run.status}`);
  return run.invoicesDrafted;
}
