import type { Customary } from '@customary/sdk';
import { provision } from '../../../server/src/cli/sample/provision.ts';
import { monthOfUsage } from '../../../server/src/cli/sample/usage.ts';
import { epochMs, instantFromEpochMs } from '../../../server/src/lib/instant.ts';
import { calendarMonth, type Period } from '../../../server/src/lib/period.ts';
import { billMonth, finalize, invoicesOf } from '../../../server/src/cli/bill.ts';
import { systemClock } from '../../../server/src/lib/clock.ts';

export type Sample = {
  readonly month: Period;
  readonly organizations: ReadonlyMap<string, string>;
};

const seed = 20_261;
const leftAsDraft = 'initech';

/** The company of `customary demo`, made through the API: last month used, billed, and not all of it paid. */
export async function makeSample(api: Customary, events = 900): Promise<Sample> {
  const thisMonth = calendarMonth(systemClock().slice(0, 7), 'UTC');
  const lastMonth = instantFromEpochMs(epochMs(thisMonth.start) - 1).slice(0, 7);
  const month = calendarMonth(lastMonth, 'UTC');
  const { organizations } = await provision(api, { startAt: month.start });
  const batcher = api.events.batcher({ requestsMax: 2, retriesMax: 0 });
  for (const event of monthOfUsage(month, events, seed)) await batcher.add(event);
  await batcher.close();
  const run = await billMonth(api, lastMonth, { write: () => undefined });
  for (const draft of await invoicesOf(api, run)) {
    if (draft.organizationId !== organizations.get(leftAsDraft)) await finalize(api, draft);
  }
  return { month, organizations };
}
