import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { reattributionQuery, reattributionsQuery } from './queries.ts';

export const reattributionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/reattributions',
  validateSearch: searches.reattributions,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(reattributionsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'ReattributionsPage'),
});

export const newReattributionRoute = createRoute({
  getParentRoute: () => reattributionsRoute,
  path: 'new',
  validateSearch: searches.reattributionNew,
  component: lazyRouteComponent(() => import('./new-form.tsx'), 'NewReattribution'),
});

export const reattributionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/reattributions/$reattributionId',
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.ensureQueryData(reattributionQuery(params.reattributionId))),
  component: lazyRouteComponent(() => import('./detail-page.tsx'), 'ReattributionPage'),
});

export const reattributionRoutes: readonly AnyRoute[] = [
  reattributionsRoute.addChildren([newReattributionRoute]),
  reattributionRoute,
];
