import { epochMs, type Instant } from '../lib/instant.ts';
import { periodContaining, type Period } from '../lib/period.ts';

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

// Time -------------------------------------------------------------------------------------------

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

const days = new Map<string, Intl.DateTimeFormat>();

/** The day of the month that a clock in the zone shows. */
export function dayOfMonth(at: Instant, timeZone: string): number {
  const day = days.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, day: 'numeric' });
  days.set(timeZone, day);
  return Number(day.format(epochMs(at)));
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
