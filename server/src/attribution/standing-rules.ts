import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { rowAt } from '../lib/timeline.ts';
import type { Choices, Directory } from './facts.ts';

/** Merges (design §4.9): over a range of time, one organization answers in the place of another. It is one hop. */

/** Who answers for an organization at an instant: itself, or whom it had been merged into. */
export function standsFor(organizationId: string, at: Instant, directory: Directory): string {
  const aliases = directory.organizations.get(organizationId)?.aliases ?? [];
  return rowAt(aliases, at)?.value ?? organizationId;
}

/** Those who answer for any of these, each once. */
export function standingFor(ids: readonly string[], at: Instant, directory: Directory): string[] {
  return [...new Set(ids.map((id) => standsFor(id, at, directory)))];
}

/** One level of the tree: the organization that is named, and the one that answers for it. */
export type Level = { readonly named: string; readonly id: string };

/** The organization and those above it at an instant, nearest first; it ends even if they should form a circle. */
export function* lineage(
  organizationId: string,
  at: Instant,
  directory: Directory,
): Generator<Level> {
  let named: string | undefined = organizationId;
  for (let depth = 0; named !== undefined && depth <= limits.treeDepthMax; depth += 1) {
    const id = standsFor(named, at, directory);
    yield { named, id };
    named = rowAt(directory.organizations.get(id)?.parents ?? [], at)?.value;
  }
}

/** What has been merged into an organization then, with what was chosen; the later merge has the last word. */
export function mergedInto(
  organizationId: string,
  at: Instant,
  directory: Directory,
): { ids: string[]; choices: Choices } {
  const rows = (directory.organizations.get(organizationId)?.merged ?? []).filter(
    (row) => rowAt([row], at) !== null,
  );
  return {
    ids: rows.map(({ value }) => value.organizationId),
    choices: Object.assign({}, ...rows.map(({ value }) => value.choices)) as Choices,
  };
}

/** Whether a level of an organization's tree is reached without any merge. */
export function isReachedUnmerged(
  organizationId: string,
  ancestorId: string,
  at: Instant,
  directory: Directory,
): boolean {
  for (const { named, id } of lineage(organizationId, at, directory)) {
    if (named !== id) return false;
    if (id === ancestorId) return true;
  }
  return false;
}
