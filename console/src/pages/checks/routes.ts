import { queryOptions } from '@tanstack/react-query';
import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { api } from '../../lib/api.ts';

export const checksQuery = queryOptions({
  queryKey: ['checks'] as readonly unknown[],
  queryFn: ({ signal }) => api().checks.run({}, { signal }),
});

const checks = createRoute({
  getParentRoute: () => shellRoute,
  path: '/checks',
  loader: ({ context }) => void context.queryClient.prefetchQuery(checksQuery),
  component: lazyRouteComponent(() => import('./checks-page.tsx'), 'ChecksPage'),
});

export const checkRoutes: readonly AnyRoute[] = [checks];
