import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { credentialsQuery } from '../credentials/queries.ts';
import { subscriberHistoryQuery, subscriberQuery, subscribersQuery } from './queries.ts';

export const subscribersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/subscribers',
  validateSearch: searches.subscribers,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(subscribersQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'SubscribersPage'),
});

export const newSubscriberRoute = createRoute({
  getParentRoute: () => subscribersRoute,
  path: 'new',
  validateSearch: searches.subscriberNew,
  component: lazyRouteComponent(() => import('./new-form.tsx'), 'NewSubscriber'),
});

export const subscriberRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/subscribers/$subscriberId',
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.ensureQueryData(subscriberQuery(params.subscriberId))),
  component: lazyRouteComponent(() => import('./detail-page.tsx'), 'SubscriberPage'),
});

/** The tab that forms open over. */
const generalTab = createRoute({
  getParentRoute: () => subscriberRoute,
  id: 'general',
  component: lazyRouteComponent(() => import('./general-tab.tsx'), 'SubscriberGeneralTab'),
});

const general = createRoute({ getParentRoute: () => generalTab, path: '/' });

export const subscriberCredentialsRoute = createRoute({
  getParentRoute: () => subscriberRoute,
  path: 'credentials',
  validateSearch: searches.subscriberTab,
  loaderDeps: ({ search }) => search,
  loader: ({ context, params, deps }) =>
    void context.queryClient.prefetchQuery(
      credentialsQuery({ subscriberId: params.subscriberId })(deps.cursor),
    ),
  component: lazyRouteComponent(() => import('./credentials-tab.tsx'), 'SubscriberCredentialsTab'),
});

const historyTab = createRoute({
  getParentRoute: () => subscriberRoute,
  path: 'history',
  loader: ({ context, params }) =>
    void context.queryClient.prefetchQuery(subscriberHistoryQuery(params.subscriberId)),
  component: lazyRouteComponent(() => import('./history-tab.tsx'), 'SubscriberHistoryTab'),
});

const edit = createRoute({
  getParentRoute: () => generalTab,
  path: 'edit',
  component: lazyRouteComponent(() => import('./edit-form.tsx'), 'EditSubscriber'),
});

const memberships = createRoute({
  getParentRoute: () => generalTab,
  path: 'memberships',
  component: lazyRouteComponent(() => import('./memberships-form.tsx'), 'ChangeMemberships'),
});

export const subscriberRoutes: readonly AnyRoute[] = [
  subscribersRoute.addChildren([newSubscriberRoute]),
  subscriberRoute.addChildren([
    generalTab.addChildren([general, edit, memberships]),
    subscriberCredentialsRoute,
    historyTab,
  ]),
];
