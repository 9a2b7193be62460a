import type { Instant } from '../lib/instant.ts';
import type { TimelineRow } from '../lib/timeline.ts';
import type { Attribution } from './outcome.ts';

/** What an event says about itself, as stored. */
export type Claim = {
  occurredAt: Instant;
  /** The key under which the claimed credential ID is stored; never the ID. */
  credentialKey: number | null;
  /** Id or external id. */
  subscription: string | null;
  /** E-mail in lower case, or subscriber id. */
  subscriber: string | null;
  /** Id, external id or name. */
  organization: string | null;
  /** Id, external id or name. */
  product: string | null;
  measures: readonly string[];
  attributes: Readonly<Record<string, string>>;
  /**
   * Of a recorded event: what it is attributed to. Identifiers go on meaning what they meant when it was recorded
   * (design §3.6): whoever was renamed or archived since keeps the usage. Null for a new event.
   */
  recorded: Attribution | null;
};

export type Binding = TimelineRow<{
  subscriberId: string;
  organizationId: string;
  subscriptionId: string | null;
}> & { readonly id: number };

export type SubscriptionFacts = {
  id: string;
  organizationId: string;
  startAt: Instant;
  endAt: Instant | null;
  pauses: TimelineRow<unknown>[];
  plans: TimelineRow<{ productId: string; prices: PricedMeter[] }>[];
};

/** A meter that a plan prices: `measure` null prices every event. */
export type PricedMeter = {
  measure: string | null;
  filter: Readonly<Record<string, string | string[]>>;
};

export type OrganizationFacts = {
  id: string;
  parents: TimelineRow<string>[];
  /** Whom it has been merged into, when; and whoever it ever was, merges that were taken back included. */
  aliases: TimelineRow<string>[];
  everMergedInto: string[];
  /** Those that have been merged into it, when. */
  merged: TimelineRow<{ organizationId: string; choices: Choices }>[];
};

/**
 * Who takes usage that several subscriptions of a merged organization and its survivor price: by measure (`*`: any) a
 * subscription, or null: each organization's own.
 */
export type Choices = Readonly<Record<string, string | null>>;

/** Everything that attributing a batch needs to know, loaded set-wise beforehand. Archived things are absent. */
export type Directory = {
  /** By key of the credential ID: which credential it names, when. */
  credentialIds: ReadonlyMap<number, TimelineRow<string>[]>;
  bindings: ReadonlyMap<string, Binding[]>;
  subscriptions: ReadonlyMap<string, SubscriptionFacts>;
  subscriptionsByClaim: ReadonlyMap<string, string>;
  subscriptionsOf: ReadonlyMap<string, string[]>;
  subscribersByClaim: ReadonlyMap<string, string>;
  memberships: ReadonlyMap<string, TimelineRow<{ organizationId: string; isPrimary: boolean }>[]>;
  organizations: ReadonlyMap<string, OrganizationFacts>;
  organizationsByClaim: ReadonlyMap<
    string,
    { byId?: string; byExternalId?: string; byName: string[] }
  >;
  productsByClaim: ReadonlyMap<string, string[]>;
  domainOwners: ReadonlyMap<string, string[]>;
  /** What the recording transaction itself has made by rules 2 and 4, so that the event that caused it can say so. */
  justCreated: { credentialKeys: ReadonlySet<number>; subscribers: ReadonlySet<string> };
};

/** What the tables say; beside it goes what the transaction itself has made. */
export type Loaded = Omit<Directory, 'justCreated'>;
