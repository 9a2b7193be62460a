import { describe, expect, it } from 'vitest';
import type { Instant } from '../lib/instant.ts';
import { monthsBefore, refuseRecent } from './rules.ts';

describe('the months that may be archived', () => {
  it.each([
    ['2026-11', 1, '2026-10'],
    ['2026-11', 12, '2025-11'],
    ['2026-01', 1, '2025-12'],
    ['2026-01', 12, '2025-01'],
    ['2026-03', 15, '2024-12'],
  ])('%s, %i before, is %s', (month, count, before) => {
    expect(monthsBefore(month, count)).toBe(before);
  });

  it('ended twelve months ago: the whole of October from November of the next year on', () => {
    expect(() => refuseRecent('2025-11', '2026-10-31T23:59:59.999999Z' as Instant)).toThrow(
      'before 2025-10',
    );
    expect(() => refuseRecent('2025-11', '2026-11-01T00:00:00.000000Z' as Instant)).not.toThrow();
  });
});
