import { checkNumber } from './decimals.ts';
import { CustomaryInputError } from './problem.ts';

/** JSON, but refusing what `JSON.stringify` would quietly change: NaN to null, or rounded integers. */
export function encodeJson(value: unknown): string {
  check(value, '');
  return JSON.stringify(value);
}

function check(value: unknown, pointer: string): void {
  if (typeof value === 'number') checkNumber(value, pointer);
  else if (typeof value === 'bigint') {
    throw new CustomaryInputError(pointer, 'A bigint cannot be sent. Send it as text.');
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => check(item, `${pointer}/${index}`));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) check(item, `${pointer}/${escape(name)}`);
  }
}

/** One part of a JSON pointer (RFC 6901). */
export function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
