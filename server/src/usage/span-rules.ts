import { HOUR_MS, type Instant, plusMs } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { calendarMonth, periodsOverlapping, type Period } from '../lib/period.ts';
import type { intervals } from './rules.ts';

/**
 * A range of time, cut wherever the answer changes within it: at the turns of an interval, and when an organization
 * moved or a subscription came to another product. Whole hours between cuts can be taken from what was derived; the
 * rest is ragged and has to be read from entries.
 */
export type Spans = {
  readonly from: Instant;
  readonly to: Instant;
  /** Where one span ends and the next begins; span 0 begins at `from`. */
  readonly cuts: readonly Instant[];
  /** The interval that each span is in, by its index in `starts`. */
  readonly intervalOf: readonly number[];
  readonly starts: readonly Instant[];
  /** The tree that each span is under, by the index of a moment of it in `treeAt`. */
  readonly treeOf: readonly number[];
  readonly treeAt: readonly Instant[];
  /** The range in which the products of subscriptions stay what they are, by its index in `productsIn`. */
  readonly productsOf: readonly number[];
  readonly productsIn: readonly Period[];
  /** From the first whole hour to the last; null: there is none. */
  readonly hours: Period | null;
  /** The hours in it, and beside it, that a cut or an end divides. */
  readonly ragged: readonly Instant[];
  /** What of the range lies in them. */
  readonly pieces: readonly Period[];
};

export type CutsAsked = {
  readonly from: Instant;
  readonly to: Instant;
  readonly intervals?: readonly Period[];
  /** When the tree changed. */
  readonly tree?: readonly Instant[];
  /** A tree for the whole range, in place of those that were. */
  readonly treeAt?: Instant;
  /** When a subscription came to another product. */
  readonly products?: readonly Instant[];
  /** Wherever else whoever asks has to tell before from after. */
  readonly further?: readonly Instant[];
};

export function hourOf(at: Instant): Instant {
  return `${at.slice(0, 13)}:00:00.000000Z` as Instant;
}

function nextHour(at: Instant): Instant {
  const hour = hourOf(at);
  return hour === at ? at : plusMs(hour, HOUR_MS);
}

export function cutInSpans(asked: CutsAsked): Spans {
  const { from, to } = asked;
  const isInside = (at: Instant) => from < at && at < to;
  const turns = (asked.intervals ?? []).map(({ start }) => start).filter(isInside);
  const tree = sorted((asked.treeAt === undefined ? (asked.tree ?? []) : []).filter(isInside));
  const products = sorted((asked.products ?? []).filter(isInside));
  const further = (asked.further ?? []).filter(isInside);
  const cuts = sorted([...turns, ...tree, ...products, ...further]);
  const begins = [from, ...cuts];
  const countUpTo = (at: Instant, marks: readonly Instant[]) =>
    marks.filter((mark) => mark <= at).length;
  const productMarks = [from, ...products];
  return {
    from,
    to,
    cuts,
    intervalOf: indexes(begins, turns),
    starts: asked.intervals?.map(({ start }) => start) ?? [],
    treeOf: begins.map((at) => countUpTo(at, tree)),
    treeAt: asked.treeAt === undefined ? [from, ...tree] : [asked.treeAt],
    productsOf: begins.map((at) => countUpTo(at, products)),
    productsIn: productMarks.map((start, i) => ({ start, end: productMarks[i + 1] ?? to })),
    ...hoursOf(from, to, cuts),
  };
}

/** Of each beginning, how many marks have been reached by then; both are in order. */
function indexes(begins: readonly Instant[], marks: readonly Instant[]): number[] {
  let reached = 0;
  return begins.map((at) => {
    while (reached < marks.length && (marks[reached] as Instant) <= at) reached += 1;
    return reached;
  });
}

function hoursOf(from: Instant, to: Instant, cuts: readonly Instant[]) {
  const divided = [from, ...cuts, to].filter((at) => hourOf(at) !== at).map(hourOf);
  const ragged = sorted(divided);
  const [start, end] = [nextHour(from), hourOf(to)];
  return {
    ragged,
    hours: start < end ? { start, end } : null,
    pieces: ragged.map((hour) => {
      const after = plusMs(hour, HOUR_MS);
      return { start: hour < from ? from : hour, end: after > to ? to : after };
    }),
  };
}

function sorted(instants: readonly Instant[]): Instant[] {
  return [...new Set(instants)].toSorted();
}

/** The first instant of a week, a month and a year, for the calendar of any zone. */
const MONDAY = '2024-01';

/**
 * The intervals that share any time with the range, uncut: hours of UTC; days, weeks from Monday and months as a
 * calendar in the zone has them.
 * @throws RangeError when they are more than `limits.periodsListedMax`.
 */
export function intervalsOf(
  unit: (typeof intervals)[number],
  timeZone: string,
  from: Instant,
  to: Instant,
): Period[] {
  if (unit !== 'hour') {
    const anchor = calendarMonth(MONDAY, timeZone).start;
    return periodsOverlapping({ unit, count: 1, anchor, timeZone }, from, to);
  }
  const found: Period[] = [];
  for (let start = hourOf(from); start < to; start = plusMs(start, HOUR_MS)) {
    if (found.length === limits.periodsListedMax)
      throw new RangeError(`More than ${limits.periodsListedMax} hours between ${from} and ${to}`);
    found.push({ start, end: plusMs(start, HOUR_MS) });
  }
  return found;
}
