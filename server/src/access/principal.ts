import type { Permission, Role } from './permissions.ts';

/** Whoever asks: an API key, or a person who is signed in. */
export type Principal = {
  kind: 'apiKey' | 'person';
  /** `key_…` or `prs_…`; the actor of what it does. */
  id: string;
  name: string;
  permissions: ReadonlySet<Permission>;
  /** What only a person has. */
  person: { email: string; role: Role; twoFactorEnabled: boolean; sessionId: string } | null;
};
