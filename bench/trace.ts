import { startDeployment } from './lib/deployment.ts';
import {
  type EventsAsk,
  makeCredentials,
  makeCustomers,
  makeEvents,
  makePlan,
  settle,
  someEventIds,
} from './lib/generate.ts';
import { latencies } from './lib/measure.ts';
import { profiled } from './lib/profile.ts';
import type { Result } from './lib/report.ts';
import type { Size } from './lib/size.ts';

const CUSTOMERS = 20;
const CREDENTIALS = 100;
const CALLS = 200;
const STARTED = '2026-01-01T00:00:00Z';

/** An event's trace among few events, and then among a hundred times as many, spread over nine months. */
export async function trace(size: Size): Promise<Result> {
  const few = size === 'quick' ? 500 : 100_000;
  const many = few * 100;
  const deployment = await startDeployment();
  try {
    const planId = await makePlan(deployment);
    await makeCustomers(deployment, planId, { first: 1, last: CUSTOMERS, startAt: STARTED });
    await makeCredentials(deployment, { first: 1, last: CREDENTIALS, customers: CUSTOMERS });
    const ask = (first: number, last: number): EventsAsk => ({
      first,
      last,
      from: STARTED,
      to: '2026-10-01T00:00:00Z',
      credentials: CREDENTIALS,
      customers: CUSTOMERS,
    });
    const measure = async (events: EventsAsk) => {
      await makeEvents(deployment, events);
      await settle(deployment);
      const ids = await someEventIds(deployment, events, CALLS);
      const profile = await profiled(deployment);
      const ms = await latencies(ids.length, (i) =>
        deployment.ok('GET', `/v1/events/${ids[i] ?? ''}/trace`),
      );
      return { ms, profile: await profile() };
    };
    const amongFew = await measure(ask(1, few));
    const amongMany = await measure(ask(few + 1, many));
    return {
      bench: 'trace',
      bars: [
        {
          name: `event trace, ${many} events to ${few}`,
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
  } finally {
    await deployment.close();
  }
}
