import { instantFromEpochMs } from './instant.ts';
import type { Instant } from './instant.ts';

/** What tells the time: an argument of everything that needs it, so that tests can hold it still. */
export type Clock = () => Instant;

/**
 * The machine's wall clock, to the millisecond. `performance.now()` would add microseconds, but it counts from the
 * start of the process and neither follows NTP nor counts a sleeping laptop: hours wrong after a night. Nothing is
 * ordered by this clock (positions order), so the digits would buy nothing.
 */
export const systemClock: Clock = () => instantFromEpochMs(Date.now());

/** A clock that stands still. */
export function fixedClock(instant: Instant): Clock {
  return () => instant;
}
