import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, type Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './error.ts';
import type { Placement } from './placement.ts';
import {
  identify,
  isRunning,
  postgresProcessesIn,
  signal,
  type ProcessIdentity,
} from './processes.ts';
import { until } from './wait.ts';

export type PidFile = {
  pid: number;
  port: number;
  socketDir: string;
  status: string;
};

/** A running postmaster; `gone` resolves (never rejects) with how it ended. */
export type Postmaster = { identity: ProcessIdentity; gone: Promise<string> };

/** Replaying the log after a crash takes as long as it takes, within reason. */
const READY_TIMEOUT_MS = 15 * 60_000;
const FAST_STOP_TIMEOUT_MS = 60_000;
const IMMEDIATE_STOP_TIMEOUT_MS = 15_000;
/** How long backends may outlive a killed postmaster before they are told to end, and after. */
const ORPHANS_LEAVE_TIMEOUT_MS = 5_000;
const ORPHANS_QUIT_TIMEOUT_MS = 15_000;
const PROGRESS_EVERY_MS = 10_000;
const LOG_WRITTEN_TIMEOUT_MS = 3_000;
const ADOPTED_LOOK_EVERY_MS = 500;

export function readPidFile(clusterDir: string): PidFile | undefined {
  const file = join(clusterDir, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const [pid = '', , , port = '', socketDir = '', , , status = ''] = readFileSync(
    file,
    'utf8',
  ).split('\n');
  if (!/^-?\d+$/.test(pid)) return undefined;
  return { pid: Math.abs(Number(pid)), port: Number(port), socketDir, status: status.trim() };
}

function findProcesses({ clusterDir, clusterName }: Placement): ProcessIdentity[] {
  return postgresProcessesIn(clusterDir, clusterName);
}

/** The postmaster that runs on this cluster now; never another process that got its number. */
export function findPostmaster(place: Placement): ProcessIdentity | undefined {
  const pid = readPidFile(place.clusterDir)?.pid;
  if (pid === undefined) return undefined;
  // Windows tells nothing more about a process; there a failing connection decides.
  if (process.platform === 'win32') return identify(pid);
  return findProcesses(place).find((found) => found.pid === pid);
}

/**
 * Starts PostgreSQL and waits until it takes connections. It gets a session of its own: Ctrl-C in the
 * terminal must reach the server first, which ends its work and then stops PostgreSQL.
 */
export async function launch(
  place: Placement,
  binaries: Binaries,
  log: (line: string) => void,
): Promise<Postmaster> {
  const logFile = startLog(place);
  const output = openSync(logFile, 'w', 0o600);
  const child = spawn(binaries.postgres, ['-D', place.clusterDir], {
    cwd: place.clusterDir,
    env: cleanEnvironment(),
    detached: true,
    stdio: ['ignore', output, output],
    ...(place.owner && { uid: place.owner.uid, gid: place.owner.gid }),
  });
  closeSync(output);
  child.unref();
  let ended: string | undefined;
  const gone = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, name) =>
      resolve(name ? `ended by ${name}` : `ended with code ${code}`),
    );
  }).then((how) => (ended = how));

  const identity = child.pid === undefined ? undefined : identify(child.pid);
  await waitUntilReady(place.clusterDir, () => ended !== undefined, log, child.pid);
  if (ended === undefined && identity) return { identity, gone };
  // The process that writes the log ends last, with the reason in its hands.
  await until(LOG_WRITTEN_TIMEOUT_MS, () => (findProcesses(place).length === 0 ? true : undefined));
  throw startFailure(place, logFile, ended ?? 'ended at once');
}

/** A postmaster that is not our child tells nobody when it ends: it is looked at now and then. */
export function watchAdopted(identity: ProcessIdentity): Postmaster {
  const gone = new Promise<string>((resolve) => {
    const timer = setInterval(() => {
      if (isRunning(identity)) return;
      clearInterval(timer);
      resolve('ended');
    }, ADOPTED_LOOK_EVERY_MS);
    timer.unref();
  });
  return { identity, gone };
}

/** Waits until the postmaster says `ready`, or `hasEnded`. */
export async function waitUntilReady(
  clusterDir: string,
  hasEnded: () => boolean,
  log: (line: string) => void,
  pid: number | undefined,
): Promise<void> {
  let nextLineMs = performance.now() + PROGRESS_EVERY_MS;
  const done = await until(READY_TIMEOUT_MS, () => {
    if (hasEnded()) return true;
    const file = readPidFile(clusterDir);
    if (file?.pid === pid && file?.status === 'ready') return true;
    if (performance.now() > nextLineMs) {
      nextLineMs += PROGRESS_EVERY_MS;
      log('PostgreSQL is not ready yet: after a crash it first replays its log');
    }
    return undefined;
  });
  if (!done) {
    throw new EmbeddedPostgresError(
      `PostgreSQL (process ${pid}) has not become ready in ${READY_TIMEOUT_MS / 60_000} minutes; its log is in ${join(clusterDir, 'log')}.`,
    );
  }
}

/** Stops a postmaster: its sessions are cut off, everything acknowledged is on disk. */
export async function stopPostmaster(
  postmaster: ProcessIdentity,
  { clusterDir, owner }: Placement,
  binaries: Binaries,
): Promise<void> {
  const gone = () => (isRunning(postmaster) ? undefined : true);
  if (process.platform === 'win32') {
    // No signals there; pg_ctl speaks PostgreSQL's substitute for them.
    spawnSync(binaries.pgCtl, ['stop', '-m', 'fast', '-D', clusterDir], {
      env: cleanEnvironment(),
    });
  } else {
    signal(postmaster, 'SIGINT');
  }
  if (await until(FAST_STOP_TIMEOUT_MS, gone)) return;
  // Without the last checkpoint: the next start replays the log instead.
  signal(postmaster, 'SIGQUIT');
  if (await until(IMMEDIATE_STOP_TIMEOUT_MS, gone)) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL (process ${postmaster.pid}${owner ? `, user ${owner.name}` : ''}) does not stop. Look at it with ps, ` +
      `stop it with kill -QUIT ${postmaster.pid}, and start again.`,
  );
}

/**
 * After a postmaster was killed its children may go on for a moment with the old shared memory, and a new
 * one beside them would destroy the data. Waits for them, then has them leave without cleaning up, which is
 * safe as the log is replayed anyway.
 */
export async function waitForOrphans(place: Placement): Promise<void> {
  const left = () => findProcesses(place);
  const none = () => (left().length === 0 ? true : undefined);
  if (await until(ORPHANS_LEAVE_TIMEOUT_MS, none)) return;
  for (const orphan of left()) signal(orphan, 'SIGQUIT');
  if (await until(ORPHANS_QUIT_TIMEOUT_MS, none)) return;
  const pids = left().map(({ pid }) => pid);
  throw new EmbeddedPostgresError(
    `An earlier PostgreSQL on ${place.clusterDir} was killed, and some of its processes still hold its memory: ` +
      `${pids.join(', ')}. They do not answer; wait until they end, or kill -9 ${pids.join(' ')}, and start again.`,
  );
}

/** As PostgreSQL sees it: a zombie counts (where process 1 does not reap, a killed postmaster stays one). */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * PostgreSQL refuses to start if the process number in a lock file of its own (for the cluster, or for the
 * socket) is alive, whatever that process is. To be called only when no process of this cluster is left. The
 * file of a number that nobody has stays: PostgreSQL looks there for shared memory that is still in use.
 */
export function removeMisleadingLocks({ clusterDir }: Placement, socketDir: string): void {
  if (process.platform === 'win32') return;
  for (const file of [join(clusterDir, 'postmaster.pid'), join(socketDir, '.s.PGSQL.5432.lock')]) {
    const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : Number.NaN;
    if (Number.isInteger(pid) && exists(Math.abs(pid))) rmSync(file, { force: true });
  }
}

/** What PostgreSQL says before its own log files are open, which is where refusals to start go. */
function startLog({ home }: Placement): string {
  return join(home, 'postgres-start.log');
}

function startFailure(place: Placement, logFile: string, ended: string): EmbeddedPostgresError {
  const first = lastLines(logFile);
  const isHandedOver = first.some((line) => line.includes('logging collector'));
  const lines = isHandedOver ? [...first, ...lastLines(newestLog(place.clusterDir))] : first;
  const text = lines.join('\n');
  return new EmbeddedPostgresError(
    `PostgreSQL did not start (${ended}). Its last words:\n${text || '(none)'}\n${adviceFor(text, place)}`,
  );
}

function adviceFor(text: string, { clusterDir }: Placement): string {
  if (/No space left on device/i.test(text)) return 'The disk is full: make room and start again.';
  if (/Permission denied|invalid permissions|wrong ownership/i.test(text)) {
    return `Check that ${clusterDir} and all in it belong to the user that PostgreSQL runs as, with mode 0700.`;
  }
  if (/shared memory/i.test(text)) {
    return 'The machine has no more shared memory to give: stop other servers, or enlarge /dev/shm.';
  }
  if (/invalid value|unrecognized configuration|syntax error in file/i.test(text)) {
    return `Look for the setting in ${join(clusterDir, 'postgresql.auto.conf')}: remove it and start again.`;
  }
  return `Its files are in ${clusterDir}, its log in ${join(clusterDir, 'log')}. To use another PostgreSQL set DATABASE_URL.`;
}

function newestLog(clusterDir: string): string | undefined {
  const directory = join(clusterDir, 'log');
  if (!existsSync(directory)) return undefined;
  const byAge = readdirSync(directory)
    .map((name) => join(directory, name))
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs);
  return byAge.at(-1);
}

function lastLines(file: string | undefined): string[] {
  if (!file || !existsSync(file)) return [];
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-10).filter(Boolean);
}
