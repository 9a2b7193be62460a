import { randomBytes } from 'node:crypto';
import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import { newId } from '../lib/id.ts';
import { type Instant, plusMs } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { invalidField, notFound, Problem, unknownReference } from '../lib/problem.ts';
import { hashSecret } from '../lib/secrets.ts';
import type { Principal } from './principal.ts';
import {
  answersOtherwise,
  findShareLink,
  findShareLinkByHash,
  insertShareLink,
  isCustomer,
  lockShareLink,
  markShareLinkRevoked,
  payerOfIssued,
  type ShareLinkRow,
  touchShareLink,
} from './share-link-queries.ts';
import { isReached, shareLinkStatus, sharePermissions, shareReach } from './share-link-rules.ts';
import { shareLinkToApi } from './share-link-schema.ts';

const TOKEN_BYTES = 32;
const USED_STALE_MS = 60_000;

/** Makes a link and answers its token, which is kept only as a hash. Nobody shows others what he may not see himself. */
export async function createShareLink(
  action: Action,
  input: { organizationId: string; name?: string | undefined; expiresAt?: Instant | undefined },
  by: Principal,
): Promise<{ row: ShareLinkRow; token: string }> {
  const { tx, now } = action;
  const missing = sharePermissions.filter(
    (permission) => permission !== 'me.read' && !by.permissions.has(permission),
  );
  if (missing.length > 0)
    throw new Problem(
      'forbidden',
      `A share link shows what needs ${missing.join(' and ')}, which "${by.name}" does not have.`,
    );
  if (!(await isCustomer(tx, input.organizationId)))
    throw unknownReference('/organizationId', 'customer');
  const expiresAt = input.expiresAt ?? plusMs(now, limits.shareLinkTtlMs);
  if (expiresAt <= now) throw invalidField('/expiresAt', 'past', 'Must be in the future.');
  if (expiresAt > plusMs(now, limits.shareLinkTtlMsMax))
    throw invalidField('/expiresAt', 'too_late', 'A share link works for a year at most.');
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const id = newId('shr', now);
  await insertShareLink(tx, {
    id,
    organization_id: input.organizationId,
    name: input.name ?? null,
    token_hash: hashSecret(token),
    created_by: action.actor,
    created_at: now,
    updated_at: now,
    expires_at: expiresAt,
  });
  const row = await requireShareLink(tx, id);
  await audit(action, {
    action: 'shareLinks.create',
    resourceId: id,
    before: null,
    after: shareLinkToApi(row, now),
  });
  return { row, token };
}

export async function requireShareLink(db: Queryable, id: string): Promise<ShareLinkRow> {
  const row = await findShareLink(db, id);
  if (row === undefined) throw notFound('share link', id);
  return row;
}

export async function requireLockedShareLink(action: Action, id: string): Promise<ShareLinkRow> {
  const row = await lockShareLink(action.tx, id);
  if (row === undefined) throw notFound('share link', id);
  return row;
}

/** From this moment it shows nothing. Revoked already: it stays as it is. */
export async function revokeShareLink(action: Action, before: ShareLinkRow): Promise<ShareLinkRow> {
  if (before.revoked_at !== null) return before;
  await markShareLinkRevoked(action.tx, before.id, action);
  const after = await requireShareLink(action.tx, before.id);
  await audit(action, {
    action: 'shareLinks.revoke',
    resourceId: before.id,
    before: shareLinkToApi(before, action.now),
    after: shareLinkToApi(after, action.now),
  });
  return after;
}

/** Whoever has the link. */
export async function linkHolder(
  { database: { db }, clock }: Deployment,
  token: string,
): Promise<Principal> {
  const now = clock();
  const link = await findShareLinkByHash(db, hashSecret(token), now);
  if (link === undefined) throw new Problem('unauthenticated', 'This link is not known here.');
  const status = shareLinkStatus(link, now);
  if (status !== 'active')
    throw new Problem(
      'unauthenticated',
      `This link ${status === 'revoked' ? 'was revoked' : 'has expired'}. Ask whoever gave it to you for a new one.`,
    );
  if (link.is_merged)
    throw new Problem(
      'unauthenticated',
      'The customer of this link is part of another now. Ask whoever gave it to you for a new one.',
    );
  const staleBefore = plusMs(now, -USED_STALE_MS);
  if (link.last_used_at === null || link.last_used_at < staleBefore)
    await touchShareLink(db, link.id, now, staleBefore);
  return {
    kind: 'shareLink',
    id: link.id,
    name: link.name ?? link.organization_name,
    permissions: new Set(sharePermissions),
    person: null,
    share: {
      organizationId: link.organization_id,
      organizationName: link.organization_name,
      sellerName: link.seller_name ?? '',
      expiresAt: link.expires_at,
    },
  };
}

/** Refuses an operation that no share link reaches. Before anything of the request is read. */
export function requireReached(principal: Principal, operation: string | undefined): void {
  if (principal.share === null || isReached(operation)) return;
  throw new Problem(
    'forbidden',
    'A share link shows the statement and the heads of the invoices of one customer, and nothing else.',
  );
}

type Asked = { params: unknown; query: unknown };

/**
 * Keeps a share link to its own customer, whatever the operation would answer: others, and what is below it in the tree,
 * are for it as if they were not there. Answers the query as it may be asked.
 */
export async function confine(
  { database: { db }, clock }: Deployment,
  { organizationId }: NonNullable<Principal['share']>,
  operation: string | undefined,
  asked: Asked,
): Promise<Record<string, unknown>> {
  const params = asked.params as Record<string, string>;
  const query = asked.query as Record<string, unknown>;
  if (query['withDescendants'] === true)
    throw new Problem('forbidden', 'A share link shows one customer, without those below it.');
  const where = isReached(operation) ? shareReach[operation] : undefined;
  const named = {
    nobody: organizationId,
    customer: params['organizationId'],
    filter: query['organizationId'] ?? organizationId,
  };
  const now = clock();
  const invoiceOf = async () => payerOfIssued(db, params['id'] ?? '', now);
  const about =
    where === undefined ? undefined : where === 'invoice' ? await invoiceOf() : named[where];
  if (about !== organizationId) {
    const id = params['id'] ?? params['organizationId'] ?? String(query['organizationId']);
    throw notFound(where === 'invoice' ? 'issued invoice' : 'customer', id);
  }
  const asOf = (query['asOf'] as Instant | undefined) ?? now;
  const clocks = { asOf, knowsThen: query['knownAt'] !== undefined };
  if (where === 'customer' && (await answersOtherwise(db, organizationId, clocks)))
    throw new Problem('forbidden', 'It was one with another customer then, or was thought to be.');
  return where === 'filter' ? { ...query, organizationId } : query;
}
