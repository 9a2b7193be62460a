import type { Database, Tx } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import { standingId } from '../organizations/alias-queries.ts';
import { treeChanges } from '../organizations/tree-queries.ts';
import { readFold } from './fold-queries.ts';
import { productChanges } from './group-queries.ts';
import { attributesAsked, type Grouping, type UsageFilter } from './rules.ts';
import type { Reading } from './source-queries.ts';
import { cutInSpans } from './span-rules.ts';

/** One snapshot, so that what is folded meanwhile is neither missed nor counted twice. */
export function inOneSnapshot<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(work);
}

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
  const { from, to, groupBy, filter } = asked;
  const fold = await readFold(tx);
  const looksAt = [...attributesAsked(groupBy, filter), ...(asked.attributes ?? [])];
  const isToldApart = looksAt.every((name) => fold.attributes.includes(name));
  const byProduct = groupBy.includes('product') || filter.productId !== undefined;
  const spans = cutInSpans({
    from,
    to,
    ...(asked.intervals && { intervals: asked.intervals }),
    ...(byProduct && { products: await productChanges(tx, from, to) }),
    ...(await treeFor(tx, asked, now)),
  });
  return {
    spans,
    filter: await standing(tx, filter, from),
    ownRows: asked.ownRows,
    folded: isToldApart ? fold.position : null,
  };
}

/** By the id of what had been merged: its survivor. Rolled up, that is followed through the range (`group-queries`). */
async function standing(tx: Tx, filter: UsageFilter, from: Instant): Promise<UsageFilter> {
  const { organizationId, rollUp } = filter;
  if (organizationId === undefined || rollUp === true) return filter;
  return { ...filter, organizationId: await standingId(tx, organizationId, from) };
}

async function treeFor(tx: Tx, { from, to, filter }: ReadingAsked, now: Instant) {
  if (filter.rollUp !== true) return {};
  if (filter.tree === 'current') return { treeAt: now };
  return { tree: await treeChanges(tx, { from, to, organizationId: filter.organizationId }) };
}
