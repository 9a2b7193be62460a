import { performance } from 'node:perf_hooks';

/** Figures of one thing measured several times, in milliseconds unless said otherwise. */
export type Spread = { median: number; min: number; max: number; rounds: number };

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: median(sorted),
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    rounds: sorted.length,
  };
}

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const startedMs = performance.now();
  const result = await work();
  return { ms: performance.now() - startedMs, result };
}

/** How long each call takes, after calls that do not count. */
export async function latencies(
  calls: number,
  call: (i: number) => Promise<unknown>,
  warmUpCalls = Math.ceil(calls / 4),
): Promise<Spread> {
  for (let i = 0; i < warmUpCalls; i += 1) await call(i);
  const times: number[] = [];
  for (let i = 0; i < calls; i += 1) times.push((await timed(() => call(i))).ms);
  return spreadOf(times);
}
