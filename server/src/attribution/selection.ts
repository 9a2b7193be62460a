import type { Instant } from '../lib/instant.ts';

/**
 * Recorded usage, by what it is attributed to now and by what it says. All conditions hold together; at least one is
 * given.
 */
export type Selection = {
  readonly organizationId?: string | undefined;
  readonly subscriberId?: string | undefined;
  readonly credentialId?: string | undefined;
  readonly subscriptionId?: string | undefined;
  readonly rule?: string | undefined;
  /** A reason code, or a reason for not being billed. */
  readonly reason?: string | undefined;
  /** Occurred at or after this instant, and before that. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly source?: string | undefined;
  readonly eventIds?: readonly string[] | undefined;
  /** Claims, as stored: the keys of credential IDs, e-mails in lower case or subscriber ids, names or ids. */
  readonly credentialKeys?: readonly number[] | undefined;
  readonly subscriberClaims?: readonly string[] | undefined;
  readonly organizationClaims?: readonly string[] | undefined;
};

/** Whom usage shall belong to. Left out: the subscriber and the credential stay, the subscription is chosen (§4.3). */
export type NewOwner = {
  readonly organizationId: string;
  readonly subscriberId?: string | null | undefined;
  readonly credentialId?: string | null | undefined;
  readonly subscriptionId?: string | undefined;
};

/** What was selected, and what became of it: two carryings-out that agree in it did the same. */
export type Digest = {
  /** Selected: how many, and the hash of the set. */
  readonly events: number;
  readonly hash: string;
  /** Of these, those that moved, and the hash of where to. */
  readonly moved: number;
  readonly outcome: string;
};
