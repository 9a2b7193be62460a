import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline, type StoredRow } from '../db/timelines.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { Problem } from '../lib/problem.ts';
import type { Secrets } from '../lib/secrets.ts';
import { endAt } from '../lib/timeline.ts';
import {
  auditChange,
  type Changed,
  requireCredential,
  requireFree,
  touchedBy,
} from './change-actions.ts';
import {
  type CredentialRow,
  ensureCredentialKeys,
  insertCredentialRow,
  lockBinding,
  maskedOf,
  namingsOf,
  rangesOf,
  selectSecrets,
  updateCredentialRow,
} from './queries.ts';
import {
  fits,
  namedChange,
  type NamedOwner,
  refuseMisfit,
  requireBinding,
} from './reference-actions.ts';
import {
  autoCreatedName,
  type Binding,
  changeBindings,
  endOf,
  nextNaming,
  rowsFrom,
} from './rules.ts';
import {
  type CredentialCreate,
  type CredentialMove,
  type CredentialRotate,
  credentialToApi,
  type CredentialUpdate,
} from './schema.ts';

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

/** The same for an ID that usage has named already and that is known by its key; null as `from` is since ever. */
export async function createCredentialOfKey(
  action: Action,
  input: {
    valueKey: number;
    name?: string | undefined;
    from: Instant | null;
    reason?: string | undefined;
  } & NamedOwner,
): Promise<Changed> {
  const { valueKey } = input;
  const binding = await requireBinding(action, await namedChange(action, input), input.from);
  const from = await requireFree(action, valueKey, input.from ?? undefined);
  const name = input.name ?? (await maskedOf(action.tx, valueKey));
  const id = await open(action, { name }, { valueKey, from, binding });
  const row = await auditChange(action, 'credentials.create', id, null, { reason: input.reason });
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
  const row = await auditChange(action, 'credentials.update', before.id, before, {
    reason: input.reason,
  });
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

/** Gives the credential a further ID. What claims the IDs it had is touched only from when those end. */
export async function rotateCredential(
  action: Action,
  secrets: Secrets,
  before: CredentialRow,
  input: CredentialRotate,
): Promise<Changed> {
  if (before.archived_at !== null) {
    throw new Problem(
      'invalid_state',
      'It has been deleted: restore it before it gets another ID.',
    );
  }
  const end = endOf(await loadTimeline<Binding>(action.tx, 'bindings', before.id));
  const ranges = await rangesOf(action.tx, before.id);
  const { valueKey, from } = await claimCredentialId(action, input.credentialId, input.from);
  if (end !== null && (end <= action.now || (from !== null && end <= from))) {
    throw new Problem('invalid_state', `It ends at ${end}, before the new ID would name it.`);
  }
  const until = input.previousUntil === undefined ? action.now : input.previousUntil;
  if (until !== null) {
    await saveTimeline(action, 'credential_ids', before.id, endAt(ranges, until));
  }
  const inserted = [{ from, to: end, value: { value_key: valueKey } }];
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
    touched: [
      { credentialKeys: [valueKey], from },
      ...(until === null ? [] : [{ credentialKeys: endedKeys, from: until }]),
    ],
  };
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
  input: NamedOwner,
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
