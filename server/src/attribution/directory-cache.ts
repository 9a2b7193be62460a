import type { Claim, Loaded } from './facts.ts';

/**
 * What attributing has looked up at one version of ownership. While a transaction shares the ownership lock that
 * version stands, so what is found here is what the tables say; at another version there is another cache.
 */
export type DirectoryCache = {
  readonly version: number;
  /** The identifiers that have been looked up, found or not. */
  readonly seen: Set<string>;
  readonly loaded: MapsOf<Loaded>;
};

type MapsOf<T> = {
  readonly [K in keyof T]: T[K] extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : never;
};

export function emptyCache(version: number): DirectoryCache {
  return {
    version,
    seen: new Set(),
    loaded: {
      credentialIds: new Map(),
      bindings: new Map(),
      subscriptions: new Map(),
      subscriptionsByClaim: new Map(),
      subscriptionsOf: new Map(),
      subscribersByClaim: new Map(),
      memberships: new Map(),
      organizations: new Map(),
      organizationsByClaim: new Map(),
      productsByClaim: new Map(),
      domainOwners: new Map(),
    },
  };
}

/** Whatever a claim names, each under a name of its own. */
export function identifiersOf(claim: Claim): string[] {
  const { credentialKey, subscription, subscriber, organization, product } = claim;
  const ids: string[] = [];
  if (credentialKey !== null) ids.push(`credential ${credentialKey}`);
  if (subscription !== null) ids.push(`subscription ${subscription}`);
  if (subscriber !== null) ids.push(`subscriber ${subscriber}`);
  if (organization !== null) ids.push(`organization ${organization}`);
  if (product !== null) ids.push(`product ${product}`);
  return ids;
}
