import { archivedHours } from '../archive/queries.ts';
import type { Tx } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import { isMerged } from '../organizations/alias-queries.ts';
import { treeChanges } from '../organizations/tree-queries.ts';
import { journalIdsAfter, readFold } from './fold-queries.ts';
import { ownerKeysIn, productChanges } from './group-queries.ts';
import { attributesAsked, type Grouping, type UsageFilter } from './rules.ts';
import type { Reading } from './source-queries.ts';
import { cutInSpans } from './span-rules.ts';

export type ReadingAsked = {
  readonly from: Instant;
  readonly to: Instant;
  readonly groupBy: readonly Grouping[];
  readonly filter: UsageFilter;
  readonly intervals?: readonly Period[];
  /** Attributes that are looked at besides. */
  readonly attributes?: readonly string[];
  readonly ownRows?: boolean;
};

/** How a question is read: cut where its answer changes, and from hours if these tell apart what it looks at. */
export async function readingOf(tx: Tx, asked: ReadingAsked, now: Instant): Promise<Reading> {
  const { from, to, groupBy } = asked;
  const filter = await followed(tx, asked.filter);
  const looksAt = [...attributesAsked(groupBy, filter), ...(asked.attributes ?? [])];
  const byProduct = groupBy.includes('product') || filter.productId !== undefined;
  const spans = cutInSpans({
    from,
    to,
    ...(asked.intervals && { intervals: asked.intervals }),
    ...(byProduct && { products: await productChanges(tx, from, to) }),
    ...(await treeFor(tx, { ...asked, filter }, now)),
  });
  const reading = {
    spans,
    filter,
    ownRows: asked.ownRows,
    ...(await hoursFor(tx, from, looksAt)),
  };
  return { ...reading, ownerKeys: await ownerKeysIn(tx, reading) };
}

/**
 * Whether hours tell apart all that is looked at, and what is not folded into them yet. Those of archived months tell
 * apart what they did when they were archived.
 */
export async function hoursFor(
  tx: Tx,
  from: Instant,
  looksAt: readonly string[],
): Promise<Pick<Reading, 'unfolded' | 'archivedBefore'>> {
  const fold = await readFold(tx);
  const { before, attributes } = await archivedHours(tx);
  const isArchived = before !== null && from < before;
  const isToldApart = looksAt.every(
    (name) => fold.attributes.includes(name) && (!isArchived || attributes.includes(name)),
  );
  const unfolded = isToldApart ? await journalIdsAfter(tx, fold.position) : null;
  return { unfolded, archivedBefore: before };
}

/**
 * Where merges have to do with the organization that is asked about, whoever answers for it is followed through the
 * range, with what that answers for: usage that was given by hand to what is merged has stayed with it.
 */
async function followed(tx: Tx, filter: UsageFilter): Promise<UsageFilter> {
  const { organizationId, rollUp } = filter;
  if (organizationId === undefined || rollUp === true) return filter;
  return (await isMerged(tx, organizationId)) ? { ...filter, answering: true } : filter;
}

async function treeFor(tx: Tx, { from, to, filter }: ReadingAsked, now: Instant) {
  if (filter.rollUp !== true && filter.answering !== true) return {};
  if (filter.rollUp === true && filter.tree === 'current') return { treeAt: now };
  return { tree: await treeChanges(tx, { from, to, organizationId: filter.organizationId }) };
}
