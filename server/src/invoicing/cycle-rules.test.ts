import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant, plusMs, type Instant } from '../lib/instant.ts';
import { replaceFrom } from '../lib/timeline.ts';
import {
  always,
  type BillingCycle,
  cycleAt,
  cyclesEndingIn,
  type CycleSpan,
  monthly,
  nextRhythm,
} from './cycle-rules.ts';

const at = (text: string) => parseInstant(text) as Instant;
const cycles = (cycle: Partial<BillingCycle>, timeZone: string, period: string) =>
  cyclesEndingIn([always({ ...monthly, ...cycle }, timeZone)], { period }).map(({ start, end }) => [
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
          cyclesEndingIn([always({ ...monthly, unit }, timeZone)], { period }),
        );
        for (const [i, cycle] of all.slice(1).entries()) expect(cycle.start).toBe(all[i]?.end);
      }
    }
  });

  it('a stretch of time is read as it is', () => {
    const asked = { from: at('2026-10-31T00:00:00Z'), to: at('2026-11-01T00:00:00Z') };
    expect(cyclesEndingIn([always(monthly, 'UTC')], asked)).toHaveLength(1);
    expect(
      cyclesEndingIn([always(monthly, 'UTC')], { from: asked.to, to: at('2026-11-15T00:00:00Z') }),
    ).toEqual([]);
  });
});

/** A payer's spans after another rhythm was asked for at an instant. */
function changed(
  spans: readonly CycleSpan[],
  next: Pick<CycleSpan, 'cycle' | 'timeZone'>,
  now: Instant,
  billedUntil: Instant | null = null,
): CycleSpan[] {
  const { from, firstEnd } = nextRhythm(spans, next, now, billedUntil);
  const rows = spans.map(({ from: start, to, ...value }) => ({ from: start, to, value }));
  const { inserted, superseded } = replaceFrom(rows, { ...next, firstEnd }, from);
  return [...rows.filter((row) => !superseded.includes(row)), ...inserted].map(
    ({ from: start, to, value }) => ({ from: start, to, ...value }),
  );
}

describe('another rhythm', () => {
  const weekly = { cycle: { ...monthly, unit: 'week' as const }, timeZone: 'UTC' };
  const list = (spans: CycleSpan[], from: string, to: string) =>
    cyclesEndingIn(spans, { from: at(from), to: at(to) }).map(
      ({ start, end }) => `${start.slice(0, 16)} – ${end.slice(0, 16)}`,
    );
  const utc = [always(monthly, 'UTC')];

  it('is joined by one cycle, from where the present one began', () => {
    const spans = changed(utc, weekly, at('2026-10-14T12:00:00Z'));
    expect(list(spans, '2026-09-01T00:00:00Z', '2026-11-01T00:00:00Z')).toEqual([
      '2026-09-01T00:00 – 2026-10-01T00:00',
      '2026-10-01T00:00 – 2026-10-19T00:00',
      '2026-10-19T00:00 – 2026-10-26T00:00',
    ]);
    expect(cycleAt(spans, at('2026-10-05T00:00:00Z')).end).toBe(at('2026-10-19T00:00:00Z'));
    expect(cycleAt(spans, at('2026-10-19T00:00:00Z')).end).toBe(at('2026-10-26T00:00:00Z'));
    expect(cycleAt(spans, at('2026-09-05T00:00:00Z')).end).toBe(at('2026-10-01T00:00:00Z'));
  });

  it('begins after what has been billed ahead of time', () => {
    const billed = at('2026-11-01T00:00:00Z');
    const spans = changed(utc, weekly, at('2026-10-14T12:00:00Z'), billed);
    expect(list(spans, '2026-10-01T00:00:00Z', '2026-11-10T00:00:00Z')).toEqual([
      '2026-10-01T00:00 – 2026-11-01T00:00',
      '2026-11-01T00:00 – 2026-11-02T00:00',
      '2026-11-02T00:00 – 2026-11-09T00:00',
    ]);
  });

  it('in another zone, and back again within the cycle that joins', () => {
    const next = { cycle: monthly, timeZone: 'America/New_York' };
    const moved = changed(utc, next, at('2026-10-14T12:00:00Z'));
    const ends = (spans: CycleSpan[]) =>
      ['2026-10', '2026-11'].flatMap((period) =>
        cyclesEndingIn(spans, { period }).map(({ start, end }) => [
          start.slice(0, 16),
          end.slice(0, 16),
        ]),
      );
    expect(ends(moved)).toEqual([
      ['2026-10-01T00:00', '2026-11-01T04:00'],
      ['2026-11-01T04:00', '2026-12-01T05:00'],
    ]);
    const back = changed(moved, { cycle: monthly, timeZone: 'UTC' }, at('2026-10-20T00:00:00Z'));
    expect(ends(back)).toEqual([
      ['2026-10-01T00:00', '2026-11-01T00:00'],
      ['2026-11-01T00:00', '2026-12-01T00:00'],
    ]);
  });

  it('whatever is changed when: cycles tile all time, each ends in one month, those billed stay', () => {
    const cycle = fc.record({
      unit: fc.constantFrom('day', 'week', 'month', 'quarter', 'year'),
      count: fc.integer({ min: 1, max: 3 }),
      anchorDay: fc.integer({ min: 1, max: 31 }),
    });
    const zone = fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/New_York', 'Pacific/Auckland');
    const change = fc.record({
      cycle,
      timeZone: zone,
      hours: fc.nat(90 * 24),
      bills: fc.nat(2),
    });
    const start = at('2026-01-01T00:00:00Z');
    const months = Array.from({ length: 36 }, (_, i) => {
      const month = String((i % 12) + 1).padStart(2, '0');
      return `${2025 + Math.floor(i / 12)}-${month}`;
    });
    fc.assert(
      fc.property(cycle, zone, fc.array(change, { maxLength: 5 }), (first, timeZone, changes) => {
        let spans: CycleSpan[] = [always(first, timeZone)];
        let now = start;
        const billed: { start: Instant; end: Instant }[] = [];
        for (const { hours, bills, ...next } of changes) {
          // What has ended by then was billed; perhaps something ahead of time, too.
          const until = plusMs(now, hours * 3_600_000);
          billed.push(...cyclesEndingIn(spans, { from: now, to: until }));
          now = until;
          const ahead = () =>
            billed
              .map(({ end }) => end)
              .toSorted()
              .findLast((end) => end > until);
          for (let i = 0; i < bills; i += 1) billed.push(cycleAt(spans, ahead() ?? now));
          spans = changed(spans, next, now, ahead() ?? null);
        }
        const all = months.flatMap((period) => cyclesEndingIn(spans, { period }));
        all.slice(1).forEach((each, i) => expect(each.start).toBe(all[i]?.end));
        for (const each of billed) {
          const isListed = each.end <= (all.at(-1)?.end ?? start);
          expect(all.filter((other) => other.end === each.end)).toEqual(isListed ? [each] : []);
          expect(cycleAt(spans, each.start)).toEqual(each);
        }
      }),
      { numRuns: 30 },
    );
  });
});
