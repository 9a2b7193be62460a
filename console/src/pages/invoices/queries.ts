import type { InvoiceHeader, InvoiceLineEvent, IssuedInvoiceHeader } from '@customary/sdk';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { invoice, invoiceHeaders, invoices } from '../../lib/searches.ts';

export type InvoicesSearch = Search<typeof invoices>;
export type InvoiceSearch = Search<typeof invoice>;

export const invoicesQuery = listQuery<InvoicesSearch, InvoiceHeader>(
  'invoices',
  (query, reading) => api().invoices.list(query, reading),
);

export const invoiceHeadersQuery = listQuery<Search<typeof invoiceHeaders>, IssuedInvoiceHeader>(
  'invoice-headers',
  (query, reading) => api().invoiceHeaders.list(query, reading),
);

export const invoiceQuery = (id: string, { breakdownBy }: InvoiceSearch = {}) =>
  queryOptions({
    queryKey: ['invoices', 'one', id, breakdownBy ?? null] as readonly unknown[],
    queryFn: ({ signal }) => api().invoices.get(id, { breakdownBy }, { signal }),
  });

export const upcomingQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ['invoices', 'upcoming', organizationId] as readonly unknown[],
    queryFn: ({ signal }) => api().invoices.upcoming({ organizationId }, { signal }),
  });

const relatedMax = 100;

/** What an invoice was paid and credited by, and what was mailed of it. */
export const invoicePaymentsQuery = (invoiceId: string) =>
  queryOptions({
    queryKey: ['payments', 'list', { invoiceId }, null] as readonly unknown[],
    queryFn: async ({ signal }) =>
      api().payments.list({ invoiceId, limit: relatedMax }, { signal }),
  });

export const invoiceCreditsQuery = (invoiceId: string) =>
  queryOptions({
    queryKey: ['credit-notes', 'list', { invoiceId }, null] as readonly unknown[],
    queryFn: async ({ signal }) =>
      api().creditNotes.list({ invoiceId, limit: relatedMax }, { signal }),
  });

export const invoiceMessagesQuery = (invoiceId: string) =>
  queryOptions({
    queryKey: ['messages', 'list', { invoiceId }, null] as readonly unknown[],
    queryFn: async ({ signal }) =>
      api().messages.list({ invoiceId, limit: relatedMax }, { signal }),
  });

export const lineEventsQuery = (lineId: string) =>
  listQuery<{ cursor?: string }, InvoiceLineEvent>(`line-events ${lineId}`, (query, reading) =>
    api().invoiceLines.events(lineId, query, reading),
  )({});

/** Whether the events of a line still are those that it was computed from. */
export const lineProofQuery = oneQuery(
  'line-events',
  (lineId, reading) => api().invoiceLines.events(lineId, { limit: 1 }, reading),
  'proof',
);
