import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prorated } from '../invoicing/obligation-rules.ts';
import { decimal, sum, toText } from '../lib/decimal.ts';
import { type Instant, instantFromEpochMs, parseInstant, plusMs } from '../lib/instant.ts';
import {
  anchorAt,
  type Paced,
  periodsDifferFrom,
  servicePeriodAt,
  servicePeriods,
  type Terms,
} from './period-rules.ts';
import { dayOfMonth } from './rules.ts';

const at = (text: string): Instant => {
  const [date = '', time = '00:00'] = text.split(' ');
  return parseInstant(`${date}T${time}:00Z`) ?? expect.fail(`${text} is no instant`);
};
const short = (instant: Instant) => instant.slice(0, 16).replace('T', ' ').replace(' 00:00', '');
type Unit = Paced['interval']['unit'];
const plan = (planId: string, from: string | null, to: string | null, unit: Unit = 'month') => ({
  planId,
  planVersion: 1,
  from: from === null ? null : at(from),
  to: to === null ? null : at(to),
  interval: { unit, count: 1 },
});
const open = (startAt: string, changes: Partial<Terms> = {}): Terms => ({
  startAt: at(startAt),
  endAt: null,
  anchorDay: dayOfMonth(at(startAt), 'UTC'),
  timeZone: 'UTC',
  ...changes,
});
const list = (terms: Terms, plans: readonly Paced[], until: string) =>
  servicePeriods(terms, plans, terms.startAt, at(until)).map(
    ({ start, end, isStub, plan: { planId } }) =>
      `${planId} ${short(start)} – ${short(end)}${isStub ? ' stub' : ''}`,
  );

describe('a plan that takes over', () => {
  it('within a period cuts it in two and goes on with the rhythm', () => {
    const plans = [
      plan('a', '2026-01-15', '2026-02-20 12:00'),
      plan('b', '2026-02-20 12:00', null),
    ];
    expect(list(open('2026-01-15'), plans, '2026-04-01')).toEqual([
      'a 2026-01-15 – 2026-02-15',
      'a 2026-02-15 – 2026-02-20 12:00 stub',
      'b 2026-02-20 12:00 – 2026-03-15 stub',
      'b 2026-03-15 – 2026-04-15',
    ]);
    const stubs = servicePeriods(open('2026-01-15'), plans, at('2026-02-16'), at('2026-03-01'));
    expect(stubs.map(({ full }) => [short(full.start), short(full.end)])).toEqual([
      ['2026-02-15', '2026-03-15'],
      ['2026-02-15', '2026-03-15'],
    ]);
  });

  it('where a period begins cuts nothing', () => {
    const plans = [plan('a', '2026-01-31', '2026-02-28'), plan('b', '2026-02-28', null)];
    expect(list(open('2026-01-31'), plans, '2026-04-01')).toEqual([
      'a 2026-01-31 – 2026-02-28',
      'b 2026-02-28 – 2026-03-31',
      'b 2026-03-31 – 2026-04-30',
    ]);
  });

  it('that is the same plan cuts nothing', () => {
    const plans = [plan('a', '2026-01-15', '2026-01-20'), plan('a', '2026-01-20', null)];
    expect(list(open('2026-01-15'), plans, '2026-02-15')).toEqual(['a 2026-01-15 – 2026-02-15']);
  });

  it('with another interval begins a rhythm of its own', () => {
    const plans = [plan('a', '2026-01-31', '2026-02-10'), plan('b', '2026-02-10', null, 'year')];
    expect(list(open('2026-01-31'), plans, '2027-03-01')).toEqual([
      'a 2026-01-31 – 2026-02-10 stub',
      'b 2026-02-10 – 2027-02-10',
      'b 2027-02-10 – 2028-02-10',
    ]);
    expect(anchorAt(open('2026-01-31'), plans, at('2026-03-01')).anchorDay).toBe(10);
  });

  it('with another interval keeps the anchor day that it stands on, also in a short month', () => {
    const plans = [plan('a', '2026-01-31', '2026-02-28'), plan('b', '2026-02-28', null, 'quarter')];
    expect(list(open('2026-01-31'), plans, '2026-09-01')).toEqual([
      'a 2026-01-31 – 2026-02-28',
      'b 2026-02-28 – 2026-05-31',
      'b 2026-05-31 – 2026-08-31',
      'b 2026-08-31 – 2026-11-30',
    ]);
  });

  it('by the day in between, and back', () => {
    const plans = [
      plan('a', '2026-01-31', '2026-02-28'),
      plan('b', '2026-02-28', '2026-03-02', 'day'),
      plan('c', '2026-03-02', null),
    ];
    expect(list(open('2026-01-31'), plans, '2026-04-01')).toEqual([
      'a 2026-01-31 – 2026-02-28',
      'b 2026-02-28 – 2026-03-01',
      'b 2026-03-01 – 2026-03-02',
      'c 2026-03-02 – 2026-04-02',
    ]);
  });

  it('in a trial leaves it free, and its end where it was', () => {
    const plans = [plan('a', '2026-01-10', '2026-01-15'), plan('b', '2026-01-15', null, 'year')];
    const terms = open('2026-01-10', { trialEndAt: at('2026-01-24'), anchorDay: 24 });
    expect(list(terms, plans, '2026-03-01')).toEqual([
      'a 2026-01-10 – 2026-01-15',
      'b 2026-01-15 – 2026-01-24',
      'b 2026-01-24 – 2027-01-24',
    ]);
    const trials = servicePeriods(terms, plans, at('2026-01-01'), at('2026-01-24'));
    expect(trials.map(({ isTrial }) => isTrial)).toEqual([true, true]);
  });
});

describe('an anchor given later', () => {
  const anchors = (from: string, anchorDay: number, timeZone = 'UTC') => ({
    anchors: [{ from: at(from), to: null, anchorDay, timeZone }],
  });

  it('makes one stub', () => {
    const terms = open('2026-01-15 09:00', anchors('2026-02-15 09:00', 31));
    expect(list(terms, [plan('a', null, null)], '2026-05-01')).toEqual([
      'a 2026-01-15 09:00 – 2026-02-15 09:00',
      'a 2026-02-15 09:00 – 2026-02-28 stub',
      'a 2026-02-28 – 2026-03-31',
      'a 2026-03-31 – 2026-04-30',
      'a 2026-04-30 – 2026-05-31',
    ]);
  });

  it('in another zone turns at its midnight', () => {
    const terms = open('2026-03-01', anchors('2026-04-01', 1, 'Europe/Berlin'));
    expect(list(terms, [plan('a', null, null)], '2026-06-01')).toEqual([
      'a 2026-03-01 – 2026-04-01',
      'a 2026-04-01 – 2026-04-30 22:00 stub',
      'a 2026-04-30 22:00 – 2026-05-31 22:00',
      'a 2026-05-31 22:00 – 2026-06-30 22:00',
    ]);
  });

  it('says nothing to days, but by its zone', () => {
    const daily = [plan('a', null, null, 'day')];
    const same = open('2026-03-01 08:00', anchors('2026-03-02 08:00', 31));
    expect(list(same, daily, '2026-03-03')).toEqual([
      'a 2026-03-01 08:00 – 2026-03-02 08:00',
      'a 2026-03-02 08:00 – 2026-03-03 08:00',
    ]);
    const moved = open('2026-03-01 08:00', anchors('2026-03-02 08:00', 31, 'Asia/Kathmandu'));
    expect(list(moved, daily, '2026-03-03')).toEqual([
      'a 2026-03-01 08:00 – 2026-03-02 08:00',
      'a 2026-03-02 08:00 – 2026-03-02 18:15 stub',
      'a 2026-03-02 18:15 – 2026-03-03 18:15',
    ]);
  });

  it('together with a plan of another interval: the stub is the new plan’s', () => {
    const plans = [plan('a', null, '2026-02-15'), plan('b', '2026-02-15', null, 'year')];
    expect(list(open('2026-01-15', anchors('2026-02-15', 1)), plans, '2027-04-01')).toEqual([
      'a 2026-01-15 – 2026-02-15',
      'b 2026-02-15 – 2026-03-01 stub',
      'b 2026-03-01 – 2027-03-01',
      'b 2027-03-01 – 2028-03-01',
    ]);
  });
});

it('what the end cuts off may stay paid for', () => {
  const terms = open('2026-01-01', { endAt: at('2026-01-11'), endCredit: 'none' });
  const [period] = servicePeriods(terms, [plan('a', null, null)], terms.startAt, at('2027-01-01'));
  expect([period?.end, period?.paidUntil]).toEqual([at('2026-01-11'), at('2026-02-01')]);
});

it('periods differ from the start of the first that is another', () => {
  const before = { terms: open('2026-01-15'), plans: [plan('a', '2026-01-15', null)] };
  const from = (after: Partial<typeof before>, instant: string) =>
    short(periodsDifferFrom(before, { ...before, ...after }, at(instant)));
  const changed = (instant: string) => ({
    plans: [plan('a', '2026-01-15', instant), plan('b', instant, null)],
  });
  expect(from(changed('2026-03-20'), '2026-03-20')).toBe('2026-03-15');
  expect(from(changed('2026-03-15'), '2026-03-15')).toBe('2026-03-15');
  expect(from({ terms: open('2026-01-15', { endAt: at('2026-02-20') }) }, '2026-02-20')).toBe(
    '2026-02-15',
  );
  expect(from({ terms: open('2026-01-15', { endAt: at('2026-02-15') }) }, '2026-02-15')).toBe(
    '2026-02-15',
  );
});

// Whatever is changed ----------------------------------------------------------------------------

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const units = ['day', 'week', 'month', 'quarter', 'year'] as const;
const subscription = fc
  .record({
    start: fc.integer({ min: 946_684_800, max: 1_900_000_000 }),
    trialDays: fc.constantFrom(0, 0, 14),
    anchorDay: fc.integer({ min: 1, max: 31 }),
    timeZone: fc.constantFrom(...zones),
    length: fc.integer({ min: 1, max: 6e7 }),
    plans: fc.array(
      fc.record({
        after: fc.integer({ min: 1, max: 2e7 }),
        unit: fc.constantFrom(...units),
        count: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 4 },
    ),
    anchors: fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 2e7 }),
        anchorDay: fc.integer({ min: 1, max: 31 }),
        timeZone: fc.constantFrom(...zones),
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ start, trialDays, anchorDay, timeZone, length, plans, anchors }) => {
    const startAt = instantFromEpochMs(start * 1000);
    let last = startAt;
    const froms = plans.map(({ after }) => (last = plusMs(last, after * 1000)));
    const spans: Paced[] = [{ unit: 'month' as const, count: 1 }, ...plans].map((interval, i) => ({
      planId: String(i),
      planVersion: 1,
      from: i === 0 ? startAt : (froms[i - 1] as Instant),
      to: froms[i] ?? null,
      interval: { unit: interval.unit, count: interval.count },
    }));
    const given = anchors.map(({ after, ...anchor }) => ({
      from: plusMs(startAt, after * 1000),
      to: null,
      ...anchor,
    }));
    const terms: Terms = {
      startAt,
      endAt: plusMs(startAt, length * 1000),
      trialEndAt: trialDays === 0 ? null : plusMs(startAt, trialDays * 86_400_000),
      anchorDay,
      timeZone,
      anchors: given.toSorted((a, b) => (a.from < b.from ? -1 : 1)),
    };
    return { terms, plans: spans };
  });

it('service periods tile a subscription, one plan each, and any instant finds its own', () => {
  fc.assert(
    fc.property(subscription, ({ terms, plans }) => {
      const periods = servicePeriods(terms, plans, at('1999-01-01'), at('2100-01-01'));
      expect(periods[0]?.start).toBe(terms.startAt);
      expect(periods.at(-1)?.end).toBe(terms.endAt);
      periods.forEach((period, i) => {
        const { start, end, full } = period;
        expect(start < end).toBe(true);
        expect(full.start <= start && end <= full.end).toBe(true);
        expect(period.isStub).toBe(start !== full.start || end !== full.end);
        if (i > 0) expect(start).toBe(periods[i - 1]?.end);
        expect(servicePeriodAt(terms, plans, start)).toEqual(period);
        expect(servicePeriodAt(terms, plans, plusMs(end, -1))).toEqual(period);
        const { from, to } = period.plan;
        expect(from === null || from <= start).toBe(true);
        expect(to === null || end <= to).toBe(true);
      });
    }),
    { numRuns: 100 },
  );
});

it('the stubs that a period is cut into cost what it costs whole', () => {
  const MILLION = 1_000_000;
  const cut = fc.integer({ min: 0, max: MILLION });
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 12n }),
      fc.constantFrom('USD', 'JPY', 'KWD'),
      fc.integer({ min: 1, max: 400 * 86_400_000 }),
      fc.array(cut, { maxLength: 6 }),
      (units_, currency, lengthMs, cuts) => {
        const start = at('2026-01-01');
        const full = { start, end: plusMs(start, lengthMs) };
        const price = decimal(`${units_}`);
        const instants = [0, ...cuts, MILLION]
          .map((part) => plusMs(start, Math.floor((part * lengthMs) / MILLION)))
          .toSorted();
        const stubs = instants.slice(1).map((end, i) => ({
          start: instants[i] as Instant,
          end,
          full,
          index: 0,
          isStub: true,
        }));
        const amounts = stubs.map((stub) => prorated(price, stub, currency));
        expect(toText(sum(amounts))).toBe(toText(price));
        // Each by itself is within a minor unit of its share.
        stubs.forEach((stub, i) => {
          const ms = (instant: Instant) => Date.parse(instant.slice(0, 23) + 'Z');
          const share = (Number(units_) * (ms(stub.end) - ms(stub.start))) / lengthMs;
          const unit = { USD: 0.01, JPY: 1, KWD: 0.001 }[currency] ?? 1;
          const near = Math.abs(Number(toText(amounts[i] ?? price)) - share);
          expect(near).toBeLessThanOrEqual(unit + Number(units_) * 1e-12);
        });
      },
    ),
    { numRuns: 300 },
  );
});
