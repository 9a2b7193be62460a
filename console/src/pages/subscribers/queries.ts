import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { pageItems } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { subscribers } from '../../lib/searches.ts';

export type SubscribersSearch = Search<typeof subscribers>;

const of = (...key: readonly unknown[]): readonly unknown[] => ['subscribers', ...key];

export const subscribersQuery =
  ({ cursor: _cursor, ...filters }: SubscribersSearch) =>
  (cursor: string | undefined) =>
    queryOptions({
      queryKey: of('list', filters, cursor ?? null),
      queryFn: async ({ signal }) =>
        api().subscribers.list({ ...filters, cursor, limit: pageItems }, { signal }),
    });

export const subscriberQuery = (id: string) =>
  queryOptions({
    queryKey: of('one', id),
    queryFn: ({ signal }) => api().subscribers.get(id, { signal }),
  });

export const subscriberHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: of('history', id),
    queryFn: ({ signal }) => api().subscribers.history(id, { signal }),
  });

/** “Ada Okafor”, as far as there are names. */
export function fullName(names: { firstName: string | null; lastName: string | null }): string {
  return [names.firstName, names.lastName].filter(Boolean).join(' ');
}
