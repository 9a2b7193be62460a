import type { Merge } from '@customary/sdk';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { merges } from '../../lib/searches.ts';

export const mergesQuery = listQuery<Search<typeof merges>, Merge>('merges', (query, reading) =>
  api().merges.list(query, reading),
);

export const mergeQuery = oneQuery('merges', (id, reading) => api().merges.get(id, reading));
