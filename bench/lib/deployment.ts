import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { throwAwayDirectory } from '../../server/test/support/throw-away.ts';

export type Answer = { status: number; body: unknown };

/** `customary serve` with its defaults, on a PostgreSQL of its own that is thrown away with it. */
export type BenchDeployment = {
  readonly url: string;
  readonly pid: number;
  /** Of the admin. */
  readonly key: string;
  readonly databaseUrl: string;
  /** As the owner of the database, in our schema. */
  readonly sql: pg.Pool;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The same, insisting on success. */
  ok<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** Posts a body made before, so that making it is not measured. */
  post(path: string, body: string): Promise<number>;
  /** Megabytes that the server holds. */
  residentMb(): number;
  close(): Promise<void>;
};

const KEY = 'bench-key-0123456789abcdef';
const server = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));
const READY = /is ready at (\S+)/;

export async function startDeployment(env: Record<string, string> = {}): Promise<BenchDeployment> {
  const directory = throwAwayDirectory();
  const dataDir = join(directory.path, 'data');
  const child = spawn(process.execPath, [...profiling(), server, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: '0',
      CUSTOMARY_DATA: dataDir,
      CUSTOMARY_BOOTSTRAP_KEY: KEY,
      ...env,
    },
  });
  const exited = once(child, 'exit');
  const url = await readyUrl(child, exited);
  const databaseUrl = readFileSync(join(dataDir, 'postgres.url'), 'utf8');
  const sql = new pg.Pool({
    connectionString: databaseUrl,
    options: '-c search_path=customary,public',
    max: 4,
  });
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    // Not `fetch`, which gives up after five minutes.
    const asked = request(url + path, {
      method,
      headers: body === undefined ? { authorization: headers.authorization } : headers,
    });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, body: await json(answer) };
  };
  return {
    url,
    pid: child.pid ?? 0,
    key: KEY,
    databaseUrl,
    sql,
    call,
    async ok<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await call(method, path, body);
      if (answer.status >= 300)
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body as T;
    },
    async post(path, body) {
      const answer = await fetch(url + path, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      return answer.status;
    },
    residentMb: () => residentMb(child.pid ?? 0),
    async close() {
      await sql.end();
      child.kill('SIGTERM');
      await exited;
      directory.remove();
    },
  };
}

/** With BENCH_PROFILE=folder the server leaves a CPU profile there, to be opened in a browser's developer tools. */
function profiling(): string[] {
  const folder = process.env['BENCH_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

async function readyUrl(child: ChildProcess, exited: Promise<unknown>): Promise<string> {
  let said = '';
  const ready = new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = READY.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const gone = exited.then(() => Promise.reject(new Error(`The server has ended: ${said}`)));
  gone.catch(() => undefined);
  return Promise.race([ready, gone]);
}

const KIB_PER_MB = 1000;

/** Of Linux only; elsewhere the bench says 0. */
function residentMb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / KIB_PER_MB);
  } catch {
    return 0;
  }
}

/** Until all that has been recorded is in the hours that usage is read from. */
export async function folded({ sql }: BenchDeployment): Promise<void> {
  for (;;) {
    const { rows } = await sql.query<{ waiting: boolean }>(
      `select exists (select from journal where position is null or position > (select position from usage_fold)) as waiting`,
    );
    if (rows[0]?.waiting !== true) return;
    await delay(POLL_MS);
  }
}

const POLL_MS = 100;

/** The checks of the deployment, which must hold after every bench. */
export async function requireChecks(deployment: BenchDeployment): Promise<void> {
  const { checks } = await deployment.ok<{ checks: { name: string; ok: boolean }[] }>(
    'GET',
    '/v1/checks',
  );
  const broken = checks.filter((check) => !check.ok);
  if (broken.length > 0) throw new Error(`These checks fail: ${JSON.stringify(broken)}`);
}
