import type { Instant } from '../lib/instant.ts';
import type { Permission, Role } from './permissions.ts';

/** Whoever asks: an API key, a person who is signed in, or whoever has a share link. */
export type Principal = {
  kind: 'apiKey' | 'person' | 'shareLink';
  /** `key_…`, `prs_…` or `shr_…`; the actor of what it does. */
  id: string;
  name: string;
  permissions: ReadonlySet<Permission>;
  /** What only a person has. */
  person: { email: string; role: Role; twoFactorEnabled: boolean; sessionId: string } | null;
  /** What only a share link has: the one customer that it shows. */
  share: {
    organizationId: string;
    organizationName: string;
    sellerName: string;
    expiresAt: Instant;
  } | null;
};
