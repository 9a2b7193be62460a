import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchDeployment } from './deployment.ts';

/** Where the time of something goes: Linux only; elsewhere there is no processor time in it. */
export type Profile = {
  seconds: number;
  /** Of one core each: what the server, its PostgreSQL and the bench itself took. */
  cores: { server: number; postgres: number; bench: number };
  /** What the connections of the server were at, most of the time first: how many at once, on average. */
  database: { at: string; connections: number }[];
};

const SAMPLE_MS = 50;
const NAMED_MAX = 12;
const TICKS_PER_SECOND = 100;

/** Samples until it is stopped. */
export async function profiled(deployment: BenchDeployment): Promise<() => Promise<Profile>> {
  const { rows } = await deployment.sql.query<{ name: string }>(
    `select current_setting('cluster_name') as name`,
  );
  const cluster = rows[0]?.name ?? '';
  const startedMs = performance.now();
  const before = processorSeconds(deployment.pid, cluster);
  const seen = new Map<string, number>();
  let samples = 0;
  const stopping = new AbortController();
  const sampling = (async () => {
    while (!stopping.signal.aborted) {
      for (const at of await activity(deployment)) seen.set(at, (seen.get(at) ?? 0) + 1);
      samples += 1;
      await delay(SAMPLE_MS);
    }
  })();
  return async () => {
    stopping.abort();
    await sampling;
    const seconds = (performance.now() - startedMs) / 1000;
    const after = processorSeconds(deployment.pid, cluster);
    const share = (kind: keyof Profile['cores']) => rounded((after[kind] - before[kind]) / seconds);
    return {
      seconds: rounded(seconds),
      cores: { server: share('server'), postgres: share('postgres'), bench: share('bench') },
      database: [...seen]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, NAMED_MAX)
        .map(([at, count]) => ({ at, connections: rounded(count / samples) })),
    };
  };
}

async function activity({ sql }: BenchDeployment): Promise<string[]> {
  const { rows } = await sql.query<{ at: string }>(
    `select case when state = 'active' then coalesce('waits for ' || wait_event, 'runs') else 'waits for the server after' end
              || ': ' || left(ltrim(regexp_replace(query, '\\s+', ' ', 'g')), 72) as at
       from pg_stat_activity
      where application_name like 'customary%' and (state = 'active' or state like 'idle in transaction%')`,
  );
  return rows.map((row) => row.at);
}

/** Of a process that has ended in between nothing is known. */
function processorSeconds(serverPid: number, cluster: string): Profile['cores'] {
  const seconds = { server: 0, postgres: 0, bench: 0 };
  for (const pid of processes()) {
    const kind = kindOf(pid, serverPid, cluster);
    if (kind !== null) seconds[kind] += processorSecondsOf(pid);
  }
  return seconds;
}

function processes(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function kindOf(pid: number, serverPid: number, cluster: string): keyof Profile['cores'] | null {
  if (pid === serverPid) return 'server';
  if (pid === process.pid) return 'bench';
  return readProcess(pid, 'cmdline').startsWith(`postgres: ${cluster}`) ? 'postgres' : null;
}

function processorSecondsOf(pid: number): number {
  const stat = readProcess(pid, 'stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
