import type { Search } from '../../lib/search.ts';
import { endOfDay, startOfDay } from '../../lib/times.ts';
import type { usage } from '../../lib/searches.ts';

export type UsageSearch = Search<typeof usage>;
export type Range = { readonly from: string; readonly to: string };
export type Interval = 'hour' | 'day' | 'week' | 'month';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What of time is looked at. It ends with the hour that is under way, so that one hour asks one question. */
export function rangeOf({ range = '30d', from, to }: UsageSearch, nowMs = Date.now()): Range {
  const end = Math.ceil(nowMs / hourMs) * hourMs;
  const local = new Date(nowMs);
  const month = (back: number) => new Date(local.getFullYear(), local.getMonth() - back, 1);
  const midnight = (days: number) =>
    new Date(local.getFullYear(), local.getMonth(), local.getDate() - days);
  switch (range) {
    case '24h':
      return iso(end - dayMs, end);
    case '7d':
      return iso(midnight(6).getTime(), end);
    case 'month':
      return iso(month(0).getTime(), end);
    case 'lastMonth':
      return iso(month(1).getTime(), month(0).getTime());
    case 'custom':
      if (from !== undefined && to !== undefined && from <= to)
        return iso(at(startOfDay(from)), at(endOfDay(to)) + 1);
      return iso(midnight(29).getTime(), end);
    case '30d':
    default:
      return iso(midnight(29).getTime(), end);
  }
}

const at = (instant: string) => Date.parse(instant);

function iso(fromMs: number, toMs: number): Range {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}

/** As long, and right before. */
export function rangeBefore({ from, to }: Range): Range {
  const length = at(to) - at(from);
  return iso(at(from) - length, at(from));
}

const daysOfHoursMax = 3;
const daysOfDaysMax = 100;

export function intervalOf({ interval }: UsageSearch, { from, to }: Range): Interval {
  if (interval !== undefined) return interval;
  const days = (at(to) - at(from)) / dayMs;
  if (days <= daysOfHoursMax) return 'hour';
  return days <= daysOfDaysMax ? 'day' : 'month';
}

/** The interval that begins at an instant of the range, cut where the range ends. */
export function intervalFrom(start: string, interval: Interval, { to }: Range): Range {
  const next = new Date(start);
  if (interval === 'hour') next.setTime(next.getTime() + hourMs);
  else if (interval === 'month') next.setMonth(next.getMonth() + 1);
  else next.setDate(next.getDate() + (interval === 'week' ? 7 : 1));
  return iso(at(start), Math.min(next.getTime(), at(to)));
}

export const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
