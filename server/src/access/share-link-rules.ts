import type { Instant } from '../lib/instant.ts';
import type { Permission } from './permissions.ts';

/** What the holder of a share link may do, and nothing else. */
export const sharePermissions: readonly Permission[] = [
  'me.read',
  'statements.read',
  'invoices.readHeaders',
];

/**
 * The operations that answer a share link, and where each names the customer that it is about. Whatever is not here is
 * closed to it, whatever its permission: to open an operation is to add it here.
 */
export const shareReach = {
  'me.get': 'nobody',
  'statements.get': 'customer',
  'statements.pdf': 'customer',
  'statements.customerCsv': 'customer',
  'invoiceHeaders.list': 'filter',
  'invoiceHeaders.get': 'invoice',
  'invoices.summaryPdf': 'invoice',
} as const satisfies Record<string, 'nobody' | 'customer' | 'filter' | 'invoice'>;

export type Reached = keyof typeof shareReach;

export function isReached(operation: string | undefined): operation is Reached {
  return operation !== undefined && Object.hasOwn(shareReach, operation);
}

export const shareLinkStatuses = ['active', 'expired', 'revoked'] as const;
export type ShareLinkStatus = (typeof shareLinkStatuses)[number];

export function shareLinkStatus(
  link: { expires_at: Instant; revoked_at: Instant | null },
  now: Instant,
): ShareLinkStatus {
  if (link.revoked_at !== null) return 'revoked';
  return link.expires_at <= now ? 'expired' : 'active';
}

/** The address of a share link. The token is in the fragment: browsers send that to nobody. */
export function shareUrl(origin: string, token: string): string {
  return `${origin}/shared#${token}`;
}
