import { audit } from '../audit/actions.ts';
import type { Touched } from '../attribution/outcome.ts';
import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline } from '../db/timelines.ts';
import { isId, newId, UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { alreadyExists, notFound, Problem, unknownReference } from '../lib/problem.ts';
import { standingIds } from '../organizations/alias-queries.ts';
import {
  countOpenCredentials,
  findLiveByEmail,
  findLiveBySubscriberId,
  findServiceSubscriber,
  findSubscriber,
  insertSubscriber,
  liveOrganizations,
  type SubscriberRow,
  updateSubscriberRow,
} from './queries.ts';
import {
  changeMemberships,
  claimsOf,
  dropPlannedMemberships,
  emailKey,
  type Membership,
  misplacedUnclassified,
  serviceEmail,
} from './rules.ts';
import { type SubscriberCreate, subscriberToApi, type SubscriberUpdate } from './schema.ts';

type Changed = { result: SubscriberRow; touched: Touched | Touched[] };

/** The subscriber with the memberships in force now, archived or not. */
export async function requireSubscriber(action: Action, id: string): Promise<SubscriberRow> {
  const row = await findSubscriber(action.tx, id, action.now);
  if (row === undefined) throw notFound('subscriber', id);
  return row;
}

/** Makes a subscriber whose memberships reach back to the beginning of time, unless `from` is given. */
export async function createSubscriber(action: Action, input: SubscriberCreate): Promise<Changed> {
  const id = newId('sbr', action.now);
  const organizationIds = await standing(action, input.organizationIds ?? [UNCLASSIFIED_ID]);
  await refuseTakenIdentifiers(action, id, input);
  await requireOrganizations(action, organizationIds);
  // No twin can take the identifiers meanwhile: ownership is changed by one at a time.
  await insertSubscriber(action.tx, {
    ...columnsOf(input),
    id,
    ...stamps(action),
    email: input.email,
    email_key: emailKey(input.email),
    subscriber_id: input.subscriberId ?? id,
  });
  await setMemberships(action, id, organizationIds, input.from ?? null);
  const after = await auditChange(action, 'subscribers.create', id, null);
  return {
    result: after,
    touched: { subscriberClaims: claimsOf(after), from: input.from ?? null },
  };
}

/**
 * Changes fields; other memberships hold from now on. What was recorded under an identifier it had is left alone; what
 * waited under a new one is touched however old it is.
 */
export async function updateSubscriber(
  action: Action,
  before: SubscriberRow,
  input: SubscriberUpdate,
): Promise<Changed> {
  if (input.email !== undefined || input.organizationIds !== undefined) refuseService(before);
  await refuseTakenIdentifiers(action, before.id, input);
  await updateSubscriberRow(action.tx, before, { ...columnsOf(input), updated_at: action.now });
  const moved =
    input.organizationIds !== undefined &&
    (await changeOrganizations(action, before.id, input.organizationIds, action.now));
  const result = await auditChange(action, 'subscribers.update', before.id, before, {
    reason: input.reason,
  });
  const known = claimsOf(before);
  const renamed = { subscriberClaims: claimsOf(result).filter((claim) => !known.includes(claim)) };
  return {
    result,
    touched: moved ? [renamed, { subscriberClaims: claimsOf(result), from: action.now }] : renamed,
  };
}

/** Other organizations from an instant, null being the beginning of time. */
export async function changeSubscriberMemberships(
  action: Action,
  before: SubscriberRow,
  input: { organizationIds: string[]; from: Instant | null; reason?: string | undefined },
): Promise<Changed> {
  refuseService(before);
  await changeOrganizations(action, before.id, input.organizationIds, input.from);
  await updateSubscriberRow(action.tx, before, { updated_at: action.now });
  const change = { organizationIds: input.organizationIds, from: input.from };
  const row = await auditChange(action, 'subscribers.memberships', before.id, before, {
    change,
    reason: input.reason,
  });
  return { result: row, touched: { subscriberClaims: claimsOf(row), from: input.from } };
}

/** Takes back what is planned for its memberships: all of that, or what is planned at `at`. */
export async function cancelPlannedSubscriber(
  action: Action,
  before: SubscriberRow,
  input: { at?: Instant | undefined; reason?: string | undefined },
): Promise<Changed> {
  refuseService(before);
  const at = input.at ?? null;
  const rows = await loadTimeline<Membership>(action.tx, 'memberships', before.id);
  const change = dropPlannedMemberships(rows, action.now, at);
  if (change.superseded.length === 0) {
    throw new Problem('invalid_state', 'Nothing is planned for it at that time.');
  }
  await saveTimeline(action, 'memberships', before.id, change);
  await updateSubscriberRow(action.tx, before, { updated_at: action.now });
  const row = await auditChange(action, 'subscribers.cancelPlanned', before.id, before, {
    change: { at },
    reason: input.reason,
  });
  return { result: row, touched: { subscriberClaims: claimsOf(row), from: at ?? action.now } };
}

/** Archives. Its memberships stay, for they are what past usage belongs by; its e-mail is free again. */
export async function deleteSubscriber(
  action: Action,
  before: SubscriberRow,
): Promise<SubscriberRow> {
  refuseService(before);
  if (before.archived_at !== null) return before;
  const open = await countOpenCredentials(action.tx, before.id, action.now);
  if (open > 0) {
    throw new Problem(
      'in_use',
      `It still holds ${open} credentials. Delete them or move them to another subscriber first.`,
    );
  }
  await updateSubscriberRow(action.tx, before, {
    archived_at: action.now,
    updated_at: action.now,
  });
  return auditChange(action, 'subscribers.delete', before.id, before);
}

export async function restoreSubscriber(
  action: Action,
  before: SubscriberRow,
  reason?: string,
): Promise<Changed> {
  if (before.archived_at === null) return { result: before, touched: {} };
  await refuseTakenIdentifiers(action, before.id, {
    email: before.email,
    subscriberId: before.subscriber_id,
  });
  await updateSubscriberRow(action.tx, before, { archived_at: null, updated_at: action.now });
  const row = await auditChange(action, 'subscribers.restore', before.id, before, { reason });
  // What was recorded before it was archived has its owner still.
  return { result: row, touched: { subscriberClaims: claimsOf(row), from: before.archived_at } };
}

/**
 * For ingest: the subscriber that usage with an unknown e-mail belongs to, a member since ever. Where a twin made
 * it at the same moment, the twin's.
 */
export async function createSubscriberAuto(
  action: Action,
  input: { email: string; organizationId: string },
): Promise<string> {
  const id = await insertAuto(action, { ...input, serviceOf: null });
  const made = id ?? (await findLiveByEmail(action.tx, input.email))?.id;
  if (made === undefined) throw new Error('A subscriber is neither new nor known');
  return made;
}

/** For ingest: the subscriber that stands for an organization where usage names nobody; made when first asked for. */
export async function serviceSubscriber(action: Action, organizationId: string): Promise<string> {
  const known = await findServiceSubscriber(action.tx, organizationId);
  if (known !== undefined) return known.id;
  const email = serviceEmail(organizationId);
  const id = await insertAuto(action, { email, organizationId, serviceOf: organizationId });
  const made = id ?? (await findServiceSubscriber(action.tx, organizationId))?.id;
  if (made === undefined) throw new Error(`${organizationId} has no service subscriber`);
  return made;
}

async function insertAuto(
  action: Action,
  input: { email: string; organizationId: string; serviceOf: string | null },
): Promise<string | null> {
  const id = newId('sbr', action.now);
  const isNew = await insertSubscriber(action.tx, {
    id,
    ...stamps(action),
    email: input.email,
    email_key: emailKey(input.email),
    subscriber_id: id,
    service_of: input.serviceOf,
    auto_created: true,
  });
  if (!isNew) return null;
  await setMemberships(action, id, [input.organizationId], null);
  await auditChange(action, 'subscribers.create', id, null);
  return id;
}

/** Reads the row again and writes down what became of it. */
export async function auditChange(
  action: Action,
  verb: string,
  id: string,
  before: SubscriberRow | null,
  asked: { change?: object; reason?: string | undefined } = {},
): Promise<SubscriberRow> {
  const row = await requireSubscriber(action, id);
  await audit(action, {
    action: verb,
    resourceId: id,
    before: before && subscriberToApi(before),
    after: { ...subscriberToApi(row), ...(asked.change && { change: asked.change }) },
    reason: asked.reason,
  });
  return row;
}

/** Whoever answers for these, each once. */
async function standing(action: Action, ids: string[]): Promise<string[]> {
  return [...new Set(await standingIds(action.tx, ids, action.now))];
}

async function changeOrganizations(
  action: Action,
  id: string,
  named: string[],
  from: Instant | null,
): Promise<boolean> {
  const organizationIds = await standing(action, named);
  await requireOrganizations(action, organizationIds);
  return setMemberships(action, id, organizationIds, from);
}

/** True if anything changed. */
async function setMemberships(
  action: Action,
  id: string,
  organizationIds: string[],
  from: Instant | null,
): Promise<boolean> {
  const rows = await loadTimeline<Membership>(action.tx, 'memberships', id);
  const change = changeMemberships(rows, organizationIds, from);
  await saveTimeline(action, 'memberships', id, change);
  return change.superseded.length + change.inserted.length > 0;
}

async function requireOrganizations(action: Action, ids: string[]): Promise<void> {
  const live = await liveOrganizations(action.tx, ids);
  const unknown = ids.findIndex((id) => !live.has(id));
  if (unknown >= 0) throw unknownReference(`/organizationIds/${unknown}`, 'organization');
  const misplaced = misplacedUnclassified(ids);
  if (misplaced === null) return;
  throw new Problem('unprocessable', 'UNCLASSIFIED stands for no organization: name it alone.', [
    {
      pointer: `/organizationIds/${misplaced}`,
      code: 'unclassified',
      detail: 'Leave it out, or leave the others out.',
    },
  ]);
}

async function refuseTakenIdentifiers(
  action: Action,
  id: string,
  input: { email?: string | undefined; subscriberId?: string | undefined },
): Promise<void> {
  if (input.email !== undefined) {
    const existing = await findLiveByEmail(action.tx, input.email);
    if (existing !== undefined && existing.id !== id) {
      throw alreadyExists('A subscriber with this e-mail', '/email', existing.id);
    }
  }
  if (input.subscriberId === undefined || input.subscriberId === id) return;
  if (isId('sbr', input.subscriberId)) {
    throw new Problem('unprocessable', 'This subscriberId is the id of another subscriber.', [
      { pointer: '/subscriberId', code: 'reserved', detail: 'Use an id of your own making.' },
    ]);
  }
  const existing = await findLiveBySubscriberId(action.tx, input.subscriberId);
  if (existing !== undefined && existing.id !== id) {
    throw alreadyExists('A subscriber with this subscriberId', '/subscriberId', existing.id);
  }
}

function refuseService(row: SubscriberRow): void {
  if (row.service_of === null) return;
  throw new Problem(
    'invalid_state',
    `It stands for ${row.service_of}: its e-mail and its organization are fixed, and it cannot be deleted.`,
  );
}

function stamps(action: Action) {
  return { created_at: action.now, updated_at: action.now };
}

function columnsOf(input: SubscriberUpdate) {
  return {
    ...(input.email !== undefined && { email: input.email, email_key: emailKey(input.email) }),
    ...(input.subscriberId !== undefined && { subscriber_id: input.subscriberId }),
    first_name: input.firstName,
    last_name: input.lastName,
    ...(input.metadata !== undefined && { metadata: JSON.stringify(input.metadata) }),
  };
}
