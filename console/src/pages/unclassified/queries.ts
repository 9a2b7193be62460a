import type { UnclassifiedGroup } from '@customary/sdk';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { unclassified } from '../../lib/searches.ts';

export type UnclassifiedSearch = Search<typeof unclassified>;

export const unclassifiedQuery = listQuery<UnclassifiedSearch, UnclassifiedGroup>(
  'unclassified',
  (query, reading) => api().unclassified.list(query, reading),
);

export const groupQuery = oneQuery('unclassified', (id, reading) =>
  api().unclassified.get(id, reading),
);
