import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problems, type FieldError, type ProblemCode } from '../lib/problem.ts';
import { RequestInvalid, toProblem } from './validation.ts';

/** The documented body of every error: RFC 9457. */
export type ProblemDocument = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  requestId: string;
  errors: FieldError[];
};

export function toDocument(problem: Problem, requestId: string): ProblemDocument {
  const { status, title } = problems[problem.code];
  return {
    type: `/docs/errors#${problem.code}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    requestId,
    errors: problem.errors,
    ...problem.extra,
  };
}

export function sendProblem(
  reply: FastifyReply,
  problem: Problem,
  requestId: string,
): FastifyReply {
  const document = toDocument(problem, requestId);
  if (problem.code === 'unauthenticated')
    void reply.header('www-authenticate', 'Bearer realm="customary"');
  if (problem.code === 'unavailable' || problem.code === 'idempotency_in_progress')
    void reply.header('retry-after', '1');
  const { retryAfterSeconds } = problem.extra;
  if (typeof retryAfterSeconds === 'number')
    void reply.header('retry-after', String(retryAfterSeconds));
  return reply
    .code(document.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(document);
}

const FASTIFY_PROBLEMS: Record<string, [ProblemCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'body_too_large',
    'The body is larger than 16 MiB. Send it in smaller parts.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported_media_type',
    'Send application/json (or application/x-ndjson to /v1/events).',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json', 'The body is empty; JSON was announced.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'invalid_request',
    'The body is not as long as Content-Length says.',
  ],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'There is nothing at this address: it is too long.'],
  FST_ERR_BAD_URL: ['invalid_request', 'The address is not a valid URL.'],
};

/** SQLSTATEs that say the database is away or busy, not that the request is wrong. */
const UNAVAILABLE = /^(08|53|57)/;
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT']);

/** Any error → the problem that a client may see. What is not known to be public becomes `internal`. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof RequestInvalid) return toProblem(error);
  const { code = '', message = '' } = error as Partial<FastifyError>;
  const known = FASTIFY_PROBLEMS[code];
  if (known) return new Problem(known[0], known[1]);
  if (
    UNAVAILABLE.test(code) ||
    NETWORK.has(code) ||
    /connection terminated|timeout exceeded when trying to connect/i.test(message)
  ) {
    return new Problem(
      'unavailable',
      'The database cannot be reached at the moment. Try again shortly; nothing was stored.',
    );
  }
  return new Problem(
    'internal',
    'An unexpected error occurred. It has been logged under this requestId.',
  );
}

/** PostgreSQL quotes rows and values, which may be keys, in its messages and details: only where and what is logged. */
export function loggable(error: unknown): unknown {
  const { code, table, constraint, stack = '' } = error as Record<string, string | undefined>;
  if (!/^[0-9A-Z]{5}$/.test(code ?? '')) return error;
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return { type: 'DatabaseError', code, table, constraint, stack: frames.join('\n') };
}

export function errorHandler(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = asProblem(error);
  if (problem.code === 'internal' || problem.code === 'unavailable')
    request.log.error({ err: loggable(error) }, 'request failed');
  return sendProblem(reply, problem, request.id);
}
