import { expect, it } from 'vitest';
import { isMostNew } from './since-rules.ts';

it.each([
  ['few', 0, 1_000, false],
  ['more than half of many', 500, 1_001, true],
  ['half of many', 1_000, 2_000, false],
  ['nothing of many', 5_000, 5_000, false],
])('%s new', (_what, position, latest, isMost) => {
  expect(isMostNew({ position }, latest)).toBe(isMost);
});
