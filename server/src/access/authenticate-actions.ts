import type { IncomingHttpHeaders } from 'node:http';
import type { Deployment } from '../db/deployment.ts';
import { plusMs } from '../lib/instant.ts';
import { Problem } from '../lib/problem.ts';
import { hashSecret } from '../lib/secrets.ts';
import { bundles, expand } from './permissions.ts';
import type { Principal } from './principal.ts';
import { linkHolder } from './share-link-actions.ts';
import { findApiKeyByHash, touchApiKey } from './queries.ts';
import { hasSessionCookie, type SignIn } from './sign-in-actions.ts';

const USED_STALE_MS = 60_000;

export type Authenticated = {
  principal: Principal;
  /** Cookies to be set: a session that is used lives on. */
  cookies: string[];
};

/**
 * Who asks: an API key in `Authorization: Bearer` or `x-api-key`, the session of a person, or a share link in
 * `x-share-token`; never two at once.
 */
export async function authenticate(
  deployment: Deployment,
  signIn: SignIn,
  headers: IncomingHttpHeaders,
): Promise<Authenticated> {
  const secret = presentedKey(headers);
  const person = await signedIn(signIn, headers.cookie);
  const token = headers['x-share-token'];
  if (token !== undefined) {
    if (secret !== null || person !== null)
      throw new Problem(
        'two_credentials',
        'The request carries a share link and an API key or a session. Send one of them.',
      );
    return { principal: await linkHolder(deployment, String(token)), cookies: [] };
  }
  if (secret === null) {
    if (person !== null) return person;
    throw new Problem(
      'unauthenticated',
      'Send an API key as "Authorization: Bearer <key>", or sign in.',
    );
  }
  if (person !== null)
    throw new Problem(
      'two_credentials',
      'The request carries an API key and the session of a signed-in person. Send one of them.',
    );
  return { principal: await keyHolder(deployment, secret), cookies: [] };
}

async function keyHolder(deployment: Deployment, secret: string): Promise<Principal> {
  const { db } = deployment.database;
  const key = await findApiKeyByHash(db, hashSecret(secret));
  const now = deployment.clock();
  if (key === undefined) throw new Problem('unauthenticated', 'This API key is not known here.');
  if (key.revoked_at !== null) throw new Problem('unauthenticated', 'This API key was revoked.');
  if (key.expires_at !== null && key.expires_at <= now)
    throw new Problem('unauthenticated', 'This API key has expired.');
  const staleBefore = plusMs(now, -USED_STALE_MS);
  if (key.last_used_at === null || key.last_used_at < staleBefore)
    await touchApiKey(db, key.id, now, staleBefore);
  const permissions = expand(key.permissions);
  return { kind: 'apiKey', id: key.id, name: key.name, permissions, person: null, share: null };
}

function presentedKey(headers: IncomingHttpHeaders): string | null {
  const header = headers['x-api-key'];
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (header !== undefined && headers.authorization !== undefined) {
    throw new Problem(
      'two_credentials',
      'Send the API key either as Authorization or as x-api-key, not both.',
    );
  }
  if (headers.authorization !== undefined && bearer === undefined) {
    throw new Problem('unauthenticated', 'The Authorization header must read "Bearer <key>".');
  }
  return bearer ?? (typeof header === 'string' && header !== '' ? header : null);
}

/** Whose session the cookie names; a session that has ended, or whose person is deactivated, is none. */
async function signedIn(signIn: SignIn, cookie: string | undefined): Promise<Authenticated | null> {
  if (!hasSessionCookie(cookie)) return null;
  const session = await signIn.sessionOf(cookie);
  if (session === null || session.person.isDeactivated) return null;
  const { id, name, email, role, twoFactorEnabled } = session.person;
  const principal: Principal = {
    kind: 'person',
    id,
    name,
    permissions: new Set(bundles[role]),
    person: { email, role, twoFactorEnabled, sessionId: session.id },
    share: null,
  };
  return { principal, cookies: session.cookies };
}
