import type { Instant } from './instant.ts';

/**
 * A value in force over `[from, to)`; null is unbounded. The rows of one timeline never overlap and may leave gaps.
 * Rows are superseded, never edited, so a change says which rows it ends and which it adds.
 */
export type TimelineRow<V> = {
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly value: V;
};

export type TimelineChange<R extends TimelineRow<unknown>> = {
  /** The rows given that no longer hold, as they were given (with their ids). */
  readonly superseded: R[];
  /** The rows that hold instead, in order of time. */
  readonly inserted: TimelineRow<R['value']>[];
};

/** The row in force at the instant, or null. */
export function rowAt<R extends TimelineRow<unknown>>(
  rows: readonly R[],
  instant: Instant,
): R | null {
  return (
    rows.find((row) => startsBy(row, instant) && (row.to === null || row.to > instant)) ?? null
  );
}

/** The value in force at the instant, or null. */
export function valueAt<V>(rows: readonly TimelineRow<V>[], instant: Instant): V | null {
  return rowAt(rows, instant)?.value ?? null;
}

/**
 * Puts `value` in force over `[from, to)`: what it overlaps is cut back to what lies outside; nothing is merged.
 * Where the timeline says so already, all over the range, nothing changes and both lists are empty.
 * @throws RangeError when the range is empty.
 */
export function replaceFrom<R extends TimelineRow<unknown>>(
  rows: readonly R[],
  value: R['value'],
  from: Instant | null,
  to: Instant | null = null,
  same: (a: R['value'], b: R['value']) => boolean = Object.is,
): TimelineChange<R> {
  if (from !== null && to !== null && from >= to)
    throw new RangeError(`Nothing is between ${from} and ${to}`);
  if (saysAlready(rows, value, from, to, same)) return { superseded: [], inserted: [] };
  const { superseded, before, after } = carve(rows, from, to);
  return { superseded, inserted: [...before, { from, to, value }, ...after] };
}

/** Ends the timeline at the instant: nothing is in force from there on. What ended before stays. */
export function endAt<R extends TimelineRow<unknown>>(
  rows: readonly R[],
  at: Instant,
): TimelineChange<R> {
  const { superseded, before } = carve(rows, at, null);
  return { superseded, inserted: before };
}

/**
 * Takes back what is planned after `now`: all of it, or only what begins or ends at `at`. What holds just before goes
 * on, up to the next instant that says something: of these rows, or of all that change together (`until`). Where
 * nothing is planned both lists are empty.
 */
export function dropPlanned<R extends TimelineRow<unknown>>(
  rows: readonly R[],
  now: Instant,
  at: Instant | null = null,
  until: Instant | null = at === null ? null : nextBoundary(rows, at),
): TimelineChange<R> {
  const sorted = inOrder(rows);
  if (at !== null) return at > now ? joinAt(sorted, at, until) : { superseded: [], inserted: [] };
  const current = rowAt(sorted, now);
  const ended = current !== null && current.to !== null ? [current] : [];
  const later = sorted.filter((row) => !startsBy(row, now));
  return {
    superseded: [...ended, ...later],
    inserted: ended.map((row) => ({ ...plain(row), to: null })),
  };
}

/** The first instant after `at` at which a row begins or ends; null if none does. */
export function nextBoundary(rows: readonly TimelineRow<unknown>[], at: Instant): Instant | null {
  const later = rows
    .flatMap((row) => [row.from, row.to])
    .filter((instant): instant is Instant => instant !== null && instant > at);
  return later.toSorted()[0] ?? null;
}

function joinAt<R extends TimelineRow<unknown>>(
  sorted: readonly R[],
  at: Instant,
  until: Instant | null,
): TimelineChange<R> {
  const before = sorted.find((row) => row.to === at);
  const after = sorted.find((row) => row.from === at);
  const outlasts = after !== undefined && until !== null && (after.to === null || after.to > until);
  return {
    superseded: [before, after].filter((row) => row !== undefined),
    inserted: [
      ...(before === undefined ? [] : [{ ...plain(before), to: until }]),
      ...(outlasts ? [{ ...plain(after), from: until }] : []),
    ],
  };
}

function plain<V>({ from, to, value }: TimelineRow<V>): TimelineRow<V> {
  return { from, to, value };
}

type Stretch = { readonly from: Instant | null; readonly to: Instant | null };

/** What two stretches of time have in common. */
export function meet(a: Stretch, b: Stretch): Stretch | null {
  const from = a.from === null || (b.from !== null && b.from > a.from) ? b.from : a.from;
  const to = a.to === null || (b.to !== null && b.to < a.to) ? b.to : a.to;
  return from !== null && to !== null && from >= to ? null : { from, to };
}

/** The rows after a change, in order of time. */
export function applyChange<R extends TimelineRow<unknown>>(
  rows: readonly R[],
  change: TimelineChange<R>,
): TimelineRow<R['value']>[] {
  const kept = rows.filter((row) => !change.superseded.includes(row));
  return inOrder<TimelineRow<R['value']>>([...kept, ...change.inserted]);
}

/** The stretches at or after an instant (null: of all time) over which no row holds. */
export function gapsFrom(
  rows: readonly TimelineRow<unknown>[],
  from: Instant | null,
): { from: Instant | null; to: Instant | null }[] {
  const gaps: { from: Instant | null; to: Instant | null }[] = [];
  let reached = from;
  for (const row of inOrder(rows.filter((each) => overlaps(each, from, null)))) {
    const isGap = row.from !== null && (reached === null || row.from > reached);
    if (isGap) gaps.push({ from: reached, to: row.from });
    if (row.to === null) return gaps;
    reached = row.to;
  }
  return [...gaps, { from: reached, to: null }];
}

/** True when no two rows overlap and none is empty: what the database's EXCLUDE guards too. */
export function isTimeline(rows: readonly TimelineRow<unknown>[]): boolean {
  const sorted = inOrder(rows);
  return sorted.every((row, i) => {
    const next = sorted[i + 1];
    if (row.from !== null && row.to !== null && row.from >= row.to) return false;
    return next === undefined || (row.to !== null && next.from !== null && row.to <= next.from);
  });
}

/** The rows that touch `[from, to)`, and what is left of them on either side. */
function carve<R extends TimelineRow<unknown>>(
  rows: readonly R[],
  from: Instant | null,
  to: Instant | null,
) {
  const superseded = inOrder(rows.filter((row) => overlaps(row, from, to)));
  const before: TimelineRow<R['value']>[] = [];
  const after: TimelineRow<R['value']>[] = [];
  for (const { from: rowFrom, to: rowTo, value } of superseded) {
    if (from !== null && (rowFrom === null || rowFrom < from))
      before.push({ from: rowFrom, to: from, value });
    if (to !== null && (rowTo === null || rowTo > to)) after.push({ from: to, to: rowTo, value });
  }
  return { superseded, before, after };
}

function saysAlready<V>(
  rows: readonly TimelineRow<V>[],
  value: V,
  from: Instant | null,
  to: Instant | null,
  same: (a: V, b: V) => boolean,
): boolean {
  let reached = from;
  for (const row of inOrder(rows.filter((each) => overlaps(each, from, to)))) {
    const isGap = row.from !== null && (reached === null || row.from > reached);
    if (isGap || !same(row.value, value)) return false;
    if (row.to === null || (to !== null && row.to >= to)) return true;
    reached = row.to;
  }
  return false;
}

function overlaps(row: TimelineRow<unknown>, from: Instant | null, to: Instant | null): boolean {
  const startsBefore = row.from === null || to === null || row.from < to;
  const endsAfter = row.to === null || from === null || row.to > from;
  return startsBefore && endsAfter;
}

function startsBy(row: TimelineRow<unknown>, instant: Instant): boolean {
  return row.from === null || row.from <= instant;
}

function inOrder<R extends TimelineRow<unknown>>(rows: readonly R[]): R[] {
  return rows.toSorted((a, b) => {
    if (a.from === b.from) return 0;
    if (a.from === null) return -1;
    return b.from === null || a.from > b.from ? 1 : -1;
  });
}
