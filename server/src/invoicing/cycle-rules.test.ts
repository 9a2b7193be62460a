import { describe, expect, it } from 'vitest';
import { parseInstant, type Instant } from '../lib/instant.ts';
import { type BillingCycle, cyclesEndingIn, monthly } from './cycle-rules.ts';

const at = (text: string) => parseInstant(text) as Instant;
const cycles = (cycle: Partial<BillingCycle>, timeZone: string, period: string) =>
  cyclesEndingIn({ ...monthly, ...cycle }, timeZone, { period }).map(({ start, end }) => [
    start.slice(0, 16),
    end.slice(0, 16),
  ]);

describe('the cycles that end in a month, worked by hand', () => {
  it.each<[string, Partial<BillingCycle>, string, string, [string, string][]]>([
    ['the calendar month', {}, 'UTC', '2026-10', [['2026-10-01T00:00', '2026-11-01T00:00']]],
    [
      'in the payer’s zone',
      {},
      'Asia/Kathmandu',
      '2026-10',
      [['2026-09-30T18:15', '2026-10-31T18:15']],
    ],
    [
      'over a change of clocks',
      {},
      'Europe/Berlin',
      '2026-10',
      [['2026-09-30T22:00', '2026-10-31T23:00']],
    ],
    [
      'from the 15th',
      { anchorDay: 15 },
      'UTC',
      '2026-10',
      [['2026-09-15T00:00', '2026-10-15T00:00']],
    ],
    [
      'on the 31st, in a short month',
      { anchorDay: 31 },
      'UTC',
      '2028-02',
      [['2028-01-31T00:00', '2028-02-29T00:00']],
    ],
    [
      'and after it',
      { anchorDay: 31 },
      'UTC',
      '2028-03',
      [['2028-02-29T00:00', '2028-03-31T00:00']],
    ],
    [
      'a quarter',
      { unit: 'quarter' },
      'UTC',
      '2026-12',
      [['2026-10-01T00:00', '2027-01-01T00:00']],
    ],
    ['a quarter that goes on', { unit: 'quarter' }, 'UTC', '2026-11', []],
    ['two months', { count: 2 }, 'UTC', '2026-10', [['2026-09-01T00:00', '2026-11-01T00:00']]],
    ['a year', { unit: 'year' }, 'UTC', '2026-12', [['2026-01-01T00:00', '2027-01-01T00:00']]],
  ])('%s', (_, cycle, timeZone, period, expected) => {
    expect(cycles(cycle, timeZone, period)).toEqual(expected);
  });

  it('weeks begin on Monday, or on the day asked for', () => {
    expect(
      cycles({ unit: 'week' }, 'UTC', '2026-10').map(([start]) => start?.slice(0, 10)),
    ).toEqual(['2026-09-28', '2026-10-05', '2026-10-12', '2026-10-19']);
    expect(cycles({ unit: 'week', anchorDay: 7 }, 'UTC', '2026-10')[0]?.[0]).toBe(
      '2026-09-27T00:00',
    );
  });

  it('tile the year: each ends in exactly one month', () => {
    for (const unit of ['day', 'week', 'month', 'quarter'] as const) {
      for (const timeZone of ['UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland']) {
        const year = Array.from({ length: 12 }, (_, i) => `2026-${String(i + 1).padStart(2, '0')}`);
        const all = year.flatMap((period) =>
          cyclesEndingIn({ ...monthly, unit }, timeZone, { period }),
        );
        for (const [i, cycle] of all.slice(1).entries()) expect(cycle.start).toBe(all[i]?.end);
      }
    }
  });

  it('a stretch of time is read as it is', () => {
    const asked = { from: at('2026-10-31T00:00:00Z'), to: at('2026-11-01T00:00:00Z') };
    expect(cyclesEndingIn(monthly, 'UTC', asked)).toHaveLength(1);
    expect(
      cyclesEndingIn(monthly, 'UTC', { from: asked.to, to: at('2026-11-15T00:00:00Z') }),
    ).toEqual([]);
  });
});
