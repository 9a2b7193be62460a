import { epochMs, type Instant, instantFromEpochMs } from '../../lib/instant.ts';
import type { Period } from '../../lib/period.ts';
import { OperatorError } from '../settings.ts';
import type { TraceSummary } from './trace-file.ts';

/** Where in time, and to whom, each row of a trace goes: the same every time, so that a second run repeats the first. */

export type TimeMapping = (at: Instant) => Instant;

/**
 * Into a period: moved so that the trace begins where the period does or, with `spread`, stretched evenly over all of
 * it. Both keep the order and stay strictly inside. Without a period: as it was.
 */
export function timeMapping(
  trace: Pick<TraceSummary, 'first' | 'last'>,
  period: Period | null,
  spread: boolean,
): TimeMapping {
  if (period === null) return (at) => at;
  const [start, end, first, last] = [period.start, period.end, trace.first, trace.last].map(
    microsOf,
  ) as [number, number, number, number];
  if (!spread && last - first >= end - start) {
    throw new OperatorError(
      'The trace is longer than the period. Add --spread to fit it in evenly.',
    );
  }
  if (!spread) return (at) => instantAtMicros(start + (microsOf(at) - first));
  const [room, taken] = [BigInt(end - start), BigInt(last - first + 1)];
  return (at) => instantAtMicros(start + Number((BigInt(microsOf(at) - first) * room) / taken));
}

function microsOf(instant: Instant): number {
  return epochMs(instant) * 1000 + Number(instant.slice(23, 26));
}

function instantAtMicros(micros: number): Instant {
  const ms = Math.floor(micros / 1000);
  return (instantFromEpochMs(ms).slice(0, 23) +
    String(micros - ms * 1000).padStart(3, '0') +
    'Z') as Instant;
}

/** Picks by a hash of the row's number: evenly, and the same each time. `salt` makes two picks independent. */
export function pick<T>(values: readonly T[], row: number, salt: number): T {
  let hash = Math.imul(row, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  const picked = values[((hash ^ (hash >>> 16)) >>> 0) % values.length];
  if (picked === undefined) throw new RangeError('Nothing to pick from');
  return picked;
}
