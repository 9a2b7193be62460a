import type { Payment } from '@customary/sdk';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { payments } from '../../lib/searches.ts';

export type PaymentsSearch = Search<typeof payments>;

export const paymentsQuery = listQuery<PaymentsSearch, Payment>('payments', (query, reading) =>
  api().payments.list(query, reading),
);

export const paymentQuery = oneQuery('payments', (id, reading) => api().payments.get(id, reading));

const refundsMax = 100;

export const paymentRefundsQuery = oneQuery(
  'refunds',
  (paymentId, reading) => api().refunds.list({ paymentId, limit: refundsMax }, reading),
  'of-payment',
);
