import { randomUUID } from 'node:crypto';
import fastifySwagger from '@fastify/swagger';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { createSignIn } from '../access/sign-in-actions.ts';
import type { Deployment } from '../db/deployment.ts';
import { decodeUtf8, Ndjson, parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';
import { registerConsole } from './console.ts';
import { registerDocs } from './docs.ts';
import { guard } from './guard.ts';
import { secureHeaders } from './security.ts';
import { asProblem, errorHandler, sendProblem } from './errors.ts';
import { registerHealth } from './health.ts';
import { describeApi } from './openapi.ts';
import { registerDomains } from './domains.ts';
import { traceRequests } from './tracing.ts';
import { validate } from './validation.ts';

/** The whole API as a Fastify instance, not yet listening. */
export async function createApp(deployment: Deployment): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = deployment.log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytesMax,
    // Whoever does not send what was announced holds room that others wait for.
    requestTimeout: limits.requestSentMsMax,
    http: { connectionsCheckingInterval: limits.requestsLookedAtEveryMs },
    genReqId: () => `req_${randomUUID()}`,
    routerOptions: { maxParamLength: 512 },
    exposeHeadRoutes: false,
    // Without a proxy that is named, X-Forwarded-For is what anybody may write.
    trustProxy: deployment.trustedProxies ?? [],
    frameworkErrors: (error, request, reply) =>
      void sendProblem(reply, asProblem(error), request.id),
  });
  app.setValidatorCompiler(validate);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(errorHandler);
  const pages = registerConsole(app);
  app.setNotFoundHandler((request, reply) => {
    if (pages.answers(request)) return pages.send(reply);
    const problem = new Problem(
      'not_found',
      'There is nothing at this address. See /docs for what there is.',
    );
    return sendProblem(reply, problem, request.id);
  });
  parseBodies(app);
  secureHeaders(app, deployment);
  traceRequests(app, deployment.database.tracing);
  const signIn = createSignIn(deployment);
  guard(app, deployment, signIn);
  logRequests(app);

  await app.register(fastifySwagger, describeApi);
  registerHealth(app, deployment);
  registerDocs(app);
  registerDomains(app, deployment, signIn);
  await app.ready();
  return app;
}

function parseBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => {
    try {
      done(null, bytes.length === 0 ? undefined : parseJson(decodeUtf8(bytes as Buffer)));
    } catch (error) {
      done(error as Error);
    }
  });
  app.addContentTypeParser(
    'application/x-ndjson',
    { parseAs: 'buffer' },
    (_request, bytes, done) => {
      try {
        done(null, new Ndjson(decodeUtf8(bytes as Buffer)));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** The route's pattern is logged, never the address: an address may hold what somebody pasted into it. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        principal: request.principal?.id ?? null,
      },
      'request',
    );
  });
}
