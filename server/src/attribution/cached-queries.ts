import type { Queryable } from '../db/connect.ts';
import { type DirectoryCache, identifiersOf } from './directory-cache.ts';
import type { Claim, Loaded } from './facts.ts';
import { loadDirectory } from './queries.ts';

/**
 * What these claims need, with only what has not been looked up yet read from the tables. Each identifier is loaded
 * with all that hangs on it, so what is known of several together is known of each.
 */
export async function loadThrough(
  cache: DirectoryCache,
  db: Queryable,
  claims: readonly Claim[],
): Promise<Loaded> {
  const unseen = claims.filter((claim) => !identifiersOf(claim).every((id) => cache.seen.has(id)));
  if (unseen.length === 0) return cache.loaded;
  const loaded = await loadDirectory(db, unseen);
  for (const name of Object.keys(loaded) as (keyof Loaded)[]) {
    const known = cache.loaded[name] as Map<unknown, unknown>;
    for (const [key, value] of loaded[name] as ReadonlyMap<unknown, unknown>) known.set(key, value);
  }
  for (const claim of unseen) for (const id of identifiersOf(claim)) cache.seen.add(id);
  return cache.loaded;
}
