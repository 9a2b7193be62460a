import { epochMs, HOUR_MS, type Instant, instantFromEpochMs, plusMs } from '../lib/instant.ts';
import { cycleAt, type CycleSpan } from './cycle-rules.ts';

// Every time zone's midnight is on a quarter of an hour, UTC.
const QUARTER_MS = 15 * 60 * 1000;

/** Up to where cycles may be billed: those that ended before have had their grace. */
export function dueUntil(now: Instant, graceHours: number): Instant {
  const ms = epochMs(plusMs(now, -graceHours * HOUR_MS));
  return instantFromEpochMs(ms - (ms % QUARTER_MS));
}

/** When the first cycle after `after` ends, whosever it is; null if nobody has one. */
export function nextCycleEnd(
  rhythms: readonly (readonly CycleSpan[])[],
  after: Instant,
): Instant | null {
  return rhythms.map((spans) => cycleAt(spans, after).end).toSorted()[0] ?? null;
}

export function afterGrace(end: Instant, graceHours: number): Instant {
  return plusMs(end, graceHours * HOUR_MS);
}
