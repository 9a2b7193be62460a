import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';

const shown = 5;
/** More than that is “many”. */
export const countedMax = 200;

/** Whether there is a customer yet; UNCLASSIFIED is none. */
export const firstCustomersQuery = queryOptions({
  queryKey: ['organizations', 'first'] as readonly unknown[],
  queryFn: async ({ signal }) => api().organizations.list({ limit: 2 }, { signal }),
});

export const overdueQuery = queryOptions({
  queryKey: ['invoices', 'overdue'] as readonly unknown[],
  queryFn: async ({ signal }) =>
    api().invoices.list({ overdue: true, limit: countedMax }, { signal }),
});

export const draftsQuery = queryOptions({
  queryKey: ['invoices', 'drafts'] as readonly unknown[],
  queryFn: async ({ signal }) =>
    api().invoices.list({ status: 'draft', limit: countedMax }, { signal }),
});

export const queueQuery = queryOptions({
  queryKey: ['unclassified', 'top'] as readonly unknown[],
  queryFn: async ({ signal }) =>
    api().unclassified.list({ sort: 'events', limit: countedMax }, { signal }),
});

export const overviewRows = shown;
