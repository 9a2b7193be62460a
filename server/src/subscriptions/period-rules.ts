import { type Instant, justBefore } from '../lib/instant.ts';
import {
  periodAt,
  periodContaining,
  periodsOverlapping,
  type Period,
  type Schedule,
  type ScheduledPeriod,
} from '../lib/period.ts';
import { dayOfMonth, type Span } from './rules.ts';

/** The day of the month that periods turn on, and whose calendar says so. */
export type Anchor = { readonly anchorDay: number; readonly timeZone: string };

/** What a subscription fixes when it is opened, and the anchors that it was given since, each from a period's start. */
export type Terms = Anchor & {
  readonly startAt: Instant;
  readonly endAt: Instant | null;
  readonly trialEndAt?: Instant | null;
  readonly anchors?: readonly (Span & Anchor)[];
  /** Whether an advance fee is owed only up to the end (the default), or for all of the period that the end cuts. */
  readonly endCredit?: 'prorated' | 'none';
};

/** A plan version over the time that a subscription is on it, and how long its service periods are. */
export type Paced = Span & {
  readonly planId: string;
  readonly planVersion: number;
  readonly interval: Pick<Schedule, 'unit' | 'count'>;
};

/**
 * A half-open stretch over which charges are rated and for which fees are owed.
 * A trial is a period of its own, of index -1, in which no usage and no recurring fee is billed, so that no other
 * period is partly free. A stub is shorter than its interval: cut at an anchor that is not on a turn, where another
 * plan takes over, or at the end; `full` is what it was cut from.
 */
export type ServicePeriod = ScheduledPeriod & {
  readonly isTrial?: true;
  /** Up to where an advance fee is owed, where the end of the subscription cut the period and nothing is credited. */
  readonly paidUntil?: Instant;
};

export type PlannedPeriod<P> = ServicePeriod & { readonly plan: P };

/** A stretch in which one plan version and one rhythm hold; a `to` of null is unbounded. */
type Stretch<P> = Anchor & {
  readonly from: Instant;
  readonly to: Instant | null;
  readonly plan: P;
  readonly schedule: Schedule;
};

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
export function scheduleOf(terms: Terms, plan: Pick<Paced, 'interval'>): Schedule {
  const paidFrom = terms.trialEndAt ?? terms.startAt;
  const keepsTime =
    countsDays(plan.interval.unit) || terms.anchorDay === dayOfMonth(paidFrom, terms.timeZone);
  return scheduleFrom(paidFrom, terms, plan, keepsTime ? 'anchorTime' : 'midnight');
}

function scheduleFrom(
  anchor: Instant,
  { anchorDay, timeZone }: Anchor,
  { interval: { unit, count } }: Pick<Paced, 'interval'>,
  turnAt: 'anchorTime' | 'midnight',
): Schedule {
  const schedule = { unit, count, anchor, timeZone };
  if (countsDays(unit)) return turnAt === 'midnight' ? { ...schedule, turnAt } : schedule;
  return { ...schedule, anchorDay, turnAt };
}

const countsDays = (unit: Schedule['unit']) => unit === 'day' || unit === 'week';

/**
 * Where the rhythm changes:
 *
 * - a plan of the same interval goes on with it, wherever it takes over;
 * - a plan of another interval begins one of its own there, on the anchor day if it stands on it, and on its own day
 *   of the month otherwise;
 * - an anchor given later makes one stub, up to the first local midnight of it.
 */
function stretchesOf<P extends Paced>(terms: Terms, plans: readonly P[]): Stretch<P>[] {
  const paidFrom = terms.trialEndAt ?? terms.startAt;
  const { anchors = [] } = terms;
  const changes = [...plans, ...anchors].flatMap(({ from }) => from ?? []);
  const cuts = [paidFrom, ...changes.filter((at) => at > paidFrom)];
  const stretches: Stretch<P>[] = [];
  for (const from of [...new Set(cuts)].toSorted()) {
    const last = stretches.at(-1);
    const plan = inForce(plans, from) ?? last?.plan;
    if (plan === undefined) continue;
    const next = { ...rhythmFrom(terms, plan, from, last), from, to: null, plan };
    const goesOn =
      last !== undefined && samePlan(last.plan, plan) && last.schedule === next.schedule;
    if (last !== undefined && !goesOn) stretches[stretches.length - 1] = { ...last, to: from };
    if (!goesOn) stretches.push(next);
    else stretches[stretches.length - 1] = { ...next, from: last.from, plan: last.plan };
  }
  return stretches;
}

function rhythmFrom(
  terms: Terms,
  plan: Paced,
  from: Instant,
  before: Stretch<Paced> | undefined,
): Anchor & { readonly schedule: Schedule } {
  const given = terms.anchors?.find((anchor) => anchor.from === from);
  if (before === undefined) {
    const anchor = given ?? terms;
    const schedule = given ? scheduleFrom(from, given, plan, 'midnight') : scheduleOf(terms, plan);
    return { ...pick(anchor), schedule };
  }
  const { unit, count } = plan.interval;
  const sameInterval = unit === before.schedule.unit && count === before.schedule.count;
  const anchor = pick(given ?? before);
  const movesZone = anchor.timeZone !== before.timeZone;
  const movesDay = anchor.anchorDay !== before.anchorDay && !countsDays(unit);
  if (movesZone || movesDay)
    return { ...anchor, schedule: scheduleFrom(from, anchor, plan, 'midnight') };
  if (sameInterval) return { ...anchor, schedule: before.schedule };
  const own = standsOn(from, anchor)
    ? anchor
    : { ...anchor, anchorDay: dayOfMonth(from, anchor.timeZone) };
  return { ...own, schedule: scheduleFrom(from, own, plan, 'anchorTime') };
}

const pick = ({ anchorDay, timeZone }: Anchor): Anchor => ({ anchorDay, timeZone });

/** True on the anchor day, or on the last day of a month that is too short for it. */
function standsOn(at: Instant, { anchorDay, timeZone }: Anchor): boolean {
  return !periodAt({ unit: 'month', count: 1, anchor: at, anchorDay, timeZone }, 0).isStub;
}

function inForce<P extends Span>(plans: readonly P[], at: Instant): P | undefined {
  return plans.find(({ from, to }) => (from === null || from <= at) && (to === null || at < to));
}

export function samePlan(a: Paced, b: Paced): boolean {
  return a.planId === b.planId && a.planVersion === b.planVersion;
}

/**
 * The service periods that share any time with `[from, to)`, in order: none before the start, the last one cut at the
 * end. They tile the subscription, and each has one plan version. Pauses cut nothing: no usage is rated over a pause
 * because none is taken.
 * @throws RangeError when they are more than `limits.periodsListedMax`.
 */
export function servicePeriods<P extends Paced>(
  terms: Terms,
  plans: readonly P[],
  from: Instant,
  to: Instant,
): PlannedPeriod<P>[] {
  const overlaps = (period: Period) => period.start < to && from < period.end;
  const paid = stretchesOf(terms, plans).flatMap((stretch) => {
    const first = from < stretch.from ? stretch.from : from;
    const last = earliest(to, stretch.to, terms.endAt);
    return periodsOverlapping(stretch.schedule, first, last).map((period) =>
      cutTo(period, stretch, terms),
    );
  });
  return [...trialsOf(terms, plans).filter(overlaps), ...paid];
}

/** The service period that an instant is in; null before the start and from the end on. */
export function servicePeriodAt<P extends Paced>(
  terms: Terms,
  plans: readonly P[],
  at: Instant,
): PlannedPeriod<P> | null {
  if (at < terms.startAt || (terms.endAt !== null && at >= terms.endAt)) return null;
  const trial = trialsOf(terms, plans).find(({ start, end }) => start <= at && at < end);
  if (trial !== undefined) return trial;
  const stretch = stretchesOf(terms, plans).findLast((each) => each.from <= at);
  return stretch ? cutTo(periodContaining(stretch.schedule, at), stretch, terms) : null;
}

/** The anchor that is in force at an instant: before the first paid period its own, after the end the last. */
export function anchorAt(terms: Terms, plans: readonly Paced[], at: Instant): Anchor {
  const stretches = stretchesOf(terms, plans);
  return pick(stretches.findLast((each) => each.from <= at) ?? stretches[0] ?? terms);
}

/** A trial is one period for each plan that it is on. */
function trialsOf<P extends Paced>(terms: Terms, plans: readonly P[]): PlannedPeriod<P>[] {
  const { startAt, endAt, trialEndAt = null } = terms;
  if (trialEndAt === null) return [];
  const end = earliest(trialEndAt, endAt);
  const trials: PlannedPeriod<P>[] = [];
  for (const plan of plans) {
    const period = {
      start: plan.from === null || plan.from < startAt ? startAt : plan.from,
      end: earliest(end, plan.to),
    };
    if (period.start >= period.end) continue;
    trials.push({ ...period, index: -1, isStub: false, full: period, isTrial: true, plan });
  }
  return trials;
}

function cutTo<P>(
  period: ScheduledPeriod,
  { from, to, plan }: Stretch<P>,
  { endAt, endCredit }: Terms,
): PlannedPeriod<P> {
  const start = period.start < from ? from : period.start;
  const uncut = earliest(period.end, to);
  const end = earliest(uncut, endAt);
  const isStub = start !== period.full.start || end !== period.full.end;
  const keepsFees = endCredit === 'none' && end !== uncut;
  return { ...period, start, end, isStub, plan, ...(keepsFees && { paidUntil: uncut }) };
}

function earliest(first: Instant, ...others: (Instant | null)[]): Instant {
  return others.reduce<Instant>((a, b) => (b !== null && b < a ? b : a), first);
}

/**
 * From when on two versions of a subscription have other service periods, given an instant before which nothing else
 * was changed: the start of the period that ends there in only one of them, or the instant itself.
 */
export function periodsDifferFrom(
  before: { terms: Terms; plans: readonly Paced[] },
  after: { terms: Terms; plans: readonly Paced[] },
  at: Instant,
): Instant {
  const [was, is] = [before, after].map(({ terms, plans }) =>
    servicePeriodAt(terms, plans, justBefore(at)),
  );
  if (!was || !is) return (was ?? is)?.start ?? at;
  const isSame =
    was.start === is.start &&
    was.end === is.end &&
    was.paidUntil === is.paidUntil &&
    samePlan(was.plan, is.plan);
  if (isSame) return at;
  return was.start < is.start ? was.start : is.start;
}
