import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  Outlet,
  redirect,
  type AnyRoute,
} from '@tanstack/react-router';
import { isSignedOut } from '../lib/query-client.ts';
import { meQuery } from '../lib/session.ts';
import * as searches from '../lib/searches.ts';
import { NotFound, RouteTrouble } from './fallbacks.tsx';
import { JoinPage } from './join-page.tsx';
import { Shell } from './shell.tsx';
import { SignInPage } from './sign-in-page.tsx';

/** What loaders are given. */
export type Context = { readonly queryClient: QueryClient };

export const rootRoute = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: RouteTrouble,
});

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: searches.signIn,
  component: SignInPage,
});

export const joinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join',
  component: JoinPage,
});

/** Everything that needs somebody to be signed in, inside the frame with the navigation. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (!isSignedOut(error)) throw error;
      throw redirect({ to: '/sign-in', search: { next: location.href } });
    }
  },
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: RouteTrouble,
});

/** What no page answers to keeps the frame, so that one can go on from there. */
export const nowhereRoute: AnyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '$',
  component: NotFound,
});
