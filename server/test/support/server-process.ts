import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** `customary serve` as a process of its own, to be killed by tests. */
export type ServerProcess = {
  readonly url: string;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** Ends it as a crash does; answers once it is gone. */
  kill(): Promise<void>;
  /** Ends it in good order; answers its exit code. */
  stop(): Promise<number | null>;
};

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export async function startServer(
  databaseUrl: string,
  key: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', main, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      DATABASE_URL: databaseUrl,
      CUSTOMARY_SECRET_KEY: 'a secret key for tests, 32 characters long',
      CUSTOMARY_LOG_LEVEL: 'error',
      ...settings,
    },
  });
  const exited = once(child, 'exit');
  const url = await readyUrl(child, exited);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url,
    async call(method, path, body) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
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
