import { prepareAssignment } from '../attribution/assign-actions.ts';
import { carryOut, type Moves, restore } from '../attribution/move-actions.ts';
import { createMoving, digestOfMoving, fillMovingLeft } from '../attribution/moving-queries.ts';
import type { Digest, NewOwner } from '../attribution/selection.ts';
import { audit } from '../audit/actions.ts';
import { findCredential } from '../credentials/queries.ts';
import { fits, refuseMisfit } from '../credentials/reference-actions.ts';
import { type Action, type Asked, moveAlone, rehearse } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { newId, UNCLASSIFIED_ID } from '../lib/id.ts';
import { limits } from '../lib/limits.ts';
import { notFound, Problem, unknownReference } from '../lib/problem.ts';
import { findOrganization } from '../organizations/queries.ts';
import { findSubscriber } from '../subscribers/queries.ts';
import { previewOf } from './figure-actions.ts';
import {
  findReattribution,
  insertReattribution,
  lockReattribution,
  markApplied,
  markUndone,
  type NewReattribution,
  type ReattributionRow,
  someLeft,
} from './reattribution-queries.ts';
import { type ReattributionCreate, reattributionToApi } from './reattribution-schema.ts';

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
  return rehearse(database, clock, asked, async (action, positions) => {
    const id = newId('rea', action.now);
    const { kind, selection, owner = null, reason = null } = input;
    if (owner !== null) await requireOwner(action, owner);
    const shared = { id, kind, status: 'previewed' as const, selection, owner, reason };
    const moves = await move(action, shared, positions.position);
    const preview = await previewOf(action, moves, positions);
    return { ...shared, position: positions.position, digest: moves.digest, preview };
  });
}

export async function keepPreview(
  action: Action,
  preview: NewReattribution,
): Promise<ReattributionRow> {
  await insertReattribution(action, preview);
  return auditChange(action, 'reattributions.create', preview.id, null);
}

/**
 * Does what was previewed, to the events that were previewed, in one transaction, or nothing at all. Once applied, it
 * is answered again as it is.
 */
export async function applyPreview(action: Action, id: string): Promise<ReattributionRow> {
  await moveAlone(action);
  await lockReattribution(action, id);
  const row = await requireReattribution(action, id);
  if (row.status === 'applied') return row;
  const { position, digest } = row;
  if (row.status !== 'previewed' || position === null || digest === null)
    throw new Problem(
      'invalid_state',
      `It is ${row.status}: only what is previewed can be applied.`,
    );
  if (digest.moved === 0)
    throw new Problem('invalid_state', 'It moves nothing: what is selected is there already.');
  if (row.owner !== null) await requireOwner(action, row.owner);
  const moves = await move(action, row, position, digest);
  await markApplied(action, row, moves.span);
  return auditChange(action, 'reattributions.apply', id, row);
}

/** Gives back what still stands as it was left; what was moved again since is left, and named. */
export async function undoReattribution(action: Action, id: string): Promise<ReattributionRow> {
  await moveAlone(action);
  await lockReattribution(action, id);
  const row = await requireReattribution(action, id);
  if (row.status === 'undone') return row;
  const { applied_by: appliedBy, occurred_from: from, occurred_to: to, digest } = row;
  if (appliedBy === null || from === null || to === null || digest === null)
    throw new Problem('invalid_state', `It is ${row.status}: only what is applied can be undone.`);
  await createMoving(action.tx);
  const events = await fillMovingLeft(action.tx, appliedBy, { from, to });
  const left = digest.moved - events;
  const leftEventIds = left === 0 ? [] : await someLeft(action.tx, appliedBy, LEFT_NAMED_MAX);
  await restore(action, appliedBy);
  await markUndone(action, row, { events, left, leftEventIds });
  return auditChange(action, 'reattributions.undo', id, row);
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
  const limit = limits.previewedEventsMax + 1;
  if (owner === null || 'touched' in selection) throw new Error('Not yet');
  const events = await prepareAssignment(action, selection, { id, owner }, { position, limit });
  if (events >= limit) throw tooMany();
  if (expected !== undefined) refuseStale(expected, await digestOfMoving(action.tx));
  const moves = await carryOut(action);
  if (expected !== undefined) refuseStale(expected, moves.digest);
  return moves;
}

function refuseStale(expected: Digest, found: Partial<Digest>): void {
  const isSame = Object.entries(found).every(
    ([name, value]) => expected[name as keyof Digest] === value,
  );
  if (isSame) return;
  throw new Problem(
    'preview_stale',
    'What was selected, or where it would go, is no longer what was previewed. Ask for a new preview.',
  );
}

function tooMany(): Problem {
  const detail = `It selects more than ${limits.previewedEventsMax} events. Do it in parts: name a stretch of time.`;
  return new Problem('unprocessable', detail, [
    { pointer: '/selection', code: 'too_many', detail },
  ]);
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
