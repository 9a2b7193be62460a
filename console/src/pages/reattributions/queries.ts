import type { Reattribution } from '@customary/sdk';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { reattributions } from '../../lib/searches.ts';

export type ReattributionsSearch = Search<typeof reattributions>;

export const reattributionsQuery = listQuery<ReattributionsSearch, Reattribution>(
  'reattributions',
  (query, reading) => api().reattributions.list(query, reading),
);

export const reattributionQuery = oneQuery('reattributions', (id, reading) =>
  api().reattributions.get(id, reading),
);
