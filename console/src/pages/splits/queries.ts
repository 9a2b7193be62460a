import type { Split } from '@customary/sdk';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { splits } from '../../lib/searches.ts';

export const splitsQuery = listQuery<Search<typeof splits>, Split>('splits', (query, reading) =>
  api().splits.list(query, reading),
);

export const splitQuery = oneQuery('splits', (id, reading) => api().splits.get(id, reading));
