import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import {
  bindingsQuery,
  credentialHistoryQuery,
  credentialQuery,
  credentialsQuery,
} from './queries.ts';

export const credentialsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/credentials',
  validateSearch: searches.credentials,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(credentialsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'CredentialsPage'),
});

export const newCredentialRoute = createRoute({
  getParentRoute: () => credentialsRoute,
  path: 'new',
  validateSearch: searches.credentialNew,
  component: lazyRouteComponent(() => import('./new-form.tsx'), 'NewCredential'),
});

export const credentialRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/credentials/$credentialId',
  loader: async ({ context, params }) => {
    void context.queryClient.prefetchQuery(bindingsQuery(params.credentialId));
    await orNotFound(context.queryClient.ensureQueryData(credentialQuery(params.credentialId)));
  },
  component: lazyRouteComponent(() => import('./detail-page.tsx'), 'CredentialPage'),
});

/** The tab that forms open over. */
const generalTab = createRoute({
  getParentRoute: () => credentialRoute,
  id: 'general',
  component: lazyRouteComponent(() => import('./general-tab.tsx'), 'CredentialGeneralTab'),
});

const general = createRoute({ getParentRoute: () => generalTab, path: '/' });

const historyTab = createRoute({
  getParentRoute: () => credentialRoute,
  path: 'history',
  loader: ({ context, params }) =>
    void context.queryClient.prefetchQuery(credentialHistoryQuery(params.credentialId)),
  component: lazyRouteComponent(() => import('./history-tab.tsx'), 'CredentialHistoryTab'),
});

const edit = createRoute({
  getParentRoute: () => generalTab,
  path: 'edit',
  component: lazyRouteComponent(() => import('./edit-form.tsx'), 'EditCredential'),
});

const move = createRoute({
  getParentRoute: () => generalTab,
  path: 'move',
  component: lazyRouteComponent(() => import('./move-form.tsx'), 'MoveCredential'),
});

const rotate = createRoute({
  getParentRoute: () => generalTab,
  path: 'rotate',
  component: lazyRouteComponent(() => import('./rotate-form.tsx'), 'RotateCredential'),
});

export const credentialRoutes: readonly AnyRoute[] = [
  credentialsRoute.addChildren([newCredentialRoute]),
  credentialRoute.addChildren([generalTab.addChildren([general, edit, move, rotate]), historyTab]),
];
