import type { Organization, Plan, Subscription } from './model.ts';

/** Calendars, for the oracle: local dates are written as the UTC midnight that bears the same date. */

const DAY = 24 * 60 * 60 * 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock in the zone shows, as if it were UTC. */
function wallClock(zone: string, at: number): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(zone, format);
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const [year, month, day] = [Number(part['year']), Number(part['month']), Number(part['day'])];
  const [hour, minute, second] = [part['hour'], part['minute'], part['second']].map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) + (at % 1000);
}

export const localDate = (zone: string, at: number) => Math.floor(wallClock(zone, at) / DAY) * DAY;

const midnights = new Map<string, number>();

/** When a local date begins. No zone of the year changes its clocks at midnight. */
export function midnight(zone: string, date: number): number {
  const key = `${zone} ${date}`;
  const known = midnights.get(key);
  if (known !== undefined) return known;
  let at = date;
  for (let i = 0; i < 3; i += 1) at += date - wallClock(zone, at);
  midnights.set(key, at);
  return at;
}

function partsOf(date: number): { year: number; month: number; day: number } {
  const [year = 0, month = 0, day = 0] = new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC' })
    .format(date)
    .split('-')
    .map(Number);
  return { year, month, day };
}

/** A day of a month, months counted on from January of year 0; the last where the month is too short. */
function dayIn(months: number, day: number): number {
  const first = Date.UTC(Math.floor(months / 12), months % 12, 1);
  const next = Date.UTC(Math.floor((months + 1) / 12), (months + 1) % 12, 1);
  return Math.min(first + (day - 1) * DAY, next - DAY);
}

export type Period = {
  start: number;
  end: number;
  /** What it was cut from. */
  full: { start: number; end: number };
  plan: Plan;
  isTrial: boolean;
};

type Turn = { start: number; end: number; full: { start: number; end: number } };

/** The rhythm from `from`, a local midnight, on: whole periods, after a stub where the anchor day is another. */
function* turns(from: number, zone: string, anchor: number, unit: string, count: number) {
  const date = localDate(zone, from);
  const at = (day: number) => midnight(zone, day);
  if (unit === 'week') {
    for (let k = 0; ; k += 1) {
      const [start, end] = [at(date + 7 * DAY * count * k), at(date + 7 * DAY * count * (k + 1))];
      yield { start, end, full: { start, end } };
    }
  }
  const step = count * (unit === 'quarter' ? 3 : 1);
  const { year, month, day } = partsOf(date);
  const here = year * 12 + month - 1;
  const inMonth = partsOf(dayIn(here, anchor)).day;
  const first = inMonth >= day ? here : here + 1;
  if (inMonth !== day) {
    const full = { start: at(dayIn(first - step, anchor)), end: at(dayIn(first, anchor)) };
    yield { start: from, end: full.end, full };
  }
  for (let k = 0; ; k += 1) {
    const start = at(dayIn(first + step * k, anchor));
    const end = at(dayIn(first + step * (k + 1), anchor));
    yield { start, end, full: { start, end } };
  }
}

const sameInterval = (a: Plan, b: Plan) =>
  a.interval.unit === b.interval.unit && a.interval.count === b.interval.count;

/** The end of the trial, or the start. */
export function paidFrom({ start, zone, plans }: Subscription): number {
  const days = plans[0]?.plan.trialDays ?? 0;
  return days === 0 ? start : midnight(zone, localDate(zone, start) + days * DAY);
}

/** The service periods that begin before `until`, in order. */
export function servicePeriods(subscription: Subscription, until: number): Period[] {
  const { start, end, zone, plans, anchorDay } = subscription;
  const last = end ?? Number.POSITIVE_INFINITY;
  const paid = paidFrom(subscription);
  const anchor = anchorDay ?? partsOf(localDate(zone, paid)).day;
  const periods: Period[] = [];
  const add = (turn: Turn, from: number, to: number, plan: Plan, isTrial: boolean) => {
    const cut = { start: Math.max(turn.start, from), end: Math.min(turn.end, to, last) };
    if (cut.start < cut.end && cut.start < until)
      periods.push({ ...cut, full: turn.full, plan, isTrial });
  };
  let rhythm = { from: paid, plan: plans[0]?.plan as Plan };
  for (const [i, { from, plan }] of plans.entries()) {
    const to = plans[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    const trial = { start, end: paid };
    if (from < paid) add({ ...trial, full: trial }, from, Math.min(to, paid), plan, true);
    if (to <= paid) continue;
    const begins = Math.max(from, paid);
    if (!sameInterval(plan, rhythm.plan)) rhythm = { from: begins, plan };
    const { unit, count } = plan.interval;
    for (const turn of turns(rhythm.from, zone, anchor, unit, count)) {
      if (turn.start >= Math.min(to, last, until)) break;
      if (turn.end > begins) add(turn, begins, to, plan, false);
    }
  }
  return periods;
}

/** The payer's cycles that end in a month, `2028-02`. */
export function cyclesEndingIn({ zone, cycle }: Organization, month: string) {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const here = year * 12 + number - 1;
  const step = cycle.unit === 'quarter' ? 3 : 1;
  const at = (months: number) => midnight(zone, dayIn(months, cycle.anchorDay));
  const [from, to] = [here, here + 1].map((months) => midnight(zone, dayIn(months, 1)));
  return [here, here + 1]
    .filter((months) => months % step === 0)
    .map((months) => ({ start: at(months - step), end: at(months) }))
    .filter(({ end }) => (from ?? 0) < end && end <= (to ?? 0));
}
