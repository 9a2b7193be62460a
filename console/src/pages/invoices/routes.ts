import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import {
  invoiceCreditsQuery,
  invoiceHeadersQuery,
  invoiceMessagesQuery,
  invoicePaymentsQuery,
  invoiceQuery,
  invoicesQuery,
  lineEventsQuery,
} from './queries.ts';

export const invoicesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/billing/invoices',
  validateSearch: searches.invoices,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(invoicesQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'InvoicesPage'),
});

/** For the role that sees statements and the heads of invoices alone. */
export const invoiceHeadersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/billing/invoice-headers',
  validateSearch: searches.invoiceHeaders,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(invoiceHeadersQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./headers-page.tsx'), 'InvoiceHeadersPage'),
});

export const invoiceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/billing/invoices/$invoiceId',
  validateSearch: searches.invoice,
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, params: { invoiceId }, deps }) => {
    void queryClient.prefetchQuery(invoicePaymentsQuery(invoiceId));
    void queryClient.prefetchQuery(invoiceCreditsQuery(invoiceId));
    void queryClient.prefetchQuery(invoiceMessagesQuery(invoiceId));
    await orNotFound(queryClient.ensureQueryData(invoiceQuery(invoiceId, deps)));
  },
  component: lazyRouteComponent(() => import('./detail-page.tsx'), 'InvoicePage'),
});

const pay = createRoute({
  getParentRoute: () => invoiceRoute,
  path: 'pay',
  component: lazyRouteComponent(() => import('./pay-form.tsx'), 'PayInvoice'),
});

const credit = createRoute({
  getParentRoute: () => invoiceRoute,
  path: 'credit',
  component: lazyRouteComponent(() => import('./credit-form.tsx'), 'CreditInvoice'),
});

const voidIt = createRoute({
  getParentRoute: () => invoiceRoute,
  path: 'void',
  component: lazyRouteComponent(() => import('./end-forms.tsx'), 'VoidInvoice'),
});

const writeOff = createRoute({
  getParentRoute: () => invoiceRoute,
  path: 'write-off',
  component: lazyRouteComponent(() => import('./end-forms.tsx'), 'WriteOffInvoice'),
});

export const invoiceLineRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/billing/invoices/$invoiceId/lines/$lineId',
  validateSearch: searches.invoiceLine,
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, params: { invoiceId, lineId }, deps }) => {
    void queryClient.prefetchQuery(lineEventsQuery(lineId)(deps.cursor));
    await orNotFound(queryClient.ensureQueryData(invoiceQuery(invoiceId)));
  },
  component: lazyRouteComponent(() => import('./line-page.tsx'), 'InvoiceLinePage'),
});

export const invoiceRoutes: readonly AnyRoute[] = [
  invoicesRoute,
  invoiceHeadersRoute,
  invoiceRoute.addChildren([pay, credit, voidIt, writeOff]),
  invoiceLineRoute,
];
