import { randomBytes } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './error.ts';
import { identify, isRunning, type ProcessIdentity } from './processes.ts';

export type DataDirectoryLock = { release: () => void };

type Holder = ProcessIdentity & { released?: boolean };

/**
 * One server per data directory. Node has no `flock`, so the lock is a file that names its holder, and
 * a holder that has died (its process id and start time no longer match a process) is superseded:
 *
 * - Files are numbered; the highest number is the lock. A file appears with `link`, complete and only
 *   if nobody else has made that number: of several that take over from a dead holder one wins.
 * - The highest file is never removed (a released lock is rewritten to say so). So a slow contender that
 *   still links an old number finds a higher one when it looks again, and steps back.
 */
export function lockDataDirectory(dataDir: string): DataDirectoryLock {
  const directory = join(dataDir, 'server.lock');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const self = identify(process.pid);
  if (!self) throw new Error('cannot read the start time of this process');

  const draft = join(directory, `draft-${process.pid}-${randomBytes(6).toString('hex')}`);
  const publish = (holder: Holder) => writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  publish(self);
  try {
    for (;;) {
      const highest = Math.max(0, ...numbersIn(directory));
      refuseIfHeld(dataDir, directory, highest);
      const mine = highest + 1;
      if (!linkIfFree(draft, join(directory, String(mine)))) continue;
      if (Math.max(...numbersIn(directory)) !== mine) {
        rmSync(join(directory, String(mine)), { force: true });
        continue;
      }
      removeOlder(directory, mine);
      const release = () => {
        publish({ ...self, released: true });
        renameSync(draft, join(directory, String(mine)));
      };
      return { release: once(release) };
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function refuseIfHeld(dataDir: string, directory: string, number: number): void {
  const holder = number === 0 ? undefined : readHolder(join(directory, String(number)));
  if (!holder || holder.released || !isRunning(holder)) return;
  throw new EmbeddedPostgresError(
    `The data directory ${dataDir} is in use by another Customary server, process ${holder.pid}. ` +
      `Stop that one first, or give this one its own directory with CUSTOMARY_DATA.`,
  );
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch (error) {
    // Removed since it was listed (a newer one exists then), or cut short by a crash of the machine.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError)
      return undefined;
    throw error;
  }
}

function linkIfFree(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function numbersIn(directory: string): number[] {
  return readdirSync(directory)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function removeOlder(directory: string, mine: number): void {
  for (const number of numbersIn(directory)) {
    if (number < mine) rmSync(join(directory, String(number)), { force: true });
  }
  for (const name of readdirSync(directory)) {
    const pid = /^draft-(\d+)-/.exec(name)?.[1];
    if (pid && !identify(Number(pid))) rmSync(join(directory, name), { force: true });
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
