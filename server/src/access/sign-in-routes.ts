import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { sourceOf } from '../http/operation.ts';
import { type Auth, post, signedIn, step, wrongCode } from './auth-step-routes.ts';
import { attemptSucceeded, limitAttempts } from './limit-actions.ts';
import { inspectLink, redeemLink } from './link-actions.ts';
import { registerOwnSignIn } from './own-sign-in-routes.ts';
import { countOwners } from './people-queries.ts';
import {
  emailBody,
  inspectBody,
  linkToApi,
  redeemBody,
  signInBody,
  type SignInReply,
  twoFactorBody,
} from './sign-in-schema.ts';
import type { SignIn } from './sign-in-actions.ts';
import { useCode } from './sign-in-record-actions.ts';
import { registerSso } from './sso-routes.ts';
import { canMailLinks, mailPasswordLink } from './password-link-actions.ts';

/** Everything under `/auth`: what somebody does who is not signed in yet, or about how he signs in. */
export function registerSignIn(app: FastifyInstance, deployment: Deployment, signIn: SignIn): void {
  const auth = { deployment, signIn };
  app.get('/auth/options', { schema: { hide: true } }, async () => ({
    isSetUp: (await countOwners(deployment.database.db)) > 0,
    mailsPasswordLinks: canMailLinks(deployment),
    sso: deployment.sso === undefined ? null : { name: deployment.sso.name },
  }));
  registerSigningIn(app, auth);
  registerSso(app, auth);
  registerLinks(app, auth);
  registerOwnSignIn(app, auth);
}

function registerSigningIn(app: FastifyInstance, auth: Auth): void {
  const { deployment } = auth;
  post(app, auth, '/auth/sign-in', signInBody, async ({ request, reply, body }) => {
    const attempt = { what: 'sign-in', ip: request.ip, account: body.email };
    await limitAttempts(deployment, attempt);
    const answer = await signInByPassword(auth, request, reply, body);
    await attemptSucceeded(deployment, attempt);
    return answer;
  });
  post(app, auth, '/auth/two-factor', twoFactorBody, async ({ request, reply, body }) => {
    await limitAttempts(deployment, { what: 'two-factor', ip: request.ip });
    const { code, backupCode, trustDevice } = body;
    const { cookie } =
      code === undefined
        ? await step(auth, { request, reply }, '/two-factor/verify-backup-code', {
            code: backupCode,
            trustDevice,
          })
        : await step(auth, { request, reply }, '/two-factor/verify-totp', { code, trustDevice });
    if (cookie === null) throw wrongCode();
    const session = await auth.signIn.sessionOf(cookie);
    if (code !== undefined && (session === null || !(await useCode(deployment, session, code)))) {
      void reply.removeHeader('set-cookie');
      throw wrongCode();
    }
    await signedIn(auth, request, cookie, 'twoFactor');
    return { status: 'signedIn' } satisfies SignInReply;
  });
  post(app, auth, '/auth/sign-out', null, async ({ request, reply }) => {
    await step(auth, { request, reply }, '/sign-out', {});
    return reply.code(204).send();
  });
}

function registerLinks(app: FastifyInstance, auth: Auth): void {
  const { deployment } = auth;
  post(app, auth, '/auth/links/inspect', inspectBody, async ({ request, body }) => {
    await limitAttempts(deployment, { what: 'link', ip: request.ip });
    return linkToApi(await inspectLink(deployment, body.token));
  });
  post(app, auth, '/auth/links/redeem', redeemBody, async ({ request, reply, body }) => {
    await limitAttempts(deployment, { what: 'link', ip: request.ip });
    const by = { from: sourceOf(request), requestId: request.id };
    const { email } = await redeemLink(deployment, body, by);
    return signInByPassword(auth, request, reply, { ...body, email, remember: true });
  });
  // Whether there is such a person shows neither in the answer nor in how long it takes.
  const underWay = new Set<Promise<void>>();
  app.addHook('onClose', async () => void (await Promise.allSettled(underWay)));
  post(app, auth, '/auth/password-link', emailBody, async ({ request, reply, body }) => {
    await limitAttempts(deployment, { what: 'password link', ip: request.ip, account: body.email });
    const by = { from: sourceOf(request), requestId: request.id };
    const work = mailPasswordLink(deployment, body.email, by)
      .catch((error: unknown) => request.log.error({ error }, 'a password link was not mailed'))
      .finally(() => underWay.delete(work));
    underWay.add(work);
    return reply.code(202).send({});
  });
}

async function signInByPassword(
  auth: Auth,
  request: FastifyRequest,
  reply: FastifyReply,
  { email, password, remember }: { email: string; password: string; remember: boolean },
): Promise<SignInReply> {
  const body = { email, password, rememberMe: remember };
  const { said, cookie } = await step(auth, { request, reply }, '/sign-in/email', body);
  if (said.twoFactorRedirect === true || cookie === null) return { status: 'twoFactorRequired' };
  await signedIn(auth, request, cookie, 'password');
  return { status: 'signedIn' };
}
