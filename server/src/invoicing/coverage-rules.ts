import type { Instant } from '../lib/instant.ts';

/**
 * A set of events of one subscription and charge: those that occurred in [from, to) and were recorded in
 * (after, upto]. `sign` -1: taken back.
 */
export type EventSet = {
  readonly from: Instant;
  readonly to: Instant;
  readonly after: number;
  readonly upto: number;
  readonly sign: 1 | -1;
};

/**
 * What must be added to the sets billed so far to arrive at the sets owed, as few sets as tile it: late recording is
 * the stretch of positions that nobody has seen, a void leaves a gap that is filled, and what another payer took over
 * is taken back. Time × position is a plane and each set a rectangle in it, so this is a difference of rectangles.
 */
export function missingSets(owed: readonly EventSet[], billed: readonly EventSet[]): EventSet[] {
  const all = [...owed, ...billed];
  const times = sortedCuts(all.flatMap(({ from, to }) => [from, to]));
  const positions = sortedCuts(all.flatMap(({ after, upto }) => [after, upto]));
  const columns: { from: Instant; to: Instant; bands: Band[] }[] = [];
  for (const [i, from] of times.slice(0, -1).entries()) {
    const to = times[i + 1] as Instant;
    const bands = bandsOf(owed, billed, from, positions);
    const last = columns.at(-1);
    if (last?.to === from && sameBands(last.bands, bands)) last.to = to;
    else columns.push({ from, to, bands });
  }
  return columns.flatMap(({ from, to, bands }) =>
    bands.flatMap(({ after, upto, depth }) =>
      Array.from({ length: Math.abs(depth) }, () => ({
        from,
        to,
        after,
        upto,
        sign: depth > 0 ? (1 as const) : (-1 as const),
      })),
    ),
  );
}

type Band = { after: number; upto: number; depth: number };

/** Over the moment that begins at `at`: how often each stretch of positions is owed more than it is billed. */
function bandsOf(
  owed: readonly EventSet[],
  billed: readonly EventSet[],
  at: Instant,
  positions: readonly number[],
): Band[] {
  const bands: Band[] = [];
  for (const [i, after] of positions.slice(0, -1).entries()) {
    const upto = positions[i + 1] as number;
    const depthIn = (sets: readonly EventSet[]) =>
      sets
        .filter((set) => set.from <= at && at < set.to && set.after <= after && after < set.upto)
        .reduce((depth, set) => depth + set.sign, 0);
    const depth = depthIn(owed) - depthIn(billed);
    const last = bands.at(-1);
    if (depth === 0) continue;
    if (last?.upto === after && last.depth === depth) last.upto = upto;
    else bands.push({ after, upto, depth });
  }
  return bands;
}

function sameBands(a: readonly Band[], b: readonly Band[]): boolean {
  return (
    a.length === b.length &&
    a.every((band, i) => {
      const other = b[i];
      return band.after === other?.after && band.upto === other.upto && band.depth === other.depth;
    })
  );
}

function sortedCuts<T extends string | number>(cuts: readonly T[]): T[] {
  return [...new Set(cuts)].toSorted((a, b) => (a < b ? -1 : 1));
}
