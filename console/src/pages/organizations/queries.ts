import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { pageItems } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { organizations } from '../../lib/searches.ts';

export type OrganizationsSearch = Search<typeof organizations>;

const of = (...key: readonly unknown[]): readonly unknown[] => ['organizations', ...key];

/** The pages of a filtered list, by cursor. */
export const organizationsQuery =
  ({ cursor: _cursor, ...filters }: OrganizationsSearch) =>
  (cursor: string | undefined) =>
    queryOptions({
      queryKey: of('list', filters, cursor ?? null),
      queryFn: async ({ signal }) =>
        api().organizations.list({ ...filters, cursor, limit: pageItems }, { signal }),
    });

export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: of('one', id),
    queryFn: ({ signal }) => api().organizations.get(id, { signal }),
  });

export const ancestorsQuery = (id: string) =>
  queryOptions({
    queryKey: of('ancestors', id),
    queryFn: ({ signal }) => api().organizations.ancestors(id, { signal }),
  });

export const descendantsQuery = (id: string) =>
  queryOptions({
    queryKey: of('descendants', id),
    queryFn: ({ signal }) => api().organizations.descendants(id, { signal }),
  });

export const organizationHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: of('history', id),
    queryFn: ({ signal }) => api().organizations.history(id, { signal }),
  });

/** UNCLASSIFIED: built in, and neither renamed, nested, archived nor billed. */
export const unclassifiedId = 'org_00000000000000000000000000';

/** Why a built-in organization cannot be changed; null for every other. */
export function builtInReason(id: string): string | null {
  return id === unclassifiedId
    ? 'UNCLASSIFIED is built in: it can be neither renamed, nested, archived nor billed.'
    : null;
}
