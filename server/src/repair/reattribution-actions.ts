import { refuseArchivedSelection } from '../archive/queries.ts';
import { prepareAssignment } from '../attribution/assign-actions.ts';
import { carryOut, type Moves, restore } from '../attribution/move-actions.ts';
import { carryOutExpected } from './carrying-actions.ts';
import { findTouched, touchedSince } from '../attribution/entry-queries.ts';
import type { Touched } from '../attribution/outcome.ts';
import { prepareResolution, resolveRestored, settleMade } from '../attribution/resolve-actions.ts';
import { createMoving, fillMovingLeft } from '../attribution/select-queries.ts';
import type { Digest, NewOwner, Selection } from '../attribution/selection.ts';
import { audit } from '../audit/actions.ts';
import { latestAudit } from '../audit/queries.ts';
import { findCredential } from '../credentials/queries.ts';
import { fits, refuseMisfit } from '../credentials/reference-actions.ts';
import { type Action, type Asked, lockOwnership, moveAlone, rehearse } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { addJob } from '../jobs/actions.ts';
import { newId, UNCLASSIFIED_ID } from '../lib/id.ts';
import { limits } from '../lib/limits.ts';
import { notFound, Problem, unknownReference } from '../lib/problem.ts';
import { standingId } from '../organizations/alias-queries.ts';
import { findOrganization } from '../organizations/queries.ts';
import { findSubscriber } from '../subscribers/queries.ts';
import { previewOf } from './figure-actions.ts';
import {
  findReattribution,
  insertReattribution,
  lockReattribution,
  markApplied,
  markPreviewed,
  markUndone,
  type NewReattribution,
  type ReattributionRow,
  type Shown,
  someLeft,
} from './reattribution-queries.ts';
import {
  type Preview,
  type ReattributionCreate,
  reattributionToApi,
} from './reattribution-schema.ts';

const LEFT_NAMED_MAX = 20;

export async function requireReattribution(action: Action, id: string): Promise<ReattributionRow> {
  const row = await findReattribution(action.tx, id);
  if (row === undefined) throw notFound('re-attribution', id);
  return row;
}

/** Carries it out and takes it back: what is shown is what was done. */
export async function previewReattribution(
  { database, clock }: Deployment,
  asked: Asked,
  input: ReattributionCreate,
): Promise<NewReattribution> {
  await refuseArchivedSelection(database.db, input.selection);
  return rehearse(database, clock, asked, async (action, positions) => {
    const { kind, selection, reason = null } = input;
    const owner = input.owner === undefined ? null : await standingOwner(action, input.owner);
    const what = { id: newId('rea', action.now), kind, selection, owner, reason };
    return { ...what, status: 'previewed', ...(await rehearsed(action, what, positions)) };
  });
}

export async function keepPreview(
  action: Action,
  preview: NewReattribution,
): Promise<ReattributionRow> {
  await insertReattribution(action, preview);
  return auditChange(action, 'reattributions.create', preview.id, null);
}

/** A preview of what waits for one, or another one, of what has changed since. */
export async function previewAgain(
  { database, clock }: Deployment,
  asked: Asked,
  row: ReattributionRow,
): Promise<Shown> {
  refuseDone(row);
  return rehearse(database, clock, asked, (action, positions) => rehearsed(action, row, positions));
}

export async function renewPreview(
  action: Action,
  id: string,
  shown: Shown,
): Promise<ReattributionRow> {
  await lockReattribution(action, id);
  const row = await requireReattribution(action, id);
  refuseDone(row);
  await markPreviewed(action, row, shown);
  return auditChange(action, 'reattributions.preview', id, row);
}

function refuseDone({ status }: ReattributionRow): void {
  if (status === 'pending' || status === 'previewed') return;
  throw new Problem('invalid_state', `It is ${status} already.`);
}

async function rehearsed(
  action: Action,
  what: What,
  positions: { position: number; asIf: number },
): Promise<Shown> {
  if (what.owner !== null) await requireOwner(action, what.owner);
  const moves = await move(action, what, positions.position);
  const preview = await previewOf(action, moves, positions);
  return { position: positions.position, digest: moves.digest, preview };
}

/**
 * Does what was previewed, to the events that were previewed, in one transaction, or nothing at all. Once applied, it
 * is answered again as it is.
 */
export async function applyPreview(action: Action, id: string): Promise<ReattributionRow> {
  const { kind } = await requireReattribution(action, id);
  // What finds its owner anew may make what recording would have made, and that needs ownership alone.
  await moveAlone(action, kind === 'resolve' ? 'exclusive' : 'shared');
  await lockReattribution(action, id);
  const row = await requireReattribution(action, id);
  if (row.status === 'applied') return row;
  const { position, digest } = row;
  if (row.status !== 'previewed' || position === null || digest === null) {
    const detail = `It is ${row.status}: only what is previewed can be applied.`;
    throw new Problem('invalid_state', detail);
  }
  if (row.owner !== null) await requireOwner(action, row.owner);
  const { span } = await move(action, row, position, digest);
  await markApplied(action, row, span);
  await askForDrafts(action, row);
  return auditChange(action, 'reattributions.apply', id, row);
}

/**
 * Gives back what still stands as it was left; what was moved again since is left, and named. Where ownership has
 * changed meanwhile, usage that was given away by hand gets the owner that it would have had all along.
 */
export async function undoReattribution(action: Action, id: string): Promise<ReattributionRow> {
  const { kind, applied_by: journalId } = await requireReattribution(action, id);
  const isPassedOver = async () =>
    kind === 'assign' &&
    journalId !== null &&
    (await touchedSince(action.tx, journalId)).length > 0;
  await moveAlone(action, (await isPassedOver()) ? 'exclusive' : 'shared');
  await lockReattribution(action, id);
  const row = await requireReattribution(action, id);
  if (row.status === 'undone') return row;
  const { applied_by: appliedBy, occurred_from: from, occurred_to: to, digest } = row;
  if (appliedBy === null || digest === null)
    throw new Problem('invalid_state', `It is ${row.status}: only what is applied can be undone.`);
  if (from !== null) await refuseArchivedSelection(action.tx, { from });
  await createMoving(action.tx);
  const events =
    from === null || to === null ? 0 : await fillMovingLeft(action.tx, appliedBy, { from, to });
  const left = digest.moved - events;
  const leftEventIds = left === 0 ? [] : await someLeft(action.tx, appliedBy, LEFT_NAMED_MAX);
  // The lock waits for nobody who waits for us: moves come one at a time, and verbs hold nothing yet.
  if (await isPassedOver()) {
    await lockOwnership(action.tx);
    await resolveRestored(action, appliedBy);
  }
  await restore(action, appliedBy);
  await markUndone(action, row, { events, left, leftEventIds });
  await askForDrafts(action, row);
  return auditChange(action, 'reattributions.undo', id, row);
}

/**
 * Leaves what a change of ownership touches where it is, to be moved by a re-attribution that waits for its preview.
 * Nothing waits where nothing is touched.
 */
export async function defer(action: Action, touched: readonly Touched[]): Promise<void> {
  if ((await findTouched(action.tx, touched, 1)).length === 0) return;
  const id = newId('rea', action.now);
  const cause = await latestAudit(action.tx, action.journalId);
  await insertReattribution(action, {
    id,
    kind: 'resolve',
    status: 'pending',
    selection: { touched, cause },
    owner: null,
    reason: null,
    deferred_by: action.journalId,
    position: null,
    digest: null,
    preview: null,
  });
  await auditChange(action, 'reattributions.defer', id, null);
}

/**
 * For actions that give usage to somebody in passing, as a claim does: without a preview, and no more than a verb moves.
 * Needs the ownership lock alone. It can be undone like any other.
 */
export async function applyReattribution(
  action: Action,
  selection: Selection,
  named: NewOwner,
  reason: string | null = null,
): Promise<ReattributionRow> {
  const { tx } = action;
  const owner = await standingOwner(action, named);
  await requireOwner(action, owner);
  const id = newId('rea', action.now);
  await createMoving(tx);
  const bounds = { position: null, limit: limits.reattributedEventsMax + 1 };
  const events = await prepareAssignment(action, selection, { id, owner }, bounds);
  if (events > limits.reattributedEventsMax) throw previewRequired();
  const { digest, span } = await carryOut(action, 'moving');
  const decided = { id, kind: 'assign', selection, owner, reason, digest } as const;
  await insertReattribution(action, {
    ...decided,
    status: 'applied',
    position: null,
    preview: null,
    span,
  });
  return auditChange(action, 'reattributions.apply', id, null);
}

// Parts ------------------------------------------------------------------------------------------

type What = Pick<ReattributionRow, 'id' | 'selection' | 'owner'>;

/** Selects, decides and moves; refused where it would not be what was expected. */
async function move(
  action: Action,
  { id, selection, owner }: What,
  position: number | null,
  expected?: Digest,
): Promise<Moves> {
  await createMoving(action.tx);
  const bounds = { position, limit: limits.previewedEventsMax + 1 };
  if (owner !== null && !('touched' in selection)) {
    const events = await prepareAssignment(action, selection, { id, owner }, bounds);
    return carryOutExpected(action, 'moving', events, expected);
  }
  const { events, made } = await prepareResolution(action, selection, bounds);
  const moves = await carryOutExpected(action, 'selected', events, expected);
  await settleMade(action, selection, made);
  return moves;
}

/** Drafts are rated anew once this is recorded: what they know is a position, and this has none yet. */
async function askForDrafts(action: Action, { id, preview }: ReattributionRow): Promise<void> {
  if (((preview as Preview | null)?.drafts.length ?? 0) > 0)
    await addJob(action, 'reattributions.redraft', { id });
}

function previewRequired(): Problem {
  const detail = `It would move more than ${limits.reattributedEventsMax} recorded events. Preview it first: POST /v1/reattributions.`;
  return new Problem('preview_required', detail);
}

/** Whoever answers for the organization that is named. */
async function standingOwner(action: Action, owner: NewOwner): Promise<NewOwner> {
  const organizationId = await standingId(action.tx, owner.organizationId, action.now);
  return { ...owner, organizationId };
}

async function requireOwner(action: Action, owner: NewOwner): Promise<void> {
  const { tx, now } = action;
  const { organizationId, subscriberId, credentialId, subscriptionId } = owner;
  const organization = await findOrganization(tx, organizationId, now);
  if (organization === undefined || organization.archived_at !== null)
    throw unknownReference('/owner/organizationId', 'live organization');
  if (organizationId === UNCLASSIFIED_ID) {
    throw new Problem('unprocessable', 'UNCLASSIFIED is what remains: usage is not given to it.', [
      { pointer: '/owner/organizationId', code: 'unclassified', detail: 'Name a customer.' },
    ]);
  }
  if (subscriberId && (await findSubscriber(tx, subscriberId, now)) === undefined)
    throw unknownReference('/owner/subscriberId', 'subscriber');
  if (credentialId && (await findCredential(tx, credentialId, now)) === undefined)
    throw unknownReference('/owner/credentialId', 'credential');
  if (subscriptionId === undefined) return;
  const binding = {
    subscriber_id: '',
    organization_id: organizationId,
    subscription_id: subscriptionId,
  };
  if (!(await fits(action, binding, null))) refuseMisfit('/owner/subscriptionId');
}

async function auditChange(
  action: Action,
  verb: string,
  id: string,
  before: ReattributionRow | null,
): Promise<ReattributionRow> {
  const row = await requireReattribution(action, id);
  const brief = (each: ReattributionRow) => ({ ...reattributionToApi(each), preview: null });
  await audit(action, {
    action: verb,
    resourceId: id,
    before: before && brief(before),
    after: brief(row),
    reason: row.reason,
  });
  return row;
}
