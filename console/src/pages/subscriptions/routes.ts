import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { subscriptionHistoryQuery, subscriptionQuery, subscriptionsQuery } from './queries.ts';

export const subscriptionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/subscriptions',
  validateSearch: searches.subscriptions,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(subscriptionsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'SubscriptionsPage'),
});

export const newSubscriptionRoute = createRoute({
  getParentRoute: () => subscriptionsRoute,
  path: 'new',
  validateSearch: searches.subscriptionNew,
  component: lazyRouteComponent(() => import('./new-form.tsx'), 'NewSubscription'),
});

export const subscriptionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/subscriptions/$subscriptionId',
  loader: async ({ context: { queryClient }, params: { subscriptionId } }) => {
    void queryClient.prefetchQuery(subscriptionHistoryQuery(subscriptionId));
    await orNotFound(queryClient.ensureQueryData(subscriptionQuery(subscriptionId)));
  },
  component: lazyRouteComponent(() => import('./detail-page.tsx'), 'SubscriptionPage'),
});

const edit = createRoute({
  getParentRoute: () => subscriptionRoute,
  path: 'edit',
  component: lazyRouteComponent(() => import('./edit-form.tsx'), 'EditSubscription'),
});

const changePlan = createRoute({
  getParentRoute: () => subscriptionRoute,
  path: 'change-plan',
  component: lazyRouteComponent(() => import('./verb-forms.tsx'), 'ChangePlan'),
});

const cancel = createRoute({
  getParentRoute: () => subscriptionRoute,
  path: 'cancel',
  component: lazyRouteComponent(() => import('./verb-forms.tsx'), 'CancelSubscription'),
});

const pause = createRoute({
  getParentRoute: () => subscriptionRoute,
  path: 'pause',
  component: lazyRouteComponent(() => import('./verb-forms.tsx'), 'PauseSubscription'),
});

export const subscriptionRoutes: readonly AnyRoute[] = [
  subscriptionsRoute.addChildren([newSubscriptionRoute]),
  subscriptionRoute.addChildren([edit, changePlan, cancel, pause]),
];
