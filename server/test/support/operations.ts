import type { FastifyInstance } from 'fastify';
import type { Json } from './app.ts';

export type TestedOperation = { id: string; method: string; url: string; path: string };

/** Every operation of the OpenAPI document, with an address at which there is nothing. */
export function operationsOf(app: FastifyInstance): TestedOperation[] {
  const { paths } = app.swagger() as Json;
  return Object.entries<Json>(paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      // The address is judged only after the permission, so any will do.
      url: path.replaceAll(/\{\w+\}/g, 'nothing'),
    })),
  );
}
