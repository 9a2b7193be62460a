import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import type { IgnoredSet } from '../rating/rules.ts';
import { type EventSet, missingSets } from './coverage-rules.ts';
import type { PayerSegment } from './payer-rules.ts';

/** What decides what is late about one obligation: lines that stand of its subscription, whoever they billed. */
export type Lateness = {
  readonly lines: readonly {
    readonly isDraft: boolean;
    readonly isUsage: boolean;
    readonly knownAt: number;
    readonly set: EventSet;
  }[];
  /** Where no line is: up to where the cycle that it was due in had been looked at; null: it had not been. */
  readonly lookedAtUpTo: number | null;
  readonly position: number;
  /** What is ignored already. */
  readonly known: readonly IgnoredSet[];
};

/**
 * The stretches of time and positions in which late usage is to be ignored, beyond what is already: recorded after the
 * latest issued document that bills usage of that time. What was not billed, or was voided, is not late.
 */
export function newlyIgnored(
  segments: readonly PayerSegment[],
  { lines, lookedAtUpTo, position, known }: Lateness,
): IgnoredSet[] {
  const issued = lines.filter(({ isDraft, isUsage }) => isUsage && !isDraft);
  const late = segments.flatMap((segment) =>
    columns(
      segment,
      issued.map(({ set }) => set),
    ).flatMap(({ from, to }): EventSet[] => {
      const there = issued.filter(({ set }) => set.from <= from && from < set.to);
      const after =
        there.length === 0 ? lookedAtUpTo : Math.max(...there.map(({ knownAt }) => knownAt));
      return after === null || after >= position
        ? []
        : [{ from, to, after, upto: position, sign: 1 }];
    }),
  );
  return missingSets(
    late,
    known.map((set) => ({ ...set, sign: 1 })),
  )
    .filter(({ sign }) => sign > 0)
    .map(({ from, to, after, upto }) => ({ from, to, after, upto }));
}

/** A segment, cut where sets begin and end. */
function columns(
  { from, to }: PayerSegment,
  sets: readonly EventSet[],
): { from: Instant; to: Instant }[] {
  const within = sets.flatMap((set) => [set.from, set.to]).filter((at) => from < at && at < to);
  const cuts = [...new Set([from, ...within, to])].toSorted();
  return cuts.slice(0, -1).map((at, i) => ({ from: at, to: cuts[i + 1] as Instant }));
}

/** Those that share time with a period. */
export function ignoredIn(ignored: readonly IgnoredSet[], { start, end }: Period): IgnoredSet[] {
  return ignored.filter(({ from, to }) => from < end && to > start);
}
