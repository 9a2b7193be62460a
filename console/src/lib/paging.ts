import { queryOptions } from '@tanstack/react-query';
import type { Reading } from './api.ts';

/** Items on a page of any list. */
export const pageItems = 100;
/** Items that a picker offers at once. */
export const pickerItems = 50;

type PageOf<Row> = { items: Row[]; nextCursor: string | null };
/** A search of a page as its list asks for it. */
type Asked<S> = Omit<S, 'cursor'> & { cursor: string | undefined; limit: number };

/** The pages of a filtered list, by cursor: `listQuery('invoices', (query, reading) => …)(search)(cursor)`. */
export function listQuery<S extends { cursor?: string }, Row>(
  name: string,
  read: (query: Asked<S>, reading: Reading) => PromiseLike<PageOf<Row>>,
) {
  return ({ cursor: _cursor, ...filters }: S) =>
    (cursor: string | undefined) =>
      queryOptions({
        queryKey: [name, 'list', filters, cursor ?? null] as readonly unknown[],
        queryFn: async ({ signal }): Promise<PageOf<Row>> =>
          read({ ...filters, cursor, limit: pageItems }, { signal }),
      });
}

/** One thing by its id. */
export function oneQuery<T>(
  name: string,
  read: (id: string, reading: Reading) => PromiseLike<T>,
  part = 'one',
) {
  return (id: string) =>
    queryOptions({
      queryKey: [name, part, id] as readonly unknown[],
      queryFn: async ({ signal }): Promise<T> => read(id, { signal }),
    });
}
