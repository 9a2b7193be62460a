import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { creditNoteQuery, creditNotesQuery } from './queries.ts';

export const creditNotesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/billing/credit-notes',
  validateSearch: searches.creditNotes,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(creditNotesQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'CreditNotesPage'),
});

export const creditNoteRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/billing/credit-notes/$creditNoteId',
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.ensureQueryData(creditNoteQuery(params.creditNoteId))),
  component: lazyRouteComponent(() => import('./detail-page.tsx'), 'CreditNotePage'),
});

const refund = createRoute({
  getParentRoute: () => creditNoteRoute,
  path: 'refund',
  component: lazyRouteComponent(() => import('./refund-form.tsx'), 'RefundCreditNote'),
});

const allocate = createRoute({
  getParentRoute: () => creditNoteRoute,
  path: 'allocate',
  component: lazyRouteComponent(() => import('./allocate-credit.tsx'), 'AllocateCredit'),
});

export const creditNoteRoutes: readonly AnyRoute[] = [
  creditNotesRoute,
  creditNoteRoute.addChildren([refund, allocate]),
];
