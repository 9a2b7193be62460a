import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs, instantFromEpochMs, parseInstant, plusMs } from './instant.ts';
import { periodAt, periodContaining, periodsEndingIn, periodsOverlapping } from './period.ts';
import type { Instant } from './instant.ts';
import type { Schedule } from './period.ts';

const at = (date: string): Instant =>
  parseInstant(`${date}T00:00:00Z`) ?? expect.fail(`${date} is no day`);

describe('for every schedule', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'America/Havana',
  ];
  const dayMs = 24 * 60 * 60 * 1000;
  const instantBetween = (from: string, to: string) =>
    fc.oneof(
      fc.integer({ min: epochMs(at(from)), max: epochMs(at(to)) }).map(instantFromEpochMs),
      fc
        .integer({ min: epochMs(at(from)) / dayMs, max: epochMs(at(to)) / dayMs })
        .map((day) => instantFromEpochMs(day * dayMs)),
    );
  const anchors = {
    anchor: instantBetween('2013-01-01', '2035-01-01'),
    count: fc.integer({ min: 1, max: 5 }),
  };
  const places = {
    timeZone: fc.constantFrom(...zones),
    turnAt: fc.constantFrom('anchorTime', 'midnight'),
  };
  const schedules: fc.Arbitrary<Schedule> = fc.oneof(
    fc.record({ ...anchors, ...places, unit: fc.constantFrom('day', 'week') }),
    fc.record(
      {
        ...anchors,
        ...places,
        unit: fc.constantFrom('month', 'quarter', 'year'),
        anchorDay: fc.integer({ min: 1, max: 31 }),
      },
      { requiredKeys: ['anchor', 'count', 'timeZone', 'unit'] },
    ),
  );
  const indexes = fc.integer({ min: -40, max: 40 });

  it('periods tile time without gap or overlap, and the first begins at the anchor', () => {
    fc.assert(
      fc.property(schedules, indexes, (schedule, n) => {
        const period = periodAt(schedule, n);
        expect(period.start < period.end).toBe(true);
        expect(periodAt(schedule, n + 1).start).toBe(period.end);
        expect(periodAt(schedule, 0).start).toBe(schedule.anchor);
        expect(period.full.start <= period.start && period.end <= period.full.end).toBe(true);
        expect(period.isStub).toBe(
          period.start !== period.full.start || period.end !== period.full.end,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('the period containing the start of period n is n, and so for its last microsecond', () => {
    fc.assert(
      fc.property(schedules, indexes, (schedule, n) => {
        const period = periodAt(schedule, n);
        expect(periodContaining(schedule, period.start)).toEqual(period);
        const last = plusMs(period.end, -1).replace(/...Z$/, '999Z') as Instant;
        expect(periodContaining(schedule, last)).toEqual(period);
      }),
      { numRuns: 500 },
    );
  });

  it('any instant is in its period', () => {
    fc.assert(
      fc.property(schedules, instantBetween('2012-01-01', '2040-01-01'), (schedule, instant) => {
        const period = periodContaining(schedule, instant);
        expect(period.start <= instant && instant < period.end).toBe(true);
        expect(periodAt(schedule, period.index)).toEqual(period);
      }),
      { numRuns: 500 },
    );
  });

  it('lists are complete, and a range cut in two lists each ending period once', () => {
    const instants = fc.tuple(...[1, 2, 3].map(() => instantBetween('2020-01-01', '2022-01-01')));
    fc.assert(
      fc.property(schedules, instants, (schedule, unsorted) => {
        const [a, b, c] = unsorted.toSorted() as [Instant, Instant, Instant];
        const whole = periodsOverlapping(schedule, a, c);
        if (a < c) {
          expect(whole[0]).toEqual(periodContaining(schedule, a));
          expect(whole.at(-1)?.end).toSatisfy((end: Instant) => end >= c);
          expect(whole.slice(1).map((period) => period.start)).toEqual(
            whole.slice(0, -1).map((period) => period.end),
          );
        }
        const parts = [...periodsEndingIn(schedule, a, b), ...periodsEndingIn(schedule, b, c)];
        expect(parts).toEqual(periodsEndingIn(schedule, a, c));
      }),
      { numRuns: 50 },
    );
  });
});
