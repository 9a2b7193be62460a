import type { Instant } from '../lib/instant.ts';
import {
  calendarMonth,
  periodAt,
  periodsEndingIn,
  type Period,
  type Schedule,
} from '../lib/period.ts';

/** A payer's rhythm of invoices, as stored with the organization. */
export type BillingCycle = {
  readonly unit: Schedule['unit'];
  readonly count: number;
  readonly anchorDay: number;
};

export const monthly: BillingCycle = { unit: 'month', count: 1, anchorDay: 1 };

/** What a billing run is asked for: a month, which each payer reads in its own zone, or a stretch of time. */
export type Asked = { readonly period: string } | { readonly from: Instant; readonly to: Instant };

/**
 * Cycles are counted from January 2000 in the payer's zone: quarters are calendar quarters, years begin in January,
 * and a week's `anchorDay` is 1 for Monday to 7 for Sunday. Days take no anchor.
 */
export function cycleScheduleOf(cycle: BillingCycle, timeZone: string): Schedule {
  const { unit, count, anchorDay } = cycle;
  const january = calendarMonth('2000-01', timeZone).start;
  const dayAfter = (days: number): Instant =>
    periodAt({ unit: 'day', count: 1, anchor: january, timeZone }, days).start;
  if (unit === 'day') return { unit, count, anchor: january, timeZone };
  if (unit === 'week') {
    const firstMonday = 2;
    return { unit, count, anchor: dayAfter(firstMonday + ((anchorDay - 1) % 7)), timeZone };
  }
  return { unit, count, anchor: dayAfter(anchorDay - 1), anchorDay, timeZone };
}

/** The payer's cycles whose last instant is in what was asked for, oldest first (design §4.6). */
export function cyclesEndingIn(cycle: BillingCycle, timeZone: string, asked: Asked): Period[] {
  const { start, end } =
    'period' in asked
      ? calendarMonth(asked.period, timeZone)
      : { start: asked.from, end: asked.to };
  return periodsEndingIn(cycleScheduleOf(cycle, timeZone), start, end).map((period) => ({
    start: period.start,
    end: period.end,
  }));
}

export function samePeriod(a: Period, b: Period): boolean {
  return a.start === b.start && a.end === b.end;
}
