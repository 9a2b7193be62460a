import type { FastifyInstance } from 'fastify';
import { download } from '../http/download.ts';
import type { Metrics } from './registry-actions.ts';

export function registerMetrics(app: FastifyInstance, { registry }: Metrics): void {
  download(
    app,
    {
      id: 'metrics.get',
      url: '/metrics',
      permission: 'metrics.read',
      summary: 'What this process says of itself, for Prometheus',
      description:
        'In the text format of Prometheus: requests, usage recorded, what waits, connections, jobs, the lag of derived usage. Of this process, except what is read from the database.',
      file: 'metrics',
    },
    async () => ({ fileName: 'metrics.txt', content: Buffer.from(await registry.metrics()) }),
  );
}

/** Measures every request that has a route, by its pattern. */
export function measureRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const { url: route } = request.routeOptions;
    if (route === undefined) return;
    const { method } = request;
    const seconds = reply.elapsedTime / MS;
    metrics.observeRequest({ method, route, status: reply.statusCode, seconds });
  });
}

const MS = 1000;
