import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** Names one process for good: a process id alone is reused, sooner than one thinks in a container. */
export type ProcessIdentity = { pid: number; startedAt: string };

/** The identity of a living process; `undefined` when there is none, or only a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = startTime(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return startTime(identity.pid) === identity.startedAt;
}

/** Signals a process if it is still the one meant; a process that is gone already is no error. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * The processes of PostgreSQL that work in this cluster directory, postmaster or orphaned backend.
 * PostgreSQL changes into its data directory, so on Linux the working directory tells for certain;
 * elsewhere the command line does (`-D` of the postmaster, `cluster_name` in its children's titles).
 */
export function postgresProcessesIn(clusterDir: string, clusterName: string): ProcessIdentity[] {
  const pids =
    process.platform === 'linux'
      ? byWorkingDirectory(clusterDir)
      : byTitle(clusterDir, clusterName);
  return pids.flatMap((pid) => identify(pid) ?? []);
}

function startTime(pid: number): string | undefined {
  if (process.platform === 'linux') return startTimeOnLinux(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  if (process.platform === 'win32') return 'unknown';
  try {
    const [state = '', ...rest] = run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)])
      .trim()
      .split(/\s+/);
    return state.startsWith('Z') ? undefined : rest.join(' ');
  } catch {
    return undefined;
  }
}

function startTimeOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name comes second, in parentheses, and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || ticks === undefined) return undefined;
    // Ticks count from the boot of the machine, so they need its name beside them.
    return `${bootId()}:${ticks}`;
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

function byWorkingDirectory(clusterDir: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return (
          readlinkSync(`/proc/${name}/cwd`) === clusterDir &&
          basename(readlinkSync(`/proc/${name}/exe`).replace(/ \(deleted\)$/, '')) === 'postgres'
        );
      } catch {
        return false; // another user's process, or one that has just ended
      }
    })
    .map(Number);
}

function byTitle(clusterDir: string, clusterName: string): number[] {
  if (process.platform === 'win32') return [];
  return run('ps', ['-axo', 'pid=,command='])
    .split('\n')
    .filter(
      (line) =>
        line.includes('postgres') &&
        (line.includes(`-D ${clusterDir}`) || line.includes(`postgres: ${clusterName}:`)),
    )
    .map((line) => Number.parseInt(line, 10));
}

function run(command: string, args: string[]): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
