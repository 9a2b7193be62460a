import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { meterQuery, metersQuery } from './queries.ts';

export const metersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/catalog/meters',
  validateSearch: searches.meters,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(metersQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'MetersPage'),
});

const newMeter = createRoute({
  getParentRoute: () => metersRoute,
  path: 'new',
  component: lazyRouteComponent(() => import('./meter-forms.tsx'), 'NewMeter'),
});

export const editMeterRoute = createRoute({
  getParentRoute: () => metersRoute,
  path: '$meterId',
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.ensureQueryData(meterQuery(params.meterId))),
  component: lazyRouteComponent(() => import('./meter-forms.tsx'), 'EditMeter'),
});

export const meterRoutes: readonly AnyRoute[] = [
  metersRoute.addChildren([newMeter, editMeterRoute]),
];
