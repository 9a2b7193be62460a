import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom } from '../support/random.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { throwAwayDirectory } from '../support/throw-away.ts';

/** SIGKILL of the real server and of the real PostgreSQL, in the middle of a replay, ten times over. */
const KEY = 'cus_a_key_for_the_kill_test';
const BATCHES = 120;
const BATCH_EVENTS = 25;
const KILLS = 10;
const PARALLEL = 3;
const PATIENCE_MS = 60_000;

const directory = throwAwayDirectory();
let server: ServerProcess;

async function start(): Promise<void> {
  server = await startServer('', KEY, { CUSTOMARY_DATA: directory.path }, 'built');
}

async function killServer(): Promise<void> {
  await server.kill();
  await start();
}

async function withDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: readFileSync(join(directory.path, 'postgres.url'), 'utf8'),
  });
  client.on('error', () => undefined); // it is killed under us
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The parent of any session is the postmaster. */
async function killPostgres(): Promise<void> {
  const postmaster = await withDatabase(async (client) => {
    const { rows } = await client.query('select pg_backend_pid() as pid');
    return Number(
      /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${rows[0].pid}/status`, 'utf8'))?.[1],
    );
  });
  process.kill(postmaster, 'SIGKILL');
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);

const eventsOf = (batch: number) =>
  Array.from({ length: BATCH_EVENTS }, (_, i) => ({
    id: `${batch}-${i}`,
    credential: `sk-${i % 5}`,
    measures: { tokens: batch + i },
    time: '2026-10-05T00:00:00Z',
  }));

/** Sends a batch until it is acknowledged, by whichever server there then is. */
async function send(batch: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const { status, body } = await server.call('POST', '/v1/events', eventsOf(batch));
      if (status < 300) {
        const { accepted, duplicates } = body as { accepted: number; duplicates: number };
        expect(accepted + duplicates).toBe(BATCH_EVENTS);
        return;
      }
      expect(status, JSON.stringify(body)).toBeGreaterThanOrEqual(500);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch: the connection is gone
    }
    if (performance.now() > deadline)
      throw new Error(`batch ${batch} was not acknowledged in time`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

beforeAll(start, PATIENCE_MS);
afterAll(async () => {
  await server.stop();
  directory.remove();
}, PATIENCE_MS);

it(
  'every acknowledged event is there exactly once',
  async () => {
    const random = createRandom(20_261_122);
    const killAfter = new Set<number>();
    while (killAfter.size < KILLS) killAfter.add(random.integer(1, BATCHES - 2));
    let acknowledged = 0;
    let kills = 0;
    let killing: Promise<void> = Promise.resolve();
    const queue = Array.from({ length: BATCHES }, (_, batch) => batch);
    const worker = async () => {
      for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
        await send(batch);
        acknowledged += 1;
        if (!killAfter.has(acknowledged)) continue;
        kills += 1;
        const kill = kills % 2 === 1 ? killServer : killPostgres;
        killing = killing.then(kill);
        await killing;
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    expect(kills).toBe(KILLS);

    const { body } = await server.call('GET', '/v1/checks');
    const { checks } = body as {
      checks: { name: string; ok: boolean; figures: Record<string, string> }[];
    };
    expect(checks.filter((check) => !check.ok)).toEqual([]);
    const total = BATCHES * BATCH_EVENTS;
    expect(checks.find((check) => check.name === 'conservation')?.figures).toMatchObject({
      accepted: String(total),
      unclassified: String(total),
    });
    const stored = await withDatabase(async (client) =>
      (await client.query('select client_id from customary.events')).rows.map(
        (row) => row.client_id,
      ),
    );
    expect(stored.toSorted(byText)).toEqual(
      Array.from({ length: BATCHES }, (_, batch) => eventsOf(batch).map((event) => event.id))
        .flat()
        .toSorted(byText),
    );
  },
  3 * PATIENCE_MS,
);
