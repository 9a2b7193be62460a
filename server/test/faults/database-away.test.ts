import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbedded } from '../../src/db/embedded/embedded.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { throwAwayDirectory } from '../support/throw-away.ts';

/**
 * A PostgreSQL that does not answer for a while, as when its machine or the network hangs: all of its processes are
 * stopped. `AWAY_SECONDS=30` keeps it away for longer than the server waits for a connection.
 */

const KEY = 'cus_a_key_for_the_test_of_an_away_database';
const PATIENCE_MS = 120_000;
const READS = 40;
const SENDERS = 6;
const ACKNOWLEDGED_BEFORE = 100;
const awayMsMin = Number(process.env['AWAY_SECONDS'] ?? 0) * 1000;

const directory = throwAwayDirectory();
let postgres: EmbeddedPostgres;
let server: ServerProcess;

beforeAll(async () => {
  postgres = await startEmbedded({ dataDir: directory.path, durable: false, log: () => undefined });
  const settings = { CUSTOMARY_LOG_LEVEL: 'silent' };
  server = await startServer(postgres.url, KEY, settings, 'built');
}, PATIENCE_MS);

afterAll(async () => {
  await server.stop();
  await postgres.stop();
  directory.remove();
}, PATIENCE_MS);

const get = (path: string) => fetch(server.url + path, { headers: server.headers });

const parentOf = (pid: number) => Number(/^PPid:\s+(\d+)$/m.exec(statusOf(pid))?.[1]);

/** Stops all of PostgreSQL: its postmaster first, the parent of any session, which then begins no other. */
async function stopPostgres(): Promise<number[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const postmaster = parentOf(rows[0]?.pid ?? 0);
  await client.end();
  signalAll([postmaster], 'SIGSTOP');
  const running = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const sessions = running.map(Number).filter((pid) => parentOf(pid) === postmaster);
  signalAll(sessions, 'SIGSTOP');
  return [postmaster, ...sessions];
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}

function signalAll(processes: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of processes) {
    try {
      process.kill(pid, signal);
    } catch {
      // A session that has ended meanwhile.
    }
  }
}

/** Sends events until told to stop; `acknowledged` gets the ids of those that are stored. */
async function sendUntil(isOver: () => boolean, sender: number, acknowledged: string[]) {
  for (let i = 0; !isOver(); i += 1) {
    const id = `${sender}-${i}`;
    const answer = await fetch(`${server.url}/v1/events`, {
      method: 'POST',
      headers: server.headers,
      body: JSON.stringify({ id, measures: { tokens: 1 }, time: '2026-10-05T00:00:00Z' }),
    });
    const body = (await answer.json()) as { detail?: string };
    if (answer.ok) acknowledged.push(id);
    else {
      expect(answer.status, body.detail).toBe(503);
      expect(answer.headers.get('retry-after')).not.toBeNull();
    }
  }
}

async function beAway(processes: readonly number[]): Promise<void> {
  const stoppedMs = performance.now();
  const reads = Promise.all(Array.from({ length: READS }, () => get('/v1/organizations')));
  // The process answers for itself, and says that it is not ready.
  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(503);
  const refused = await get('/v1/organizations');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  const leftMs = awayMsMin - (performance.now() - stoppedMs);
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
  signalAll(processes, 'SIGCONT');
  const statuses = (await reads).map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
}

it(
  'a database that hangs is waited for or said to be away, and nothing acknowledged is lost',
  async () => {
    let isOver = false;
    const acknowledged: string[] = [];
    const senders = Array.from({ length: SENDERS }, (_, i) =>
      sendUntil(() => isOver, i, acknowledged),
    );
    while (acknowledged.length < ACKNOWLEDGED_BEFORE)
      await new Promise((resolve) => setImmediate(resolve));
    const stopped = await stopPostgres();
    try {
      await beAway(stopped);
    } finally {
      isOver = true;
      signalAll(stopped, 'SIGCONT');
    }
    await Promise.all(senders);
    expect((await get('/readyz')).status).toBe(200);
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    const { rows } = await client.query<{ id: string; stored: string }>(
      'select client_id as id, count(*) as stored from customary.events group by 1',
    );
    await client.end();
    expect(rows.filter(({ stored }) => stored !== '1')).toEqual([]);
    const stored = new Set(rows.map(({ id }) => id));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    const { checks } = (await (await get('/v1/checks?complete=true')).json()) as {
      checks: { ok: boolean }[];
    };
    expect(checks.filter((check) => !check.ok)).toEqual([]);
  },
  2 * PATIENCE_MS,
);
