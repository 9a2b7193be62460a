import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { adminClient } from './database.ts';

const driver = fileURLToPath(new URL('./embedded-driver.ts', import.meta.url));

export type Driver = {
  pid: number;
  url: string;
  adopted: boolean;
  signal(name: NodeJS.Signals): void;
  exited: Promise<number | string | null>;
};

/** Starts a process that runs the embedded PostgreSQL of `dataDir`; rejects with what it said if it fails. */
export async function startDriver(dataDir: string, ...flags: ('fast' | 'busy')[]): Promise<Driver> {
  const child = spawn(process.execPath, ['--import', 'tsx', driver, dataDir, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | string | null>((resolve) => {
    child.once('exit', (code, name) => resolve(name ?? code));
  });
  const said = collect(child);
  const line = await Promise.race([firstLine(child), exited.then(() => undefined)]);
  if (line === undefined) throw new Error(said());
  return {
    ...(JSON.parse(line) as { url: string; adopted: boolean }),
    pid: child.pid ?? 0,
    signal: (name) => child.kill(name),
    exited,
  };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

function firstLine(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (child.stdout) createInterface(child.stdout).once('line', resolve);
  });
}

export async function query<T>(url: string, text: string): Promise<T[]> {
  const client = await adminClient(url);
  try {
    return (await client.query(text)).rows as T[];
  } finally {
    await client.end();
  }
}

export function postmasterPid(clusterDir: string): number {
  return Number.parseInt(readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8'), 10);
}
