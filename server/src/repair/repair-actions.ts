import { type Moves, restore } from '../attribution/move-actions.ts';
import type { Touched } from '../attribution/outcome.ts';
import { createMoving, dropWithin, fillMovingLeft } from '../attribution/select-queries.ts';
import { audit } from '../audit/actions.ts';
import { type Action, moveAlone } from '../db/act.ts';
import { addJob } from '../jobs/actions.ts';
import type { Instant } from '../lib/instant.ts';
import { notFound, Problem } from '../lib/problem.ts';
import { resolveRecordedSince, wider } from './carrying-actions.ts';
import type { Preview } from './reattribution-schema.ts';
import { someLeft } from './reattribution-queries.ts';
import {
  countLeft,
  findRepair,
  insertRepair,
  lockRepair,
  markRepairApplied,
  markRepairUndone,
  type NewRepair,
  renewRepair,
  type RepairKind,
  type RepairRow,
  type ShownRepair,
} from './repair-queries.ts';
import { repairToApi } from './merge-schema.ts';

/** What merges and splits have in common: they are previewed, applied as previewed, and undone. */

const LEFT_NAMED_MAX = 20;

export async function requireRepair(
  action: Action,
  kind: RepairKind,
  id: string,
): Promise<RepairRow> {
  const row = await findRepair(action.tx, kind, id);
  if (row === undefined) throw notFound(kind, id);
  return row;
}

export async function keepRepair(action: Action, preview: NewRepair): Promise<RepairRow> {
  await insertRepair(action, preview);
  return auditChange(action, `${preview.kind}s.create`, preview, null);
}

export async function keepRepairAgain(
  action: Action,
  kind: RepairKind,
  id: string,
  shown: ShownRepair,
): Promise<RepairRow> {
  await lockRepair(action, id);
  const row = await requireRepair(action, kind, id);
  refuseDone(row);
  await renewRepair(action, row, shown);
  return auditChange(action, `${kind}s.preview`, row, row);
}

export function refuseDone({ status }: RepairRow): void {
  if (status !== 'previewed') throw new Problem('invalid_state', `It is ${status} already.`);
}

type Carried = { moves: Moves; touched: readonly Touched[]; intoId: string };

/**
 * Does what was previewed, and lets usage recorded since follow. It changes ownership, so it holds that alone. Once
 * applied, it is answered again as it is.
 */
export async function applyRepair(
  action: Action,
  kind: RepairKind,
  id: string,
  carryOut: (row: RepairRow) => Promise<Carried>,
): Promise<RepairRow> {
  await requireRepair(action, kind, id);
  await moveAlone(action, 'exclusive');
  await lockRepair(action, id);
  const row = await requireRepair(action, kind, id);
  if (row.status === 'applied') return row;
  refuseDone(row);
  const { moves, touched, intoId } = await carryOut(row);
  const since = await resolveRecordedSince(action, touched, row.position);
  await markRepairApplied(action, row, intoId, wider(moves.span, since.span));
  await askForDrafts(action, row);
  return auditChange(action, `${kind}s.apply`, row, row);
}

type TakenBack = {
  readonly touched: readonly Touched[];
  /** What occurred within it stays where it is. */
  readonly stays: { readonly from: Instant; readonly to: Instant } | null;
};

/**
 * Takes it back: ownership first, then the usage that it moved, as far as it stands as it was left; what was recorded
 * since finds its owner anew.
 */
export async function undoRepair(
  action: Action,
  kind: RepairKind,
  id: string,
  takeBack: (row: RepairRow, applied: { journalId: number; at: Instant }) => Promise<TakenBack>,
): Promise<RepairRow> {
  await requireRepair(action, kind, id);
  await moveAlone(action, 'exclusive');
  await lockRepair(action, id);
  const row = await requireRepair(action, kind, id);
  if (row.status === 'undone') return row;
  const { applied_by: journalId, applied_at: at, occurred_from: from, occurred_to: to } = row;
  if (journalId === null || at === null)
    throw new Problem('invalid_state', `It is ${row.status}: only what is applied can be undone.`);
  const { touched, stays } = await takeBack(row, { journalId, at });
  await createMoving(action.tx);
  let [events, left, leftEventIds] = [0, 0, [] as string[]];
  if (from !== null && to !== null) {
    const span = { from, to };
    events = await fillMovingLeft(action.tx, journalId, span);
    if (stays !== null) events -= await dropWithin(action.tx, stays.from, stays.to);
    left = await countLeft(action.tx, journalId, span);
    leftEventIds = left === 0 ? [] : await someLeft(action.tx, journalId, LEFT_NAMED_MAX);
    await restore(action, journalId);
  }
  await resolveRecordedSince(action, touched, 0);
  await markRepairUndone(action, row, { events, left, leftEventIds });
  await askForDrafts(action, row);
  return auditChange(action, `${kind}s.undo`, row, row);
}

/** Drafts are rated anew once this is recorded: what they know is a position, and this has none yet. */
async function askForDrafts(action: Action, { id, preview }: RepairRow): Promise<void> {
  if ((preview as Preview).drafts.length > 0)
    await addJob(action, 'reattributions.redraft', { id });
}

async function auditChange(
  action: Action,
  verb: string,
  { id, kind }: Pick<RepairRow, 'id' | 'kind'>,
  before: RepairRow | null,
): Promise<RepairRow> {
  const row = await requireRepair(action, kind, id);
  const brief = (each: RepairRow) => ({
    ...repairToApi(each),
    organizationId: each.organization_id,
    intoId: each.into_id,
    input: each.input,
  });
  await audit(action, {
    action: verb,
    resourceId: id,
    before: before && brief(before),
    after: brief(row),
    reason: row.reason,
  });
  return row;
}
