import { randomUUID } from 'node:crypto';
import fastifySwagger from '@fastify/swagger';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { Permission } from '../access/permissions.ts';
import type { Principal } from '../access/principal.ts';
import { authenticate } from '../access/actions.ts';
import type { Deployment } from '../db/deployment.ts';
import { decodeUtf8, Ndjson, parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';
import { registerConsole } from './console.ts';
import { registerDocs } from './docs.ts';
import { asProblem, errorHandler, sendProblem } from './errors.ts';
import { registerHealth } from './health.ts';
import { describeApi } from './openapi.ts';
import { registerDomains } from './domains.ts';
import { validate } from './validation.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    /** Absent only on what needs no key: health and documentation. */
    permission?: Permission;
  }
}

/** The whole API as a Fastify instance, not yet listening. */
export async function createApp(deployment: Deployment): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = deployment.log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytesMax,
    genReqId: () => `req_${randomUUID()}`,
    routerOptions: { maxParamLength: 512 },
    exposeHeadRoutes: false,
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
  guard(app, deployment);
  logRequests(app);

  await app.register(fastifySwagger, describeApi);
  registerHealth(app, deployment);
  registerDocs(app);
  registerDomains(app, deployment);
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

/** Refuses before the body is read: no key 401, too small a grant 403. */
function guard(app: FastifyInstance, deployment: Deployment): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request) => {
    const { permission } = request.routeOptions.config;
    if (request.is404 || permission === undefined) return;
    request.principal = await authenticate(deployment, request.headers);
    if (!request.principal.permissions.has(permission)) {
      throw new Problem(
        'forbidden',
        `This needs the permission ${permission}, which the API key "${request.principal.name}" does not have.`,
      );
    }
  });
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
