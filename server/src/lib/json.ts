import { isSafeNumber, LosslessNumber, parse } from 'lossless-json';
import { Problem } from './problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function decodeUtf8(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem('malformed_encoding', 'The body is not valid UTF-8. Encode it as UTF-8 and send it again.');
  }
}

/** A number that a double cannot hold exactly stays text; all others are plain numbers. */
function parseNumber(text: string): number | LosslessNumber {
  return isSafeNumber(text) ? Number(text) : new LosslessNumber(text);
}

/** JSON without loss: no digit of a number goes missing, and a key given twice is an error, not a choice. */
export function parseJson(text: string): unknown {
  try {
    return parse(text, undefined, parseNumber);
  } catch (error) {
    if (error instanceof RangeError) throw new Problem('malformed_json', 'The body is nested too deeply.');
    // The parser's own message may quote the body, which may hold a key: keep only the position.
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const duplicate = /^Duplicate key/.test((error as Error).message);
    const where = position === undefined ? '' : ` at character ${position}`;
    throw new Problem('malformed_json', duplicate ? `The body names the same key twice${where}.` : `The body is not valid JSON${where}.`);
  }
}
