import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import * as searches from '../../lib/searches.ts';
import { usageOverTimeQuery, usageTotalsQuery } from './queries.ts';

export const usageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/usage',
  validateSearch: searches.usage,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => {
    void queryClient.prefetchQuery(usageOverTimeQuery(deps));
    void queryClient.prefetchQuery(usageTotalsQuery(deps));
  },
  component: lazyRouteComponent(() => import('./usage-page.tsx'), 'UsagePage'),
});

export const usageRoutes: readonly AnyRoute[] = [usageRoute];
