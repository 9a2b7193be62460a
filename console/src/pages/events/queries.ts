import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { pageItems } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { events } from '../../lib/searches.ts';

export type EventsSearch = Search<typeof events>;

const of = (...key: readonly unknown[]): readonly unknown[] => ['events', ...key];

export const eventsQuery =
  ({ cursor: _cursor, ...filters }: EventsSearch) =>
  (cursor: string | undefined) =>
    queryOptions({
      queryKey: of('list', filters, cursor ?? null),
      queryFn: async ({ signal }) =>
        api().events.list({ ...filters, cursor, limit: pageItems }, { signal }),
    });

export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: of('trace', id),
    queryFn: ({ signal }) => api().events.trace(id, { signal }),
  });
