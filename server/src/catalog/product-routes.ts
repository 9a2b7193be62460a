import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import {
  createProduct,
  deleteProduct,
  requireProduct,
  restoreProduct,
  updateProduct,
} from './product-actions.ts';
import { findProduct, listProducts } from './product-queries.ts';
import {
  product,
  productCreate,
  productList,
  productParams,
  productToApi,
  productUpdate,
} from './product-schema.ts';

export function registerProducts(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'products.list',
      method: 'GET',
      url: '/v1/products',
      permission: 'products.read',
      summary: 'List products, newest first',
      query: productList,
      reply: pageOf(product),
    },
    async ({ query }) =>
      toPage(await listProducts(db, query), query, (row) => row.id, productToApi),
  );
  read(
    app,
    {
      id: 'products.get',
      method: 'GET',
      url: '/v1/products/:id',
      permission: 'products.read',
      summary: 'Get a product',
      params: productParams,
      reply: product,
    },
    async ({ params }) => {
      const row = await findProduct(db, params.id);
      if (row === undefined) throw notFound('product', params.id);
      return productToApi(row);
    },
  );
  write(
    app,
    deployment,
    {
      id: 'products.create',
      method: 'POST',
      url: '/v1/products',
      permission: 'products.create',
      summary: 'Create a product',
      body: productCreate,
      reply: product,
      status: 201,
    },
    async (action, { body }) => productToApi(await createProduct(action, body)),
  );
  write(
    app,
    deployment,
    {
      id: 'products.update',
      method: 'PATCH',
      url: '/v1/products/:id',
      permission: 'products.update',
      summary: 'Change a product',
      params: productParams,
      body: productUpdate,
      reply: product,
    },
    async (action, { params, body, ifMatch }) => {
      const before = await requireProduct(action, params.id);
      requireVersion(before, ifMatch);
      return productToApi(await updateProduct(action, before, body));
    },
  );
  write(
    app,
    deployment,
    {
      id: 'products.delete',
      method: 'DELETE',
      url: '/v1/products/:id',
      permission: 'products.delete',
      summary: 'Archive a product, or remove it if it never had a plan',
      params: productParams,
      reply: product.nullable().describe('The archived product; null if it was removed.'),
    },
    async (action, { params, ifMatch }) => {
      const before = await requireProduct(action, params.id);
      requireVersion(before, ifMatch);
      const row = await deleteProduct(action, before);
      return row && productToApi(row);
    },
  );
  write(
    app,
    deployment,
    {
      id: 'products.restore',
      method: 'POST',
      url: '/v1/products/:id/restore',
      permission: 'products.update',
      summary: 'Bring an archived product back',
      params: productParams,
      reply: product,
    },
    async (action, { params }) =>
      productToApi(await restoreProduct(action, await requireProduct(action, params.id))),
  );
}
