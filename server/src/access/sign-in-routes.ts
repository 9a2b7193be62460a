import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Deployment } from '../db/deployment.ts';
import { requireSameOrigin } from '../http/guard.ts';
import { sourceOf } from '../http/operation.ts';
import { Problem, type ProblemCode } from '../lib/problem.ts';
import { attemptSucceeded, limitAttempts } from './limit-actions.ts';
import { inspectLink, redeemLink } from './link-actions.ts';
import { countOwners } from './people-queries.ts';
import {
  inspectBody,
  linkToApi,
  redeemBody,
  signInBody,
  type signInReply,
} from './sign-in-schema.ts';
import type { SignIn } from './sign-in-actions.ts';

/** Everything under `/auth`: what somebody does who is not signed in yet, or about how he signs in. */
export function registerSignIn(app: FastifyInstance, deployment: Deployment, signIn: SignIn): void {
  app.get('/auth/options', { schema: { hide: true } }, async () => ({
    isSetUp: (await countOwners(deployment.database.db)) > 0,
  }));

  post(app, deployment, '/auth/sign-in', signInBody, async ({ request, reply, body }) => {
    const attempt = { what: 'sign-in', ip: request.ip, account: body.email };
    await limitAttempts(deployment, attempt);
    const answer = await signInByPassword(signIn, request, reply, body);
    await attemptSucceeded(deployment, attempt);
    return answer;
  });

  post(app, deployment, '/auth/sign-out', null, async ({ request, reply }) => {
    await step(signIn, request, reply, '/sign-out', {});
    return reply.code(204).send();
  });

  post(app, deployment, '/auth/links/inspect', inspectBody, async ({ request, body }) => {
    await limitAttempts(deployment, { what: 'link', ip: request.ip });
    return linkToApi(await inspectLink(deployment, body.token));
  });

  post(app, deployment, '/auth/links/redeem', redeemBody, async ({ request, reply, body }) => {
    await limitAttempts(deployment, { what: 'link', ip: request.ip });
    const by = { from: sourceOf(request), requestId: request.id };
    const { email } = await redeemLink(deployment, body, by);
    return signInByPassword(signIn, request, reply, { ...body, email, remember: true });
  });
}

type Handling<B> = { request: FastifyRequest; reply: FastifyReply; body: B };

/** A step of signing in: only from our own pages, and its answer is kept nowhere. */
function post<B extends z.ZodType>(
  app: FastifyInstance,
  deployment: Deployment,
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

async function signInByPassword(
  signIn: SignIn,
  request: FastifyRequest,
  reply: FastifyReply,
  { email, password, remember }: z.output<typeof signInBody>,
): Promise<z.output<typeof signInReply>> {
  const body = { email, password, rememberMe: remember };
  const answer = await step(signIn, request, reply, '/sign-in/email', body);
  return { status: answer.twoFactorRedirect === true ? 'twoFactorRequired' : 'signedIn' };
}

type Said = { code?: string; twoFactorRedirect?: boolean };

/** Has the library do a step, and passes its cookies on; what it refuses is a problem like any other. */
async function step(
  signIn: SignIn,
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  body: object,
): Promise<Said> {
  const { ip, headers } = request;
  const answer = await signIn.ask(path, {
    body,
    ip,
    cookie: headers.cookie,
    userAgent: headers['user-agent'],
  });
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) void reply.header('set-cookie', cookies);
  const said = (await answer.json().catch(() => ({}))) as Said;
  if (!answer.ok) throw problemOf(answer.status, said.code ?? '');
  return said;
}

/** What the library says by a code, in our words. */
const REFUSALS: Record<string, [ProblemCode, string]> = {
  INVALID_EMAIL_OR_PASSWORD: ['unauthenticated', 'The e-mail address or the password is wrong.'],
  DEACTIVATED: [
    'forbidden',
    'You were deactivated here. Ask an owner or an admin to let you in again.',
  ],
};

function problemOf(status: number, code: string): Problem {
  const known = REFUSALS[code];
  if (known !== undefined) return new Problem(known[0], known[1]);
  if (status === 401) return new Problem('unauthenticated', 'Sign in first.');
  if (status >= 500) return new Problem('internal', 'Signing in failed. It has been logged.');
  return new Problem('invalid_request', 'This step of signing in is not possible now.');
}
