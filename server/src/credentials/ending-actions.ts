import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline, type StoredRow } from '../db/timelines.ts';
import type { Instant } from '../lib/instant.ts';
import { alreadyExists, invalidField, Problem } from '../lib/problem.ts';
import { dropPlanned, endAt, nextBoundary } from '../lib/timeline.ts';
import { auditChange, type Changed, requireFree, touchedBy } from './change-actions.ts';
import {
  type CredentialRow,
  findLiveSubscription,
  isLive,
  type NamedRange,
  namingsOf,
  rangesOf,
  updateCredentialRow,
} from './queries.ts';
import { type Binding, endOf, rangesByKey } from './rules.ts';

/** Verbs that end a credential, or take an end or another planned change back. */

/** Ends its binding and its IDs now and archives it. Past usage stays attributed through it. */
export async function deleteCredential(action: Action, before: CredentialRow): Promise<Changed> {
  if (before.archived_at !== null) return { result: before, touched: {} };
  const touched = await touchedBy(action, before.id, action.now);
  await endFrom(action, before.id, action.now);
  await updateCredentialRow(action.tx, before, {
    archived_at: action.now,
    updated_at: action.now,
  });
  const row = await auditChange(action, 'credentials.delete', before.id, before);
  return { result: row, touched };
}

/** From an instant that is not in the future, its IDs name it no more; usage from then on has to find another owner. */
export async function revokeCredential(
  action: Action,
  before: CredentialRow,
  input: { from: Instant; reason?: string | undefined },
): Promise<Changed> {
  const { from, reason } = input;
  refuseDeleted(before);
  if (from > action.now) {
    throw invalidField('/from', 'in_future', 'To end it at a later time, post to /expire.');
  }
  const touched = await touchedBy(action, before.id, from);
  await endFrom(action, before.id, from);
  await updateCredentialRow(action.tx, before, { updated_at: action.now });
  const row = await auditChange(action, 'credentials.revoke', before.id, before, {
    change: { from },
    reason,
  });
  return { result: row, touched };
}

/** Plans its end, in place of one that was planned; null takes the planned end back. */
export async function expireCredential(
  action: Action,
  before: CredentialRow,
  input: { at: Instant | null; reason?: string | undefined },
): Promise<Changed> {
  const { at, reason } = input;
  refuseDeleted(before);
  if (at !== null && at <= action.now) {
    throw invalidField('/at', 'in_past', 'To end it now or in the past, post to /revoke.');
  }
  const bindings = await loadTimeline<Binding>(action.tx, 'bindings', before.id);
  const end = endOf(bindings);
  if (end !== null && end <= action.now) {
    throw new Problem('invalid_state', 'It has ended already: restore it first.');
  }
  const touched = await touchedBy(action, before.id, earlier(at, end));
  if (end !== null) await reopen(action, before.id, end);
  if (at !== null) await endFrom(action, before.id, at);
  await updateCredentialRow(action.tx, before, { updated_at: action.now });
  const row = await auditChange(action, 'credentials.expire', before.id, before, {
    change: { at },
    reason,
  });
  return { result: row, touched };
}

/** Takes back what is planned for it: moves, further IDs, ends of IDs, its end; all of that, or what is planned at `at`. */
export async function cancelPlannedCredential(
  action: Action,
  before: CredentialRow,
  input: { at?: Instant | undefined; reason?: string | undefined },
): Promise<Changed> {
  const { at = null, reason } = input;
  const { tx, now } = action;
  refuseDeleted(before);
  const bindings = await loadTimeline<Binding>(tx, 'bindings', before.id);
  if (bindings.every((row) => row.from !== null && row.from > now)) {
    throw new Problem('invalid_state', 'It is not bound yet: delete it, or move its beginning.');
  }
  const changes = [dropPlanned(bindings, now, at)];
  const ranges = await rangesOf(tx, before.id);
  const until = at === null ? null : nextBoundary(ranges, at);
  const named = [...rangesByKey(ranges).values()].map((rows) => dropPlanned(rows, now, at, until));
  if ([...changes, ...named].every((change) => change.superseded.length === 0)) {
    throw new Problem('invalid_state', 'Nothing is planned for it at that time.');
  }
  const touched = await touchedBy(action, before.id, at ?? now);
  for (const change of changes) await saveTimeline(action, 'bindings', before.id, change);
  for (const change of named) {
    for (const row of change.inserted) await requireOwn(action, before.id, row);
    await saveTimeline(action, 'credential_ids', before.id, change);
  }
  await updateCredentialRow(tx, before, { updated_at: now });
  const row = await auditChange(action, 'credentials.cancelPlanned', before.id, before, {
    change: { at },
    reason,
  });
  return { result: row, touched };
}

/** Binds it again, as it was when it ended: unless one of its IDs names another credential by then. */
export async function restoreCredential(
  action: Action,
  before: CredentialRow,
  input: { from?: Instant | undefined; reason?: string | undefined } = {},
): Promise<Changed> {
  const { tx, now } = action;
  const bindings = await loadTimeline<Binding>(tx, 'bindings', before.id);
  const end = endOf(bindings) ?? before.archived_at;
  if (before.archived_at === null && (end === null || end > now))
    return { result: before, touched: {} };
  const from = input.from ?? now;
  if (end !== null && from < end) {
    throw invalidField(
      '/from',
      'before_end',
      `It was bound until ${end}: name that time or a later one.`,
    );
  }
  await refuseGone(action, before);
  const ended = (await rangesOf(tx, before.id)).filter((range) => range.to === end);
  const keys = new Set(ended.map((range) => range.value.value_key));
  if (keys.size === 0) keys.add(before.value_key);
  for (const valueKey of keys) {
    await requireFree(action, valueKey, from);
    const inserted = [{ from, to: null, value: { value_key: valueKey } }];
    await saveTimeline(action, 'credential_ids', before.id, { superseded: [], inserted });
  }
  // As it was, not as a merge has it answered for now.
  const last = bindings.find((row) => row.to === end)?.value;
  const { subscriber_id, organization_id, subscription_id } = last ?? before;
  const isSold = subscription_id !== null && (await findLiveSubscription(tx, subscription_id));
  const value = {
    subscriber_id,
    organization_id,
    subscription_id: isSold ? subscription_id : null,
  };
  const inserted = [{ from, to: null, value }];
  await saveTimeline(action, 'bindings', before.id, { superseded: [], inserted });
  await updateCredentialRow(tx, before, { archived_at: null, updated_at: now });
  const row = await auditChange(action, 'credentials.restore', before.id, before, {
    ...(input.from !== undefined && { change: { from } }),
    reason: input.reason,
  });
  return { result: row, touched: { credentialKeys: [...keys], from } };
}

// Shared -----------------------------------------------------------------------------------------

async function endFrom(action: Action, id: string, from: Instant): Promise<void> {
  const bindings = await loadTimeline<Binding>(action.tx, 'bindings', id);
  await saveTimeline(action, 'bindings', id, endAt(bindings, from));
  const ranges = await rangesOf(action.tx, id);
  await saveTimeline(action, 'credential_ids', id, endAt(ranges, from));
}

/** Lets go on what ends at an instant: its binding, and the IDs that end with it. */
async function reopen(action: Action, id: string, end: Instant): Promise<void> {
  const bindings = await loadTimeline<Binding>(action.tx, 'bindings', id);
  await saveTimeline(action, 'bindings', id, goingOn(bindings, end));
  const change = goingOn(await rangesOf(action.tx, id), end);
  for (const row of change.inserted) await requireOwn(action, id, row);
  await saveTimeline(action, 'credential_ids', id, change);
}

function goingOn<V>(rows: readonly StoredRow<V>[], end: Instant) {
  const superseded = rows.filter((row) => row.to === end);
  return { superseded, inserted: superseded.map(({ from, value }) => ({ from, to: null, value })) };
}

/** Refuses where the ID names another credential somewhere in the range. Never echoes the ID. */
async function requireOwn(
  action: Action,
  id: string,
  row: Pick<NamedRange, 'from' | 'to' | 'value'>,
): Promise<void> {
  const others = (await namingsOf(action.tx, row.value.value_key)).filter(
    (other) =>
      other.value !== id &&
      (other.to === null || row.from === null || other.to > row.from) &&
      (row.to === null || other.from === null || other.from < row.to),
  );
  const [first] = others;
  if (first === undefined) return;
  throw alreadyExists('A credential with this credential ID', '', first.value);
}

function refuseDeleted(row: CredentialRow): void {
  if (row.archived_at === null) return;
  throw new Problem('invalid_state', 'It has been deleted: restore it first.');
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

async function refuseGone(action: Action, row: CredentialRow): Promise<void> {
  for (const [table, id] of [
    ['subscribers', row.subscriber_id],
    ['organizations', row.organization_id],
  ] as const) {
    if (await isLive(action.tx, table, id)) continue;
    throw new Problem(
      'invalid_state',
      `It was bound to ${id}, which is archived: restore that first.`,
    );
  }
}
