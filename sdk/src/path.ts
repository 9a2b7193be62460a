import { CustomaryInputError } from './problem.ts';

/** Where a call goes. Read when it is sent, so that a bad id rejects the call's promise rather than throwing. */
export type Address = () => string;

/**
 * An address from a template whose values are encoded. Values that would name another address are refused: an
 * empty id would list instead of get, and a URL parser follows `.` and `..`.
 */
export function path(parts: TemplateStringsArray, ...values: (string | number)[]): Address {
  return () => String.raw({ raw: parts }, ...values.map((value) => segment(value, parts)));
}

function segment(value: string | number, parts: TemplateStringsArray): string {
  const text = String(value ?? '');
  if (text === '' || text === '.' || text === '..') {
    throw new CustomaryInputError('', `"${text}" cannot be the id in ${parts.join('{id}')}.`);
  }
  return encodeURIComponent(text);
}

/** Values a query parameter can have; an array repeats the parameter, `undefined` leaves it out. */
type QueryValue = string | number | boolean | undefined;

/** `?a=1&b=x&b=y`, or nothing. */
export function queryText(query: object | undefined): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}) as [
    string,
    QueryValue | QueryValue[],
  ][]) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) search.append(name, String(each));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
