import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { rootRoute } from '../../app/routes.tsx';

/** What a share link shows, to whoever has it: outside of the frame, for nobody is signed in. */
const shared = createRoute({
  getParentRoute: () => rootRoute,
  path: '/shared',
  component: lazyRouteComponent(() => import('./shared-page.tsx'), 'SharedPage'),
});

export const sharedRoutes: readonly AnyRoute[] = [shared];
