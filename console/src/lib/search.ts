/** What may stand behind the `?` of an address: read leniently (a link may be old), written without defaults. */

type Reader<T> = (raw: string) => T | undefined;
type Shape = Record<string, Reader<unknown>>;

/** The search of a page as its code sees it: what is not in the address is not there. */
export type Search<V> = V extends (raw: Record<string, unknown>) => infer S ? S : never;

type Found<S extends Shape> = { [Name in keyof S]?: Exclude<ReturnType<S[Name]>, undefined> };

/** Makes the validator of a route's search from readers of its parameters. Whatever it does not know is dropped. */
export function searchOf<S extends Shape>(shape: S): (raw: Record<string, unknown>) => Found<S> {
  return (raw) => {
    const found: Record<string, unknown> = {};
    for (const [name, read] of Object.entries(shape)) {
      const given = textOf(raw[name]);
      if (given === '') continue;
      const value = read(given);
      if (value !== undefined) found[name] = value;
    }
    return found as Found<S>;
  };
}

export const text: Reader<string> = (raw) => raw;

/** Present or not: `?archived=true`. */
export const flag: Reader<true> = (raw) => (raw === 'true' ? true : undefined);

export const wholeNumber: Reader<number> = (raw) => {
  const value = Number(raw);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
};

export const oneOf =
  <const Values extends readonly string[]>(...values: Values): Reader<Values[number]> =>
  (raw) =>
    values.includes(raw) ? raw : undefined;

/** A calendar date, `2026-10-31`. */
export const date: Reader<string> = (raw) =>
  /^\d{4}-\d{2}-\d{2}$/.test(raw) && !Number.isNaN(Date.parse(raw)) ? raw : undefined;

export const instant: Reader<string> = (raw) => (Number.isNaN(Date.parse(raw)) ? undefined : raw);

export const page = { cursor: text } as const;

/** How addresses are written: plain text, so that a person can read and change them. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    const written = textOf(value);
    if (written !== '') parameters.set(name, written);
  }
  const all = parameters.toString();
  return all === '' ? '' : `?${all}`;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
