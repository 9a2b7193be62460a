import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect } from 'vitest';
import { createApiKey } from '../../src/access/actions.ts';
import { act } from '../../src/db/act.ts';
import { connect, type Database } from '../../src/db/connect.ts';
import { type Instant, instantFromEpochMs } from '../../src/lib/instant.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import type { Json } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';

/** A server process with a clock of our own, which can be killed and started again. */
export type YearServer = {
  database: Database;
  now(): number;
  setClock(to: number): Promise<void>;
  /** Calls the API; refuses all but success. */
  ok(method: string, path: string, body?: unknown): Promise<Json>;
  /** The body as it came. */
  text(path: string): Promise<string>;
  /** SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

const source = fileURLToPath(new URL('./server-driver.ts', import.meta.url));
const driver = join(packageRoot, 'dist', `year-driver-${process.pid}.js`);

/** One file, so that a server that was killed is back in a second. */
function bundle() {
  return build({
    entryPoints: [source],
    outfile: driver,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
}

export const isoOf = (at: number): Instant => instantFromEpochMs(at);

export async function startYearServer(startsAt: number): Promise<YearServer> {
  const { url: databaseUrl, drop } = await testDatabase();
  const database = connect({ url: databaseUrl, role: 'app', connectionsMax: 2, name: 'year test' });
  let now = startsAt;
  const { secret } = await act(
    database,
    () => isoOf(now),
    { kind: 'test', actor: 'system' },
    (action) => createApiKey(action, { name: 'year', permissions: ['admin'] }),
  );
  let child: ChildProcess;
  let url = '';

  const start = async () => {
    child = fork(driver, [databaseUrl, isoOf(now)], { execArgv: [] });
    const [said] = (await once(child, 'message')) as [{ url: string }];
    url = said.url;
  };
  const end = async (signal: NodeJS.Signals) => {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  const call = (method: string, path: string, body?: unknown) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const answered = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body);
    const text = await answer.text();
    expect(answer.status, `${method} ${path} ${JSON.stringify(body)}: ${text}`).toBeLessThan(300);
    return text;
  };

  await bundle();
  await start();
  return {
    database,
    now: () => now,
    setClock: async (to) => {
      now = to;
      child.send(isoOf(to));
      await once(child, 'message');
    },
    ok: async (method, path, body) => JSON.parse(await answered(method, path, body)),
    text: (path) => answered('GET', path),
    kill: () => end('SIGKILL'),
    start,
    stop: async () => {
      await end('SIGTERM');
      rmSync(driver, { force: true });
      await database.close();
      await drop();
    },
  };
}

/** A few at a time. */
export async function inParallel<T>(all: readonly T[], work: (one: T) => Promise<void>) {
  const left = [...all];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}
