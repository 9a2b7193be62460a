import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { packageRoot } from '../../src/lib/paths.ts';

/** `customary serve` as a process of its own, to be killed by tests. */
export type ServerProcess = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** Ends it as a crash does; answers once it is gone. */
  kill(): Promise<void>;
  /** Ends it in good order; answers its exit code. */
  stop(): Promise<number | null>;
};

/** The command from its sources, or as it is built: `npm test` builds it before the tests of faults. */
const commands = {
  source: ['--import', 'tsx', join(packageRoot, 'src', 'cli', 'main.ts')],
  built: [join(packageRoot, 'dist', 'main.js')],
} as const;

/** A command of the built `customary`, on a database. */
export function spawnBuilt(databaseUrl: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...commands.built, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: environment(databaseUrl),
  });
}

function environment(databaseUrl: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    CUSTOMARY_SECRET_KEY: 'a secret key for tests, 32 characters long',
    CUSTOMARY_LOG_LEVEL: 'error',
  };
}

/**
 * @param databaseUrl empty: the server has a PostgreSQL of its own, in the data directory that the settings name.
 * @param key what calls are made with; it is made at the first start, if there is none yet.
 */
export async function startServer(
  databaseUrl: string,
  key: string,
  settings: Readonly<Record<string, string>> = {},
  from: keyof typeof commands = 'source',
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...commands[from], 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment(databaseUrl), CUSTOMARY_BOOTSTRAP_KEY: key, ...settings },
  });
  const exited = once(child, 'exit');
  const url = await readyUrl(child, exited);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return {
    url,
    headers,
    async call(method, path, body) {
      const { 'content-type': _, ...withoutBody } = headers;
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: body === undefined ? withoutBody : headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: await answer.json() };
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

async function readyUrl(child: ChildProcess, exited: Promise<unknown>): Promise<string> {
  let said = '';
  const ready = new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /is ready at (\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const gone = exited.then(() => Promise.reject(new Error(`The server has ended: ${said}`)));
  const url = await Promise.race([ready, gone]);
  gone.catch(() => undefined);
  return url;
}
