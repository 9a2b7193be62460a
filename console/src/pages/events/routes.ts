import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { eventsQuery, traceQuery } from './queries.ts';

export const eventsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/events',
  validateSearch: searches.events,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(eventsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'EventsPage'),
});

export const eventRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/events/$eventId',
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.ensureQueryData(traceQuery(params.eventId))),
  component: lazyRouteComponent(() => import('./event-page.tsx'), 'EventPage'),
});

export const eventRoutes: readonly AnyRoute[] = [eventsRoute, eventRoute];
