import { isSafeNumber, LosslessNumber, parse } from 'lossless-json';
import { limits } from './limits.ts';
import { Problem } from './problem.ts';

/** A body of JSON texts, one a line: told from a JSON body by its class, whatever that holds. */
export class Ndjson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function decodeUtf8(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem(
      'malformed_encoding',
      'The body is not valid UTF-8. Encode it as UTF-8 and send it again.',
    );
  }
}

/** A number that a double cannot hold exactly stays text; all others are plain numbers. */
function parseNumber(text: string): number | LosslessNumber {
  return isSafeNumber(text) ? Number(text) : new LosslessNumber(text);
}

/**
 * JSON without loss: no digit of a number goes missing, and a key given twice is an error, not a choice. What is
 * nested deeper than anything of ours is refused here, so that nothing after it need fear for its stack.
 */
export function parseJson(text: string): unknown {
  const plain = parsePlain(text);
  if (plain !== undefined) return plain;
  try {
    const value = parse(text, undefined, parseNumber);
    if (!isDeeperThan(limits.jsonDepthMax, value)) return value;
  } catch (error) {
    if (!(error instanceof RangeError)) throw malformed(error as Error);
  }
  throw new Problem(
    'malformed_json',
    `The body is nested more than ${limits.jsonDepthMax} levels deep.`,
  );
}

/** The parser's own message may quote the body, which may hold a key: keep only the position. */
function malformed({ message }: Error): Problem {
  const position = /position (\d+)/.exec(message)?.[1];
  const where = position === undefined ? '' : ` at character ${position}`;
  const what = message.startsWith('Duplicate key')
    ? 'names the same key twice'
    : 'is not valid JSON';
  return new Problem('malformed_json', `The body ${what}${where}.`);
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof LosslessNumber) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(levels - 1, item));
}

// The fast way -------------------------------------------------------------------------------------

const [QUOTE, BACKSLASH, COLON, MINUS, PLUS, POINT] = [34, 92, 58, 45, 43, 46];
const [ZERO, NINE, OPEN, OPEN_LIST, CLOSE, CLOSE_LIST] = [48, 57, 123, 91, 125, 93];
/** Decimals of so many digits come back from a double as they were. */
const EXACT_DIGITS = 15;

/**
 * Nearly every body can be left to the engine's own parser, ten times as fast, without losing anything: numbers of
 * few digits, no key twice, not too deep. Undefined where that is not certain, or the text is not JSON at all.
 */
function parsePlain(text: string): unknown {
  const names = countNames(text);
  if (names === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return countKeys(value) === names ? value : undefined;
  } catch {
    return undefined;
  }
}

/** How often a name stands in the text; null where a number might lose digits, or the nesting is deep. */
function countNames(text: string): number | null {
  let names = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i);
    } else if (code === COLON) {
      names += 1;
    } else if (code === OPEN || code === OPEN_LIST) {
      depth += 1;
      if (depth > limits.jsonDepthMax) return null;
    } else if (code === CLOSE || code === CLOSE_LIST) {
      depth -= 1;
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const end = endOfPlainNumber(text, i);
      if (end === null) return null;
      i = end - 1;
    }
  }
  return names;
}

/** Where the string that begins at `start` has its closing quote. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

/** Where the number ends; null if it has too many digits, or an exponent. */
function endOfPlainNumber(text: string, start: number): number | null {
  let digits = 0;
  for (let i = start; ; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) digits += 1;
    else if (code === PLUS || (code | 32) === 101) return null;
    else if (code !== POINT && !(code === MINUS && i === start))
      return digits > EXACT_DIGITS ? null : i;
  }
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const item of Object.values(value)) count += countKeys(item);
  return count;
}
