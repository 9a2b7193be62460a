import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { billingRunQuery, billingRunsQuery } from './queries.ts';

export const billingRunsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/billing/runs',
  validateSearch: searches.billingRuns,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(billingRunsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'BillingRunsPage'),
});

const newRun = createRoute({
  getParentRoute: () => billingRunsRoute,
  path: 'new',
  component: lazyRouteComponent(() => import('./new-form.tsx'), 'NewBillingRun'),
});

export const billingRunRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/billing/runs/$runId',
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.ensureQueryData(billingRunQuery(params.runId))),
  component: lazyRouteComponent(() => import('./detail-page.tsx'), 'BillingRunPage'),
});

export const billingRunRoutes: readonly AnyRoute[] = [
  billingRunsRoute.addChildren([newRun]),
  billingRunRoute,
];
