import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Instant, instantFromEpochMs, parseInstant, plusMs } from '../lib/instant.ts';
import { type Paced, servicePeriodAt, servicePeriods, type Terms } from './period-rules.ts';
import {
  canResume,
  dayOfMonth,
  endsWithin,
  offeredTrialEnd,
  planAt,
  startsWithin,
  statusAt,
  whyNoPause,
} from './rules.ts';

/** A minute in UTC, written short: `at('2026-10-01 12:30')`. */
const at = (text: string): Instant => {
  const [date = '', time = '00:00'] = text.split(' ');
  return parseInstant(`${date}T${time}:00Z`) ?? expect.fail(`${text} is no instant`);
};
const short = (instant: Instant) => instant.slice(0, 16).replace('T', ' ').replace(' 00:00', '');
const every = (count: number, unit: Paced['interval']['unit']): Paced => ({
  from: null,
  to: null,
  planId: 'plan',
  planVersion: 1,
  interval: { unit, count },
});
const monthly = every(1, 'month');
const from = (startAt: string, changes: Partial<Terms> = {}): Terms => {
  const timeZone = changes.timeZone ?? 'UTC';
  return {
    startAt: at(startAt),
    endAt: null,
    anchorDay: dayOfMonth(at(startAt), timeZone),
    timeZone,
    ...changes,
  };
};
/** The first periods of a subscription, one text each; a stub is marked. */
const first = (count: number, terms: Terms, plan: Paced, until = '2040-01-01') =>
  servicePeriods(terms, [plan], terms.startAt, at(until))
    .slice(0, count)
    .map(({ start, end, isStub }) => `${short(start)} – ${short(end)}${isStub ? ' stub' : ''}`);

describe('status', () => {
  const lifetime = {
    startAt: at('2026-01-10'),
    endAt: at('2026-06-01'),
    pauses: [
      { from: at('2026-02-01'), to: at('2026-03-01') },
      { from: at('2026-05-01'), to: null },
    ],
  };

  it.each([
    ['2026-01-09 23:59', 'pending'],
    ['2026-01-10', 'active'],
    ['2026-01-31 23:59', 'active'],
    ['2026-02-01', 'paused'],
    ['2026-02-28 23:59', 'paused'],
    ['2026-03-01', 'active'],
    ['2026-05-01', 'paused'],
    ['2026-05-31 23:59', 'paused'],
    ['2026-06-01', 'ended'],
    ['2030-01-01', 'ended'],
  ])('at %s: %s', (instant, status) => expect(statusAt(lifetime, at(instant))).toBe(status));

  it('without an end it goes on', () => {
    expect(statusAt({ ...lifetime, endAt: null, pauses: [] }, at('2199-01-01'))).toBe('active');
  });

  it('withdrawn, it was never active', () => {
    expect(statusAt({ ...lifetime, archivedAt: at('2026-04-01') }, at('2026-01-20'))).toBe('ended');
  });

  it('is paused only while active, and resumed only from a pause', () => {
    const refused = (instant: string) => whyNoPause(lifetime, at(instant)) !== null;
    expect(['2026-01-09', '2026-02-10', '2026-06-01'].map(refused)).toEqual([true, true, true]);
    expect(['2026-01-10', '2026-03-01'].map(refused)).toEqual([false, false]);
    expect(canResume(lifetime, at('2026-02-10'))).toBe(true);
    expect(canResume(lifetime, at('2026-03-01'))).toBe(true); // drops the pause planned for May
    expect(canResume(lifetime, at('2026-06-01'))).toBe(false);
    expect(canResume({ ...lifetime, pauses: lifetime.pauses.slice(0, 1) }, at('2026-03-01'))).toBe(
      false,
    );
  });
});

describe('the plan in force', () => {
  const plans = [
    { from: at('2026-01-10'), to: at('2026-03-10'), name: 'a' },
    { from: at('2026-03-10'), to: at('2026-05-10'), name: 'b' },
    { from: at('2026-05-10'), to: null, name: 'c' },
  ];
  const on = (instant: string, endAt: string | null = null) =>
    planAt(
      plans,
      { startAt: at('2026-01-10'), endAt: endAt === null ? null : at(endAt) },
      at(instant),
    )?.name;

  it.each([
    ['2026-01-01', 'a'],
    ['2026-01-10', 'a'],
    ['2026-03-09 23:59', 'a'],
    ['2026-03-10', 'b'],
    ['2030-01-01', 'c'],
  ])('at %s: %s', (instant, name) => expect(on(instant)).toBe(name));

  it('after the end stays what it last was', () => {
    expect(on('2030-01-01', '2026-05-09')).toBe('b');
    expect(on('2030-01-01', '2026-05-10')).toBe('b');
    expect(on('2030-01-01', '2026-05-11')).toBe('c');
  });
});

describe('service periods, worked out by hand', () => {
  it('from the first of a month', () => {
    expect(first(3, from('2026-01-01'), monthly)).toEqual([
      '2026-01-01 – 2026-02-01',
      '2026-02-01 – 2026-03-01',
      '2026-03-01 – 2026-04-01',
    ]);
  });

  it('keep the time of day of the start', () => {
    expect(first(2, from('2026-01-15 13:37'), monthly)).toEqual([
      '2026-01-15 13:37 – 2026-02-15 13:37',
      '2026-02-15 13:37 – 2026-03-15 13:37',
    ]);
  });

  it('on the 31st, over a leap year', () => {
    expect(first(4, from('2024-01-31'), monthly)).toEqual([
      '2024-01-31 – 2024-02-29',
      '2024-02-29 – 2024-03-31',
      '2024-03-31 – 2024-04-30',
      '2024-04-30 – 2024-05-31',
    ]);
  });

  it('on the 31st, begun on the last day of February', () => {
    expect(first(3, from('2026-02-28', { anchorDay: 31 }), monthly)).toEqual([
      '2026-02-28 – 2026-03-31',
      '2026-03-31 – 2026-04-30',
      '2026-04-30 – 2026-05-31',
    ]);
  });

  it('with another anchor day: a stub, then midnight to midnight', () => {
    expect(first(3, from('2026-01-15 13:37', { anchorDay: 1 }), monthly)).toEqual([
      '2026-01-15 13:37 – 2026-02-01 stub',
      '2026-02-01 – 2026-03-01',
      '2026-03-01 – 2026-04-01',
    ]);
    const [stub] = servicePeriods(
      from('2026-01-15 13:37', { anchorDay: 1 }),
      [monthly],
      at('2026-01-01'),
      at('2026-02-01'),
    );
    expect(stub?.full).toEqual({ start: at('2026-01-01'), end: at('2026-02-01') });
  });

  it('in Kathmandu, 5:45 ahead, from local midnight of the first', () => {
    const terms = from('2026-09-30 18:15', { timeZone: 'Asia/Kathmandu' });
    expect(terms.anchorDay).toBe(1);
    expect(first(2, terms, monthly)).toEqual([
      '2026-09-30 18:15 – 2026-10-31 18:15',
      '2026-10-31 18:15 – 2026-11-30 18:15',
    ]);
  });

  it('in Berlin, through both changes of clocks', () => {
    const terms = from('2026-02-28 23:00', { timeZone: 'Europe/Berlin' });
    expect(first(2, terms, monthly)).toEqual([
      '2026-02-28 23:00 – 2026-03-31 22:00',
      '2026-03-31 22:00 – 2026-04-30 22:00',
    ]);
    const autumn = from('2026-09-30 22:00', { timeZone: 'Europe/Berlin' });
    expect(first(2, autumn, monthly)).toEqual([
      '2026-09-30 22:00 – 2026-10-31 23:00',
      '2026-10-31 23:00 – 2026-11-30 23:00',
    ]);
  });

  it('in New York, days of 23 and of 25 hours', () => {
    const daily = every(1, 'day');
    expect(first(2, from('2026-03-08 05:00', { timeZone: 'America/New_York' }), daily)).toEqual([
      '2026-03-08 05:00 – 2026-03-09 04:00',
      '2026-03-09 04:00 – 2026-03-10 04:00',
    ]);
    expect(first(2, from('2026-11-01 04:00', { timeZone: 'America/New_York' }), daily)).toEqual([
      '2026-11-01 04:00 – 2026-11-02 05:00',
      '2026-11-02 05:00 – 2026-11-03 05:00',
    ]);
  });

  it('of two weeks, whatever the anchor day', () => {
    expect(first(2, from('2026-01-05 08:00', { anchorDay: 31 }), every(2, 'week'))).toEqual([
      '2026-01-05 08:00 – 2026-01-19 08:00',
      '2026-01-19 08:00 – 2026-02-02 08:00',
    ]);
  });

  it('of a quarter and of a leap year', () => {
    expect(first(2, from('2025-11-30'), every(1, 'quarter'))).toEqual([
      '2025-11-30 – 2026-02-28',
      '2026-02-28 – 2026-05-30',
    ]);
    expect(first(2, from('2024-02-29'), every(1, 'year'))).toEqual([
      '2024-02-29 – 2025-02-28',
      '2025-02-28 – 2026-02-28',
    ]);
  });

  it('are cut at the end', () => {
    const terms = from('2026-01-01', { endAt: at('2026-02-10 12:00') });
    expect(first(9, terms, monthly)).toEqual([
      '2026-01-01 – 2026-02-01',
      '2026-02-01 – 2026-02-10 12:00 stub',
    ]);
    expect(servicePeriodAt(terms, [monthly], at('2026-02-05'))?.full.end).toBe(at('2026-03-01'));
    expect(servicePeriodAt(terms, [monthly], at('2026-02-10 12:00'))).toBeNull();
    expect(servicePeriodAt(terms, [monthly], at('2025-12-31 23:59'))).toBeNull();
  });

  it('that end with the subscription are whole', () => {
    expect(first(9, from('2026-01-01', { endAt: at('2026-03-01') }), monthly)).toEqual([
      '2026-01-01 – 2026-02-01',
      '2026-02-01 – 2026-03-01',
    ]);
  });

  it('that ends within its first', () => {
    expect(
      first(9, from('2026-01-15', { anchorDay: 1, endAt: at('2026-01-20') }), monthly),
    ).toEqual(['2026-01-15 – 2026-01-20 stub']);
  });

  it('none before the start or after the end', () => {
    const terms = from('2026-05-01', { endAt: at('2026-07-01') });
    expect(servicePeriods(terms, [monthly], at('2026-01-01'), at('2026-05-01'))).toEqual([]);
    expect(servicePeriods(terms, [monthly], at('2026-07-01'), at('2027-01-01'))).toEqual([]);
    expect(servicePeriods(terms, [monthly], at('2026-01-01'), at('2027-01-01'))).toHaveLength(2);
  });
});

it('a period is billed in the cycle that its last or its first instant is in', () => {
  const october = { start: at('2026-10-01'), end: at('2026-11-01') };
  const cases = [
    ['2026-09-01', '2026-10-01', false, false],
    ['2026-09-15', '2026-10-15', true, false],
    ['2026-10-01', '2026-11-01', true, true],
    ['2026-10-15', '2026-11-15', false, true],
    ['2026-11-01', '2026-12-01', false, false],
  ] as const;
  for (const [start, end, ends, starts] of cases) {
    const period = { start: at(start), end: at(end) };
    expect([endsWithin(period, october), startsWithin(period, october)]).toEqual([ends, starts]);
  }
});

it('service periods tile a subscription from its start to its end', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
  );
  const seconds = fc.integer({ min: 946_684_800, max: 1_900_000_000 });
  const plans = fc.record({
    unit: fc.constantFrom('day', 'week', 'month', 'quarter', 'year'),
    count: fc.integer({ min: 1, max: 14 }),
  });
  fc.assert(
    fc.property(
      seconds,
      fc.integer({ min: 1, max: 4e7 }),
      fc.integer({ min: 1, max: 31 }),
      zones,
      plans,
      (start, seconds_, anchorDay, timeZone, interval) => {
        const startAt = instantFromEpochMs(start * 1000);
        const endAt = plusMs(startAt, seconds_ * 1000);
        const terms = { startAt, endAt, anchorDay, timeZone };
        const plan = every(interval.count, interval.unit);
        const periods = servicePeriods(terms, [plan], at('1999-01-01'), at('2100-01-01'));
        expect(periods[0]?.start).toBe(startAt);
        expect(periods.at(-1)?.end).toBe(endAt);
        periods.forEach((period, i) => {
          expect(period.index).toBe(i);
          expect(period.start < period.end).toBe(true);
          expect(period.full.start <= period.start && period.end <= period.full.end).toBe(true);
          expect(period.isStub).toBe(
            period.start !== period.full.start || period.end !== period.full.end,
          );
          if (i > 0) expect(period.start).toBe(periods[i - 1]?.end);
          expect(servicePeriodAt(terms, [plan], period.start)).toEqual(period);
        });
      },
    ),
    { numRuns: 300 },
  );
});

describe('a trial', () => {
  const trialing = (startAt: string, trialEndAt: string, changes: Partial<Terms> = {}) => {
    const anchorDay = dayOfMonth(at(trialEndAt), changes.timeZone ?? 'UTC');
    return from(startAt, { trialEndAt: at(trialEndAt), anchorDay, ...changes });
  };

  it('is a period of its own, and whole periods follow it', () => {
    const terms = trialing('2026-01-20 12:00', '2026-01-31 12:00');
    expect(first(4, terms, monthly)).toEqual([
      '2026-01-20 12:00 – 2026-01-31 12:00',
      '2026-01-31 12:00 – 2026-02-28 12:00',
      '2026-02-28 12:00 – 2026-03-31 12:00',
      '2026-03-31 12:00 – 2026-04-30 12:00',
    ]);
    const periods = servicePeriods(terms, [monthly], terms.startAt, at('2026-03-01'));
    expect(periods.map(({ index, isTrial }) => [index, isTrial === true])).toEqual([
      [-1, true],
      [0, false],
      [1, false],
    ]);
  });

  it('is followed by a stub where the anchor day is another', () => {
    expect(first(3, trialing('2026-01-20', '2026-01-25', { anchorDay: 1 }), monthly)).toEqual([
      '2026-01-20 – 2026-01-25',
      '2026-01-25 – 2026-02-01 stub',
      '2026-02-01 – 2026-03-01',
    ]);
  });

  it('ends with the subscription', () => {
    const terms = trialing('2026-01-20', '2026-02-20', { endAt: at('2026-02-01') });
    expect(first(3, terms, monthly)).toEqual(['2026-01-20 – 2026-02-01']);
    expect(servicePeriodAt(terms, [monthly], at('2026-01-31'))?.isTrial).toBe(true);
    expect(servicePeriodAt(terms, [monthly], at('2026-02-01'))).toBeNull();
  });

  it('is found by any instant in it, and the first paid period by its end', () => {
    const terms = trialing('2026-01-20', '2026-02-20');
    expect(servicePeriodAt(terms, [monthly], at('2026-02-19 23:59'))?.index).toBe(-1);
    expect(servicePeriodAt(terms, [monthly], at('2026-02-20'))?.index).toBe(0);
    expect(servicePeriods(terms, [monthly], at('2026-02-20'), at('2026-02-21'))).toHaveLength(1);
    expect(servicePeriods(terms, [monthly], at('2026-02-19'), at('2026-02-20'))).toHaveLength(1);
  });

  it('lasts calendar days, at the time of day of the start', () => {
    // Clocks go forward in Berlin on 29 March 2026.
    const end = offeredTrialEnd(at('2026-03-20 12:00'), 14, 'Europe/Berlin');
    expect(end && short(end)).toBe('2026-04-03 11:00');
    expect(offeredTrialEnd(at('2026-03-20'), 0, 'UTC')).toBeNull();
  });

  it('is a status, which a pause comes before', () => {
    const lifetime = {
      startAt: at('2026-01-10'),
      endAt: null,
      trialEndAt: at('2026-01-20'),
      pauses: [{ from: at('2026-01-12'), to: at('2026-01-14') }],
    };
    expect(
      ['2026-01-09', '2026-01-10', '2026-01-13', '2026-01-14', '2026-01-20'].map((day) =>
        statusAt(lifetime, at(day)),
      ),
    ).toEqual(['pending', 'trialing', 'paused', 'trialing', 'active']);
  });
});
