import { z } from 'zod';
import { decimalText, instant, instantInput } from '../http/shapes.ts';
import { epochMs, type Instant, plusMs } from '../lib/instant.ts';
import { levels } from './explain-rules.ts';
import { usageFilters, usageRange } from './schema.ts';

const { meter: _, ...filters } = usageFilters;

export const explainQuery = z
  .strictObject({
    ...usageRange,
    against: instantInput
      .optional()
      .describe('Where the range to compare with begins; it is as long. Default: right before.'),
    ...filters,
    by: z
      .enum(['amount'])
      .optional()
      .describe(
        '`amount`: compares what usage is rated at, in the currency that most of it is in.',
      ),
    limit: z.coerce.number().int().min(1).max(50).default(5).describe('Drivers of each level.'),
  })
  .refine((query) => query.from < query.to, 'from must be before to');

/** Where the range to compare with begins. */
export function againstOf(query: { from: Instant; to: Instant; against?: Instant | undefined }) {
  return query.against ?? plusMs(query.from, epochMs(query.from) - epochMs(query.to));
}

const range = { from: instant, to: instant };
const change = {
  before: decimalText,
  after: decimalText,
  change: decimalText,
};
const driver = {
  ...change,
  sharePercent: decimalText.nullable().describe('Of the whole change; null where there is none.'),
};

export const explained = z
  .object({
    ...range,
    against: z.object(range),
    metric: z
      .object({
        by: z.enum(['quantity', 'cost', 'amount', 'events']),
        measure: z.string().nullable(),
        currency: z.string().nullable(),
      })
      .describe(
        'What was compared: the amount or the `measure` asked for, else cost, else events.',
      ),
    ...change,
    sentence: z.string(),
    levels: z
      .array(
        z.object({
          by: z.enum(levels),
          drivers: z.array(
            z.object({ id: z.string().nullable(), name: z.string().nullable(), ...driver }),
          ),
        }),
      )
      .describe('What changed most, level by level, each within the first of those above it.'),
    attributes: z
      .array(z.object({ name: z.string(), value: z.string().nullable(), ...driver }))
      .describe('Within all of these, the attributes that say most about the change.'),
  })
  .meta({ id: 'UsageExplained' });
