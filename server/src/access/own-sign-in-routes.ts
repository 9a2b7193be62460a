import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sourceOf } from '../http/operation.ts';
import { type Auth, post, requireSession, step } from './auth-step-routes.ts';
import { limitAttempts } from './limit-actions.ts';
import { refuseWeakPassword } from './link-actions.ts';
import { codeBody, passwordBody, passwordChangeBody } from './sign-in-schema.ts';
import type { Session } from './sign-in-actions.ts';
import { recordOwn } from './sign-in-record-actions.ts';

/** What a signed-in person does about how he signs in: password, second factor. */
export function registerOwnSignIn(app: FastifyInstance, auth: Auth): void {
  post(app, auth, '/auth/password', passwordChangeBody, async ({ request, reply, body }) => {
    const session = await startOwn(auth, request);
    refuseWeakPassword(body.newPassword, session.person.email, '/newPassword');
    // Elsewhere he is signed out: whoever else knew the password is, too.
    const change = { ...body, revokeOtherSessions: true };
    await step(auth, { request, reply }, '/change-password', change);
    await record(auth, request, session, 'changePassword');
    return reply.code(204).send();
  });
  post(app, auth, '/auth/two-factor/enable', passwordBody, async ({ request, reply, body }) => {
    await startOwn(auth, request);
    const { said } = await step(auth, { request, reply }, '/two-factor/enable', body);
    return { totpUri: said.totpURI, backupCodes: said.backupCodes };
  });
  post(app, auth, '/auth/two-factor/confirm', codeBody, async ({ request, reply, body }) => {
    const session = await startOwn(auth, request);
    await step(auth, { request, reply }, '/two-factor/verify-totp', body);
    await record(auth, request, session, 'enableTwoFactor');
    return reply.code(204).send();
  });
  post(app, auth, '/auth/two-factor/disable', passwordBody, async ({ request, reply, body }) => {
    const session = await startOwn(auth, request);
    await step(auth, { request, reply }, '/two-factor/disable', body);
    await record(auth, request, session, 'disableTwoFactor');
    return reply.code(204).send();
  });
  post(app, auth, '/auth/two-factor/backup-codes', passwordBody, async (handling) => {
    const { request, body } = handling;
    const session = await startOwn(auth, request);
    const { said } = await step(auth, handling, '/two-factor/generate-backup-codes', body);
    await record(auth, request, session, 'renewBackupCodes');
    return { backupCodes: said.backupCodes };
  });
}

/** Whoever has found an open session must not guess the password by it. */
async function startOwn(auth: Auth, request: FastifyRequest): Promise<Session> {
  const session = await requireSession(auth, request);
  const attempt = { what: 'own sign-in', ip: request.ip, account: session.person.id };
  await limitAttempts(auth.deployment, attempt);
  return session;
}

function record(
  { deployment }: Auth,
  request: FastifyRequest,
  session: Session,
  what: string,
): Promise<void> {
  return recordOwn(deployment, session, what, { from: sourceOf(request), requestId: request.id });
}
