import type { Subscription } from '@customary/sdk';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { subscriptions } from '../../lib/searches.ts';

export type SubscriptionsSearch = Search<typeof subscriptions>;

export const subscriptionsQuery = listQuery<SubscriptionsSearch, Subscription>(
  'subscriptions',
  (query, reading) => api().subscriptions.list(query, reading),
);

export const subscriptionQuery = oneQuery('subscriptions', (id, reading) =>
  api().subscriptions.get(id, reading),
);

export const subscriptionHistoryQuery = oneQuery(
  'subscriptions',
  (id, reading) => api().subscriptions.history(id, reading),
  'history',
);
