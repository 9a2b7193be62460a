import type { ApiKey, AuditEntry, Person } from '@customary/sdk';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { listQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { apiKeys, auditLog, people } from '../../lib/searches.ts';
import { rangeOfDays } from '../../lib/times.ts';

export type PeopleSearch = Search<typeof people>;
export type AuditSearch = Search<typeof auditLog>;

export const sellerQuery = queryOptions({
  queryKey: ['seller'] as readonly unknown[],
  queryFn: ({ signal }) => api().seller.get({ signal }),
});

/** The picture as an address of its own, for as long as the console is open. */
export const logoQuery = (hash: string, mediaType: string) =>
  queryOptions({
    queryKey: ['seller', 'logo', hash] as readonly unknown[],
    queryFn: async ({ signal }) => {
      const picture = await api().seller.logo({ signal });
      return URL.createObjectURL(new Blob([picture as BlobPart], { type: mediaType }));
    },
    staleTime: Infinity,
  });

export const scheduleQuery = queryOptions({
  queryKey: ['billing-schedule'] as readonly unknown[],
  queryFn: ({ signal }) => api().billingSchedule.get({ signal }),
});

export const sendingQuery = queryOptions({
  queryKey: ['sending-settings'] as readonly unknown[],
  queryFn: ({ signal }) => api().sendingSettings.get({ signal }),
});

export const ingestQuery = queryOptions({
  queryKey: ['ingest-settings'] as readonly unknown[],
  queryFn: ({ signal }) => api().ingestSettings.get({ signal }),
});

export const apiKeysQuery = listQuery<Search<typeof apiKeys>, ApiKey>(
  'api-keys',
  (query, reading) => api().apiKeys.list(query, reading),
);

export const peopleQuery = listQuery<PeopleSearch, Person>('people', (query, reading) =>
  api().people.list(query, reading),
);

export function auditTerms({ cursor: _cursor, from, to, ...rest }: AuditSearch) {
  return { ...rest, ...rangeOfDays({ from, to }) };
}

export const auditQuery = (search: AuditSearch) =>
  listQuery<AuditSearch, AuditEntry>('audit-log', ({ limit, cursor, ...terms }, reading) =>
    api().auditLog.list({ ...auditTerms(terms), limit, cursor }, reading),
  )(search);

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'] as readonly unknown[],
  queryFn: ({ signal }) => api().me.sessions({ signal }),
});
