import { startDeployment } from './lib/deployment.ts';
import {
  idOf,
  idSql,
  makeCredentials,
  makeCustomers,
  makeEvents,
  makePlan,
  record,
  settle,
} from './lib/generate.ts';
import { latencies } from './lib/measure.ts';
import { profiled } from './lib/profile.ts';
import type { Result } from './lib/report.ts';
import type { Size } from './lib/size.ts';

const FANOUT = 6;
const CALLS = 10;
const STARTED = '2026-09-01T00:00:00Z';
const ENDED = '2026-10-01T00:00:00Z';

/**
 * A month's usage of everything below the root of a six-level tree, against the same rows added up without a tree:
 * every organization's usage, asked for in the same way.
 */
export async function rollUp(size: Size): Promise<Result> {
  const organizations = size === 'quick' ? 1_000 : 10_000;
  const events = size === 'quick' ? 50_000 : 1_000_000;
  const deployment = await startDeployment();
  try {
    const planId = await makePlan(deployment);
    await makeCustomers(deployment, planId, { first: 1, last: organizations, startAt: STARTED });
    await makeCredentials(deployment, { first: 1, last: organizations, customers: organizations });
    await record(deployment.sql, 'bench.tree', async (client, journalId) => {
      const parent = `((n - 2) / ${FANOUT} + 1)`;
      await client.query(`
        insert into organization_parents (organization_id, parent_id, valid, recorded_by)
        select ${idSql('org', 'n')}, ${idSql('org', parent)}, '(,)', ${journalId} from generate_series(2, ${organizations}) as g (n)`);
    });
    await makeEvents(deployment, {
      first: 1,
      last: events,
      from: STARTED,
      to: ENDED,
      credentials: organizations,
      customers: organizations,
    });
    await settle(deployment);
    const range = `from=${STARTED}&to=${ENDED}`;
    const flat = await latencies(CALLS, () =>
      deployment.ok('GET', `/v1/usage?${range}&figures=quantity,cost`),
    );
    const profile = await profiled(deployment);
    const tree = await latencies(CALLS, () =>
      deployment.ok(
        'GET',
        `/v1/usage?${range}&organizationId=${idOf('org', 1)}&rollUp=true&figures=quantity,cost`,
      ),
    );
    const where = await profile();
    return {
      bench: 'roll-up',
      bars: [
        {
          name: `roll-up of ${organizations} organizations, to a flat sum`,
          value: tree.median / flat.median,
          first: 3,
          aim: 1.5,
          better: 'lower',
          unit: '×',
        },
      ],
      figures: { organizations, events, flatMs: flat, treeMs: tree, profile: where },
    };
  } finally {
    await deployment.close();
  }
}
