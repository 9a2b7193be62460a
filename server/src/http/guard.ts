import type { FastifyInstance, FastifyRequest } from 'fastify';
import { authenticate } from '../access/authenticate-actions.ts';
import { whyCrossSite } from '../access/origin-rules.ts';
import { type Permission, rolesWith } from '../access/permissions.ts';
import type { Principal } from '../access/principal.ts';
import { confine, requireReached } from '../access/share-link-actions.ts';
import type { SignIn } from '../access/sign-in-actions.ts';
import type { Deployment } from '../db/deployment.ts';
import { Problem } from '../lib/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    /** Absent only on what needs no key: health, documentation, signing in, the console's files. */
    permission?: Permission;
    /** Its id; a share link reaches some by name, and no other. */
    operation?: string;
  }
}

const CHANGES_NOTHING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses before the body is read: nobody 401, too small a grant 403, another site's page 403. */
export function guard(app: FastifyInstance, deployment: Deployment, signIn: SignIn): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request, reply) => {
    const { permission, operation } = request.routeOptions.config;
    if (request.is404 || permission === undefined) return;
    const { principal, cookies } = await authenticate(deployment, signIn, request.headers);
    if (cookies.length > 0) void reply.header('set-cookie', cookies);
    if (principal.kind === 'person' && !CHANGES_NOTHING.has(request.method))
      requireSameOrigin(request, deployment.url);
    request.principal = principal;
    requireReached(principal, operation);
    requirePermission(principal, permission);
  });
  app.addHook('preHandler', async (request) => {
    const share = request.principal?.share ?? null;
    if (share === null) return;
    const { operation } = request.routeOptions.config;
    request.query = await confine(deployment, share, operation, request);
  });
}

/** Names the permission that is missing, and who has it. */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (principal.permissions.has(permission)) return;
  const heldBy = rolesWith(permission);
  const who =
    principal.person === null
      ? `the API key "${principal.name}"`
      : `your role (${principal.person.role})`;
  throw new Problem(
    'forbidden',
    `This needs the permission ${permission}, which ${who} does not have. These roles have it: ${heldBy.join(', ')}.`,
    [],
    { permission, heldBy },
  );
}

/** A cookie is sent by the browser whoever asks for it: what rides on one must come from our own pages. */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  const { headers } = request;
  const token = headers['x-customary-csrf'];
  const reason = whyCrossSite(
    {
      secFetchSite: header(headers['sec-fetch-site']),
      origin: header(headers.origin),
      host: header(headers.host),
      token: header(token),
    },
    publicUrl,
  );
  if (reason !== null) throw new Problem('cross_site_request', reason);
}

function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
