import { CustomaryInputError } from './problem.ts';

// Quantities and prices travel as decimal strings and stay strings here: the SDK never makes a number of one.

const DECIMAL = /^-?\d+(\.\d+)?$/;
const EXPONENT = /^(-?)(\d+)(?:\.(\d+))?e-(\d+)$/;

/**
 * A quantity as plain decimal text. A number is taken only if it is what its author meant: finite, and no integer
 * that has already lost digits.
 */
export function decimalText(value: number | string, pointer: string): string {
  if (typeof value === 'string') {
    if (DECIMAL.test(value)) return value;
    throw new CustomaryInputError(pointer, 'Expected a decimal number as text, such as "12.5".');
  }
  if (typeof value !== 'number')
    throw new CustomaryInputError(pointer, 'Expected a number or a decimal string.');
  checkNumber(value, pointer);
  return plain(String(value));
}

/** Refuses a number that JSON cannot carry or that JavaScript has rounded. */
export function checkNumber(value: number, pointer: string): void {
  if (!Number.isFinite(value))
    throw new CustomaryInputError(pointer, `${value} is not a number that can be sent.`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new CustomaryInputError(
      pointer,
      'This integer is beyond 2^53 and has lost digits. Send it as text.',
    );
  }
}

/** `1e-7` → `0.0000001`: a safe number never has a positive exponent. */
function plain(text: string): string {
  const match = EXPONENT.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${whole}${fraction}`;
}
