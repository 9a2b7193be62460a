import { type DirectoryCache, emptyCache } from '../attribution/directory-cache.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';

/**
 * What a process remembers between two recordings. Nothing here is taken on trust: what may change is kept by the
 * version of ownership that a recording transaction shares, and what is not (keys of credential IDs, partitions) is
 * never changed.
 */
export type IngestCaches = {
  readonly credentialKeys: Map<string, number>;
  readonly months: Set<string>;
  at: AtVersion;
  /** How many of the next batches claim their keys one by one. */
  claimedOneByOne: number;
};

type AtVersion = {
  readonly directory: DirectoryCache;
  strict?: boolean;
  /** Where the archive ends; null: there is none. */
  archivedBefore?: Instant | null;
};

const NO_VERSION = -1;

export function emptyCaches(): IngestCaches {
  return {
    credentialKeys: new Map(),
    months: new Set(),
    at: { directory: emptyCache(NO_VERSION) },
    claimedOneByOne: 0,
  };
}

/** What is known at this version: nothing, where another was cached. A cache that is full starts anew. */
export function cacheAt(caches: IngestCaches, version: number): AtVersion {
  const { directory } = caches.at;
  if (directory.version !== version || directory.seen.size > limits.cachedIdentifiersMax)
    caches.at = { directory: emptyCache(version) };
  if (caches.credentialKeys.size > limits.cachedIdentifiersMax) caches.credentialKeys.clear();
  return caches.at;
}
