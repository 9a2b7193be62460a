import { describe, expect, it } from 'vitest';
import { parseInstant } from './instant.ts';
import {
  calendarMonth,
  isTimeZone,
  periodAt,
  periodContaining,
  periodsEndingIn,
  periodsOverlapping,
} from './period.ts';
import type { Instant } from './instant.ts';
import type { Schedule } from './period.ts';

/** A minute in UTC, written short: `at('2026-10-01 12:30')`. */
const at = (text: string): Instant => {
  const [date = '', time = '00:00'] = text.split(' ');
  return parseInstant(`${date}T${time}:00Z`) ?? expect.fail(`${text} is no instant`);
};
const short = (instant: Instant) => instant.slice(0, 16).replace('T', ' ').replace(' 00:00', '');
/** Where the periods from `first` on begin, and where the last of them ends. */
const turns = (schedule: Schedule, first: number, count: number) => {
  const periods = Array.from({ length: count }, (_, i) => periodAt(schedule, first + i));
  return [
    ...periods.map((period) => short(period.start)),
    short(periods.at(-1)?.end ?? schedule.anchor),
  ];
};
const utc = { count: 1, timeZone: 'UTC' } as const;
const berlin = { count: 1, timeZone: 'Europe/Berlin' } as const;

describe('turns, worked out by hand', () => {
  it('the 31st over a leap year', () => {
    const schedule = { ...utc, unit: 'month', anchor: at('2024-01-31') } as const;
    expect(turns(schedule, -2, 5)).toEqual([
      '2023-11-30',
      '2023-12-31',
      '2024-01-31',
      '2024-02-29',
      '2024-03-31',
      '2024-04-30',
    ]);
    expect(turns(schedule, 12, 2)).toEqual(['2025-01-31', '2025-02-28', '2025-03-31']);
  });

  it('the 30th keeps to the 30th after February', () => {
    const schedule = { ...utc, unit: 'month', anchor: at('2026-01-30') } as const;
    expect(turns(schedule, 0, 3)).toEqual(['2026-01-30', '2026-02-28', '2026-03-30', '2026-04-30']);
  });

  it('Kathmandu, 5:45 ahead', () => {
    const schedule = {
      unit: 'month',
      count: 1,
      anchor: at('2026-09-30 18:15'),
      timeZone: 'Asia/Kathmandu',
    } as const;
    expect(turns(schedule, 0, 2)).toEqual([
      '2026-09-30 18:15',
      '2026-10-31 18:15',
      '2026-11-30 18:15',
    ]);
  });

  it('months of Berlin, through both changes of clocks', () => {
    const schedule = { ...berlin, unit: 'month', anchor: at('2026-02-28 23:00') } as const;
    expect(turns(schedule, 0, 2)).toEqual([
      '2026-02-28 23:00',
      '2026-03-31 22:00',
      '2026-04-30 22:00',
    ]);
    expect(turns(schedule, 7, 2)).toEqual([
      '2026-09-30 22:00',
      '2026-10-31 23:00',
      '2026-11-30 23:00',
    ]);
  });

  it('months of New York, through both changes of clocks', () => {
    const schedule = {
      unit: 'month',
      count: 1,
      anchor: at('2026-03-01 05:00'),
      timeZone: 'America/New_York',
    } as const;
    expect(turns(schedule, 0, 2)).toEqual([
      '2026-03-01 05:00',
      '2026-04-01 04:00',
      '2026-05-01 04:00',
    ]);
    expect(turns(schedule, 7, 3)).toEqual([
      '2026-10-01 04:00',
      '2026-11-01 04:00',
      '2026-12-01 05:00',
      '2027-01-01 05:00',
    ]);
  });

  it('days of 23 and 25 hours', () => {
    const spring = { ...berlin, unit: 'day', anchor: at('2026-03-27 23:00') } as const;
    expect(turns(spring, 0, 3)).toEqual([
      '2026-03-27 23:00',
      '2026-03-28 23:00',
      '2026-03-29 22:00',
      '2026-03-30 22:00',
    ]);
    const autumn = {
      unit: 'day',
      count: 1,
      anchor: at('2026-10-31 04:00'),
      timeZone: 'America/New_York',
    } as const;
    expect(turns(autumn, 0, 3)).toEqual([
      '2026-10-31 04:00',
      '2026-11-01 04:00',
      '2026-11-02 05:00',
      '2026-11-03 05:00',
    ]);
  });

  it('a time of day that spring skips comes an hour later, once', () => {
    // 02:30 in Berlin; on 29 March there is none, so 03:30 summer time, which is 01:30 in UTC.
    const schedule = { ...berlin, unit: 'day', anchor: at('2026-03-28 01:30') } as const;
    expect(turns(schedule, 0, 2)).toEqual([
      '2026-03-28 01:30',
      '2026-03-29 01:30',
      '2026-03-30 00:30',
    ]);
  });

  it('a time of day that autumn has twice is the first of the two', () => {
    const schedule = { ...berlin, unit: 'day', anchor: at('2026-10-24 00:30') } as const;
    expect(turns(schedule, 0, 2)).toEqual([
      '2026-10-24 00:30',
      '2026-10-25 00:30',
      '2026-10-26 01:30',
    ]);
  });

  it('an anchor at the second of the two stays where it is', () => {
    const schedule = { ...berlin, unit: 'day', anchor: at('2026-10-25 01:30') } as const;
    expect(turns(schedule, -1, 2)).toEqual([
      '2026-10-24 00:30',
      '2026-10-25 01:30',
      '2026-10-26 01:30',
    ]);
    expect(periodContaining(schedule, at('2026-10-25 00:45')).index).toBe(-1);
  });

  it('where midnight is skipped, the day begins at one and the next at midnight', () => {
    // Cairo, 24 April 2026: 00:00 becomes 01:00, which is 22:00 in UTC.
    const schedule = {
      unit: 'day',
      count: 1,
      anchor: at('2026-04-23 22:00'),
      timeZone: 'Africa/Cairo',
    } as const;
    expect(turns(schedule, -1, 2)).toEqual([
      '2026-04-22 22:00',
      '2026-04-23 22:00',
      '2026-04-24 21:00',
    ]);
    expect(periodAt(schedule, 0).isStub).toBe(false);
  });

  it('quarters, years, and counts above one', () => {
    const quarter = { ...utc, unit: 'quarter', anchor: at('2025-11-30') } as const;
    expect(turns(quarter, 0, 3)).toEqual(['2025-11-30', '2026-02-28', '2026-05-30', '2026-08-30']);
    const year = { ...utc, unit: 'year', anchor: at('2024-02-29') } as const;
    expect(turns(year, 0, 4)).toEqual([
      '2024-02-29',
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ]);
    const fortnight = { ...utc, unit: 'week', count: 2, anchor: at('2026-12-28 09:00') } as const;
    expect(turns(fortnight, -1, 3)).toEqual([
      '2026-12-14 09:00',
      '2026-12-28 09:00',
      '2027-01-11 09:00',
      '2027-01-25 09:00',
    ]);
    const fiveMonths = { ...utc, unit: 'month', count: 5, anchor: at('2026-01-31') } as const;
    expect(turns(fiveMonths, 0, 3)).toEqual([
      '2026-01-31',
      '2026-06-30',
      '2026-11-30',
      '2027-04-30',
    ]);
    const twoYears = { ...utc, unit: 'year', count: 2, anchor: at('2026-10-01') } as const;
    expect(turns(twoYears, -1, 2)).toEqual(['2024-10-01', '2026-10-01', '2028-10-01']);
  });

  it('a day that its zone never had is empty, and nobody is ever in it', () => {
    const schedule = {
      unit: 'day',
      count: 1,
      anchor: at('2011-12-29 10:00'),
      timeZone: 'Pacific/Apia',
    } as const;
    expect(turns(schedule, 0, 3)).toEqual([
      '2011-12-29 10:00',
      '2011-12-30 10:00',
      '2011-12-30 10:00',
      '2011-12-31 10:00',
    ]);
    expect(periodContaining(schedule, at('2011-12-30 10:00')).index).toBe(2);
    const listed = periodsOverlapping(schedule, at('2011-12-29 10:00'), at('2012-01-01 10:00'));
    expect(listed.map((period) => period.index)).toEqual([0, 2, 3]);
  });
});

describe('stubs', () => {
  it('begins at the anchor, ends at the first turn, and says what it was cut from', () => {
    const schedule = { ...utc, unit: 'month', anchor: at('2026-01-15'), anchorDay: 1 } as const;
    expect(turns(schedule, -2, 5)).toEqual([
      '2025-12-01',
      '2026-01-01',
      '2026-01-15',
      '2026-02-01',
      '2026-03-01',
      '2026-04-01',
    ]);
    const full = { start: at('2026-01-01'), end: at('2026-02-01') };
    expect(periodAt(schedule, 0)).toEqual({
      start: at('2026-01-15'),
      end: full.end,
      index: 0,
      isStub: true,
      full,
    });
    expect(periodAt(schedule, -1)).toEqual({
      start: full.start,
      end: at('2026-01-15'),
      index: -1,
      isStub: true,
      full,
    });
    expect([-3, -2, 1, 2].map((n) => periodAt(schedule, n).isStub)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('turns later in the same month when the day is still to come', () => {
    const schedule = { ...utc, unit: 'month', anchor: at('2026-02-10'), anchorDay: 31 } as const;
    expect(turns(schedule, 0, 3)).toEqual(['2026-02-10', '2026-02-28', '2026-03-31', '2026-04-30']);
  });

  it('is none when the anchor is on the clamped day', () => {
    const schedule = { ...utc, unit: 'month', anchor: at('2026-02-28'), anchorDay: 31 } as const;
    expect(turns(schedule, 0, 2)).toEqual(['2026-02-28', '2026-03-31', '2026-04-30']);
    expect(periodAt(schedule, 0).isStub).toBe(false);
  });

  it('of a quarter lasts a month at most; quarters follow', () => {
    const schedule = { ...utc, unit: 'quarter', anchor: at('2026-01-15'), anchorDay: 1 } as const;
    expect(turns(schedule, 0, 2)).toEqual(['2026-01-15', '2026-02-01', '2026-05-01']);
    expect(periodAt(schedule, 0).full).toEqual({ start: at('2025-11-01'), end: at('2026-02-01') });
  });

  it('keeps the time of day of the anchor, or turns at midnight if told to', () => {
    const schedule = {
      ...berlin,
      unit: 'month',
      anchor: at('2026-01-15 10:37'),
      anchorDay: 1,
    } as const;
    expect(turns(schedule, 0, 2)).toEqual([
      '2026-01-15 10:37',
      '2026-02-01 10:37',
      '2026-03-01 10:37',
    ]);
    const midnight = { ...schedule, turnAt: 'midnight' } as const;
    expect(turns(midnight, 0, 2)).toEqual([
      '2026-01-15 10:37',
      '2026-01-31 23:00',
      '2026-02-28 23:00',
    ]);
    const sameDay = { ...midnight, anchorDay: 15 } as const;
    expect(turns(sameDay, -1, 3)).toEqual([
      '2026-01-14 23:00',
      '2026-01-15 10:37',
      '2026-02-14 23:00',
      '2026-03-14 23:00',
    ]);
    expect(periodAt(sameDay, 0).isStub).toBe(true);
    const week = {
      ...berlin,
      unit: 'week',
      anchor: at('2026-01-15 10:37'),
      turnAt: 'midnight',
    } as const;
    expect(turns(week, 0, 2)).toEqual(['2026-01-15 10:37', '2026-01-21 23:00', '2026-01-28 23:00']);
  });
});

describe('lists', () => {
  const schedule = { ...utc, unit: 'month', anchor: at('2026-01-01') } as const;
  const starts = (periods: { start: Instant }[]) => periods.map((period) => short(period.start));

  it('overlapping: any time in common, ends excluded', () => {
    expect(starts(periodsOverlapping(schedule, at('2026-02-01'), at('2026-04-01')))).toEqual([
      '2026-02-01',
      '2026-03-01',
    ]);
    expect(starts(periodsOverlapping(schedule, at('2026-02-28'), at('2026-03-01 00:01')))).toEqual([
      '2026-02-01',
      '2026-03-01',
    ]);
    expect(periodsOverlapping(schedule, at('2026-02-01'), at('2026-02-01'))).toEqual([]);
    expect(periodsOverlapping(schedule, at('2026-02-02'), at('2026-02-01'))).toEqual([]);
  });

  it('ending in October: the one whose end is the first of November', () => {
    const october = calendarMonth('2026-10', 'UTC');
    expect(starts(periodsEndingIn(schedule, october.start, october.end))).toEqual(['2026-10-01']);
    const fifteenth = { ...schedule, anchor: at('2026-01-15') };
    expect(starts(periodsEndingIn(fifteenth, october.start, october.end))).toEqual(['2026-09-15']);
  });

  it('has a limit', () => {
    const days = { ...schedule, unit: 'day' } as const;
    expect(() => periodsOverlapping(days, at('2000-01-01'), at('2100-01-01'))).toThrow(
      'More than 10000 periods',
    );
  });
});

describe('calendar months and zones', () => {
  it('runs from local midnight to local midnight', () => {
    expect(calendarMonth('2026-10', 'Europe/Berlin')).toEqual({
      start: at('2026-09-30 22:00'),
      end: at('2026-10-31 23:00'),
    });
    expect(calendarMonth('2026-12', 'Asia/Kathmandu')).toEqual({
      start: at('2026-11-30 18:15'),
      end: at('2026-12-31 18:15'),
    });
    for (const month of ['2026-13', '2026-00', '2026-1', '202610', '2026-10-01', '']) {
      expect(() => calendarMonth(month, 'UTC')).toThrow(RangeError);
    }
    expect(() => calendarMonth('2026-10', 'Mars/Olympus')).toThrow(RangeError);
  });

  it('knows zones by their names', () => {
    for (const name of [
      'UTC',
      'Europe/Berlin',
      'Asia/Kathmandu',
      'America/Argentina/Buenos_Aires',
      'Etc/GMT+5',
    ]) {
      expect(isTimeZone(name), name).toBe(true);
    }
    for (const name of [
      '',
      'utc',
      'europe/berlin',
      '+05:45',
      'Z',
      'Mars/Olympus',
      'Europe/',
      '../UTC',
      'A'.repeat(100),
    ]) {
      expect(isTimeZone(name), name).toBe(false);
    }
  });

  it.each([
    [{ count: 0 }],
    [{ count: 1.5 }],
    [{ count: Number.NaN }],
    [{ anchorDay: 0 }],
    [{ anchorDay: 32 }],
    [{ unit: 'week', anchorDay: 1 }],
    [{ timeZone: 'Mars/Olympus' }],
  ] as const)('refuses %j', (wrong) => {
    expect(() =>
      periodAt({ ...utc, unit: 'month', anchor: at('2026-01-01'), ...wrong }, 0),
    ).toThrow(RangeError);
  });
});
