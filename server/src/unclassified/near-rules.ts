/** Near misses of identifiers: what people and programs get wrong when they copy one. */

export type Near = 'case_or_space' | 'one_edit';

/** ASCII letters only, as the index has it. */
function fold(text: string): string {
  return text.replace(/^ +| +$/g, '').replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** How one identifier misses another by little; null if it does not, or they are the same. */
export function nearMiss(
  sent: string,
  known: string,
  oneEditCharsMin: number = NAME_CHARS_MIN,
): Near | null {
  if (sent === known) return null;
  if (fold(sent) === fold(known)) return 'case_or_space';
  return known.length >= oneEditCharsMin && isOneEdit(fold(sent), fold(known)) ? 'one_edit' : null;
}

/** Shorter ones differ in one place by chance. */
const NAME_CHARS_MIN = 4;
export const CREDENTIAL_CHARS_MIN = 8;

/** One character inserted, left out or replaced, or two neighbours swapped. */
export function isOneEdit(a: string, b: string): boolean {
  const [x, y] = [Array.from(a), Array.from(b)];
  if (Math.abs(x.length - y.length) > 1 || a === b) return false;
  let head = 0;
  while (head < Math.min(x.length, y.length) && x[head] === y[head]) head += 1;
  let tail = 0;
  const room = Math.min(x.length, y.length) - head;
  while (tail < room && x[x.length - 1 - tail] === y[y.length - 1 - tail]) tail += 1;
  const [left, right] = [x.length - head - tail, y.length - head - tail];
  if (left <= 1 && right <= 1) return true;
  return left === 2 && right === 2 && x[head] === y[head + 1] && x[head + 1] === y[head];
}

const PREFIX_CHARS_MIN = 4;

/** What an issuer may give all of its keys: up to the last separator. Null where there is none worth the name. */
export function issuedPrefix(value: string): string | null {
  const end = Math.max(
    ...['-', '_', '.', ':', '/', '~'].map((separator) => value.lastIndexOf(separator)),
  );
  return end >= PREFIX_CHARS_MIN && end < value.length - 1 ? value.slice(0, end + 1) : null;
}

/** A mail domain and those above it that could still be one's own: `eng.acme.example` → itself, `acme.example`. */
export function domainsOf(domain: string): string[] {
  const labels = domain.split('.');
  return labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'));
}
