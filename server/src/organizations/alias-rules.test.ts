import { expect, it } from 'vitest';
import { october } from '../../test/support/directory.ts';
import { isTimeline } from '../lib/timeline.ts';
import { type AliasRow, redirected, standingFrom } from './alias-rules.ts';

const alias = (survivor_id: string, from: number | null, to: number | null = null): AliasRow => ({
  from: from === null ? null : october(from),
  to: to === null ? null : october(to),
  value: { survivor_id, choices: {}, merged_by: 1 },
});
const shown = (rows: readonly AliasRow[]) =>
  rows.map(({ from, to, value }) => [from?.slice(8, 10), to?.slice(8, 10), value.survivor_id]);

it('who answers from an instant on: itself, until it is merged in its turn', () => {
  expect(standingFrom('b', [alias('c', 20)], october(10))).toEqual([
    { from: october(10), to: october(20), value: 'b' },
    { from: october(20), to: null, value: 'c' },
  ]);
  expect(standingFrom('b', [alias('c', null, 5)], october(10))).toEqual([
    { from: october(10), to: null, value: 'b' },
  ]);
});

it('what led to the one that is merged leads to who answers for its survivor, from then on', () => {
  const standing = standingFrom('b', [alias('c', 20)], october(10));
  const merge = { choices: { tokens: 's' }, merged_by: 2 };
  const rows = redirected([alias('a', 5), alias('other', 1, 5)], 'a', standing, merge);
  expect(isTimeline(rows)).toBe(true);
  expect(shown(rows)).toEqual([
    ['01', '05', 'other'],
    ['05', '10', 'a'],
    ['10', '20', 'b'],
    ['20', undefined, 'c'],
  ]);
  expect(rows.map(({ value }) => value.merged_by)).toEqual([1, 1, 2, 2]);
});
