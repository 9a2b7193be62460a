import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { groupQuery, unclassifiedQuery } from './queries.ts';

export const unclassifiedRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/unclassified',
  validateSearch: searches.unclassified,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(unclassifiedQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'UnclassifiedPage'),
});

export const groupRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/unclassified/$groupId',
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.ensureQueryData(groupQuery(params.groupId))),
  component: lazyRouteComponent(() => import('./group-page.tsx'), 'UnclassifiedGroupPage'),
});

export const claimRoute = createRoute({
  getParentRoute: () => groupRoute,
  path: 'claim',
  validateSearch: searches.unclassifiedClaim,
  component: lazyRouteComponent(() => import('./claim-form.tsx'), 'ClaimUsage'),
});

export const unclassifiedRoutes: readonly AnyRoute[] = [
  unclassifiedRoute,
  groupRoute.addChildren([claimRoute]),
];
