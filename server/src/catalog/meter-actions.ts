import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { newId } from '../lib/id.ts';
import { alreadyExists, invalidField, notFound } from '../lib/problem.ts';
import {
  findLiveMeters,
  findMeter,
  insertMeter,
  insertMeterVersion,
  insertMissingMeters,
  type MeterRow,
} from './meter-queries.ts';
import { countsTheSame, type MeterDefinition } from './meter-rules.ts';
import { meterToApi, type MeterCreate, type MeterUpdate } from './meter-schema.ts';
import { lockCatalog } from './queries.ts';

/** The meter, to be changed: with the catalog locked. */
export async function requireMeter(action: Action, id: string): Promise<MeterRow> {
  await lockCatalog(action.tx);
  const row = await findMeter(action.tx, id);
  if (row === undefined) throw notFound('meter', id);
  return row;
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
  await audit(action, {
    action: 'meters.create',
    resourceId: id,
    before: null,
    after: meterToApi(row),
  });
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
  return change(action, before, 'meters.update', {});
}

/**
 * Archives: no new charge can name it, and ingest does not make it again. What pinned it goes on. It is never removed,
 * because its versions, like prices, are kept for good.
 */
export async function deleteMeter(action: Action, before: MeterRow): Promise<MeterRow> {
  if (before.archived_at !== null) return before;
  return change(action, before, 'meters.delete', { archived_at: action.now });
}

/**
 * For ingest: gives every measure that was never seen before a `sum` meter of its own name. One statement for the
 * whole batch, without effect on the names that are known; a name whose meter was archived stays without.
 */
export async function ensureMeters(action: Action, measureNames: string[]): Promise<void> {
  if (measureNames.length === 0) return;
  for (const id of await insertMissingMeters(action, measureNames)) {
    const row = await findMeter(action.tx, id);
    await audit(action, {
      action: 'meters.create',
      resourceId: id,
      before: null,
      after: row ? meterToApi(row) : null,
    });
  }
}

async function change(
  action: Action,
  before: MeterRow,
  verb: string,
  columns: { archived_at?: MeterRow['archived_at'] },
): Promise<MeterRow> {
  await action.tx
    .updateTable('meters')
    .set({ ...columns, updated_at: action.now, version: before.version + 1 })
    .where('id', '=', before.id)
    .execute();
  const row = await requireMeter(action, before.id);
  await audit(action, {
    action: verb,
    resourceId: before.id,
    before: meterToApi(before),
    after: meterToApi(row),
  });
  return row;
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
