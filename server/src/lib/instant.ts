import { Temporal } from 'temporal-polyfill';

declare const brand: unique symbol;

/**
 * A moment, as text: RFC 3339 in UTC with exactly six decimals, `'2026-10-01T00:00:00.000000Z'`, years 0001–9999.
 * Every instant has the same length and one spelling, so text order is time order and `===` is equality.
 */
export type Instant = string & { readonly [brand]: 'Instant' };

const dateTime =
  '([0-9]{4})-([0-9]{2})-([0-9]{2})S([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]+))?';
const rfc3339 = new RegExp(
  `^${dateTime.replace('S', '[Tt]')}(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$`,
);
const postgres = new RegExp(`^${dateTime.replace('S', ' ')}([+-])([0-9]{2})(?::([0-9]{2}))?$`);

const minuteMs = 60_000;
export const HOUR_MS = 60 * minuteMs;
/** Where days have no time zone, and so none is longer or shorter. */
export const DAY_MS = 24 * HOUR_MS;
const epochMsMin = Date.parse('0001-01-01T00:00:00.000Z');
const epochMsMax = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads RFC 3339 from outside, in any offset; digits beyond the microsecond are cut, not rounded.
 * Null for anything else: no offset, a day that does not exist, `24:00`, a leap second, a year outside 0001–9999.
 */
export function parseInstant(text: string): Instant | null {
  const match = rfc3339.exec(text);
  return match === null ? null : fromParts(match);
}

/**
 * Reads a `timestamptz` as PostgreSQL writes it (`2026-10-01 00:00:00.1+00`). `infinity` and `-infinity`, the
 * unbounded ends of a range, are null.
 * @throws RangeError on other text, and on years outside 0001–9999.
 */
export function instantFromPg(text: string): Instant | null {
  if (text === 'infinity' || text === '-infinity') return null;
  const match = postgres.exec(text);
  const instant = match === null ? null : fromParts(match);
  if (instant === null)
    throw new RangeError(`Not a timestamptz: ${JSON.stringify(text.slice(0, 60))}`);
  return instant;
}

/** year, month, day, hour, minute, second, decimals, sign, offset hours, offset minutes → an instant, or null. */
function fromParts(match: RegExpExecArray): Instant | null {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', decimals = ''] =
    match;
  const [sign, offsetHour = '00', offsetMinute = '00'] = match.slice(8);
  if (year === '0000' || +day < 1 || +day > daysInMonth(+year, +month)) return null;
  if (+hour > 23 || +minute > 59 || +second > 59 || +offsetHour > 23 || +offsetMinute > 59)
    return null;
  const micros = decimals.slice(0, 6).padEnd(6, '0');
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${micros}Z` as Instant;
  const offsetMs = (+offsetHour * 60 + +offsetMinute) * minuteMs;
  if (sign === undefined || offsetMs === 0) return local;
  return shifted(local, sign === '-' ? offsetMs : -offsetMs);
}

function daysInMonth(year: number, month: number): number {
  if (month < 1 || month > 12) return 0;
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function shifted(instant: Instant, ms: number): Instant | null {
  const shiftedMs = epochMs(instant) + ms;
  if (shiftedMs < epochMsMin || shiftedMs > epochMsMax) return null;
  return (new Date(shiftedMs).toISOString().slice(0, 23) + instant.slice(23)) as Instant;
}

/**
 * The instant at milliseconds since 1970; a fraction is kept to the microsecond, the rest cut.
 * @throws RangeError outside the years 0001–9999.
 */
export function instantFromEpochMs(ms: number): Instant {
  const wholeMs = Math.floor(ms);
  if (!(wholeMs >= epochMsMin && wholeMs <= epochMsMax))
    throw new RangeError(`No instant at ${ms} ms`);
  const micros = String(Math.floor((ms - wholeMs) * 1000)).padStart(3, '0');
  return `${new Date(wholeMs).toISOString().slice(0, 23)}${micros}Z` as Instant;
}

/** Before anything that is recorded here. */
export const EARLIEST = instantFromEpochMs(0);

/** Whole milliseconds since 1970, cut. */
export function epochMs(instant: Instant): number {
  return Date.parse(`${instant.slice(0, 23)}Z`);
}

/** For packages that ask for a `Date`; ours do not. */
export function toDate(instant: Instant): Date {
  return new Date(epochMs(instant));
}

/**
 * The instant `ms` whole milliseconds later (earlier when negative), its microseconds kept.
 * @throws RangeError outside the years 0001–9999, or when `ms` is no whole number.
 */
export function plusMs(instant: Instant, ms: number): Instant {
  const result = Number.isSafeInteger(ms) ? shifted(instant, ms) : null;
  if (result === null) throw new RangeError(`No instant ${ms} ms after ${instant}`);
  return result;
}

/** For `period.ts`, the only other file that knows Temporal. */
export function instantToTemporal(instant: Instant): Temporal.Instant {
  return Temporal.Instant.from(instant);
}

/** @throws RangeError outside the years 0001–9999. Nanoseconds are cut. */
export function instantFromTemporal(instant: Temporal.Instant): Instant {
  const text = instant.toString({ fractionalSecondDigits: 6, roundingMode: 'floor' });
  if (text.length !== 27 || text.startsWith('0000')) throw new RangeError(`No instant at ${text}`);
  return text as Instant;
}

/** One microsecond earlier: the last instant of a stretch of time that ends here. */
export function justBefore(instant: Instant): Instant {
  const micros = Number(instant.slice(23, 26));
  if (micros === 0) return `${plusMs(instant, -1).slice(0, 23)}999Z` as Instant;
  return `${instant.slice(0, 23)}${String(micros - 1).padStart(3, '0')}Z` as Instant;
}
