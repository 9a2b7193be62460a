import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantFromEpochMs } from './instant.ts';
import {
  applyChange,
  dropPlanned,
  endAt,
  isTimeline,
  replaceFrom,
  rowAt,
  valueAt,
} from './timeline.ts';
import type { Instant } from './instant.ts';
import type { TimelineRow } from './timeline.ts';

/** Second n of the tests' little world; null stays unbounded. */
const second = (n: number): Instant => instantFromEpochMs(n * 1000);
const seconds = (n: number | null): Instant | null => (n === null ? null : second(n));
const row = (from: number | null, to: number | null, value: string) => ({
  from: seconds(from),
  to: seconds(to),
  value,
});
const none: TimelineRow<string>[] = [];

describe('reading', () => {
  const rows = [row(null, 10, 'a'), row(10, 20, 'b'), row(30, null, 'c')];

  it.each([
    [-1_000_000, 'a'],
    [9, 'a'],
    [10, 'b'],
    [19, 'b'],
    [20, null],
    [29, null],
    [30, 'c'],
    [1_000_000, 'c'],
  ])('at second %i: %s', (n, value) => {
    expect(valueAt(rows, second(n))).toBe(value);
    expect(rowAt(rows, second(n))?.value ?? null).toBe(value);
  });
});

describe('replaceFrom', () => {
  it('puts a first value in force from the beginning of time', () => {
    expect(replaceFrom(none, 'a', null)).toEqual({
      superseded: [],
      inserted: [row(null, null, 'a')],
    });
  });

  it('trims what it overlaps and keeps the ids of what it supersedes', () => {
    const rows = [
      { id: 1, ...row(null, 10, 'a') },
      { id: 2, ...row(10, null, 'b') },
    ];
    expect(replaceFrom(rows, 'c', second(15), second(20))).toEqual({
      superseded: [rows[1]],
      inserted: [row(10, 15, 'b'), row(15, 20, 'c'), row(20, null, 'b')],
    });
  });

  it('lets neighbours be', () => {
    const rows = [row(0, 10, 'a'), row(20, 30, 'b')];
    expect(replaceFrom(rows, 'c', second(10), second(20))).toEqual({
      superseded: [],
      inserted: [row(10, 20, 'c')],
    });
  });

  it('swallows what lies within', () => {
    const rows = [row(20, 30, 'b'), row(0, 10, 'a')];
    expect(replaceFrom(rows, 'c', second(0))).toEqual({
      superseded: [rows[1], rows[0]],
      inserted: [row(0, null, 'c')],
    });
  });

  it('changes nothing where the timeline says so already', () => {
    const rows = [row(0, 10, 'a'), row(10, null, 'a')];
    expect(replaceFrom(rows, 'a', second(5), second(15))).toEqual({ superseded: [], inserted: [] });
    expect(replaceFrom(rows, 'a', second(0))).toEqual({ superseded: [], inserted: [] });
    expect(replaceFrom(rows, 'a', null).inserted).toHaveLength(1);
    expect(
      replaceFrom([row(0, 10, 'a'), row(11, null, 'a')], 'a', second(5)).inserted,
    ).toHaveLength(2);
  });

  it('compares values as it is told to', () => {
    const rows = [{ from: null, to: null, value: { owner: 'a' } }];
    const same = (a: { owner: string }, b: { owner: string }) => a.owner === b.owner;
    expect(replaceFrom(rows, { owner: 'a' }, second(5), null, same)).toEqual({
      superseded: [],
      inserted: [],
    });
    expect(replaceFrom(rows, { owner: 'a' }, second(5)).inserted).toHaveLength(2);
  });

  it('refuses an empty range', () => {
    expect(() => replaceFrom(none, 'a', second(5), second(5))).toThrow(RangeError);
    expect(() => replaceFrom(none, 'a', second(5), second(4))).toThrow(RangeError);
  });
});

describe('endAt', () => {
  it('cuts the row in force and drops what was to come', () => {
    const rows = [row(0, 10, 'a'), row(10, 20, 'b'), row(30, null, 'c')];
    expect(endAt(rows, second(15))).toEqual({
      superseded: [rows[1], rows[2]],
      inserted: [row(10, 15, 'b')],
    });
    expect(endAt(rows, second(10))).toEqual({ superseded: [rows[1], rows[2]], inserted: [] });
    expect(
      endAt(
        [rows[0]].filter((each) => each !== undefined),
        second(10),
      ),
    ).toEqual({ superseded: [], inserted: [] });
  });
});

describe('isTimeline', () => {
  it('sees overlaps and empty rows', () => {
    expect(isTimeline([])).toBe(true);
    expect(isTimeline([row(10, null, 'b'), row(null, 10, 'a')])).toBe(true);
    expect(isTimeline([row(9, null, 'b'), row(null, 10, 'a')])).toBe(false);
    expect(isTimeline([row(null, 5, 'b'), row(null, 10, 'a')])).toBe(false);
    expect(isTimeline([row(5, null, 'b'), row(4, null, 'a')])).toBe(false);
    expect(isTimeline([row(5, 5, 'b')])).toBe(false);
  });
});

describe('dropPlanned', () => {
  const rows = [row(null, 10, 'a'), row(10, 15, 'b'), row(18, null, 'c')];

  it('lets what holds now go on', () => {
    expect(dropPlanned(rows, second(12))).toEqual({
      superseded: [rows[1], rows[2]],
      inserted: [row(10, null, 'b')],
    });
    expect(dropPlanned(rows, second(16))).toEqual({ superseded: [rows[2]], inserted: [] });
    expect(dropPlanned(rows, second(18))).toEqual({ superseded: [], inserted: [] });
  });

  it('takes back one change and keeps the others', () => {
    expect(dropPlanned(rows, second(3), second(10))).toEqual({
      superseded: [rows[0], rows[1]],
      inserted: [row(null, 15, 'a')],
    });
    expect(dropPlanned(rows, second(3), second(15))).toEqual({
      superseded: [rows[1]],
      inserted: [row(10, 18, 'b')],
    });
    expect(dropPlanned(rows, second(3), second(18))).toEqual({
      superseded: [rows[2]],
      inserted: [],
    });
    for (const at of [3, 12, 20])
      expect(dropPlanned(rows, second(11), second(at))).toEqual({ superseded: [], inserted: [] });
  });

  it('of several that change together, up to the next change of any', () => {
    const own = [row(null, 10, 'a'), row(10, 20, 'b')];
    expect(dropPlanned(own, second(3), second(10), second(15))).toEqual({
      superseded: own,
      inserted: [row(null, 15, 'a'), row(15, 20, 'b')],
    });
  });
});

/** The oracle knows seconds -1 … 21 only: one before the first that anything names, one after the last. */
type Naive = (string | null)[];
const worldSeconds = Array.from({ length: 23 }, (_, i) => i - 1);
const read = (rows: readonly TimelineRow<string>[]): Naive =>
  worldSeconds.map((n) => valueAt(rows, second(n)));
const bound = fc.option(fc.integer({ min: 0, max: 20 }), { freq: 4 });
const change = fc.record({
  verb: fc.constantFrom('replace', 'replace', 'replace', 'end', 'drop', 'drop at'),
  from: bound,
  to: bound,
  value: fc.constantFrom('a', 'b', 'c'),
});

it('does what writing second by second does', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      let rows: TimelineRow<string>[] = [];
      let naive: Naive = worldSeconds.map(() => null);
      for (const { verb, from, to, value } of changes) {
        if (verb === 'replace' && from !== null && to !== null && from >= to) continue;
        const before = rows;
        const now = from ?? 0;
        const at = verb === 'drop at' && to !== null && to > now ? to : null;
        if (verb === 'drop at' && at === null) continue;
        const done = verb.startsWith('drop')
          ? dropPlanned(rows, second(now), seconds(at))
          : verb === 'end'
            ? endAt(rows, second(from ?? 0))
            : replaceFrom(rows, value, seconds(from), seconds(to));
        const bounds = rows.flatMap((each) => [each.from, each.to]);
        const isPlanned = at !== null && bounds.includes(second(at));
        const next = worldSeconds.find((n) => n > (at ?? 99) && bounds.includes(second(n))) ?? 99;
        rows = applyChange(rows, done);
        const was = (n: number) => naive[worldSeconds.indexOf(n)] ?? null;
        const [nowHeld, heldBefore] = [was(now), was((at ?? 0) - 1)];
        naive = naive.map((old, i) => {
          const n = worldSeconds[i] ?? 0;
          if (verb === 'drop') return n > now ? nowHeld : old;
          if (at !== null) return isPlanned && n >= at && n < next ? heldBefore : old;
          if (verb === 'end') return n >= (from ?? 0) ? null : old;
          return (from === null || n >= from) && (to === null || n < to) ? value : old;
        });
        expect(read(rows)).toEqual(naive);
        expect(isTimeline(rows)).toBe(true);
        expect(done.superseded.every((each) => before.includes(each))).toBe(true);
        // Empty exactly when nothing changed; else every row that is touched was touched for a reason.
        const isSame = read(before).every((old, i) => old === naive[i]);
        const isEmpty = done.superseded.length + done.inserted.length === 0;
        if (verb.startsWith('drop')) expect(!isEmpty || isSame).toBe(true);
        else expect(isEmpty).toBe(isSame);
      }
    }),
    { numRuns: 1000 },
  );
});
