import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { type GenericOAuthConfig, genericOAuth } from 'better-auth/plugins/generic-oauth';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { Deployment } from '../db/deployment.ts';
import { newId, type IdPrefix } from '../lib/id.ts';
import { instantFromEpochMs, type Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { hashPassword, verifyPassword } from '../lib/passwords.ts';
import type { Role } from './permissions.ts';
import { findPerson } from './people-queries.ts';
import { signInDatabase } from './sign-in-queries.ts';

/**
 * The library that signs people in (decision 0150), set up on our tables. Nothing of it is reachable by itself: our
 * routes ask it for one step at a time, and only this file knows it.
 */
export type SignIn = {
  /** Asks the library for a step; `path` is one of its own. */
  ask(path: string, asked: Step): Promise<Response>;
  /** The session that a cookie names, and the cookies that prolong it; null where there is none any more. */
  sessionOf(cookie: string): Promise<Session | null>;
};

export type Step = {
  method?: 'GET' | 'POST';
  body?: object;
  cookie?: string | undefined;
  ip?: string | undefined;
  userAgent?: string | undefined;
};

export type Session = {
  id: string;
  expiresAt: Instant;
  person: {
    id: string;
    name: string;
    email: string;
    role: Role;
    twoFactorEnabled: boolean;
    isDeactivated: boolean;
  };
  /** To be set, where the session was prolonged. */
  cookies: string[];
};

/** Where the library believes to be: our own gate has compared the real addresses before it is asked. */
const NOWHERE = 'http://customary.invalid';
/** What the library calls the identity provider. */
export const SSO_PROVIDER = 'sso';
const CLIENT_HEADER = 'x-customary-client';
const COOKIE_PREFIX = 'customary';
/** With `__Secure-` before it where the deployment is reached by https. */
const SESSION_COOKIE = /(?:^|;\s*)(?:__Secure-)?customary\.session_token=[^;\s]/;

export function hasSessionCookie(cookie: string | undefined): cookie is string {
  return cookie !== undefined && SESSION_COOKIE.test(cookie);
}

const ID_PREFIXES: Record<string, IdPrefix> = { user: 'prs', session: 'ses' };
const SECONDS_MS = 1000;
const REFRESH_SECONDS = 3600;

export function createSignIn(deployment: Deployment): SignIn {
  const origin = deployment.url === undefined ? NOWHERE : new URL(deployment.url).origin;
  const auth = configure(deployment, origin);
  return {
    ask: (path, asked) => auth.handler(requestOf(origin, path, asked)),
    async sessionOf(cookie) {
      const headers = new Headers({ cookie });
      const found = await auth.api.getSession({ headers, returnHeaders: true });
      if (found.response === null) return null;
      const { session, user } = found.response;
      return {
        id: session.id,
        expiresAt: instantFromEpochMs(session.expiresAt.getTime()),
        person: {
          id: user.id,
          name: user.name,
          email: user.email,
          role: user.role as Role,
          twoFactorEnabled: user.twoFactorEnabled === true,
          isDeactivated: user.deactivatedAt != null,
        },
        cookies: found.headers.getSetCookie(),
      };
    },
  };
}

function requestOf(origin: string, path: string, step: Step): Request {
  const { method = 'POST', body = {}, cookie, ip, userAgent } = step;
  const headers = new Headers({ origin });
  if (cookie !== undefined) headers.set('cookie', cookie);
  if (ip !== undefined) headers.set(CLIENT_HEADER, ip);
  if (userAgent !== undefined)
    headers.set('user-agent', userAgent.slice(0, limits.userAgentCharsMax));
  if (method === 'GET') return new Request(`${origin}/auth${path}`, { headers });
  headers.set('content-type', 'application/json');
  return new Request(`${origin}/auth${path}`, { method, headers, body: JSON.stringify(body) });
}

const stamps = { createdAt: 'created_at', updatedAt: 'updated_at' };

function configure(deployment: Deployment, origin: string) {
  const { database, secrets, clock } = deployment;
  return betterAuth({
    appName: 'Customary',
    baseURL: origin,
    basePath: '/auth',
    secret: secrets.keyFor('sign-in'),
    telemetry: { enabled: false },
    logger: {
      log: (level, message) => deployment.log[level === 'error' ? 'warn' : 'debug'](message),
    },
    database: { db: signInDatabase(database), type: 'postgres', transaction: true },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: origin.startsWith('https:'),
      ipAddress: { ipAddressHeaders: [CLIENT_HEADER] },
      disableCSRFCheck: false,
      disableOriginCheck: false,
      database: {
        generateId: ({ model }) => newId(ID_PREFIXES[model] ?? 'sgn', clock()),
        joins: true,
        validateSchema: false,
      },
    },
    // Counted by ourselves, before the library is asked: by account as well as by address.
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: limits.passwordCharsMin,
      maxPasswordLength: limits.passwordCharsMax,
      password: {
        hash: (password) => hashPassword(password, deployment.passwordCost),
        verify: ({ hash, password }) => verifyPassword(hash, password),
      },
    },
    user: {
      modelName: 'people',
      fields: { emailVerified: 'email_verified', ...stamps },
      additionalFields: {
        role: { type: 'string', input: false },
        joinedAt: { type: 'date', input: false, required: false, fieldName: 'joined_at' },
        deactivatedAt: { type: 'date', input: false, required: false, fieldName: 'deactivated_at' },
      },
    },
    session: {
      modelName: 'person_sessions',
      fields: {
        userId: 'person_id',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        expiresAt: 'expires_at',
        ...stamps,
      },
      expiresIn: limits.sessionTtlMs / SECONDS_MS,
      updateAge: REFRESH_SECONDS,
    },
    account: {
      modelName: 'person_sign_ins',
      accountLinking: {
        // By the address that the provider has verified; that it is known here, an owner or admin has seen to.
        enabled: true,
        requireLocalEmailVerified: false,
      },
      updateAccountOnSignIn: false,
      fields: {
        userId: 'person_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...stamps,
      },
    },
    verification: {
      modelName: 'sign_in_challenges',
      storeIdentifier: 'hashed',
      fields: { expiresAt: 'expires_at', ...stamps },
    },
    databaseHooks: {
      account: {
        create: {
          // Nothing is asked of the provider afterwards, so none of its tokens is kept.
          before: async (account) => ({
            data: { ...account, accessToken: null, refreshToken: null, idToken: null },
          }),
        },
      },
      session: {
        create: {
          before: async ({ userId }) => {
            if ((await findPerson(database.db, userId))?.deactivated_at === null) return;
            throw new APIError('FORBIDDEN', { code: 'DEACTIVATED' });
          },
        },
      },
    },
    plugins: [
      genericOAuth({ config: providersOf(deployment, origin) }),
      twoFactor({
        issuer: 'Customary',
        schema: {
          user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
          twoFactor: {
            modelName: 'person_two_factors',
            fields: {
              userId: 'person_id',
              backupCodes: 'backup_codes',
              failedVerificationCount: 'failed_verification_count',
              lockedUntil: 'locked_until',
            },
          },
        },
      }),
    ],
  });
}

/** Found by its own description; its ID tokens are verified, and bound to the request by state, nonce and PKCE. */
function providersOf({ sso }: Deployment, origin: string): GenericOAuthConfig[] {
  if (sso === undefined) return [];
  const { name, issuer, clientId, clientSecret } = sso;
  return [
    {
      providerId: SSO_PROVIDER,
      name,
      discoveryUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      clientId,
      clientSecret,
      scopes: ['openid', 'email', 'profile'],
      pkce: true,
      requireIdTokenVerification: true,
      disableSignUp: true,
      redirectURI: `${origin}/auth/sso/callback`,
    },
  ];
}
