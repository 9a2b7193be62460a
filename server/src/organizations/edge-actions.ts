import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline } from '../db/timelines.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { Problem, unknownReference } from '../lib/problem.ts';
import { dropPlanned, endAt, replaceFrom, type TimelineRow } from '../lib/timeline.ts';
import { standingId } from './alias-queries.ts';
import { findOrganization, payerEdges, treeShape } from './queries.ts';

/** The two dated edges of an organization, its parent and its payer, and what they must never be. */

type Parent = { parent_id: string };
type Payer = { payer_id: string };

export async function setParent(
  action: Action,
  id: string,
  parentId: string | null,
  from: Instant | null,
): Promise<void> {
  const rows = await loadTimeline<Parent>(action.tx, 'organization_parents', id);
  if (parentId === null)
    return saveTimeline(action, 'organization_parents', id, endFrom(rows, from));
  const parent = await requireReference(action, parentId, '/parentId', 'parent organization');
  if (parent === id) throw cycle('/parentId');
  const change = replaceFrom(
    rows,
    { parent_id: parent },
    from,
    null,
    (a, b) => a.parent_id === b.parent_id,
  );
  await saveTimeline(action, 'organization_parents', id, change);
  await refuseCircle(action, id);
}

/** Neither a circle nor too deep a tree, at any time, merges included. */
export async function refuseCircle(
  action: Action,
  id: string,
  pointer = '/parentId',
): Promise<void> {
  const { isCircle, levels } = await treeShape(action.tx, id);
  if (isCircle) throw cycle(pointer);
  if (levels <= limits.treeDepthMax) return;
  throw new Problem(
    'unprocessable',
    `The tree would be deeper than ${limits.treeDepthMax} levels.`,
    [
      {
        pointer,
        code: 'too_deep',
        detail: `At most ${limits.treeDepthMax} levels.`,
      },
    ],
  );
}

function cycle(pointer: string): Problem {
  return new Problem('unprocessable', 'An organization cannot be its own descendant.', [
    {
      pointer,
      code: 'cycle',
      detail: 'The one named is the organization itself or below it.',
    },
  ]);
}

/** One hop: a payer bills to itself, so neither may the payer have a payer nor the organization be one. */
export async function setPayer(
  action: Action,
  id: string,
  payerId: string | null,
  from: Instant | null,
): Promise<void> {
  const rows = await loadTimeline<Payer>(action.tx, 'organization_payers', id);
  const payer =
    payerId && (await requireReference(action, payerId, '/billTo', 'paying organization'));
  if (payer === null || payer === id)
    return saveTimeline(action, 'organization_payers', id, endFrom(rows, from));
  await refuseChain(action, id, { from, to: null, value: { payer_id: payer } });
  await saveTimeline(
    action,
    'organization_payers',
    id,
    replaceFrom(rows, { payer_id: payer }, from, null, (a, b) => a.payer_id === b.payer_id),
  );
}

async function refuseChain(action: Action, id: string, row: TimelineRow<Payer>): Promise<void> {
  const payerId = row.value.payer_id;
  const meets = (edge: { from: Instant | null; to: Instant | null }) =>
    (edge.to === null || row.from === null || edge.to > row.from) &&
    (row.to === null || edge.from === null || edge.from < row.to);
  const chained =
    (await payerEdges(action, payerId)).some(
      (edge) => edge.organization_id === payerId && meets(edge),
    ) || (await payerEdges(action, id)).some((edge) => edge.payer_id === id && meets(edge));
  if (!chained) return;
  throw new Problem('unprocessable', 'A payer pays for itself: chains of payers are refused.', [
    {
      pointer: '/billTo',
      code: 'payer_chain',
      detail: 'Name the organization that pays in the end.',
    },
  ]);
}

function endFrom<R extends TimelineRow<unknown>>(rows: R[], from: Instant | null) {
  return from === null ? { superseded: rows, inserted: [] } : endAt(rows, from);
}

/** Takes back what is planned for the parent and the payer; says whether there was anything. */
export async function dropPlannedEdges(
  action: Action,
  id: string,
  at: Instant | null,
): Promise<boolean> {
  const parents = await loadTimeline<Parent>(action.tx, 'organization_parents', id);
  const payers = await loadTimeline<Payer>(action.tx, 'organization_payers', id);
  const parent = dropPlanned(parents, action.now, at);
  const payer = dropPlanned(payers, action.now, at);
  await saveTimeline(action, 'organization_parents', id, parent);
  if (parent.superseded.length > 0) await refuseCircle(action, id);
  for (const row of payer.inserted) await refuseChain(action, id, row);
  await saveTimeline(action, 'organization_payers', id, payer);
  return parent.superseded.length + payer.superseded.length > 0;
}

/** Whoever answers for it. */
async function requireReference(
  action: Action,
  named: string,
  pointer: string,
  what: string,
): Promise<string> {
  const id = await standingId(action.tx, named, action.now);
  const row = await findOrganization(action.tx, id, action.now);
  if (row === undefined || row.archived_at !== null) throw unknownReference(pointer, what);
  if (id === UNCLASSIFIED_ID) {
    throw new Problem('unprocessable', 'UNCLASSIFIED can be neither nested nor billed.', [
      { pointer, code: 'unclassified', detail: 'Name another organization.' },
    ]);
  }
  return id;
}
