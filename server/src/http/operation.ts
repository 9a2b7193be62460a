import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import type { Permission } from '../access/permissions.ts';
import type { Principal } from '../access/principal.ts';
import { isReached } from '../access/share-link-rules.ts';
import { act, type Action, type Asked, type Source } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { invalidField, Problem } from '../lib/problem.ts';
import { type Answer, once } from './idempotency.ts';
import { problemShape } from './shapes.ts';
import { validateAllButBody } from './validation.ts';

/**
 * An operation of the API: its address, its permission, its shapes. Validation, OpenAPI and types all come from
 * this one value; the handler only translates between it and an action or a query.
 */
export type Operation<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
> = {
  /** `resource.verb`, e.g. `organizations.create`; the operationId and the name in the SDK. */
  id: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  url: string;
  permission: Permission;
  summary: string;
  description?: string;
  params?: P;
  query?: Q;
  body?: B;
  /** False where the handler judges the parts of the body one by one. */
  validateBody?: false;
  /** The shape of a successful answer, and its status (default 200). */
  reply: R;
  status?: number;
  /** POSTs take an Idempotency-Key unless this is false. */
  idempotent?: false;
};

type Empty = z.ZodUndefined;
type Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
  principal: Principal;
  request: FastifyRequest;
};

export type ReadInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = Input<
  P,
  Q,
  B
>;
export type WriteInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = Input<
  P,
  Q,
  B
> & {
  /** The version named by If-Match, if any. */
  ifMatch: number | null;
};

const ifMatchHeader = z
  .string()
  .regex(/^(W\/)?"?\d{1,9}"?$/, 'Expected a version number, such as 3')
  .transform((text) => Number(text.replace(/\D/g, '')));

function headersOf(operation: { method: string; idempotent?: false }): z.ZodType | undefined {
  if (operation.method === 'POST' && operation.idempotent !== false) {
    return z.looseObject({
      'idempotency-key': z
        .string()
        .min(1)
        .max(256)
        .optional()
        .describe('Makes a retry safe: the same key and body get the first answer.'),
    });
  }
  if (operation.method === 'PATCH' || operation.method === 'DELETE') {
    return z.looseObject({
      'if-match': ifMatchHeader
        .optional()
        .describe('The version last read; refused with 412 if it has changed since.'),
    });
  }
  return undefined;
}

const withShareToken = [{ bearer: [] }, { apiKey: [] }, { shareToken: [] }];

/**
 * What clients read of an operation beyond its shapes: which permission to ask for before a button is enabled, and
 * whether it answers a share link.
 */
export function extensions({ id, permission }: { id: string; permission: Permission }): object {
  return { 'x-permission': permission, ...(isReached(id) && { security: withShareToken }) };
}

/** What takes no body takes no fields either. */
async function refuseFields(request: FastifyRequest): Promise<void> {
  const { body } = request;
  const isEmpty = body === undefined || body === null || Object.keys(body).length === 0;
  if (!isEmpty) throw invalidField('', 'unknown_field', 'This operation takes no body.');
}

function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  app: FastifyInstance,
  operation: Operation<P, Q, B, R>,
  handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
): void {
  const headers = headersOf(operation);
  app.route({
    method: operation.method,
    url: operation.url,
    config: { permission: operation.permission, operation: operation.id },
    schema: {
      operationId: operation.id,
      ...extensions(operation),
      summary: operation.summary,
      description:
        `${operation.description ?? ''}\n\nPermission: \`${operation.permission}\`.`.trim(),
      tags: [operation.id.split('.')[0] ?? ''],
      querystring: operation.query ?? z.strictObject({}),
      ...(operation.params && { params: operation.params }),
      ...(operation.body && { body: operation.body }),
      ...(headers && { headers }),
      response: {
        [operation.status ?? 200]: operation.reply,
        ...(operation.method === 'DELETE' && {
          204: z.undefined().describe('Removed: nothing referred to it.'),
        }),
        default: {
          description: 'A problem (RFC 9457)',
          content: { 'application/problem+json': { schema: problemShape } },
        },
      },
    },
    ...(operation.validateBody === false && {
      validatorCompiler: validateAllButBody as FastifySchemaCompiler<unknown>,
    }),
    // A body that may be empty may be left out.
    ...(operation.body !== undefined &&
      operation.validateBody !== false && {
        preValidation: async (request) => void (request.body ??= {}),
      }),
    ...(operation.body === undefined && { preValidation: refuseFields }),
    handler,
  });
}

function inputOf<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  request: FastifyRequest,
): Input<P, Q, B> {
  if (request.principal === null)
    throw new Problem('unauthenticated', 'Send an API key, or sign in.');
  return {
    params: request.params as z.output<P>,
    query: request.query as z.output<Q>,
    body: request.body as z.output<B>,
    principal: request.principal,
    request,
  };
}

/** An operation that changes nothing. */
export function read<
  R extends z.ZodType,
  P extends z.ZodType = Empty,
  Q extends z.ZodType = Empty,
  B extends z.ZodType = Empty,
>(
  app: FastifyInstance,
  operation: Operation<P, Q, B, R>,
  handler: (input: ReadInput<P, Q, B>) => Promise<z.output<R>>,
): void {
  route(app, operation, async (request, reply) => {
    const body = await handler(inputOf<P, Q, B>(request));
    return reply.headers(etag(body)).send(body);
  });
}

/** Who asks for an action, for the journal and the audit log. */
export function askedBy(request: FastifyRequest, kind: string): Asked {
  const { principal } = request;
  if (principal === null) throw new Problem('unauthenticated', 'Send an API key, or sign in.');
  const { id: actor, name: actorName } = principal;
  return { kind, actor, actorName, from: sourceOf(request), requestId: request.id };
}

export function sourceOf(request: FastifyRequest): Source {
  return { ip: request.ip, userAgent: request.headers['user-agent'] ?? null };
}

/**
 * An operation that records: one transaction, one journal row, and the answer kept for a repeated key. `prepare` reads,
 * before the transaction, what is not to be read inside it: an action that waits for a second connection may wait for ever.
 */
export function write<
  R extends z.ZodType,
  P extends z.ZodType = Empty,
  Q extends z.ZodType = Empty,
  B extends z.ZodType = Empty,
  T = undefined,
>(
  app: FastifyInstance,
  deployment: Deployment,
  operation: Operation<P, Q, B, R>,
  handler: (
    action: Action,
    input: WriteInput<P, Q, B> & { prepared: T },
  ) => Promise<z.output<R> | OneTimeSecret<z.output<R>>>,
  prepare?: (input: Input<P, Q, B>) => Promise<T>,
): void {
  const status = operation.status ?? 200;
  route(app, operation, async (request, reply) => {
    const ifMatch = (request.headers['if-match'] as unknown as number | undefined) ?? null;
    const asked = inputOf<P, Q, B>(request);
    const prepared = (await prepare?.(asked)) as T;
    const input = { ...asked, ifMatch, prepared };
    const key =
      operation.method === 'POST' && operation.idempotent !== false
        ? request.headers['idempotency-key']
        : undefined;
    const by = askedBy(request, operation.id);
    const answer = await act(deployment.database, deployment.clock, by, async (action) => {
      const work = async (): Promise<Answer> => answerOf(status, await handler(action, input));
      if (typeof key !== 'string') return { ...(await work()), repeated: false };
      return once(action, { operation: operation.id, key, request: fingerprintOf(request) }, work);
    });
    if (answer.repeated) void reply.header('idempotent-replay', 'true');
    return reply
      .code(answer.body === null ? 204 : answer.status)
      .headers(etag(answer.body))
      .send(answer.body ?? undefined);
  });
}

/** A reply whose secret is shown once: a repeat of the request is answered without it. */
export class OneTimeSecret<T> {
  readonly body: T;
  readonly repeatBody: T;
  constructor(body: T, repeatBody: T) {
    this.body = body;
    this.repeatBody = repeatBody;
  }
}

function answerOf(status: number, result: unknown): Answer {
  return result instanceof OneTimeSecret
    ? { status, body: result.body, repeatBody: result.repeatBody }
    : { status, body: result };
}

/** What makes two requests the same: the address and the body as parsed, so that spacing does not matter. */
function fingerprintOf(request: FastifyRequest): string {
  return JSON.stringify([request.params ?? null, request.query ?? null, request.body ?? null]);
}

function etag(body: unknown): Record<string, string> {
  const version = (body as { version?: unknown } | null | undefined)?.version;
  return typeof version === 'number' ? { etag: `"${version}"` } : {};
}

/** Refuses a change of something that is no longer what the caller read. */
export function requireVersion(current: { version: number }, ifMatch: number | null): void {
  if (ifMatch === null || ifMatch === current.version) return;
  throw new Problem(
    'version_conflict',
    `If-Match names version ${ifMatch}, but the current version is ${current.version}. Read it again and repeat the change.`,
  );
}
