import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { pageItems } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { credentials } from '../../lib/searches.ts';

export type CredentialsSearch = Search<typeof credentials>;

const of = (...key: readonly unknown[]): readonly unknown[] => ['credentials', ...key];

export const credentialsQuery =
  ({ cursor: _cursor, ...filters }: CredentialsSearch) =>
  (cursor: string | undefined) =>
    queryOptions({
      queryKey: of('list', filters, cursor ?? null),
      queryFn: async ({ signal }) =>
        api().credentials.list({ ...filters, cursor, limit: pageItems }, { signal }),
    });

export const credentialQuery = (id: string) =>
  queryOptions({
    queryKey: of('one', id),
    queryFn: ({ signal }) => api().credentials.get(id, { signal }),
  });

export const bindingsQuery = (id: string) =>
  queryOptions({
    queryKey: of('bindings', id),
    queryFn: ({ signal }) => api().credentials.bindings(id, { signal }),
  });

export const credentialHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: of('history', id),
    queryFn: ({ signal }) => api().credentials.history(id, { signal }),
  });
