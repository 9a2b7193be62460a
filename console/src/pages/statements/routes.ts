import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { statementQuery, statementsQuery } from './queries.ts';

export const statementsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/statements',
  validateSearch: searches.statements,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(statementsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'StatementsPage'),
});

export const statementRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/statements/$organizationId',
  validateSearch: searches.statement,
  loaderDeps: ({ search }) => search,
  loader: ({ context, params, deps }) =>
    orNotFound(context.queryClient.ensureQueryData(statementQuery(params.organizationId, deps))),
  component: lazyRouteComponent(() => import('./statement-page.tsx'), 'StatementPage'),
});

const share = createRoute({
  getParentRoute: () => statementRoute,
  path: 'share',
  component: lazyRouteComponent(() => import('./share-form.tsx'), 'ShareStatement'),
});

export const statementRoutes: readonly AnyRoute[] = [
  statementsRoute,
  statementRoute.addChildren([share]),
];
