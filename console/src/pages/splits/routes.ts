import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { splitQuery, splitsQuery } from './queries.ts';

export const splitsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/splits',
  validateSearch: searches.splits,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(splitsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'SplitsPage'),
});

export const splitRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/splits/$splitId',
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.ensureQueryData(splitQuery(params.splitId))),
  component: lazyRouteComponent(() => import('./split-page.tsx'), 'SplitPage'),
});

export const splitRoutes: readonly AnyRoute[] = [splitsRoute, splitRoute];
