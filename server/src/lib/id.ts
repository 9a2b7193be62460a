import { randomBytes } from 'node:crypto';
import { epochMs, type Instant } from './instant.ts';

export type IdPrefix =
  | 'org'
  | 'sbr'
  | 'crd'
  | 'prd'
  | 'pln'
  | 'sub'
  | 'mtr'
  | 'inv'
  | 'lin'
  | 'pay'
  | 'cn'
  | 'cnl'
  | 'rfd'
  | 'ign'
  | 'evt'
  | 'run'
  | 'key'
  | 'fee'
  | 'chg'
  | 'msg'
  | 'rea'
  | 'mrg'
  | 'spl'
  | 'prs'
  | 'ses'
  | 'sgn'
  | 'lnk'
  | 'shr';

// Crockford's base 32: no I, L, O, U; text order is number order.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARS = 10;

function encodeTime(ms: number): string {
  let rest = ms;
  let text = '';
  for (let i = 0; i < TIME_CHARS; i += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

const RANDOM_CHARS = 16;
const RANDOM_BYTES_AT_ONCE = RANDOM_CHARS * 512;
let randomness = Buffer.alloc(0);
let used = 0;

/** Randomness is drawn for many ids at once: asking for it costs more than all the rest of an id. */
function encodeRandom(): string {
  if (used + RANDOM_CHARS > randomness.length) {
    randomness = randomBytes(RANDOM_BYTES_AT_ONCE);
    used = 0;
  }
  let text = '';
  for (const end = used + RANDOM_CHARS; used < end; used += 1)
    text += ALPHABET.charAt((randomness[used] ?? 0) & 31);
  return text;
}

/**
 * A new id: the prefix and a ULID (48 bits of time, 80 random bits). For an event the time is its
 * occurrence, so that the id alone finds the month it is stored in; for all else the time of creation.
 */
export function newId(prefix: IdPrefix, at: Instant): string {
  return `${prefix}_${encodeTime(epochMs(at))}${encodeRandom()}`;
}

/** The smallest id of a millisecond: bounds a range of ids by time. */
export function idFloor(prefix: IdPrefix, ms: number): string {
  return `${prefix}_${encodeTime(ms)}${'0'.repeat(16)}`;
}

export function isId(prefix: IdPrefix, text: string): boolean {
  return (
    text.length === prefix.length + 27 &&
    text.startsWith(`${prefix}_`) &&
    /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text.slice(prefix.length + 1))
  );
}

/** The millisecond an id begins with; null if it is not an id of that kind. */
export function idTimeMs(prefix: IdPrefix, id: string): number | null {
  if (!isId(prefix, id)) return null;
  let ms = 0;
  for (const char of id.slice(prefix.length + 1, prefix.length + 1 + TIME_CHARS))
    ms = ms * 32 + ALPHABET.indexOf(char);
  return ms;
}

export const UNCLASSIFIED_ID = 'org_00000000000000000000000000';
