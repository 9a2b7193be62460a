import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { shellRoute } from '../../app/routes.tsx';
import { orNotFound } from '../../lib/loading.ts';
import * as searches from '../../lib/searches.ts';
import { productQuery, productsQuery } from './queries.ts';

export const productsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/catalog/products',
  validateSearch: searches.products,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchQuery(productsQuery(deps)(deps.cursor)),
  component: lazyRouteComponent(() => import('./list-page.tsx'), 'ProductsPage'),
});

const newProduct = createRoute({
  getParentRoute: () => productsRoute,
  path: 'new',
  component: lazyRouteComponent(() => import('./product-forms.tsx'), 'NewProduct'),
});

export const editProductRoute = createRoute({
  getParentRoute: () => productsRoute,
  path: '$productId',
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.ensureQueryData(productQuery(params.productId))),
  component: lazyRouteComponent(() => import('./product-forms.tsx'), 'EditProduct'),
});

export const productRoutes: readonly AnyRoute[] = [
  productsRoute.addChildren([newProduct, editProductRoute]),
];
