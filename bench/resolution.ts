import { startDeployment } from './lib/deployment.ts';
import {
  analyze,
  credentialIdOf,
  makeCredentials,
  makeCustomers,
  makePlan,
} from './lib/generate.ts';
import { latencies } from './lib/measure.ts';
import { profiled } from './lib/profile.ts';
import type { Result } from './lib/report.ts';
import type { Size } from './lib/size.ts';

const CUSTOMERS = 1_000;
const CALLS = 300;
const FEW = 1_000;
const STARTED = '2026-01-01T00:00:00Z';

/** What a credential ID resolves to, asked one at a time, each once, so that nothing is answered from memory. */
export async function resolution(size: Size): Promise<Result> {
  const many = size === 'quick' ? 20_000 : 1_000_000;
  const deployment = await startDeployment();
  try {
    const planId = await makePlan(deployment);
    await makeCustomers(deployment, planId, { first: 1, last: CUSTOMERS, startAt: STARTED });
    const measure = async (credentials: number) => {
      await analyze(deployment);
      const step = Math.max(1, Math.floor(credentials / (CALLS * 2)));
      const profile = await profiled(deployment);
      const ms = await latencies(CALLS, (i) =>
        deployment.ok('POST', '/v1/credentials/lookup', {
          credentialId: credentialIdOf(((i * step) % credentials) + 1),
        }),
      );
      return { ms, profile: await profile() };
    };
    await makeCredentials(deployment, { first: 1, last: FEW, customers: CUSTOMERS });
    const amongFew = await measure(FEW);
    await makeCredentials(deployment, { first: FEW + 1, last: many, customers: CUSTOMERS });
    const amongMany = await measure(many);
    return {
      bench: 'resolution',
      bars: [
        {
          name: `credential resolution, ${many} credentials to ${FEW}`,
          value: amongMany.ms.median / amongFew.ms.median,
          first: 1.5,
          aim: 1.2,
          better: 'lower',
          unit: '×',
        },
      ],
      figures: {
        few: FEW,
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
