import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { mergeQuery, mergesQuery } from './queries.ts';

export const mergesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/merges',
  validateSearch: searches.merges,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(mergesQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'MergesPage'),
});

export const mergeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/merges/$mergeId',
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.ensureQueryData(mergeQuery(params.mergeId))),
  component: lazyRouteComponent(() => import('./merge-page.tsx'), 'MergePage'),
});

export const mergeRoutes: readonly AnyRoute[] = [mergesRoute, mergeRoute];
