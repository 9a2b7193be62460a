import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './error.ts';

/** Whom PostgreSQL runs as. It refuses to run as root, so root names somebody else; anyone else is themselves. */
export type Owner = { uid: number; gid: number; name: string };

export type Placement = {
  /** Tells this cluster's processes from others in process lists. */
  clusterName: string;
  /** Holds the cluster and its socket: the data directory, or where its pointer file leads. */
  home: string;
  clusterDir: string;
  /** Only when we are root. */
  owner: Owner | undefined;
  /** Where copies of the binaries go when they cannot be used where npm put them. */
  binariesDir: string;
};

/** Where root keeps clusters whose data directory the unprivileged user cannot reach. */
const ROOT_BASE = '/var/lib/customary';
const POINTER = 'postgres.location';
const ORIGIN = 'belongs-to';

/** Socket addresses hold about 104 bytes (macOS), of which `/.s.PGSQL.5432.lock` takes 19. */
const SOCKET_DIR_BYTES_MAX = 84;

export function ensureDataDirectory(dataDir: string): string {
  if (!existsSync(dataDir)) {
    mkdirSync(dataDir, { recursive: true });
    // As root, PostgreSQL's own user must get through to its cluster; the files beside it are 0600.
    chmodSync(dataDir, isRoot() ? 0o711 : 0o700);
  }
  return realpathSync(dataDir);
}

/** `dataDir` must be a real path. Creates what is missing, except the cluster itself. */
export function place(dataDir: string): Placement {
  const pointer = join(dataDir, POINTER);
  if (existsSync(join(dataDir, 'postgres'))) return placeAt(dataDir, dataDir);
  if (existsSync(pointer)) return placeAt(dataDir, followPointer(dataDir, pointer));
  if (!isRoot() || canTraverse(dataDir, unprivilegedUser())) return placeAt(dataDir, dataDir);
  return placeAt(dataDir, createRelocatedHome(dataDir, pointer));
}

function placeAt(dataDir: string, home: string): Placement {
  const clusterDir = join(home, 'postgres');
  const owner = isRoot() ? ownerOf(clusterDir) : undefined;
  if (owner && !canTraverse(home, owner)) {
    throw new EmbeddedPostgresError(
      `PostgreSQL's files are in ${clusterDir}, but the user "${owner.name}" that must run it cannot get there. ` +
        `Let it pass with chmod o+x on each directory of that path, or move the data directory.`,
    );
  }
  return {
    clusterName: `customary-${hash(home)}`,
    home,
    clusterDir,
    owner,
    binariesDir: isRoot() ? ROOT_BASE : dataDir,
  };
}

function ownerOf(clusterDir: string): Owner {
  if (!existsSync(clusterDir)) return unprivilegedUser();
  const { uid, gid } = statSync(clusterDir);
  if (uid !== 0) return { uid, gid, name: `uid ${uid}` };
  throw new EmbeddedPostgresError(
    `${clusterDir} belongs to root, and PostgreSQL refuses to run as root. ` +
      `Give it back to its user: chown -R ${unprivilegedUser().name} ${clusterDir}`,
  );
}

function createRelocatedHome(dataDir: string, pointer: string): string {
  mkdirSync(ROOT_BASE, { recursive: true });
  chmodSync(ROOT_BASE, 0o711);
  // Random, not only a hash of the path: a deleted and recreated data directory must not find old data.
  const home = join(ROOT_BASE, `${hash(dataDir)}-${randomBytes(3).toString('hex')}`);
  mkdirSync(home);
  chmodSync(home, 0o711);
  writeFileSync(join(home, ORIGIN), `${dataDir}\n`);
  writeFileSync(
    pointer,
    `${home}\n\n` +
      `PostgreSQL's files are there: the server runs as root, PostgreSQL may not, and its user cannot\n` +
      `pass through the directories above this one. Deleting this file makes Customary start empty.\n`,
  );
  return home;
}

function followPointer(dataDir: string, pointer: string): string {
  const home = readFileSync(pointer, 'utf8').split('\n')[0] ?? '';
  if (!isRoot()) {
    throw new EmbeddedPostgresError(
      `This data directory was made by root, and its PostgreSQL is in ${home}. ` +
        `Run Customary as root again, or choose another directory with CUSTOMARY_DATA.`,
    );
  }
  if (!existsSync(join(home, ORIGIN))) {
    throw new EmbeddedPostgresError(
      `${pointer} says that PostgreSQL's files are in ${home}, but they are not there. ` +
        `Restore that directory, or delete ${pointer} to start empty.`,
    );
  }
  const origin = readFileSync(join(home, ORIGIN), 'utf8').trim();
  if (origin !== dataDir && pointsTo(origin, home)) {
    throw new EmbeddedPostgresError(
      `${dataDir} looks like a copy of ${origin}: both lead to the same PostgreSQL files in ${home}. ` +
        `Delete ${pointer} to start empty here, or use backup and restore.`,
    );
  }
  if (origin !== dataDir) writeFileSync(join(home, ORIGIN), `${dataDir}\n`);
  return home;
}

function pointsTo(dataDir: string, home: string): boolean {
  try {
    return readFileSync(join(dataDir, POINTER), 'utf8').split('\n')[0] === home;
  } catch {
    return false;
  }
}

/**
 * A private directory (0700) for the Unix socket with a path short enough for one: beside the cluster, else
 * below the temporary directory. Who can enter it is the cluster's own user, who could as well edit its
 * files, and root: that is why connections need no password.
 */
export function socketDirectory({ home, owner }: Placement): string {
  const short = `customary-${hash(home)}`;
  const candidates = [join(home, 'socket'), join(tmpdir(), short), join('/tmp', short)];
  const chosen = candidates.find(
    (path) =>
      Buffer.byteLength(path) <= SOCKET_DIR_BYTES_MAX &&
      (!owner || canTraverse(dirname(path), owner)),
  );
  if (!chosen)
    throw new EmbeddedPostgresError(
      `No usable directory for a Unix socket among: ${candidates.join(', ')}`,
    );
  return privateDirectory(chosen, owner);
}

function privateDirectory(path: string, owner: Owner | undefined): string {
  try {
    mkdirSync(path, { mode: 0o700 });
    if (owner) chownSync(path, owner.uid, owner.gid);
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = lstatSync(path);
  const isOurs = found.isDirectory() && found.uid === (owner?.uid ?? process.getuid?.());
  if (isOurs && (found.mode & 0o077) === 0) return path;
  // Somebody else made it first (anyone can in /tmp): keep away, take a name that nobody can foresee.
  const fresh = mkdtempSync(`${path}-`);
  if (owner) chownSync(fresh, owner.uid, owner.gid);
  return fresh;
}

/** Sockets below the temporary directory would stay behind for ever. */
export function removeSocketDirectory(path: string, { home }: Placement): void {
  if (dirname(path) !== home) rmSync(path, { recursive: true, force: true });
}

/** Whether the user may pass through `directory` and all above it (by mode bits: ACLs are not looked at). */
export function canTraverse(directory: string, user: { uid: number; gid: number }): boolean {
  for (let path = directory; ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (dirname(path) === path) return true;
  }
}

export function unprivilegedUser(): Owner {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid && gid) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root, and this machine has neither a user "postgres" nor "nobody". ' +
      'Create one (useradd --system postgres), run Customary as an ordinary user, or set DATABASE_URL.',
  );
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
