import type { EventConflict, IgnoredUsage, InvoiceLineEvent, Reject } from '@customary/sdk';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery, pageItems } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { conflicts, events, ignoredUsage, rejects } from '../../lib/searches.ts';
import { rangeOfDays } from '../../lib/times.ts';

export type EventsSearch = Search<typeof events>;
export type RejectsSearch = Search<typeof rejects>;
type ConflictsSearch = Search<typeof conflicts>;

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

/** What a list of refused events asks for: which of them is looked at does not change it. */
export const rejectsQuery = ({ look: _look, ...search }: RejectsSearch) =>
  listQuery<RejectsSearch, Reject>('rejects', ({ from, to, replayed, ...query }, reading) =>
    api().rejects.list(
      {
        ...query,
        ...rangeOfDays({ from, to }),
        replayed: replayed === undefined ? undefined : replayed === 'true',
      },
      reading,
    ),
  )(search);

export const conflictsQuery = listQuery<ConflictsSearch, EventConflict>(
  'conflicts',
  ({ from, to, ...query }, reading) =>
    api().conflicts.list({ ...query, ...rangeOfDays({ from, to }) }, reading),
);

export const ignoredUsageQuery = listQuery<Search<typeof ignoredUsage>, IgnoredUsage>(
  'ignored-usage',
  (query, reading) => api().ignoredUsage.list(query, reading),
);

export const ignoredQuery = oneQuery('ignored-usage', (id, reading) =>
  api().ignoredUsage.get(id, reading),
);

export const ignoredEventsQuery = (id: string) =>
  listQuery<{ cursor?: string }, InvoiceLineEvent>(`ignored-events ${id}`, (query, reading) =>
    api().ignoredUsage.events(id, query, reading),
  )({});
