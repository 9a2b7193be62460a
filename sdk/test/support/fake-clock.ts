import type { Clock } from '../../src/clock.ts';

interface Sleeper {
  ms: number;
  wake: () => void;
}

/**
 * Time that passes when a test says so. Sleeps shorter than `instantUnderMs` end at once and are only noted: that is
 * how retries are watched without waiting for them.
 */
export function fakeClock({ instantUnderMs = 0 } = {}) {
  const slept: number[] = [];
  const sleepers = new Set<Sleeper>();
  let awaited: { ms: number; resolve: () => void }[] = [];
  let now = Date.parse('2026-10-01T00:00:00Z');
  let random = 0.5;

  const notice = (): void => {
    const arrived = awaited.filter(({ ms }) => [...sleepers].some((sleeper) => sleeper.ms === ms));
    awaited = awaited.filter((each) => !arrived.includes(each));
    for (const { resolve } of arrived) resolve();
  };

  const clock: Clock = {
    now: () => now,
    random: () => random,
    sleep: (ms, signal) => {
      if (signal?.aborted) return Promise.resolve();
      if (ms < instantUnderMs) {
        slept.push(ms);
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const sleeper = { ms, wake: resolve };
        const end = (): void => {
          sleepers.delete(sleeper);
          resolve();
        };
        sleeper.wake = end;
        sleepers.add(sleeper);
        signal?.addEventListener('abort', end, { once: true });
        notice();
      });
    },
  };

  return {
    ...clock,
    /** The sleeps that ended at once. */
    slept,
    setRandom: (value: number): void => void (random = value),
    /** Resolves when something sleeps for exactly `ms`. */
    sleeping: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        awaited.push({ ms, resolve });
        notice();
      }),
    sleepers: (): number[] => [...sleepers].map((sleeper) => sleeper.ms),
    /** Lets every sleep of at most `ms` end. */
    pass(ms: number): void {
      now += ms;
      for (const sleeper of sleepers) if (sleeper.ms <= ms) sleeper.wake();
    },
  };
}
