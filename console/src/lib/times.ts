/** Instants in the zone of whoever looks; UTC is what the title says. */

const locale = typeof navigator === 'undefined' ? 'en' : navigator.language;

const dayTime = new Intl.DateTimeFormat(locale, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const precise = new Intl.DateTimeFormat(locale, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const day = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', day: 'numeric' });
const calendarDay = new Intl.DateTimeFormat(locale, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  timeZone: 'UTC',
});
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

export function timeText(instant: string): string {
  return dayTime.format(new Date(instant));
}

export function preciseText(instant: string): string {
  return precise.format(new Date(instant));
}

export function dayText(instant: string): string {
  return day.format(new Date(instant));
}

/** A calendar date such as `2026-10-31`, which has no zone. */
export function dateText(date: string): string {
  return calendarDay.format(new Date(`${date}T00:00:00Z`));
}

/** The calendar date of an instant in a zone of the business, such as the customer's. */
export function dayInZone(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    timeZone,
  }).format(new Date(instant));
}

/** `2026-10-01 12:00:00.5 UTC`, to the microsecond where there is one. */
export function utcText(instant: string): string {
  const exact = instant.replace('T', ' ').replace('Z', ' UTC');
  return exact.replace(/(\.\d*?)0+ /, '$1 ').replace('. ', ' ');
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** `3 hours ago`, `in 2 days` */
export function relativeText(instant: string, nowMs = Date.now()): string {
  const seconds = (Date.parse(instant) - nowMs) / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return relative.format(0, 'minute') === 'this minute' ? 'just now' : relative.format(0, 'second');
}

/** What `<input type="datetime-local">` shows for an instant, in the zone of the viewer. */
export function toLocalInput(instant: string): string {
  const at = new Date(instant);
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}

/** The instant that such an input names; undefined while it is empty. */
export function fromLocalInput(text: string): string | undefined {
  const at = new Date(text);
  return text === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** The present calendar date of the viewer. */
export function today(): string {
  return toLocalInput(new Date().toISOString()).slice(0, 10);
}

/** The last instant of a calendar date in the zone of the viewer: what `as of` that day means. */
export function endOfDay(date: string): string {
  return new Date(`${date}T23:59:59.999`).toISOString();
}

export function startOfDay(date: string): string {
  return new Date(`${date}T00:00:00`).toISOString();
}

type Days = { readonly from?: string | undefined; readonly to?: string | undefined };

/** The days of an address as the API's instants: both days are in the range. */
export function rangeOfDays({ from, to }: Days): {
  from: string | undefined;
  to: string | undefined;
} {
  return {
    from: from === undefined ? undefined : startOfDay(from),
    to: to === undefined ? undefined : endOfDay(to),
  };
}
