import { Temporal } from 'temporal-polyfill';
import { instantFromTemporal, instantToTemporal } from './instant.ts';
import { limits } from './limits.ts';
import type { Instant } from './instant.ts';

/** A half-open stretch of time, `[start, end)`. */
export type Period = { readonly start: Instant; readonly end: Instant };

/**
 * A rhythm in a time zone. Its *turns* are the local dates `count` units apart, at the anchor's local time of day (or
 * at local midnight, with `turnAt: 'midnight'`); each is computed from the anchor and its number, never from the turn
 * before, so that nothing drifts: the 31st, the 28th, the 31st.
 *
 * - Without `anchorDay` the turns run through the anchor: the same day of month, clamped to a month's end, or the same
 *   weekday. With `anchorDay` (month-like units only) they stand on that day of the month, likewise clamped, and the
 *   first turn after the anchor is on the next such day, at most a month away; from there on `count` units apart.
 * - Where the anchor stands on no turn, the period it falls into is cut in two: index 0 begins at the anchor and is a
 *   stub; what is before the anchor is the stub of index -1. `full` is the uncut period, to prorate by.
 * - Indexes run both ways and the periods tile all time. What starts at its anchor asks for no index below 0.
 * - A local time that the zone skips (spring) is read as the same time by the old offset, so 02:30 becomes 03:30; one
 *   that it has twice (autumn) is the first of the two. That is Temporal's 'compatible', RFC 5545 and what people's
 *   calendars do: every turn exists, on its own date, and the repeated hour belongs wholly to the period that begins.
 * - A whole day that a zone skipped (Apia, 30 December 2011) is an empty period; nothing is ever inside it.
 */
export type Schedule = {
  readonly unit: 'day' | 'week' | 'month' | 'quarter' | 'year';
  readonly count: number;
  readonly anchor: Instant;
  /** 1–31, for month, quarter and year: the day of the month that periods turn on. */
  readonly anchorDay?: number;
  readonly turnAt?: 'anchorTime' | 'midnight';
  readonly timeZone: string;
};

export type ScheduledPeriod = Period & {
  readonly index: number;
  readonly isStub: boolean;
  /** The period that a stub was cut from; the period itself otherwise. */
  readonly full: Period;
};

/**
 * The period number `index`, 0 being the one that begins at the anchor.
 * @throws RangeError for a schedule that makes no sense, or outside the years 0001–9999.
 */
export function periodAt(schedule: Schedule, index: number): ScheduledPeriod {
  return periodOf(turnsOf(schedule), index);
}

/** The one period that the instant is in. */
export function periodContaining(schedule: Schedule, instant: Instant): ScheduledPeriod {
  return containing(turnsOf(schedule), instant);
}

/**
 * The periods that share any time with `[from, to)`, in order, uncut.
 * @throws RangeError when they are more than `limits.periodsListedMax`.
 */
export function periodsOverlapping(
  schedule: Schedule,
  from: Instant,
  to: Instant,
): ScheduledPeriod[] {
  const found: ScheduledPeriod[] = [];
  if (from >= to) return found;
  const turns = turnsOf(schedule);
  let period = containing(turns, from);
  while (period.start < to) {
    if (found.length === limits.periodsListedMax) {
      throw new RangeError(
        `More than ${limits.periodsListedMax} periods between ${from} and ${to}`,
      );
    }
    if (period.start < period.end) found.push(period);
    period = periodOf(turns, period.index + 1);
  }
  return found;
}

/**
 * The periods whose last instant (the end less one microsecond) is in `[from, to)`: of the months, October ends in
 * October, although its end is the first of November.
 */
export function periodsEndingIn(schedule: Schedule, from: Instant, to: Instant): ScheduledPeriod[] {
  return periodsOverlapping(schedule, from, to).filter((period) => period.end <= to);
}

/**
 * A calendar month, `'2026-10'`, from local midnight to local midnight.
 * @throws RangeError when the text is no month or the zone unknown.
 */
export function calendarMonth(month: string, timeZone: string): Period {
  if (!/^[0-9]{4}-[0-9]{2}$/.test(month))
    throw new RangeError(`Not a month: ${JSON.stringify(month.slice(0, 60))}`);
  const first = Temporal.PlainDate.from(`${month}-01`);
  return {
    start: startOfDay(first, timeZone),
    end: startOfDay(first.add({ months: 1 }), timeZone),
  };
}

/**
 * True for a name of the IANA time zone database, spelled as there. Offsets (`+05:45`) are refused: PostgreSQL reads
 * their sign the other way round, and they know no daylight saving.
 */
export function isTimeZone(name: string): boolean {
  if (name.length > 64 || !/^[A-Z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)) return false;
  if (name.toUpperCase() === 'UTC') return name === 'UTC';
  try {
    return Temporal.PlainDate.from('2000-01-01').toZonedDateTime(name).timeZoneId === name;
  } catch {
    return false;
  }
}

type Turns = {
  readonly schedule: Schedule;
  /** The local date of turn 0, and the day of month it would have in a month long enough. */
  readonly base: Temporal.PlainDate;
  readonly day: number;
  readonly time: Temporal.PlainTime;
  /** Turn 0 is the anchor: nothing is cut. */
  readonly aligned: boolean;
};

const monthsPerUnit = { day: 0, week: 0, month: 1, quarter: 3, year: 12 } as const;
const daysPerUnit = { day: 1, week: 7, month: 0, quarter: 0, year: 0 } as const;

/** Finds turn 0: the last at or before the anchor. */
function turnsOf(schedule: Schedule): Turns {
  const { unit, count, anchorDay, turnAt } = schedule;
  const months = monthsPerUnit[unit] * count;
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`A period of ${count} units`);
  if (
    anchorDay !== undefined &&
    (months === 0 || !Number.isInteger(anchorDay) || anchorDay < 1 || anchorDay > 31)
  ) {
    throw new RangeError(`No day ${anchorDay} of a ${unit}`);
  }
  const anchor = instantToTemporal(schedule.anchor).toZonedDateTimeISO(schedule.timeZone);
  const date = anchor.toPlainDate();
  // Where a zone skips midnight, its day begins at one: still the beginning of a day.
  const midnight = new Temporal.PlainTime();
  const anchorTime = anchor.startOfDay().equals(anchor) ? midnight : anchor.toPlainTime();
  const time = turnAt === 'midnight' ? midnight : anchorTime;
  const day = anchorDay ?? date.day;
  const base = months === 0 ? date : baseOf(date, day, months);
  const aligned = base.equals(date) && time.equals(anchorTime);
  return { schedule, base, day, time, aligned };
}

function baseOf(date: Temporal.PlainDate, day: number, months: number): Temporal.PlainDate {
  const inMonth = withDay(date, day);
  if (inMonth.equals(date)) return date;
  const isAhead = Temporal.PlainDate.compare(inMonth, date) > 0;
  return withDay(date.with({ day: 1 }).add({ months: (isAhead ? 0 : 1) - months }), day);
}

/** The day in the date's month, or that month's last. */
function withDay(date: Temporal.PlainDate, day: number): Temporal.PlainDate {
  return date.with({ day }, { overflow: 'constrain' });
}

function turn(turns: Turns, index: number): Instant {
  const { schedule, base, day, time } = turns;
  // The anchor may be the second of two equal local times, which 'compatible' would not find.
  if (index === 0 && turns.aligned) return schedule.anchor;
  const steps = index * schedule.count;
  const months = monthsPerUnit[schedule.unit] * steps;
  const date =
    daysPerUnit[schedule.unit] > 0
      ? base.add({ days: daysPerUnit[schedule.unit] * steps })
      : withDay(base.with({ day: 1 }).add({ months }), day);
  const local = date.toZonedDateTime({ timeZone: schedule.timeZone, plainTime: time });
  return instantFromTemporal(local.toInstant());
}

function periodOf(turns: Turns, index: number): ScheduledPeriod {
  const { anchor } = turns.schedule;
  // Not aligned: the anchor cuts [turn 0, turn 1) into the periods -1 and 0.
  const isStub = !turns.aligned && (index === 0 || index === -1);
  const first = !turns.aligned && index < 0 ? index + 1 : index;
  const full = { start: turn(turns, first), end: turn(turns, first + 1) };
  if (!isStub) return { ...full, index, isStub, full };
  return index === 0
    ? { start: anchor, end: full.end, index, isStub, full }
    : { start: full.start, end: anchor, index, isStub, full };
}

function containing(turns: Turns, instant: Instant): ScheduledPeriod {
  const { schedule, base } = turns;
  const date = instantToTemporal(instant).toZonedDateTimeISO(schedule.timeZone).toPlainDate();
  const months = monthsPerUnit[schedule.unit] * schedule.count;
  const distance =
    months === 0
      ? base.until(date, { largestUnit: 'days' }).days /
        (daysPerUnit[schedule.unit] * schedule.count)
      : ((date.year - base.year) * 12 + date.month - base.month) / months;
  // The guess is by date only; clamped days, times of day and the cut at the anchor put it off by two at the most.
  let period = periodOf(turns, Math.floor(distance));
  while (period.start > instant) period = periodOf(turns, period.index - 1);
  while (period.end <= instant) period = periodOf(turns, period.index + 1);
  return period;
}

function startOfDay(date: Temporal.PlainDate, timeZone: string): Instant {
  return instantFromTemporal(date.toZonedDateTime(timeZone).toInstant());
}
