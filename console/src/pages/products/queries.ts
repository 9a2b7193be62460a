import type { Product } from '@customary/sdk';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { products } from '../../lib/searches.ts';

export const productsQuery = listQuery<Search<typeof products>, Product>(
  'products',
  (query, reading) => api().products.list(query, reading),
);

export const productQuery = oneQuery('products', (id, reading) => api().products.get(id, reading));
