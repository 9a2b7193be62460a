import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, watch } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbedded } from '../../src/db/embedded/embedded.ts';
import { type ServerProcess, spawnBuilt, startServer } from '../support/server-process.ts';
import { throwAwayDirectory } from '../support/throw-away.ts';

/**
 * `customary archive` is killed as its files come to be, again and again. Whenever that is, a month is whole, or its
 * files are and it is archived; run once more, it goes on.
 */

const KEY = 'cus_a_key_for_the_test_of_archiving';
const EVENTS = 2_000;
const MONTHS = ['2024-01', '2024-02'];
const PATIENCE_MS = 120_000;
/** Killed when such a file comes, or is renamed. */
const MOMENTS = [
  'events-2024-01.csv.gz.part',
  'events-2024-01.csv.gz',
  'archive-2024-01.json',
  'events-2024-02.csv.gz.part',
];

const directory = throwAwayDirectory();
const folder = join(directory.path, 'archive');
let postgres: EmbeddedPostgres;
let client: pg.Client;
let server: ServerProcess;

const archive = (before: string): ChildProcess =>
  spawnBuilt(postgres.url, ['archive', '--before', before, '--to', folder]);

/** Ends it the moment that it makes the file; false: it had ended before. */
async function killedAt(file: string): Promise<boolean> {
  const child = archive('2024-03');
  const exited = once(child, 'exit');
  if (await made(file, exited)) child.kill('SIGKILL');
  await exited;
  return child.signalCode === 'SIGKILL';
}

/** Waits until a file comes, or is renamed; false: whoever should make it has ended without. */
async function made(file: string, exited: Promise<unknown>): Promise<boolean> {
  const ended = new AbortController();
  void exited.then(() => ended.abort());
  try {
    for await (const { filename } of watch(folder, { signal: ended.signal }))
      if (filename === file) return true;
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  }
  return false;
}

async function rowsOf(table: string): Promise<number | null> {
  const found = await client.query(`select to_regclass('customary.${table}') as name`);
  if (found.rows[0].name === null) return null;
  const { rows } = await client.query(`select count(*)::int as count from customary.${table}`);
  return rows[0].count;
}

async function eachIsWholeOrArchived(): Promise<string[]> {
  const { rows } = await client.query(
    `select to_char(month, 'YYYY-MM') as month, events::int, files from customary.archived_months order by 1`,
  );
  for (const month of MONTHS) {
    const archived = rows.find((row) => row.month === month);
    const name = month.replace('-', '_');
    const stored = [await rowsOf(`events_${name}`), await rowsOf(`attributions_${name}`)];
    expect(stored, month).toEqual(archived === undefined ? [EVENTS, EVENTS] : [null, null]);
    if (archived === undefined) continue;
    expect(archived.events).toBe(EVENTS);
    for (const { file, sha256 } of archived.files) {
      const bytes = readFileSync(join(folder, file));
      expect(createHash('sha256').update(bytes).digest('hex'), file).toBe(sha256);
    }
  }
  return rows.map(({ month }) => month);
}

const eventsOf = (month: string) =>
  Array.from({ length: EVENTS }, (_, i) => ({
    id: `${month} ${i}`,
    time: `${month}-${String(1 + (i % 28)).padStart(2, '0')}T00:00:00Z`,
    credential: 'sk-of-nobody',
    measures: { tokens: i },
    attributes: { model: 'gpt-5', note: createHash('sha256').update(`${i}`).digest('hex') },
  }));

beforeAll(async () => {
  await mkdir(folder);
  postgres = await startEmbedded({ dataDir: directory.path, durable: false, log: () => undefined });
  server = await startServer(postgres.url, KEY, {}, 'built');
  client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  for (const month of MONTHS) await server.call('POST', '/v1/events', eventsOf(month));
}, PATIENCE_MS);

afterAll(async () => {
  await client.end();
  await server.stop();
  await postgres.stop();
  directory.remove();
}, PATIENCE_MS);

it(
  'a month is whole or archived, whenever the command is killed, while the server goes on',
  async () => {
    let kills = 0;
    for (const moment of MOMENTS) {
      if (await killedAt(moment)) kills += 1;
      await eachIsWholeOrArchived();
    }
    expect(kills).toBeGreaterThan(MOMENTS.length / 2);
    const last = archive('2024-03');
    const [code] = (await once(last, 'exit')) as [number];
    expect(code).toBe(0);
    expect(await eachIsWholeOrArchived()).toEqual(MONTHS);
    expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toHaveLength(2);

    const again = await server.call('POST', '/v1/events', eventsOf('2024-01'));
    expect(again.body).toMatchObject({ accepted: 0, duplicates: EVENTS, rejected: [] });
    const { body } = await server.call('GET', '/v1/checks?complete=true');
    const { checks } = body as { checks: { ok: boolean }[] };
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  },
  PATIENCE_MS,
);

it(
  'what is recorded while its files are written is in them',
  async () => {
    const month = '2024-03';
    await once(archive(month), 'exit'); // whatever is before it
    await server.call('POST', '/v1/events', eventsOf(month));
    // Somebody reads: the month cannot be dropped yet.
    await client.query('begin');
    await client.query('lock table customary.events in access share mode');
    const child = archive('2024-04');
    const exited = once(child, 'exit');
    expect(await made(`archive-${month}.json`, exited)).toBe(true);
    const more = { ...eventsOf(month)[0], id: 'one more' };
    expect((await server.call('POST', '/v1/events', more)).body).toMatchObject({ accepted: 1 });
    await client.query('commit');
    expect(await exited).toEqual([0, null]);
    const { rows } = await client.query(
      `select events::int, entries::int from customary.archived_months where month = '${month}-01'`,
    );
    expect(rows).toEqual([{ events: EVENTS + 1, entries: EVENTS + 1 }]);
    const manifest = JSON.parse(readFileSync(join(folder, `archive-${month}.json`), 'utf8'));
    expect(manifest.events).toBe(EVENTS + 1);
    expect((await server.call('POST', '/v1/events', more)).body).toMatchObject({ duplicates: 1 });
  },
  PATIENCE_MS,
);
