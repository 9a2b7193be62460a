import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  identify,
  isRunning,
  postgresProcessesIn,
  signal,
} from '../../src/db/embedded/processes.ts';
import type { ProcessIdentity } from '../../src/db/embedded/processes.ts';

const PREFIX = 'customary-test-';
const MAKER = 'made-by.json';

/** A data directory for a PostgreSQL that dies with the tests, where any user that it runs as can reach it. */
export function throwAwayDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(path, 0o711);
  writeFileSync(join(path, MAKER), JSON.stringify(identify(process.pid)));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A run that was killed leaves its PostgreSQL behind: the next run clears it away. */
export function removeLeftOvers(): void {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX));
  for (const path of names.map((name) => join(tmpdir(), name))) {
    const maker = readMaker(path);
    if (!maker || isRunning(maker)) continue;
    for (const left of postgresProcessesIn(join(path, 'postgres'), '')) signal(left, 'SIGQUIT');
    rmSync(path, { recursive: true, force: true, maxRetries: 10 });
  }
}

function readMaker(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(path, MAKER), 'utf8')) as ProcessIdentity;
  } catch {
    return undefined; // just being made, or another user's
  }
}
