import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import {
  conflictsQuery,
  eventsQuery,
  ignoredEventsQuery,
  ignoredQuery,
  ignoredUsageQuery,
  rejectsQuery,
  traceQuery,
} from './queries.ts';

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

export const rejectsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/events/refused',
  validateSearch: searches.rejects,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(rejectsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./rejects-page.tsx'), 'RejectsPage'),
});

export const conflictsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/events/conflicts',
  validateSearch: searches.conflicts,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(conflictsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./conflicts-page.tsx'), 'ConflictsPage'),
});

export const ignoredUsageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/events/ignored',
  validateSearch: searches.ignoredUsage,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(ignoredUsageQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./ignored-page.tsx'), 'IgnoredUsagePage'),
});

export const ignoredRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/events/ignored/$ignoredId',
  validateSearch: searches.ignored,
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, params: { ignoredId }, deps: { cursor } }) => {
    void queryClient.prefetchQuery(ignoredEventsQuery(ignoredId)(cursor));
    await orNotFound(queryClient.ensureQueryData(ignoredQuery(ignoredId)));
  },
  component: lazyRouteComponent(() => import('./ignored-events-page.tsx'), 'IgnoredEventsPage'),
});

export const eventRoutes: readonly AnyRoute[] = [
  eventsRoute,
  rejectsRoute,
  conflictsRoute,
  ignoredUsageRoute,
  ignoredRoute,
  eventRoute,
];
