import { createRoute, lazyRouteComponent, redirect, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import * as searches from '../../lib/searches.ts';
import {
  apiKeysQuery,
  auditQuery,
  ingestQuery,
  peopleQuery,
  scheduleQuery,
  sellerQuery,
  sendingQuery,
} from './queries.ts';

const settings = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  beforeLoad: ({ location }) => {
    if (location.pathname === '/settings') throw redirect({ to: '/settings/seller' });
  },
});

const seller = createRoute({
  getParentRoute: () => settings,
  path: 'seller',
  loader: ({ context }) => context.queryClient.ensureQueryData(sellerQuery),
  component: lazyRouteComponent(() => import('./seller-page.tsx'), 'SellerPage'),
});

const editSeller = createRoute({
  getParentRoute: () => seller,
  path: 'edit',
  component: lazyRouteComponent(() => import('./seller-form.tsx'), 'EditSeller'),
});

const billing = createRoute({
  getParentRoute: () => settings,
  path: 'billing',
  loader: ({ context: { queryClient } }) =>
    Promise.all([
      queryClient.ensureQueryData(scheduleQuery),
      queryClient.ensureQueryData(sendingQuery),
    ]),
  component: lazyRouteComponent(() => import('./billing-page.tsx'), 'BillingSettingsPage'),
});

const editSchedule = createRoute({
  getParentRoute: () => billing,
  path: 'schedule',
  component: lazyRouteComponent(() => import('./billing-forms.tsx'), 'EditSchedule'),
});

const editSending = createRoute({
  getParentRoute: () => billing,
  path: 'sending',
  component: lazyRouteComponent(() => import('./billing-forms.tsx'), 'EditSending'),
});

const ingest = createRoute({
  getParentRoute: () => settings,
  path: 'ingest',
  loader: ({ context }) => context.queryClient.ensureQueryData(ingestQuery),
  component: lazyRouteComponent(() => import('./ingest-page.tsx'), 'IngestSettingsPage'),
});

const editIngest = createRoute({
  getParentRoute: () => ingest,
  path: 'edit',
  component: lazyRouteComponent(() => import('./ingest-form.tsx'), 'EditIngestSettings'),
});

export const apiKeysRoute = createRoute({
  getParentRoute: () => settings,
  path: 'api-keys',
  validateSearch: searches.apiKeys,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(apiKeysQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./api-keys-page.tsx'), 'ApiKeysPage'),
});

export const newApiKeyRoute = createRoute({
  getParentRoute: () => apiKeysRoute,
  path: 'new',
  validateSearch: searches.apiKeyNew,
  loader: ({ context }) => context.queryClient.ensureQueryData(apiKeysQuery({})(undefined)),
  component: lazyRouteComponent(() => import('./api-key-form.tsx'), 'NewApiKey'),
});

export const peopleRoute = createRoute({
  getParentRoute: () => settings,
  path: 'people',
  validateSearch: searches.people,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(peopleQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./people-page.tsx'), 'PeoplePage'),
});

const invite = createRoute({
  getParentRoute: () => peopleRoute,
  path: 'invite',
  component: lazyRouteComponent(() => import('./invite-form.tsx'), 'InvitePerson'),
});

export const auditLogRoute = createRoute({
  getParentRoute: () => settings,
  path: 'audit-log',
  validateSearch: searches.auditLog,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(auditQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./audit-page.tsx'), 'AuditLogPage'),
});

const security = createRoute({
  getParentRoute: () => settings,
  path: 'security',
  component: lazyRouteComponent(() => import('./security-page.tsx'), 'SecurityPage'),
});

export const settingsRoutes: readonly AnyRoute[] = [
  settings.addChildren([
    seller.addChildren([editSeller]),
    billing.addChildren([editSchedule, editSending]),
    ingest.addChildren([editIngest]),
    apiKeysRoute.addChildren([newApiKeyRoute]),
    peopleRoute.addChildren([invite]),
    auditLogRoute,
    security,
  ]),
];
