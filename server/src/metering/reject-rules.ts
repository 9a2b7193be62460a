import { maskCredentialId } from '../credentials/rules.ts';
import { parseDecimal } from '../lib/decimal.ts';
import { isEmailAddress } from '../subscribers/rules.ts';
import { parseInstant } from '../lib/instant.ts';

/** JSON as it may be shown. */
export type Shown = string | number | boolean | null | Shown[] | { [name: string]: Shown };

const texts = ['id', 'source', 'subscription', 'subscriber', 'organization', 'product'];

/** Why events are refused that are well-formed: these may be shown as any event is. */
const wellFormed =
  /^(unknown_(credential|subscription|subscriber|organization)|id_refused|time_too_early|time_in_future|time_archived)$/;

/**
 * What was refused, as it may be shown: a malformed event may carry a key anywhere. Text of a well-formed one is shown
 * where one that was accepted would show it; all other text is masked unless it can be no key, and so are names of
 * fields that do not look like one.
 */
export function maskRejected(body: string, code: string): Shown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return maskCredentialId(body);
  }
  if (!isRecord(parsed)) return masked(parsed);
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [
      shownName(name),
      shownField(name, value, wellFormed.test(code)),
    ]),
  );
}

function shownField(name: string, value: unknown, isWellFormed: boolean): Shown {
  const show = (each: unknown) =>
    typeof each === 'string' && (isWellFormed || isNoKey(each)) ? each : masked(each);
  if (texts.includes(name)) return show(value);
  if (name === 'time' && typeof value === 'string' && parseInstant(value) !== null) return value;
  if (name === 'measures' && isRecord(value)) return fieldsOf(value, numbers);
  if (name === 'cost' && isRecord(value)) return fieldsOf(value, money);
  if (name === 'attributes' && isRecord(value)) return fieldsOf(value, (_, each) => show(each));
  return masked(value);
}

/** Too short for a key, an address, or an id of ours. */
function isNoKey(text: string): boolean {
  return (
    text.length <= SHORT_CHARS_MAX ||
    isEmailAddress(text) ||
    /^[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}$/.test(text)
  );
}

const SHORT_CHARS_MAX = 8;

function fieldsOf(record: Record<string, unknown>, show: (name: string, value: unknown) => Shown) {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [shownName(name), show(name, value)]),
  );
}

function numbers(_name: string, value: unknown): Shown {
  return typeof value === 'string' && parseDecimal(value) !== null ? value : masked(value);
}

function money(name: string, value: unknown): Shown {
  const isCurrency = name === 'currency' && typeof value === 'string' && /^[A-Z]{3}$/.test(value);
  return isCurrency ? value : numbers(name, value);
}

function masked(value: unknown): Shown {
  if (typeof value === 'string') return maskCredentialId(value);
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return maskCredentialId(String(value));
  if (Array.isArray(value)) return value.map(masked);
  return isRecord(value) ? fieldsOf(value, (_, each) => masked(each)) : null;
}

/** A name of words is a name; anything else may be a key that came to stand in its place. */
function shownName(name: string): string {
  return /^[a-z]{1,24}(_[a-z]{1,24}|[A-Z][a-z]{0,24}){0,5}$/.test(name)
    ? name
    : maskCredentialId(name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What two bodies of one id say differently, field by field. */
export function differences(
  first: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): string[] {
  return [...new Set([...Object.keys(first), ...Object.keys(other)])].filter(
    (name) => JSON.stringify(first[name] ?? null) !== JSON.stringify(other[name] ?? null),
  );
}
