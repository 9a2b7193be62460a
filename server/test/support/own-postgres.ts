import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot, unprivilegedUser } from '../../src/db/embedded/placement.ts';
import { readPidFile } from '../../src/db/embedded/postmaster.ts';
import { until } from '../../src/db/embedded/wait.ts';
import { throwAwayDirectory } from './throw-away.ts';

const START_TIMEOUT_MS = 60_000;

/** A throw-away server from a PostgreSQL installation of the machine (`bin`: its directory of programs). */
export async function startOwnPostgres(
  bin: string,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const directory = throwAwayDirectory();
  const clusterDir = join(directory.path, 'postgres');
  const owner = isRoot() ? unprivilegedUser() : undefined;
  mkdirSync(clusterDir, { mode: 0o700 });
  if (owner) chownSync(clusterDir, owner.uid, owner.gid);
  const as = { cwd: clusterDir, ...(owner && { uid: owner.uid, gid: owner.gid }) };

  const initialize = ['--username=customary', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(bin, 'initdb'), [`--pgdata=${clusterDir}`, '--auth=trust', ...initialize], {
    ...as,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'listen_addresses=',
  ];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', clusterDir, '-k', clusterDir, ...settings.flatMap((setting) => ['-c', setting])],
    { ...as, stdio: 'ignore', detached: true },
  );
  const gone = new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.once('exit', () => resolve());
  });
  const ready = await until(START_TIMEOUT_MS, () => {
    if (server.exitCode !== null) return false;
    return readPidFile(clusterDir)?.status === 'ready' ? true : undefined;
  });
  if (!ready) throw new Error(`The PostgreSQL in ${bin} did not start on ${clusterDir}`);
  return {
    url: `postgresql://customary@localhost/postgres?host=${encodeURIComponent(clusterDir)}`,
    stop: async () => {
      server.kill('SIGINT');
      await gone;
      directory.remove();
    },
  };
}
