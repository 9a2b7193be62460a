import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, type Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './error.ts';
import type { Placement } from './placement.ts';

export const SUPERUSER = 'customary';

/**
 * Makes the cluster if there is none. It is made under another name and renamed when complete, so that a
 * crash in between leaves nothing that looks like a cluster.
 */
export function ensureCluster(place: Placement, binaries: Binaries, durable: boolean): void {
  if (existsSync(place.clusterDir)) {
    requireSameMajor(place.clusterDir, binaries);
    return;
  }
  const draft = `${place.clusterDir}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  if (place.owner) chownSync(draft, place.owner.uid, place.owner.gid);
  initialize(draft, place, binaries, durable);
  appendFileSync(join(draft, 'postgresql.conf'), `\ninclude = 'customary.conf'\n`);
  renameSync(draft, place.clusterDir);
}

export function writeConfig({ clusterDir, owner }: Placement, text: string): void {
  const file = join(clusterDir, 'customary.conf');
  writeFileSync(`${file}.draft`, text, { mode: 0o600 });
  if (owner) chownSync(`${file}.draft`, owner.uid, owner.gid);
  renameSync(`${file}.draft`, file);
}

/**
 * On Windows, where the server listens on the loopback address, connections need this password. With a
 * Unix socket there is none: the socket's directory is private to the user who owns the cluster's files.
 */
export function password({ home }: Placement): string | undefined {
  if (process.platform !== 'win32') return undefined;
  const file = join(home, 'postgres.password');
  if (!existsSync(file))
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

function initialize(draft: string, place: Placement, binaries: Binaries, durable: boolean): void {
  const secret = password(place);
  const result = spawnSync(
    binaries.initdb,
    [
      `--pgdata=${draft}`,
      `--username=${SUPERUSER}`,
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
      ...(secret
        ? ['--auth=scram-sha-256', `--pwfile=${join(place.home, 'postgres.password')}`]
        : ['--auth=trust']),
      ...(durable ? [] : ['--no-sync']),
    ],
    {
      encoding: 'utf8',
      cwd: draft,
      env: cleanEnvironment(),
      ...(place.owner && { uid: place.owner.uid, gid: place.owner.gid }),
    },
  );
  if (result.status === 0) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL could not set up its files in ${place.clusterDir}:\n` +
      `${result.error?.message ?? result.stderr.trim()}\n` +
      `Check that the disk is not full and that the directory's file system keeps Unix permissions.`,
  );
}

function requireSameMajor(clusterDir: string, binaries: Binaries): void {
  const has = readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8').trim();
  if (has === binaries.version.split('.')[0]) return;
  throw new EmbeddedPostgresError(
    `The files in ${clusterDir} were written by PostgreSQL ${has}; this Customary brings ${binaries.version}. ` +
      `Take a backup with the Customary that wrote them, and restore it into a new data directory with this one.`,
  );
}
