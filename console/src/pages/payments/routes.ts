import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { paymentQuery, paymentRefundsQuery, paymentsQuery } from './queries.ts';

export const paymentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/billing/payments',
  validateSearch: searches.payments,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(paymentsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'PaymentsPage'),
});

export const newPaymentRoute = createRoute({
  getParentRoute: () => paymentsRoute,
  path: 'new',
  validateSearch: searches.paymentNew,
  component: lazyRouteComponent(() => import('./new-form.tsx'), 'NewPayment'),
});

export const paymentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/billing/payments/$paymentId',
  loader: async ({ context: { queryClient }, params: { paymentId } }) => {
    void queryClient.prefetchQuery(paymentRefundsQuery(paymentId));
    await orNotFound(queryClient.ensureQueryData(paymentQuery(paymentId)));
  },
  component: lazyRouteComponent(() => import('./detail-page.tsx'), 'PaymentPage'),
});

const reverse = createRoute({
  getParentRoute: () => paymentRoute,
  path: 'reverse',
  component: lazyRouteComponent(() => import('./reverse-form.tsx'), 'ReversePayment'),
});

const refund = createRoute({
  getParentRoute: () => paymentRoute,
  path: 'refund',
  component: lazyRouteComponent(() => import('./refund-form.tsx'), 'RefundPayment'),
});

const allocate = createRoute({
  getParentRoute: () => paymentRoute,
  path: 'allocate',
  component: lazyRouteComponent(() => import('./allocate-payment.tsx'), 'AllocatePayment'),
});

export const paymentRoutes: readonly AnyRoute[] = [
  paymentsRoute.addChildren([newPaymentRoute]),
  paymentRoute.addChildren([reverse, refund, allocate]),
];
