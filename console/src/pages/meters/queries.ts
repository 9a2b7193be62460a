import type { Meter } from '@customary/sdk';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { meters } from '../../lib/searches.ts';

export const metersQuery = listQuery<Search<typeof meters>, Meter>('meters', (query, reading) =>
  api().meters.list(query, reading),
);

export const meterQuery = oneQuery('meters', (id, reading) => api().meters.get(id, reading));
