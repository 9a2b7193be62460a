import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import * as searches from '../../lib/searches.ts';
import { findingsQuery } from './queries.ts';

export const findingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/findings',
  validateSearch: searches.findings,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(findingsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./findings-page.tsx'), 'FindingsPage'),
});

export const findingRoutes: readonly AnyRoute[] = [findingsRoute];
