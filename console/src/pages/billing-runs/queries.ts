import type { BillingRun } from '@customary/sdk';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { billingRuns } from '../../lib/searches.ts';

export type BillingRunsSearch = Search<typeof billingRuns>;

export const billingRunsQuery = listQuery<BillingRunsSearch, BillingRun>(
  'billing-runs',
  (query, reading) => api().billingRuns.list(query, reading),
);

export const billingRunQuery = oneQuery('billing-runs', (id, reading) =>
  api().billingRuns.get(id, reading),
);

export function isUnderWay({ status }: Pick<BillingRun, 'status'>): boolean {
  return status === 'queued' || status === 'running';
}
