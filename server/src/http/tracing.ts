import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Span, Tracing } from '../lib/tracing.ts';
import { asProblem } from './errors.ts';

/** Asked every few seconds by machines that want to know no more than the answer. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * A span for each request, under that of whoever asks (`traceparent`). Its name is the route's pattern and never the
 * address, which may hold what somebody pasted into it. Before anything else looks at the request.
 */
export function traceRequests(app: FastifyInstance, tracing: Tracing | undefined): void {
  if (tracing === undefined) return;
  const spans = new WeakMap<FastifyRequest, Span>();
  const end = (request: FastifyRequest, isFailure: boolean): void => {
    spans.get(request)?.end(isFailure);
    spans.delete(request);
  };

  app.addHook('onRequest', (request, _reply, done) => {
    const { url: route } = request.routeOptions;
    if (route !== undefined && QUIET.has(route)) {
      done();
      return;
    }
    const span = tracing.begin(
      route === undefined ? request.method : `${request.method} ${route}`,
      {
        under: callerOf(tracing, request),
        isAnswer: true,
        facts: factsOf(request),
      },
    );
    spans.set(request, span);
    tracing.within(span.place, done);
  });
  app.addHook('onError', async (request, _reply, error) =>
    spans.get(request)?.tell({ 'error.type': asProblem(error).code }),
  );
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode } = reply;
    spans.get(request)?.tell({ 'http.response.status_code': statusCode });
    end(request, statusCode >= 500);
  });
  app.addHook('onRequestAbort', async (request) => {
    spans.get(request)?.tell({ 'error.type': 'aborted' });
    end(request, false);
  });
}

function callerOf(tracing: Tracing, { headers }: FastifyRequest) {
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? tracing.placeOf(traceparent) : null;
}

function factsOf({ id, method, routeOptions: { url: route, config } }: FastifyRequest) {
  return {
    'http.request.method': method,
    ...(route !== undefined && { 'http.route': route }),
    ...(config.operation !== undefined && { 'customary.operation': config.operation }),
    'customary.request_id': id,
  };
}
