import type { Finding } from '@customary/sdk';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { listQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { findings } from '../../lib/searches.ts';

export const findingsQuery = listQuery<Search<typeof findings>, Finding>(
  'findings',
  (query, reading) => api().findings.list(query, reading),
);

/** More than that is “many”. */
const countedMax = 200;

export const findingsCountQuery = queryOptions({
  queryKey: ['findings', 'count'] as readonly unknown[],
  queryFn: async ({ signal }) => api().findings.list({ limit: countedMax }, { signal }),
});
