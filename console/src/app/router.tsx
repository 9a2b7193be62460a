import type { QueryClient } from '@tanstack/react-query';
import { createRouter, type AnyRouter } from '@tanstack/react-router';
import { createQueryClient } from '../lib/query-client.ts';
import { parseSearch, stringifySearch } from '../lib/search.ts';
import { organizationRoutes } from '../pages/organizations/routes.ts';
import { eventRoutes } from '../pages/events/routes.ts';
import { overviewRoutes } from '../pages/overview/routes.ts';
import { credentialRoutes } from '../pages/credentials/routes.ts';
import { statementRoutes } from '../pages/statements/routes.ts';
import { invoiceRoutes } from '../pages/invoices/routes.ts';
import { paymentRoutes } from '../pages/payments/routes.ts';
import { creditNoteRoutes } from '../pages/credit-notes/routes.ts';
import { billingRunRoutes } from '../pages/billing-runs/routes.ts';
import { unclassifiedRoutes } from '../pages/unclassified/routes.ts';
import { reattributionRoutes } from '../pages/reattributions/routes.ts';
import { usageRoutes } from '../pages/usage/routes.ts';
import { subscriptionRoutes } from '../pages/subscriptions/routes.ts';
import { planRoutes } from '../pages/plans/routes.ts';
import { productRoutes } from '../pages/products/routes.ts';
import { meterRoutes } from '../pages/meters/routes.ts';
import { settingsRoutes } from '../pages/settings/routes.ts';
import { checkRoutes } from '../pages/checks/routes.ts';
import { sharedRoutes } from '../pages/shared/routes.ts';
import { mergeRoutes } from '../pages/merges/routes.ts';
import { splitRoutes } from '../pages/splits/routes.ts';
import { findingRoutes } from '../pages/findings/routes.ts';
import { subscriberRoutes } from '../pages/subscribers/routes.ts';
import { NotFound, Pending, RouteTrouble } from './fallbacks.tsx';
import { joinRoute, nowhereRoute, rootRoute, shellRoute, signInRoute } from './routes.tsx';

const pendingMs = 250;
const preloadDelayMs = 40;

/** Each domain's pages bring their own routes; here is the only place that knows all of them. */
const pages = [
  ...overviewRoutes,
  ...organizationRoutes,
  ...subscriberRoutes,
  ...credentialRoutes,
  ...statementRoutes,
  ...eventRoutes,
  ...invoiceRoutes,
  ...paymentRoutes,
  ...creditNoteRoutes,
  ...usageRoutes,
  ...mergeRoutes,
  ...splitRoutes,
  ...settingsRoutes,
  ...checkRoutes,
  ...findingRoutes,
  ...subscriptionRoutes,
  ...planRoutes,
  ...productRoutes,
  ...meterRoutes,
  ...billingRunRoutes,
  ...unclassifiedRoutes,
  ...reattributionRoutes,
];

export function createConsoleRouter(): { router: AnyRouter; queryClient: QueryClient } {
  const queryClient: QueryClient = createQueryClient(() => {
    queryClient.removeQueries();
    const next = router.state.location.href;
    void router.navigate({ to: '/sign-in', search: { next } });
  });
  const router: AnyRouter = createRouter({
    routeTree: rootRoute.addChildren([
      signInRoute,
      joinRoute,
      ...sharedRoutes,
      shellRoute.addChildren([...pages, nowhereRoute]),
    ]),
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: false,
    defaultPreloadDelay: preloadDelayMs,
    // What is fresh enough is for the query client to say.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: pendingMs,
    defaultPendingComponent: Pending,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: RouteTrouble,
    scrollRestoration: true,
  });
  // The address whose page is drawn: what waits for a page, such as a test, need not guess.
  router.subscribe('onResolved', ({ toLocation }) => {
    document.documentElement.dataset['shown'] = toLocation.href;
  });
  return { router, queryClient };
}
