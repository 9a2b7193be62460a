import type { Instant } from '../lib/instant.ts';

/** Which recorded usage a change of ownership may touch: events that match any of the selectors, at or after `from`. */
export type Touched = {
  /** Events that claim these credential IDs, by the key they are stored under. */
  credentialKeys?: number[];
  /** Events that claim these subscribers: e-mail in lower case, or subscriber id. */
  subscriberClaims?: string[];
  /** Events that claim a subscriber of these mail domains and reached no customer. */
  emailDomains?: string[];
  /** Events that claim these organizations (id, external id or name) and reached no customer. */
  organizationClaims?: string[];
  /** Events that claim these subscriptions (id or external id). */
  subscriptionClaims?: string[];
  /** Usage of these organizations and of all below them that reached no subscription. */
  unbilledBelow?: string[];
  /** Usage attributed to these subscriptions. */
  subscriptions?: string[];
  /** Only what occurred at or after this instant; null or absent: all. */
  from?: Instant | null;
};
