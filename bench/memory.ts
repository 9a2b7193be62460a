import { bodiesOf, sendAll } from './lib/bodies.ts';
import { requireChecks, startDeployment } from './lib/deployment.ts';
import { analyze, makeCredentials, makeCustomers, makePlan } from './lib/generate.ts';
import { timed } from './lib/measure.ts';
import { profiled } from './lib/profile.ts';
import type { Result } from './lib/report.ts';
import type { Size } from './lib/size.ts';

const PER_BATCH = 500;
const PARTS = 10;
const AT_ONCE = 4;
const CUSTOMERS = 200;
const CREDENTIALS = 1_000;
const FLAT = 1.15;

/** What the server holds while events keep coming: after a warm-up of a tenth, it must not grow. */
export async function memory(size: Size): Promise<Result> {
  const events = size === 'quick' ? 50_000 : 1_000_000;
  const deployment = await startDeployment();
  try {
    const planId = await makePlan(deployment);
    await makeCustomers(deployment, planId, {
      first: 1,
      last: CUSTOMERS,
      startAt: '2026-01-01T00:00:00Z',
    });
    await makeCredentials(deployment, { first: 1, last: CREDENTIALS, customers: CUSTOMERS });
    await analyze(deployment);
    const residentMb: number[] = [];
    let ms = 0;
    const profile = await profiled(deployment);
    for (let part = 0; part < PARTS; part += 1) {
      const bodies = bodiesOf({
        first: (part * events) / PARTS,
        batches: events / PARTS / PER_BATCH,
        perBatch: PER_BATCH,
        credentials: CREDENTIALS,
        at: Date.UTC(2026, 9, 1),
      });
      const sent = await timed(() =>
        sendAll(bodies, AT_ONCE, (body) => deployment.post('/v1/events', body)),
      );
      ms += sent.ms;
      residentMb.push(deployment.residentMb());
    }
    const where = await profile();
    await requireChecks(deployment);
    const warm = Math.max(...residentMb.slice(0, 3));
    const peak = Math.max(...residentMb);
    return {
      bench: 'memory',
      bars: [
        {
          name: `resident memory while ${events} events come in`,
          value: peak,
          first: Math.round(warm * FLAT),
          aim: 300,
          better: 'lower',
          unit: ' MB',
        },
      ],
      figures: {
        events,
        residentMb,
        eventsPerSecond: Math.round((events / ms) * 1000),
        profile: where,
      },
    };
  } finally {
    await deployment.close();
  }
}
