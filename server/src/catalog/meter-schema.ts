import { z } from 'zod';
import { booleanQuery, idOf, instant, pageQuery, resource } from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import { aggregations } from './meter-rules.ts';
import type { MeterRow } from './meter-queries.ts';

const FILTER_VALUES_MAX = 1000;
const SPLITS_MAX = 8;

const label = z.string().min(1).max(limits.nameCharsMax);

const key = label
  .refine((text) => !text.startsWith('mtr_'), 'A key cannot look like an id')
  .describe('What plans and queries call it by; fixed. For a new measure: the name of the measure.')
  .meta({ examples: ['input_tokens'] });

const filter = z
  .record(label, z.union([z.string(), z.array(z.string()).min(1).max(FILTER_VALUES_MAX)]))
  .refine(
    (value) => Object.keys(value).length <= limits.eventAttributesMax,
    `At most ${limits.eventAttributesMax} attributes`,
  )
  .describe(
    'Counts only events whose attributes have these values: attribute → value, or list of values.',
  )
  .meta({ examples: [{ model: ['small', 'large'] }] });

const definition = {
  aggregation: z.enum(aggregations),
  measure: label
    .nullable()
    .describe('Required, but for `count`: without one, `count` counts every event.'),
  filter,
  splitBy: z
    .array(label)
    .max(SPLITS_MAX)
    .describe('Attributes by whose values the quantity is kept apart.'),
};

export const meterCreate = z
  .strictObject({ key, ...definition })
  .partial({ measure: true, filter: true, splitBy: true })
  .meta({ id: 'MeterCreate' });

export const meterUpdate = z.strictObject(definition).partial().meta({ id: 'MeterUpdate' });

export const meter = z
  .object({
    id: z.string(),
    key: z.string(),
    aggregation: z.enum(aggregations),
    measure: z.string().nullable(),
    filter: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    splitBy: z.array(z.string()),
    meterVersion: z
      .int()
      .describe('A change of what it counts is a new version; plans keep the version they pinned.'),
    autoCreated: z.boolean().describe('Made by the first event that carried the measure.'),
    archivedAt: instant.nullable(),
    ...resource,
  })
  .meta({ id: 'Meter' });

export const meterParams = z.strictObject({ id: idOf('mtr') });

export const meterList = z.strictObject({
  ...pageQuery,
  key: z.string().optional(),
  measure: z.string().optional(),
  archived: booleanQuery
    .optional()
    .describe('`true`: only archived ones. Default: only live ones.'),
});

export type MeterCreate = z.output<typeof meterCreate>;
export type MeterUpdate = z.output<typeof meterUpdate>;

export function meterToApi(row: MeterRow): z.output<typeof meter> {
  return {
    id: row.id,
    key: row.key,
    aggregation: row.aggregation,
    measure: row.measure,
    filter: row.filter,
    splitBy: row.split_by,
    meterVersion: row.meter_version,
    autoCreated: row.auto_created,
    archivedAt: row.archived_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
