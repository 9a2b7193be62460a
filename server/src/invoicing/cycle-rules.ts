import type { Instant } from '../lib/instant.ts';
import {
  calendarMonth,
  periodAt,
  periodContaining,
  periodsOverlapping,
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

/**
 * A rhythm and when it holds. Where it follows another, its first cycle goes from the end of the last cycle before to
 * `firstEnd`. Spans tile all time.
 */
export type CycleSpan = {
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly firstEnd: Instant | null;
  readonly cycle: BillingCycle;
  readonly timeZone: string;
};

/** One rhythm, since ever and for ever. */
export function always(cycle: BillingCycle, timeZone: string): CycleSpan {
  return { from: null, to: null, firstEnd: null, cycle, timeZone };
}

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
export function cyclesEndingIn(spans: readonly CycleSpan[], asked: Asked): Period[] {
  return spans.flatMap((span) => {
    const { start, end } =
      'period' in asked
        ? calendarMonth(asked.period, span.timeZone)
        : { start: asked.from, end: asked.to };
    return cyclesOf(span, start, end).filter((cycle) => start < cycle.end && cycle.end <= end);
  });
}

/** The payer's cycle that an instant is in. */
export function cycleAt(spans: readonly CycleSpan[], at: Instant): Period {
  const span = spans.findLast(({ from }) => from === null || from <= at) ?? spans[0];
  if (span === undefined) throw new RangeError('A payer without a rhythm');
  return firstCycleOf(span, at) ?? cut(periodContaining(scheduleOf(span), at), span);
}

/** The cycles of a span that share any time with `[start, end)`. */
function cyclesOf(span: CycleSpan, start: Instant, end: Instant): Period[] {
  const { from, to, firstEnd } = span;
  const first = from !== null && from > start ? from : start;
  const last = to !== null && to < end ? to : end;
  if (first >= last) return [];
  const joining = firstCycleOf(span, first);
  const rest = periodsOverlapping(scheduleOf(span), joining?.end ?? first, last);
  const cycles = rest.map((period) => cut(period, { ...span, from: firstEnd ?? from }));
  return joining === null ? cycles : [joining, ...cycles];
}

const scheduleOf = ({ cycle, timeZone }: CycleSpan) => cycleScheduleOf(cycle, timeZone);

function firstCycleOf({ from, firstEnd }: CycleSpan, at: Instant): Period | null {
  return from !== null && firstEnd !== null && at < firstEnd
    ? { start: from, end: firstEnd }
    : null;
}

function cut({ start, end }: Period, { from, to }: Pick<CycleSpan, 'from' | 'to'>): Period {
  return {
    start: from !== null && start < from ? from : start,
    end: to !== null && end > to ? to : end,
  };
}

/**
 * Another rhythm from now on: from the end of the last cycle that was billed, or else from the start of the one under
 * way, up to the next turn of the new rhythm, goes one cycle that joins the two. It ends in the future, so that nobody
 * has asked for it yet.
 * @param billedUntil the end of the last cycle that was billed, if it is still to come.
 */
export function nextRhythm(
  spans: readonly CycleSpan[],
  { cycle, timeZone }: Pick<CycleSpan, 'cycle' | 'timeZone'>,
  now: Instant,
  billedUntil: Instant | null,
): { from: Instant; firstEnd: Instant } {
  const from = billedUntil ?? cycleAt(spans, now).start;
  const after = from > now ? from : now;
  return { from, firstEnd: periodContaining(cycleScheduleOf(cycle, timeZone), after).end };
}

export function samePeriod(a: Period, b: Period): boolean {
  return a.start === b.start && a.end === b.end;
}
