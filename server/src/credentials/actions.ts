import { audit } from '../audit/actions.ts';
import type { Touched } from '../attribution/outcome.ts';
import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline, type StoredRow } from '../db/timelines.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { alreadyExists, notFound, Problem } from '../lib/problem.ts';
import type { Secrets } from '../lib/secrets.ts';
import { endAt } from '../lib/timeline.ts';
import {
  type CredentialRow,
  ensureCredentialKeys,
  findCredential,
  findLiveSubscription,
  insertCredentialRow,
  isLive,
  lockBinding,
  maskedOf,
  namingsOf,
  rangesOf,
  selectSecrets,
  updateCredentialRow,
} from './queries.ts';
import { namedChange, refuseMisfit, requireBinding, fits } from './reference-actions.ts';
import { autoCreatedName, type Binding, changeBindings, nextNaming, rowsFrom } from './rules.ts';
import {
  type CredentialCreate,
  type CredentialMove,
  type CredentialRotate,
  credentialToApi,
  type CredentialUpdate,
} from './schema.ts';

type Changed = { result: CredentialRow; touched: Touched };

/** The credential with what is in force now, archived or not. */
export async function requireCredential(action: Action, id: string): Promise<CredentialRow> {
  const row = await findCredential(action.tx, id, action.now);
  if (row === undefined) throw notFound('credential', id);
  return row;
}

/** Makes a credential, bound since ever or since the end of the one that had its ID before, unless `from` is given. */
export async function createCredential(
  action: Action,
  secrets: Secrets,
  input: CredentialCreate,
): Promise<Changed> {
  const named = await namedChange(action, input);
  const binding = await requireBinding(action, named, input.from ?? null);
  const { valueKey, from } = await claimCredentialId(action, input.credentialId, input.from);
  const id = await open(
    action,
    { name: input.name, ...columnsOf(secrets, input) },
    { valueKey, from, binding },
  );
  const row = await auditChange(action, 'credentials.create', id, null);
  return { result: row, touched: { credentialKeys: [valueKey], from } };
}

/** Changes fields; another subscriber, organization or subscription holds from now on. */
export async function updateCredential(
  action: Action,
  secrets: Secrets,
  before: CredentialRow,
  input: CredentialUpdate,
): Promise<Changed> {
  const moved = await rebind(action, before.id, input, action.now);
  await updateCredentialRow(action.tx, before, {
    ...(input.name !== undefined && { name: input.name }),
    ...columnsOf(secrets, input),
    updated_at: action.now,
  });
  const row = await auditChange(action, 'credentials.update', before.id, before);
  return { result: row, touched: moved ? await touchedBy(action, before.id, action.now) : {} };
}

/** Another subscriber, organization or subscription from an instant, null being the beginning of time. */
export async function moveCredential(
  action: Action,
  before: CredentialRow,
  input: CredentialMove & { from: Instant | null },
): Promise<Changed> {
  await rebind(action, before.id, input, input.from);
  await updateCredentialRow(action.tx, before, { updated_at: action.now });
  const { reason, ...change } = input;
  const row = await auditChange(action, 'credentials.move', before.id, before, { change, reason });
  return { result: row, touched: await touchedBy(action, before.id, input.from) };
}

/**
 * Gives the credential a further ID. `ended` is the usage, claiming the IDs it had, that the change may touch besides:
 * kept apart from `touched` because it begins later.
 */
export async function rotateCredential(
  action: Action,
  secrets: Secrets,
  before: CredentialRow,
  input: CredentialRotate,
): Promise<Changed & { ended: Touched }> {
  if (before.archived_at !== null) {
    throw new Problem(
      'invalid_state',
      'It has been deleted: restore it before it gets another ID.',
    );
  }
  const ranges = await rangesOf(action.tx, before.id);
  const { valueKey, from } = await claimCredentialId(action, input.credentialId, input.from);
  const until = input.previousUntil === undefined ? action.now : input.previousUntil;
  if (until !== null) {
    await saveTimeline(action, 'credential_ids', before.id, endAt(ranges, until));
  }
  const inserted = [{ from, to: null, value: { value_key: valueKey } }];
  await saveTimeline(action, 'credential_ids', before.id, { superseded: [], inserted });
  await updateCredentialRow(action.tx, before, {
    ...columnsOf(secrets, { externalSecret: input.externalSecret }),
    updated_at: action.now,
  });
  const masked = await maskedOf(action.tx, valueKey);
  const row = await auditChange(action, 'credentials.rotate', before.id, before, {
    change: { credentialId: masked, from, previousUntil: until },
    reason: input.reason,
  });
  const endedKeys = ranges.map((range) => range.value.value_key);
  return {
    result: row,
    touched: { credentialKeys: [valueKey], from },
    ended: until === null ? {} : { credentialKeys: endedKeys, from: until },
  };
}

/** Ends its binding and its IDs now and archives it. Past usage stays attributed through it. */
export async function deleteCredential(action: Action, before: CredentialRow): Promise<Changed> {
  if (before.archived_at !== null) return { result: before, touched: {} };
  const touched = await touchedBy(action, before.id, action.now);
  const bindings = await loadTimeline<Binding>(action.tx, 'bindings', before.id);
  await saveTimeline(action, 'bindings', before.id, endAt(bindings, action.now));
  const ranges = await rangesOf(action.tx, before.id);
  await saveTimeline(action, 'credential_ids', before.id, endAt(ranges, action.now));
  await updateCredentialRow(action.tx, before, {
    archived_at: action.now,
    updated_at: action.now,
  });
  const row = await auditChange(action, 'credentials.delete', before.id, before);
  return { result: row, touched };
}

/** Binds it again, as it was when it was deleted, from now on: unless its ID names another credential by now. */
export async function restoreCredential(
  action: Action,
  before: CredentialRow,
  reason?: string,
): Promise<Changed> {
  const { tx, now } = action;
  if (before.archived_at === null) return { result: before, touched: {} };
  await refuseGone(action, before);
  const ended = (await rangesOf(tx, before.id)).filter((range) => range.to === before.archived_at);
  const keys = new Set(ended.map((range) => range.value.value_key));
  if (keys.size === 0) keys.add(before.value_key);
  for (const valueKey of keys) {
    await requireFree(action, valueKey, now);
    const inserted = [{ from: now, to: null, value: { value_key: valueKey } }];
    await saveTimeline(action, 'credential_ids', before.id, { superseded: [], inserted });
  }
  const { subscriber_id, organization_id, subscription_id } = before;
  const isSold = subscription_id !== null && (await findLiveSubscription(tx, subscription_id));
  const value = {
    subscriber_id,
    organization_id,
    subscription_id: isSold ? subscription_id : null,
  };
  const inserted = [{ from: now, to: null, value }];
  await saveTimeline(action, 'bindings', before.id, { superseded: [], inserted });
  await updateCredentialRow(tx, before, { archived_at: null, updated_at: now });
  const row = await auditChange(action, 'credentials.restore', before.id, before, { reason });
  return { result: row, touched: { credentialKeys: [...keys], from: now } };
}

/** The secrets themselves, and an entry in the history that somebody has seen them. */
export async function revealCredential(
  action: Action,
  secrets: Secrets,
  row: CredentialRow,
  reason?: string,
): Promise<{ id: string; credentialId: string; externalSecret: string | null }> {
  const { value, external_secret } = await selectSecrets(action.tx, row);
  const shown = credentialToApi(row);
  await audit(action, {
    action: 'credentials.reveal',
    resourceId: row.id,
    before: shown,
    after: shown,
    reason,
  });
  const externalSecret = external_secret === null ? null : secrets.decrypt(external_secret);
  return { id: row.id, credentialId: value, externalSecret };
}

// For ingest -------------------------------------------------------------------------------------

/** Makes the credential of an ID that usage of a subscription has named for the first time. Answers its id. */
export async function createCredentialAuto(
  action: Action,
  input: {
    valueKey: number;
    subscriberId: string;
    organizationId: string;
    subscriptionId: string | null;
  },
): Promise<string> {
  const { valueKey } = input;
  const naming = nextNaming(await namingsOf(action.tx, valueKey), undefined, action.now);
  if ('takenBy' in naming) return naming.takenBy;
  const binding = {
    subscriber_id: input.subscriberId,
    organization_id: input.organizationId,
    subscription_id: input.subscriptionId,
  };
  const name = autoCreatedName(await maskedOf(action.tx, valueKey));
  const opened = { valueKey, from: naming.from, binding };
  const id = await open(action, { name, auto_created: true }, opened);
  await auditChange(action, 'credentials.create', id, null);
  return id;
}

/** Gives a binding that has none the subscription, all over its range. A binding that was replaced meanwhile is left alone. */
export async function associateBinding(
  action: Action,
  bindingId: number,
  subscriptionId: string,
): Promise<void> {
  const row = await lockBinding(action.tx, bindingId);
  if (row === undefined || row.value.subscription_id !== null) return;
  const before = await requireCredential(action, row.credential_id);
  const value = { ...row.value, subscription_id: subscriptionId };
  const inserted = [{ from: row.from, to: row.to, value }];
  await saveTimeline(action, 'bindings', before.id, { superseded: [row], inserted });
  await updateCredentialRow(action.tx, before, { updated_at: action.now });
  await auditChange(action, 'credentials.associate', before.id, before);
}

// Shared -----------------------------------------------------------------------------------------

type Opened = { valueKey: number; from: Instant | null; binding: Binding };
type Columns = Omit<Parameters<typeof insertCredentialRow>[1], 'id' | 'created_at' | 'updated_at'>;

async function open(action: Action, columns: Columns, opened: Opened): Promise<string> {
  const id = newId('crd', action.now);
  const { valueKey, from, binding } = opened;
  const stamps = { created_at: action.now, updated_at: action.now };
  await insertCredentialRow(action.tx, { ...columns, id, ...stamps });
  const ids = [{ from, to: null, value: { value_key: valueKey } }];
  await saveTimeline(action, 'credential_ids', id, { superseded: [], inserted: ids });
  const bindings = [{ from, to: null, value: binding }];
  await saveTimeline(action, 'bindings', id, { superseded: [], inserted: bindings });
  return id;
}

/** Changes the bindings from an instant on; true if anything changed. */
async function rebind(
  action: Action,
  id: string,
  input: CredentialUpdate,
  from: Instant | null,
): Promise<boolean> {
  const change = await namedChange(action, input);
  if (Object.keys(change).length === 0) return false;
  const rows = await loadTimeline<Binding>(action.tx, 'bindings', id);
  const affected = rowsFrom(rows, from);
  if (affected.length === 0) {
    throw new Problem('invalid_state', 'It is bound to nobody from then on: restore it first.');
  }
  const fitting = await fittingRows(action, affected, change, from);
  const changed = changeBindings(rows, from, (value) => {
    const next = { ...value, ...change };
    return fitting(next) ? next : { ...next, subscription_id: null };
  });
  await saveTimeline(action, 'bindings', id, changed);
  return changed.inserted.length > 0;
}

/**
 * Which bindings keep their subscription under a change of organization or subscription. One that was named and does
 * not fit is refused; one that was only carried along is let go, and the next usage associates another.
 */
async function fittingRows(
  action: Action,
  rows: StoredRow<Binding>[],
  change: Partial<Binding>,
  from: Instant | null,
): Promise<(value: Binding) => boolean> {
  if (change.organization_id === undefined && change.subscription_id === undefined) {
    return () => true;
  }
  const misfits = new Set<string>();
  const nameOf = (value: Binding) => `${value.organization_id} ${value.subscription_id}`;
  for (const row of rows) {
    const value = { ...row.value, ...change };
    const start = row.from !== null && (from === null || row.from > from) ? row.from : from;
    if (await fits(action, value, start)) continue;
    if (change.subscription_id !== undefined) refuseMisfit();
    misfits.add(nameOf(value));
  }
  return (value) => !misfits.has(nameOf(value));
}

async function claimCredentialId(
  action: Action,
  value: string,
  from: Instant | undefined,
): Promise<{ valueKey: number; from: Instant | null }> {
  const valueKey = (await ensureCredentialKeys(action.tx, [value])).get(value)?.key;
  if (valueKey === undefined) throw new Error('A credential ID has got no key');
  return { valueKey, from: await requireFree(action, valueKey, from) };
}

/** From when the ID can name a further credential; refused where it names one already. Never echoes the ID. */
async function requireFree(
  action: Action,
  valueKey: number,
  from: Instant | undefined,
): Promise<Instant | null> {
  const naming = nextNaming(await namingsOf(action.tx, valueKey), from, action.now);
  if ('from' in naming) return naming.from;
  throw alreadyExists('A credential with this credential ID', '/credentialId', naming.takenBy);
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

async function touchedBy(action: Action, id: string, from: Instant | null): Promise<Touched> {
  const ranges = await rangesOf(action.tx, id);
  return { credentialKeys: [...new Set(ranges.map((range) => range.value.value_key))], from };
}

/** Reads the row again and writes down what became of it. */
async function auditChange(
  action: Action,
  verb: string,
  id: string,
  before: CredentialRow | null,
  asked: { change?: object; reason?: string | undefined } = {},
): Promise<CredentialRow> {
  const row = await requireCredential(action, id);
  await audit(action, {
    action: verb,
    resourceId: id,
    before: before && credentialToApi(before),
    after: { ...credentialToApi(row), ...(asked.change && { change: asked.change }) },
    reason: asked.reason,
  });
  return row;
}

function columnsOf(secrets: Secrets, input: Omit<CredentialUpdate, 'name'>) {
  const { externalSecret, tags, metadata } = input;
  return {
    ...(externalSecret !== undefined && {
      external_secret: externalSecret === null ? null : secrets.encrypt(externalSecret),
    }),
    ...(tags !== undefined && { tags }),
    ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }),
  };
}
