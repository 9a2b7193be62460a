import { minorUnits } from '../lib/money.ts';
import type { CalendarDate } from './model.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH_FIRST = new Set(['en-US', 'en-CA']);

/** `Oct 1, 2026` in America, `1 Oct 2026` elsewhere: by our own table, so that no library changes what was issued. */
export function formatDate(date: CalendarDate, locale: string): string {
  const { year, month, day } = parts(date);
  return MONTH_FIRST.has(locale) ? `${month} ${day}, ${year}` : `${day} ${month} ${year}`;
}

/** First to last day, saying month and year once where they are the same: `1 – 31 Oct 2026`. */
export function formatRange(from: CalendarDate, to: CalendarDate, locale: string): string {
  const [a, b] = [parts(from), parts(to)];
  if (from === to) return formatDate(to, locale);
  const sameYear = a.year === b.year;
  const sameMonth = sameYear && a.month === b.month;
  if (MONTH_FIRST.has(locale)) {
    const start = sameYear ? `${a.month} ${a.day}` : formatDate(from, locale);
    return `${start} – ${sameMonth ? '' : `${b.month} `}${b.day}, ${b.year}`;
  }
  const start = sameMonth ? a.day : sameYear ? `${a.day} ${a.month}` : formatDate(from, locale);
  return `${start} – ${formatDate(to, locale)}`;
}

function parts(date: CalendarDate): { year: string; month: string; day: string } {
  const [year = '', month = '', day = ''] = date.split('-');
  return { year, month: MONTHS[Number(month) - 1] ?? month, day: String(Number(day)) };
}

const separators = new Map<string, { group: string; decimal: string }>();

function separatorsOf(locale: string): { group: string; decimal: string } {
  let found = separators.get(locale);
  if (found === undefined) {
    const format = new Intl.NumberFormat(locale).formatToParts(1234567.5);
    const of = (type: string) => format.find((part) => part.type === type)?.value ?? '';
    found = { group: of('group'), decimal: of('decimal') };
    separators.set(locale, found);
  }
  return found;
}

/** An exact decimal with its thousands grouped: never rounded, whatever its length. */
export function formatDecimal(text: string, locale: string): string {
  const [, sign = '', whole = '', , decimals = ''] = /^(-?)(\d+)(\.(\d+))?$/.exec(text) ?? [];
  if (whole === '')
    throw new RangeError(`Not a decimal number: ${JSON.stringify(text.slice(0, 60))}`);
  const { group, decimal } = separatorsOf(locale);
  // Text, not a number: Intl groups any size exactly, and knows where India puts its commas.
  const grouped = new Intl.NumberFormat(locale, {
    maximumFractionDigits: 0,
    useGrouping: group !== '',
  }).format(whole as Intl.StringNumericLiteral);
  return `${sign}${grouped}${decimals === '' ? '' : decimal + decimals}`;
}

/** A price of one unit: with all its decimals, and at least those of the currency. */
export function formatUnitPrice(text: string, currency: string, locale: string): string {
  const [whole = '', decimals = ''] = text.split('.');
  const padded = decimals.padEnd(minorUnits(currency), '0');
  return formatDecimal(padded === '' ? whole : `${whole}.${padded}`, locale);
}
