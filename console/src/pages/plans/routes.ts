import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { planQuery, plansQuery, planVersionsQuery } from './queries.ts';

export const plansRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/catalog/plans',
  validateSearch: searches.plans,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(plansQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'PlansPage'),
});

export const newPlanRoute = createRoute({
  getParentRoute: () => plansRoute,
  path: 'new',
  validateSearch: searches.planNew,
  component: lazyRouteComponent(() => import('./plan-forms.tsx'), 'NewPlan'),
});

export const planRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/catalog/plans/$planId',
  loader: async ({ context: { queryClient }, params: { planId } }) => {
    void queryClient.prefetchQuery(planVersionsQuery(planId));
    await orNotFound(queryClient.ensureQueryData(planQuery(planId)));
  },
  component: lazyRouteComponent(() => import('./detail-page.tsx'), 'PlanPage'),
});

const prices = createRoute({
  getParentRoute: () => planRoute,
  id: 'prices',
  component: lazyRouteComponent(() => import('./prices-tab.tsx'), 'PricesTab'),
});

const general = createRoute({ getParentRoute: () => prices, path: '/' });

const edit = createRoute({
  getParentRoute: () => prices,
  path: 'edit',
  component: lazyRouteComponent(() => import('./plan-forms.tsx'), 'EditPlan'),
});

export const simulatorRoute = createRoute({
  getParentRoute: () => planRoute,
  path: 'simulator',
  validateSearch: searches.planSimulator,
  component: lazyRouteComponent(() => import('./simulator-tab.tsx'), 'SimulatorTab'),
});

export const planRoutes: readonly AnyRoute[] = [
  plansRoute.addChildren([newPlanRoute]),
  planRoute.addChildren([prices.addChildren([general, edit]), simulatorRoute]),
];
