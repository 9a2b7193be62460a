import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postmasterPid, query, startDriver } from '../../../test/support/embedded.ts';
import { throwAwayDirectory } from '../../../test/support/throw-away.ts';
import { startEmbedded, type EmbeddedPostgres } from './embedded.ts';
import { identify, postgresProcessesIn } from './processes.ts';
import { until } from './wait.ts';

const WAIT_MS = 30_000;

let directory: { path: string; remove(): void };
let running: EmbeddedPostgres[];
let said: string[];

beforeEach(() => {
  directory = throwAwayDirectory();
  running = [];
  said = [];
});
afterEach(async () => {
  for (const postgres of running) await postgres.stop();
  directory.remove();
});

async function start(dataDir = directory.path): Promise<EmbeddedPostgres> {
  const postgres = await startEmbedded({ dataDir, log: (line) => said.push(line) });
  running.push(postgres);
  return postgres;
}

const clusterDir = () => join(directory.path, 'postgres');
const isGone = (pid: number) => until(WAIT_MS, () => (identify(pid) ? undefined : true));

describe('a fresh start', () => {
  it('gives a durable UTF-8 database that keeps its data over a stop', async () => {
    const first = await start();
    expect(first.adopted).toBe(false);
    const settings = await query<{ name: string; setting: string }>(
      first.url,
      `select name, setting from pg_settings order by name`,
    );
    const setting = (name: string) => settings.find((row) => row.name === name)?.setting;
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums']) {
      expect([name, setting(name)]).toEqual([name, 'on']);
    }
    expect(setting('server_encoding')).toBe('UTF8');
    expect(setting('TimeZone')).toBe('UTC');
    await query(first.url, 'create table kept as select 7 as n');
    await first.stop();
    expect(postgresProcessesIn(clusterDir(), '')).toEqual([]);

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('listens on no network address, only in a directory of its own user', async () => {
    await start();
    const sockets = new Set(
      readdirSync(`/proc/${postmasterPid(clusterDir())}/fd`).map((fd) =>
        linkOf(`/proc/${postmasterPid(clusterDir())}/fd/${fd}`),
      ),
    );
    const listening = ['tcp', 'tcp6']
      .flatMap((name) => readFileSync(`/proc/net/${name}`, 'utf8').split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A')
      .map((fields) => `socket:[${fields[9]}]`);
    expect(listening.filter((socket) => sockets.has(socket))).toEqual([]);
    expect(statSync(join(directory.path, 'socket')).mode & 0o777).toBe(0o700);
  });

  it('keeps values out of its log, which may be secrets', async () => {
    const { url } = await start();
    await query(url, 'create table keys (id text primary key)');
    await query(url, `insert into keys values ('canary-4711')`);
    await expect(query(url, `insert into keys values ('canary-4711')`)).rejects.toThrow(
      /duplicate/,
    );
    await expect(query(url, `select 'canary-4711'::int`)).rejects.toThrow(/invalid input/);
    const logs = readdirSync(join(clusterDir(), 'log'));
    expect(logs.length).toBeGreaterThan(0);
    for (const name of logs) {
      expect(readFileSync(join(clusterDir(), 'log', name), 'utf8')).not.toContain('canary');
    }
  });
});

describe('after the server was killed', () => {
  it('adopts the PostgreSQL that goes on, and ends the sessions left in it', async () => {
    const killed = await startDriver(directory.path, 'busy');
    const pid = postmasterPid(clusterDir());
    killed.signal('SIGKILL');
    await killed.exited;

    const next = await start();
    expect(next.adopted).toBe(true);
    expect(postmasterPid(clusterDir())).toBe(pid);
    expect(await query(next.url, 'select pg_try_advisory_lock(42) as free')).toEqual([
      { free: true },
    ]);
    await next.stop();
    expect(await isGone(pid)).toBe(true);
  });

  it('starts it afresh when it runs with other settings', async () => {
    const killed = await startDriver(directory.path, 'fast');
    const pid = postmasterPid(clusterDir());
    killed.signal('SIGKILL');
    await killed.exited;

    const next = await start();
    expect(next.adopted).toBe(false);
    expect(postmasterPid(clusterDir())).not.toBe(pid);
    expect(await query(next.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('starts when PostgreSQL was killed too, with a backend at work', async () => {
    const killed = await startDriver(directory.path, 'busy');
    await query(killed.url, 'create table kept as select 7 as n');
    const pid = postmasterPid(clusterDir());
    process.kill(pid, 'SIGKILL');
    killed.signal('SIGKILL');
    await killed.exited;

    const next = await start();
    expect(await query(next.url, 'select n from kept')).toEqual([{ n: 7 }]);
    expect(postgresProcessesIn(clusterDir(), '').some((found) => found.pid === pid)).toBe(false);
  });

  it('ends PostgreSQL when the server exits by any other way', async () => {
    const careless = await startDriver(directory.path);
    const pid = postmasterPid(clusterDir());
    careless.signal('SIGUSR2');
    expect(await careless.exited).toBe(3);
    expect(await isGone(pid)).toBe(true);
  });
});

describe('while it runs', () => {
  it('starts PostgreSQL again at the same address when it is killed', async () => {
    const { url } = await start();
    const pid = postmasterPid(clusterDir());
    process.kill(pid, 'SIGKILL');
    const again = await until(WAIT_MS, () =>
      query<{ n: number }>(url, 'select 1 as n').catch(() => undefined),
    );
    expect(again).toEqual([{ n: 1 }]);
    expect(said.join('\n')).toMatch(/starting it again/);
  });

  it('refuses a second server, naming the first', async () => {
    const first = await startDriver(directory.path);
    await expect(start()).rejects.toThrow(
      new RegExp(`in use by another Customary server, process ${first.pid}\\b`),
    );
    first.signal('SIGTERM');
    expect(await first.exited).toBe(0);
    expect((await start()).adopted).toBe(false);
  });
});

describe('what lies in the way', () => {
  it('is not held up by a pid file whose number another process has now', async () => {
    await (await start()).stop();
    const owner = statSync(clusterDir());
    const other = spawn('sleep', ['600'], { uid: owner.uid, gid: owner.gid, stdio: 'ignore' });
    writeFileSync(
      join(clusterDir(), 'postmaster.pid'),
      `${other.pid}\n${clusterDir()}\n1\n5432\n/nowhere\n\n\nready\n`,
    );
    try {
      expect((await start()).adopted).toBe(false);
      expect(other.exitCode).toBeNull();
    } finally {
      other.kill();
    }
  });

  it('works in a directory too deep for a socket', async () => {
    const deep = join(directory.path, 'a'.repeat(60), 'b'.repeat(60));
    const { url } = await start(deep);
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    const socketDir = new URL(url).searchParams.get('host') ?? '';
    expect(socketDir.length).toBeLessThan(85);
    expect(statSync(socketDir).mode & 0o777).toBe(0o700);
    await running.pop()?.stop();
    expect(existsSync(socketDir)).toBe(false);
  });

  it('shows why PostgreSQL refuses to start, and what to do', async () => {
    await (await start()).stop();
    appendFileSync(join(clusterDir(), 'postgresql.auto.conf'), `shared_buffers = 'plenty'\n`);
    await expect(start()).rejects.toThrow(
      /invalid value for parameter "shared_buffers".*remove it/s,
    );
  });

  it('refuses files of another major version', async () => {
    await (await start()).stop();
    writeFileSync(join(clusterDir(), 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(/written by PostgreSQL 17.*backup/s);
  });

  it('begins again after a crash while the cluster was being made', async () => {
    mkdirSync(`${clusterDir()}.draft`);
    writeFileSync(join(`${clusterDir()}.draft`, 'half'), '');
    expect((await start()).adopted).toBe(false);
    expect(existsSync(`${clusterDir()}.draft`)).toBe(false);
  });
});

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
