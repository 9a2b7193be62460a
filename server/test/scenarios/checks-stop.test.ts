import type pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { advanceChecks } from '../../src/checks/actions.ts';
import { testApp } from '../support/app.ts';
import { adminClient, testDatabase } from '../support/database.ts';
import { startServer } from '../support/server-process.ts';

/** Checks may take long, and nothing is lost with them: a process that is told to stop does not wait for one. */
const KEY = 'cus_a_key_for_the_test_of_stopping';
const STOPPING = 'This server is stopping';
const PATIENCE_MS = 60_000;

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** All checks of events wait from now on, as if each took for ever. Answers what waits until one does. */
async function holdChecks(url: string): Promise<{ untilOneWaits: () => Promise<void> }> {
  const client: pg.Client = await adminClient(url);
  ends.push(() => client.end());
  await client.query('begin');
  await client.query('lock table customary.events in access exclusive mode');
  const waits = async () => {
    const { rows } = await client.query<{ waits: boolean }>(
      `select exists (select from pg_locks where not granted and relation = 'customary.events'::regclass) as waits`,
    );
    return rows[0]?.waits === true;
  };
  return {
    untilOneWaits: async () => {
      while (!(await waits())) continue;
    },
  };
}

it(
  'a check that somebody waits for is answered with 503 when its server is told to stop',
  async () => {
    const database = await testDatabase();
    ends.push(database.drop);
    const server = await startServer(database.url, KEY, { CUSTOMARY_LOG_LEVEL: 'silent' });
    ends.push(() => server.kill());
    const { untilOneWaits } = await holdChecks(database.url);
    const asked = server.call('GET', '/v1/checks?complete=true');
    await untilOneWaits();
    expect(await server.stop()).toBe(0);
    expect(await asked).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining(STOPPING) },
    });
  },
  PATIENCE_MS,
);

it('what a process checks for itself ends when it is told to stop', async () => {
  const api = await testApp();
  ends.push(() => api.close());
  const { untilOneWaits } = await holdChecks(api.database.url);
  const stopping = new AbortController();
  const looking = { ...api.deployment, stopping: stopping.signal };
  const looked = advanceChecks(looking);
  await untilOneWaits();
  stopping.abort();
  await expect(looked).rejects.toThrow(STOPPING);
  await expect(advanceChecks(looking), 'nor does it begin another').rejects.toThrow(STOPPING);
});
