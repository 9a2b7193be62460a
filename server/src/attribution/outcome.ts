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
  /** Usage of these organizations, of all below them and of what they were merged with, that reached no subscription. */
  unbilledBelow?: string[];
  /** Usage of these organizations, and of the same others, that reached a subscription of one further up. */
  billedAbove?: string[];
  /** All usage of these organizations and of all that was ever below them. */
  usageBelow?: string[];
  /** Usage attributed to these subscriptions. */
  subscriptions?: string[];
  /** Usage of the credentials of these bindings that is with their owners. */
  bindings?: number[];
  /** Only what occurred at or after this instant; null or absent: all. */
  from?: Instant | null;
};

/** Whether a subscription takes usage at an instant, and if not, why. */
export type Standing =
  | 'active'
  | 'subscription_not_started'
  | 'subscription_paused'
  | 'subscription_ended';

/** The rule of design §4.2 that decided; or somebody did. */
export type Rule =
  | 'credential_binding'
  | 'credential_auto_created'
  | 'subscription'
  | 'subscriber_organization'
  | 'subscriber_primary'
  | 'subscriber_domain'
  | 'organization_id'
  | 'organization_external_id'
  | 'organization_name'
  | 'unclassified'
  /** By hand, whatever its identifiers say: changes of ownership pass it over. */
  | 'reattributed';

/** Why a claim did not decide. */
export type Reason =
  | 'no_identifier'
  | 'unknown_credential'
  | 'credential_ended'
  | 'credential_not_started'
  | 'credential_unclassified'
  | 'unknown_subscription'
  | 'unknown_subscriber'
  | 'subscriber_not_member'
  | 'subscriber_unclassified'
  | 'ambiguous_domain'
  | 'unknown_organization'
  | 'ambiguous_name';

export type UnbilledReason =
  | 'unclassified'
  | 'no_subscription'
  | 'several_subscriptions'
  | Exclude<Standing, 'active'>;

/** The answer: who used the service, for whom, under which agreement, and why that is so. */
export type Attribution = {
  credentialId: string | null;
  bindingId: number | null;
  subscriberId: string | null;
  organizationId: string;
  subscriptionId: string | null;
  rule: Rule;
  reasons: Reason[];
  unbilledReason: UnbilledReason | null;
  claimConflicts: ('subscription' | 'subscriber' | 'organization' | 'product')[];
  sentence: string;
};

/** Something that must be made before the event can be attributed; made once, in recording order. */
export type Provision =
  /** Rule 4: a member of the organization that the domain of its e-mail is associated with. */
  | { kind: 'subscriber'; email: string; organizationId: string }
  /** Rule 2: held by the subscriber given, else by the one of the e-mail, else by the organization's service subscriber. */
  | {
      kind: 'credential';
      valueKey: number;
      subscriberId: string | null;
      email: string | null;
      organizationId: string;
      subscriptionId: string;
    }
  /** Auto-association: the binding has no subscription yet. */
  | { kind: 'association'; bindingId: number; subscriptionId: string };

export type Outcome = { attribution: Attribution } | { needs: Provision };

/** By a deployment that is strict, for an identifier that it does not know. */
export type Refused = { refused: Reason };
