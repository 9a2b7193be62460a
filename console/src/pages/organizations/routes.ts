import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { credentialsQuery } from '../credentials/queries.ts';
import { statementQuery } from '../statements/queries.ts';
import { subscriptionsQuery } from '../subscriptions/queries.ts';
import { subscribersQuery } from '../subscribers/queries.ts';
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
  path: '/customers/organizations/tree',
  validateSearch: searches.organizationTree,
  component: lazyRouteComponent(() => import('./tree-page.tsx'), 'OrganizationTreePage'),
});

export const organizationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/organizations/$organizationId',
  loader: async ({ context, params }) => {
    void context.queryClient.prefetchQuery(ancestorsQuery(params.organizationId));
    await orNotFound(context.queryClient.ensureQueryData(organizationQuery(params.organizationId)));
  },
  component: lazyRouteComponent(() => import('./detail-page.tsx'), 'OrganizationPage'),
});

/** The tab that forms open over. */
const generalTab = createRoute({
  getParentRoute: () => organizationRoute,
  id: 'general',
  component: lazyRouteComponent(() => import('./general-tab.tsx'), 'GeneralTab'),
});

const general = createRoute({ getParentRoute: () => generalTab, path: '/' });

const treeTab = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'tree',
  loader: ({ context, params }) =>
    void context.queryClient.prefetchQuery(descendantsQuery(params.organizationId)),
  component: lazyRouteComponent(() => import('./tree-tab.tsx'), 'TreeTab'),
});

export const membersTab = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'members',
  validateSearch: searches.organizationTab,
  loaderDeps: ({ search }) => search,
  loader: ({ context, params: { organizationId }, deps }) =>
    void context.queryClient.prefetchQuery(subscribersQuery({ organizationId })(deps.cursor)),
  component: lazyRouteComponent(() => import('./members-tab.tsx'), 'MembersTab'),
});

export const credentialsTab = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'credentials',
  validateSearch: searches.organizationTab,
  loaderDeps: ({ search }) => search,
  loader: ({ context, params: { organizationId }, deps }) =>
    void context.queryClient.prefetchQuery(credentialsQuery({ organizationId })(deps.cursor)),
  component: lazyRouteComponent(
    () => import('./credentials-tab.tsx'),
    'OrganizationCredentialsTab',
  ),
});

export const subscriptionsTab = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'subscriptions',
  validateSearch: searches.organizationTab,
  loaderDeps: ({ search }) => search,
  loader: ({ context, params: { organizationId }, deps }) =>
    void context.queryClient.prefetchQuery(subscriptionsQuery({ organizationId })(deps.cursor)),
  component: lazyRouteComponent(
    () => import('./subscriptions-tab.tsx'),
    'OrganizationSubscriptionsTab',
  ),
});

export const usageTab = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'usage',
  validateSearch: searches.usage,
  component: lazyRouteComponent(() => import('./usage-tab.tsx'), 'UsageTab'),
});

const statementTab = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'statement',
  loader: ({ context, params }) =>
    void context.queryClient.prefetchQuery(statementQuery(params.organizationId, {})),
  component: lazyRouteComponent(() => import('./statement-tab.tsx'), 'StatementTab'),
});

const historyTab = createRoute({
  getParentRoute: () => organizationRoute,
  path: 'history',
  loader: ({ context, params }) =>
    void context.queryClient.prefetchQuery(organizationHistoryQuery(params.organizationId)),
  component: lazyRouteComponent(() => import('./history-tab.tsx'), 'HistoryTab'),
});

const edit = createRoute({
  getParentRoute: () => generalTab,
  path: 'edit',
  component: lazyRouteComponent(() => import('./edit-form.tsx'), 'EditOrganization'),
});

const move = createRoute({
  getParentRoute: () => generalTab,
  path: 'move',
  component: lazyRouteComponent(() => import('./move-form.tsx'), 'MoveOrganization'),
});

const billTo = createRoute({
  getParentRoute: () => generalTab,
  path: 'bill-to',
  component: lazyRouteComponent(() => import('./bill-to-form.tsx'), 'BillOrganizationTo'),
});

export const organizationMergeRoute = createRoute({
  getParentRoute: () => generalTab,
  path: 'merge',
  validateSearch: searches.organizationMerge,
  component: lazyRouteComponent(() => import('../merges/merge-form.tsx'), 'MergeOrganization'),
});

const split = createRoute({
  getParentRoute: () => generalTab,
  path: 'split',
  component: lazyRouteComponent(() => import('../splits/split-form.tsx'), 'SplitOrganization'),
});

export const organizationRoutes: readonly AnyRoute[] = [
  organizationsRoute.addChildren([newOrganizationRoute]),
  treeRoute,
  organizationRoute.addChildren([
    generalTab.addChildren([general, edit, move, billTo, organizationMergeRoute, split]),
    treeTab,
    membersTab,
    credentialsTab,
    subscriptionsTab,
    usageTab,
    statementTab,
    historyTab,
  ]),
];
