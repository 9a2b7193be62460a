import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import * as searches from '../../lib/searches.ts';
import {
  ancestorsQuery,
  descendantsQuery,
  organizationHistoryQuery,
  organizationQuery,
  organizationsQuery,
} from './queries.ts';

export const organizationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/organizations',
  validateSearch: searches.organizations,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(organizationsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'OrganizationsPage'),
});

export const newOrganizationRoute = createRoute({
  getParentRoute: () => organizationsRoute,
  path: 'new',
  validateSearch: searches.organizationNew,
  component: lazyRouteComponent(() => import('./new-form.tsx'), 'NewOrganization'),
});

export const treeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/tree',
  validateSearch: searches.organizationTree,
  component: lazyRouteComponent(() => import('./tree-page.tsx'), 'OrganizationTreePage'),
});

export const organizationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/organizations/$organizationId',
  loader: async ({ context, params }) => {
    void context.queryClient.prefetchQuery(ancestorsQuery(params.organizationId));
    await context.queryClient.ensureQueryData(organizationQuery(params.organizationId));
  },
  component: lazyRouteComponent(() => import('./detail-page.tsx'), 'OrganizationPage'),
});

const generalTab = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./general-tab.tsx'), 'GeneralTab'),
});

const treeTab = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'tree',
  loader: ({ context, params }) =>
    void context.queryClient.prefetchQuery(descendantsQuery(params.organizationId)),
  component: lazyRouteComponent(() => import('./tree-tab.tsx'), 'TreeTab'),
});

const historyTab = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'history',
  loader: ({ context, params }) =>
    void context.queryClient.prefetchQuery(organizationHistoryQuery(params.organizationId)),
  component: lazyRouteComponent(() => import('./history-tab.tsx'), 'HistoryTab'),
});

const edit = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'edit',
  component: lazyRouteComponent(() => import('./edit-form.tsx'), 'EditOrganization'),
});

const move = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'move',
  component: lazyRouteComponent(() => import('./move-form.tsx'), 'MoveOrganization'),
});

const billTo = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'bill-to',
  component: lazyRouteComponent(() => import('./bill-to-form.tsx'), 'BillOrganizationTo'),
});

export const organizationRoutes: readonly AnyRoute[] = [
  organizationsRoute.addChildren([newOrganizationRoute]),
  treeRoute,
  organizationRoute.addChildren([generalTab, treeTab, historyTab, edit, move, billTo]),
];
