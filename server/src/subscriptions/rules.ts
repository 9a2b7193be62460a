import { epochMs, type Instant } from '../lib/instant.ts';
import {
  periodContaining,
  periodsOverlapping,
  type Period,
  type Schedule,
  type ScheduledPeriod,
} from '../lib/period.ts';

// Status -----------------------------------------------------------------------------------------

export type SubscriptionStatus = 'pending' | 'trialing' | 'active' | 'paused' | 'ended';

/** A stretch of time, `[from, to)`; a `to` of null is unbounded. */
export type Span = { readonly from: Instant | null; readonly to: Instant | null };

export type Lifetime = {
  readonly startAt: Instant;
  readonly endAt: Instant | null;
  readonly pauses: readonly Span[];
  /** Where the trial that it began with ends, if it had one. */
  readonly trialEndAt?: Instant | null;
  /** Set: it was withdrawn, as if it had never been. */
  readonly archivedAt?: Instant | null;
};

/** What a subscription is at an instant. Only an active one takes usage; one that is trialing is active, too. */
export function statusAt(
  { startAt, endAt, pauses, trialEndAt = null, archivedAt = null }: Lifetime,
  at: Instant,
): SubscriptionStatus {
  if (archivedAt !== null || (endAt !== null && at >= endAt)) return 'ended';
  if (at < startAt) return 'pending';
  if (pauses.some((pause) => covers(pause, at))) return 'paused';
  return trialEndAt !== null && at < trialEndAt ? 'trialing' : 'active';
}

function covers({ from, to }: Span, at: Instant): boolean {
  return (from === null || from <= at) && (to === null || at < to);
}

/** The plan in force at an instant: before the start the first, after the end the last that was ever in force. */
export function planAt<P extends Span>(
  plans: readonly P[],
  { startAt, endAt }: Pick<Lifetime, 'startAt' | 'endAt'>,
  at: Instant,
): P | null {
  const asked = at < startAt ? startAt : at;
  const begun = plans.filter(
    ({ from }) => from === null || (from <= asked && (endAt === null || from < endAt)),
  );
  return begun.reduce<P | null>(
    (last, each) => (last === null || (each.from ?? '') > (last.from ?? '') ? each : last),
    null,
  );
}

// Service periods --------------------------------------------------------------------------------

/** What a subscription fixes when it is opened. */
export type Terms = {
  readonly startAt: Instant;
  readonly endAt: Instant | null;
  readonly trialEndAt?: Instant | null;
  readonly anchorDay: number;
  readonly timeZone: string;
};

/** Of a plan version: how long its service periods are. */
export type Paced = { readonly interval: Pick<Schedule, 'unit' | 'count'> };

/**
 * A half-open stretch over which charges are rated and for which fees are owed.
 * `index` counts from 0, the period that begins at the start, or where a trial ends. A trial is a period of its own, of
 * index -1, in which no usage and no recurring fee is billed, so that no other period is partly free. A stub is shorter than its interval, cut at the start
 * (where the anchor day is another than the day of the start) or at the end; `full` is what it was cut from.
 */
export type ServicePeriod = ScheduledPeriod & { readonly isTrial?: true };

/**
 * The rhythm of a subscription: the interval of its plan, from its start, in its own time zone. Where it begins with a
 * trial, what is said of the start here is so of the trial's end.
 *
 * - Where the anchor day is the day of the month that it started on (the default), periods turn at the time of day of
 *   the start: what starts on the 15th at noon is due on every 15th at noon, and its first period is a whole one.
 * - With another anchor day they turn at local midnight of that day, and the first period is a stub up to it.
 * - The 29th, 30th and 31st fall on the last day of months that are too short, and come back in the next.
 * - Days and weeks know no anchor day; they count from the start.
 */
export function scheduleOf(
  terms: Pick<Terms, 'startAt' | 'trialEndAt' | 'anchorDay' | 'timeZone'>,
  plan: Paced,
): Schedule {
  const { anchorDay, timeZone } = terms;
  const paidFrom = terms.trialEndAt ?? terms.startAt;
  const { unit, count } = plan.interval;
  const schedule = { unit, count, anchor: paidFrom, timeZone };
  if (unit === 'day' || unit === 'week') return schedule;
  const turnAt = anchorDay === dayOfMonth(paidFrom, timeZone) ? 'anchorTime' : 'midnight';
  return { ...schedule, anchorDay, turnAt };
}

/**
 * The service periods that share any time with `[from, to)`, in order: none before the start, the last one cut at the
 * end. Pauses cut nothing: no usage is rated over a pause because none is taken.
 * @throws RangeError when they are more than `limits.periodsListedMax`.
 */
export function servicePeriods(
  terms: Terms,
  plan: Paced,
  from: Instant,
  to: Instant,
): ServicePeriod[] {
  const { endAt } = terms;
  const paidFrom = terms.trialEndAt ?? terms.startAt;
  const first = from < paidFrom ? paidFrom : from;
  const last = endAt !== null && endAt < to ? endAt : to;
  const paid = periodsOverlapping(scheduleOf(terms, plan), first, last).map((period) =>
    cutAt(period, endAt),
  );
  const trial = trialOf(terms);
  return trial !== null && trial.start < to && from < trial.end ? [trial, ...paid] : paid;
}

function trialOf({ startAt, endAt, trialEndAt = null }: Terms): ServicePeriod | null {
  if (trialEndAt === null) return null;
  const end = endAt !== null && endAt < trialEndAt ? endAt : trialEndAt;
  const period = { start: startAt, end };
  return { ...period, index: -1, isStub: false, full: period, isTrial: true };
}

/** The service period that an instant is in; null before the start and from the end on. */
export function servicePeriodAt(terms: Terms, plan: Paced, at: Instant): ServicePeriod | null {
  if (at < terms.startAt || (terms.endAt !== null && at >= terms.endAt)) return null;
  const trial = trialOf(terms);
  if (trial !== null && at < trial.end) return trial;
  return cutAt(periodContaining(scheduleOf(terms, plan), at), terms.endAt);
}

function cutAt(period: ScheduledPeriod, endAt: Instant | null): ServicePeriod {
  return endAt === null || period.end <= endAt ? period : { ...period, end: endAt, isStub: true };
}

/** Where the trial of so many days that a plan offers ends: at the time of day of the start. */
export function offeredTrialEnd(startAt: Instant, days: number, timeZone: string): Instant | null {
  if (days === 0) return null;
  return periodContaining({ unit: 'day', count: days, anchor: startAt, timeZone }, startAt).end;
}

/** True when the period's last instant is in the cycle: what is billed in arrears is on that cycle's invoice. */
export function endsWithin(period: Period, cycle: Period): boolean {
  return cycle.start < period.end && period.end <= cycle.end;
}

/** True when the period's first instant is in the cycle: what is billed in advance is on that cycle's invoice. */
export function startsWithin(period: Period, cycle: Period): boolean {
  return cycle.start <= period.start && period.start < cycle.end;
}

/** The day of the month that a clock in the zone shows. */
export function dayOfMonth(at: Instant, timeZone: string): number {
  return Number(new Intl.DateTimeFormat('en-US', { timeZone, day: 'numeric' }).format(epochMs(at)));
}

// Pauses -----------------------------------------------------------------------------------------

/** Whether a pause may begin at `from`; if not, why. */
export function whyNoPause(lifetime: Lifetime, from: Instant): string | null {
  const status = statusAt(lifetime, from);
  if (status === 'pending') return `It begins at ${lifetime.startAt}: it cannot be paused before.`;
  if (status === 'ended') return 'It has ended then: there is nothing to pause.';
  return status === 'paused' ? 'It is paused then already.' : null;
}

/** Whether there is a pause, in force at `from` or planned for later, that resuming would end. */
export function canResume(lifetime: Lifetime, from: Instant): boolean {
  if (statusAt(lifetime, from) === 'ended') return false;
  return lifetime.pauses.some(({ to }) => to === null || from < to);
}
