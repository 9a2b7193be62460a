import type { Action } from '../db/act.ts';
import { newId } from '../lib/id.ts';
import { alreadyExists, invalidField } from '../lib/problem.ts';
import {
  changeEntry,
  type EntryKind,
  recordEntry,
  removeOrArchive,
  requireEntry,
} from './entry-actions.ts';
import {
  findLiveMeters,
  findMeter,
  insertMeter,
  insertMeterVersion,
  insertMissingMeters,
  type MeterRow,
  removeUnusedMeter,
} from './meter-queries.ts';
import { countsTheSame, type MeterDefinition } from './meter-rules.ts';
import { meterToApi, type MeterCreate, type MeterUpdate } from './meter-schema.ts';
import { lockCatalog } from './queries.ts';

const kind: EntryKind<MeterRow> = {
  table: 'meters',
  noun: 'meter',
  find: findMeter,
  toApi: meterToApi,
};

/** The meter, to be changed: with the catalog locked. */
export async function requireMeter(action: Action, id: string): Promise<MeterRow> {
  return requireEntry(action, kind, id);
}

export async function createMeter(action: Action, input: MeterCreate): Promise<MeterRow> {
  await lockCatalog(action.tx);
  const definition = complete(
    { aggregation: input.aggregation, measure: null, filter: {}, splitBy: [] },
    input,
  );
  const id = newId('mtr', action.now);
  if (!(await insertMeter(action, id, input.key))) {
    const [existing] = await findLiveMeters(action.tx, [input.key]);
    throw alreadyExists('A meter with this key', '/key', existing?.id ?? '');
  }
  await insertMeterVersion(action, id, 1, definition);
  const row = await requireMeter(action, id);
  await recordEntry(action, kind, 'create', null, row);
  return row;
}

/** A meter that counts something else is a new version of it; what pinned the old one goes on counting by that. */
export async function updateMeter(
  action: Action,
  before: MeterRow,
  input: MeterUpdate,
): Promise<MeterRow> {
  const current = definitionOf(before);
  const definition = complete(current, input);
  if (!countsTheSame(current, definition)) {
    await insertMeterVersion(action, before.id, before.meter_version + 1, definition);
  }
  return changeEntry(action, kind, before, 'update', {});
}

/**
 * A meter that no plan ever named is removed, unless events brought it about. All others are archived: no new charge
 * can name them, and ingest does not make them again; what pinned them goes on.
 */
export async function deleteMeter(action: Action, before: MeterRow): Promise<MeterRow | null> {
  return removeOrArchive(action, kind, before, () => removeUnusedMeter(action.tx, before.id));
}

/**
 * For ingest: gives every measure that was never seen before a `sum` meter of its own name. One statement for the
 * whole batch, without effect on the names that are known; a name whose meter was archived stays without.
 */
export async function ensureMeters(action: Action, measureNames: string[]): Promise<void> {
  if (measureNames.length === 0) return;
  for (const id of await insertMissingMeters(action, measureNames)) {
    const row = await findMeter(action.tx, id);
    if (row !== undefined) await recordEntry(action, kind, 'create', null, row);
  }
}

function complete(current: MeterDefinition, input: MeterUpdate): MeterDefinition {
  const definition: MeterDefinition = {
    aggregation: input.aggregation ?? current.aggregation,
    measure: input.measure === undefined ? current.measure : input.measure,
    filter: input.filter ?? current.filter,
    splitBy: input.splitBy ?? current.splitBy,
  };
  if (definition.measure === null && definition.aggregation !== 'count') {
    throw invalidField(
      '/measure',
      'required',
      `A meter that aggregates by ${definition.aggregation} needs a measure.`,
    );
  }
  return definition;
}

function definitionOf(row: MeterRow): MeterDefinition {
  return {
    aggregation: row.aggregation,
    measure: row.measure,
    filter: row.filter,
    splitBy: row.split_by,
  };
}
