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
