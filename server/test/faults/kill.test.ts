import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../src/lib/paths.ts';
import { throwAwayDirectory } from '../support/throw-away.ts';

/** SIGKILL of the real server and of the real PostgreSQL, in the middle of a replay, ten times over. */
const KEY = 'cus_a_key_for_the_kill_test';
const BATCHES = 120;
const BATCH_EVENTS = 25;
const KILLS = 10;
const PARALLEL = 3;
const PATIENCE_MS = 60_000;
const READY = /Customary is ready at (http:\S+)/;

/** A small generator of numbers, the same for each seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const directory = throwAwayDirectory();
let server: ChildProcess;
let url = '';

async function start(): Promise<void> {
  server = spawn(process.execPath, [join(packageRoot, 'dist', 'main.js'), 'serve'], {
    env: {
      ...process.env,
      PORT: '0',
      CUSTOMARY_DATA: directory.path,
      CUSTOMARY_BOOTSTRAP_KEY: KEY,
      DATABASE_URL: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = READY.exec(output)?.[1];
      if (found === undefined) return;
      url = found;
      resolve();
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('exit', () => reject(new Error(`the server did not start:\n${output}`)));
  });
}

async function killServer(): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await gone;
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
      const response = await fetch(`${url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(eventsOf(batch)),
      });
      if (response.ok) {
        const { accepted, duplicates } = (await response.json()) as {
          accepted: number;
          duplicates: number;
        };
        expect(accepted + duplicates).toBe(BATCH_EVENTS);
        return;
      }
      expect(response.status, await response.text()).toBeGreaterThanOrEqual(500);
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
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await gone;
  directory.remove();
}, PATIENCE_MS);

it(
  'every acknowledged event is there exactly once',
  async () => {
    const next = random(20_261_122);
    const killAfter = new Set<number>();
    while (killAfter.size < KILLS) killAfter.add(1 + Math.floor(next() * (BATCHES - 2)));
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

    const response = await fetch(`${url}/v1/checks`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    const { checks } = (await response.json()) as {
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
