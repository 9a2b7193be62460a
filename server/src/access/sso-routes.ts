import type { FastifyInstance } from 'fastify';
import { sourceOf } from '../http/operation.ts';
import { Problem } from '../lib/problem.ts';
import { type Auth, post, sessionCookieOf, signedIn, step } from './auth-step-routes.ts';
import { limitAttempts } from './limit-actions.ts';
import { SSO_PROVIDER } from './sign-in-actions.ts';
import { ssoBody } from './sign-in-schema.ts';
import { joinBySso } from './sso-actions.ts';

/** What the provider, or the library, refuses by, as the sign-in page says it. */
const REFUSALS: Record<string, string> = {
  signup_disabled: 'unknown',
  account_not_linked: 'unverified',
  email_not_found: 'unverified',
  DEACTIVATED: 'deactivated',
  access_denied: 'cancelled',
};

/**
 * Single sign-on: the browser goes to the provider, and comes back with a code. Only people who are known here by the
 * e-mail address that the provider has verified get in; their role is the one they have here.
 */
export function registerSso(app: FastifyInstance, auth: Auth): void {
  const { deployment } = auth;
  if (deployment.sso === undefined) return;
  post(app, auth, '/auth/sso', ssoBody, async ({ request, reply, body }) => {
    await limitAttempts(deployment, { what: 'sso', ip: request.ip });
    const { said } = await step(auth, { request, reply }, '/sign-in/social', {
      provider: SSO_PROVIDER,
      callbackURL: body.next,
      errorCallbackURL: '/sign-in',
      disableRedirect: true,
    }).catch((error: unknown) => {
      request.log.warn({ error }, 'the identity provider does not answer');
      throw new Problem('unavailable', 'The identity provider cannot be reached. Try again later.');
    });
    return { url: said.url };
  });
  // The browser comes from another site, so no header of ours is asked for: the state and its cookie stand for that.
  app.get('/auth/sso/callback', { schema: { hide: true } }, async (request, reply) => {
    await limitAttempts(deployment, { what: 'sso', ip: request.ip });
    void reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
    const query = request.url.slice(request.url.indexOf('?') + 1);
    const answer = await auth.signIn.ask(`/callback/${SSO_PROVIDER}?${query}`, {
      method: 'GET',
      ip: request.ip,
      cookie: request.headers.cookie,
      userAgent: request.headers['user-agent'],
    });
    const cookies = answer.headers.getSetCookie();
    const target = new URL(
      answer.headers.get('location') ?? '/sign-in',
      'http://customary.invalid',
    );
    const session = sessionCookieOf(cookies);
    if (session === null) {
      const code = target.searchParams.get('error') ?? '';
      request.log.warn({ code }, 'single sign-on was refused');
      return reply.redirect(`/sign-in?sso=${REFUSALS[code] ?? 'failed'}`);
    }
    const { person } = await signedIn(auth, request, session, 'sso');
    await joinBySso(deployment, person, { from: sourceOf(request), requestId: request.id });
    void reply.header('set-cookie', cookies);
    return reply.redirect(`${target.pathname}${target.search}`);
  });
}
