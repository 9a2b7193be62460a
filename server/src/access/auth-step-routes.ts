import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Deployment } from '../db/deployment.ts';
import { requireSameOrigin } from '../http/guard.ts';
import { sourceOf } from '../http/operation.ts';
import { invalidField, Problem, type ProblemCode } from '../lib/problem.ts';
import { recordSignIn } from './sign-in-record-actions.ts';
import { hasSessionCookie, type Session, type SignIn } from './sign-in-actions.ts';

/** What the routes under `/auth` are made of. */

export type Auth = { deployment: Deployment; signIn: SignIn };

type Handling<B> = { request: FastifyRequest; reply: FastifyReply; body: B };

/** A step of signing in: only from our own pages, and its answer is kept nowhere. */
export function post<B extends z.ZodType>(
  app: FastifyInstance,
  { deployment }: Auth,
  url: string,
  body: B | null,
  handler: (handling: Handling<z.output<B>>) => Promise<unknown>,
): void {
  app.post(
    url,
    {
      schema: { hide: true, ...(body !== null && { body }) },
      preValidation: async (request) => void (request.body ??= {}),
      onRequest: async (request, reply) => {
        requireSameOrigin(request, deployment.url);
        void reply.header('cache-control', 'no-store');
      },
    },
    async (request, reply) => handler({ request, reply, body: request.body as z.output<B> }),
  );
}

export type Said = {
  code?: string;
  twoFactorRedirect?: boolean;
  totpURI?: string;
  backupCodes?: string[];
  url?: string;
};

export type Stepped = {
  said: Said;
  /** The session that the step has begun, if it has. */
  cookie: string | null;
};

/** Has the library do a step, and passes its cookies on; what it refuses is a problem like any other. */
export async function step(
  { signIn }: Auth,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  path: string,
  body: object,
): Promise<Stepped> {
  const { ip, headers } = request;
  const { cookie } = headers;
  const answer = await signIn.ask(path, { body, ip, cookie, userAgent: headers['user-agent'] });
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) void reply.header('set-cookie', cookies);
  const said = (await answer.json().catch(() => ({}))) as Said;
  if (!answer.ok) throw problemOf(answer.status, said.code ?? '', path);
  return { said, cookie: sessionCookieOf(cookies) };
}

export function sessionCookieOf(cookies: readonly string[]): string | null {
  const pairs = cookies.map((line) => line.split(';')[0] ?? '');
  return pairs.find((pair) => hasSessionCookie(pair)) ?? null;
}

/** Writes down that somebody has signed in. */
export async function signedIn(
  { deployment, signIn }: Auth,
  request: FastifyRequest,
  cookie: string,
  method: 'password' | 'twoFactor' | 'sso',
): Promise<Session> {
  const session = await signIn.sessionOf(cookie);
  if (session === null) throw new Problem('internal', 'Signing in failed. It has been logged.');
  const by = { from: sourceOf(request), requestId: request.id };
  await recordSignIn(deployment, session, method, by);
  return session;
}

/** The session of who is signed in. */
export async function requireSession({ signIn }: Auth, request: FastifyRequest): Promise<Session> {
  const { cookie } = request.headers;
  const session = hasSessionCookie(cookie) ? await signIn.sessionOf(cookie) : null;
  if (session === null || session.person.isDeactivated) throw SIGN_IN_FIRST();
  return session;
}

const SIGN_IN_FIRST = () => new Problem('unauthenticated', 'Sign in first.');
const WRONG_CODE = 'The code is wrong, or was used already. Wait for the next one.';

/** What the library says by a code, in our words; with a pointer where one field is wrong. */
const REFUSALS: Record<string, [ProblemCode, string, string?]> = {
  INVALID_EMAIL_OR_PASSWORD: ['unauthenticated', 'The e-mail address or the password is wrong.'],
  DEACTIVATED: [
    'forbidden',
    'You were deactivated here. Ask an owner or an admin to let you in again.',
  ],
  INVALID_PASSWORD: ['invalid_request', 'The password is wrong.', '/password'],
  CREDENTIAL_ACCOUNT_NOT_FOUND: ['invalid_state', 'You sign in without a password.'],
  INVALID_CODE: ['invalid_request', WRONG_CODE, '/code'],
  INVALID_BACKUP_CODE: [
    'invalid_request',
    'The backup code is wrong, or was used already.',
    '/backupCode',
  ],
  INVALID_TWO_FACTOR_COOKIE: [
    'unauthenticated',
    'This sign-in has expired. Begin again with e-mail and password.',
  ],
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: [
    'too_many_requests',
    'Too many wrong codes. Begin again with e-mail and password.',
  ],
  ACCOUNT_TEMPORARILY_LOCKED: [
    'too_many_requests',
    'Too many wrong codes. Try again in a quarter of an hour.',
  ],
  TOTP_ALREADY_ENABLED: ['invalid_state', 'The second factor is on already.'],
  TOTP_NOT_ENABLED: ['invalid_state', 'There is no second factor yet. Begin with enabling it.'],
  TWO_FACTOR_NOT_ENABLED: ['invalid_state', 'The second factor is not on.'],
  BACKUP_CODES_NOT_ENABLED: ['invalid_state', 'The second factor is not on.'],
};

export function wrongCode(): Problem {
  return invalidField('/code', 'invalid_code', WRONG_CODE);
}

export function problemOf(status: number, code: string, path: string): Problem {
  const [problem, detail, named] = REFUSALS[code] ?? [];
  const isChange = path === '/change-password' && named === '/password';
  const pointer = isChange ? '/currentPassword' : named;
  if (problem !== undefined && detail !== undefined)
    return pointer === undefined
      ? new Problem(problem, detail)
      : invalidField(pointer, code.toLowerCase(), detail);
  if (status === 401) return SIGN_IN_FIRST();
  if (status >= 500) return new Problem('internal', 'Signing in failed. It has been logged.');
  return new Problem('invalid_request', 'This step of signing in is not possible now.');
}
