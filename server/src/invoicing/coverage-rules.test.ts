import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantFromEpochMs } from '../lib/instant.ts';
import { type EventSet, missingSets } from './coverage-rules.ts';

const day = (n: number) => instantFromEpochMs(Date.UTC(2026, 9, 1 + n));
const set = (
  from: number,
  to: number,
  after: number,
  upto: number,
  sign: 1 | -1 = 1,
): EventSet => ({
  from: day(from),
  to: day(to),
  after,
  upto,
  sign,
});

describe('what is missing', () => {
  it('is everything, where nothing was billed', () => {
    expect(missingSets([set(0, 31, 0, 9)], [])).toEqual([set(0, 31, 0, 9)]);
  });
  it('is nothing, where all was', () => {
    expect(missingSets([set(0, 31, 0, 9)], [set(0, 31, 0, 9)])).toEqual([]);
  });
  it('is what was recorded since', () => {
    expect(missingSets([set(0, 31, 0, 9)], [set(0, 31, 0, 5)])).toEqual([set(0, 31, 5, 9)]);
  });
  it('is the gap that a void left, and what came after', () => {
    const billed = [set(0, 31, 5, 7)];
    expect(missingSets([set(0, 31, 0, 9)], billed)).toEqual([set(0, 31, 0, 5), set(0, 31, 7, 9)]);
  });
  it('is taken back from who no longer owes', () => {
    expect(missingSets([], [set(0, 31, 0, 5)])).toEqual([set(0, 31, 0, 5, -1)]);
    const owed = [set(0, 10, 0, 9)];
    expect(missingSets(owed, [set(0, 31, 0, 5)])).toEqual([
      set(0, 10, 5, 9),
      set(10, 31, 0, 5, -1),
    ]);
  });
});

describe('for any sets', () => {
  const anySet = fc
    .record({
      from: fc.nat(8),
      days: fc.integer({ min: 1, max: 5 }),
      after: fc.nat(8),
      positions: fc.integer({ min: 1, max: 5 }),
      sign: fc.constantFrom<1 | -1>(1, -1),
    })
    .map(({ from, days, after, positions, sign }) =>
      set(from, from + days, after, after + positions, sign),
    );
  /** How often an event that occurred then, recorded there, is in the sets. */
  const depth = (sets: readonly EventSet[], at: number, position: number) =>
    sets
      .filter(
        (s) => s.from <= day(at) && day(at) < s.to && s.after < position && position <= s.upto,
      )
      .reduce((sum, s) => sum + s.sign, 0);

  it('billed and missing are what is owed, for every event', () => {
    fc.assert(
      fc.property(
        fc.array(anySet, { maxLength: 4 }),
        fc.array(anySet, { maxLength: 4 }),
        (owed, billed) => {
          const missing = missingSets(owed, billed);
          for (let at = 0; at < 14; at += 1) {
            for (let position = 1; position < 14; position += 1) {
              const after = depth([...billed, ...missing], at, position);
              expect(after).toBe(depth(owed, at, position));
            }
          }
        },
      ),
    );
  });
});
