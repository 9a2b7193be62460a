import { z } from 'zod';
import { booleanQuery, decimalText, idOf, instant, instantInput } from '../http/shapes.ts';
import { costSources } from './cost-rules.ts';
import { groupings, type Grouping } from './rules.ts';

const ATTRIBUTE = /^attribute:.{1,256}$/s;

export const usageQuery = z
  .strictObject({
    from: instantInput,
    to: instantInput,
    groupBy: z
      .string()
      .transform((text, context): Grouping[] => {
        const parts = text.split(',').filter((part) => part !== '');
        const unknown = parts.filter(
          (part) => !(groupings as readonly string[]).includes(part) && !ATTRIBUTE.test(part),
        );
        if (unknown.length === 0) return parts as Grouping[];
        context.addIssue({
          code: 'custom',
          message: `Group by ${groupings.join(', ')} or attribute:NAME, separated by commas`,
        });
        return z.NEVER;
      })
      .default([]),
    interval: z.enum(['hour', 'day', 'month']).optional().describe('Splits the range, in UTC.'),
    organizationId: idOf('org').optional(),
    rollUp: booleanQuery
      .optional()
      .describe('With organizationId: also what lay below it when the usage occurred.'),
    subscriberId: idOf('sbr').optional(),
    credentialId: idOf('crd').optional(),
    subscriptionId: idOf('sub').optional(),
    measure: z.string().max(256).optional(),
  })
  .refine((query) => query.from < query.to, 'from must be before to');

export const usage = z
  .object({
    from: instant,
    to: instant,
    items: z.array(
      z.object({
        start: instant.nullable().describe('Of the interval, if one was asked for.'),
        group: z.record(z.string(), z.string().nullable()),
        measure: z.string(),
        quantity: decimalText,
        events: z.int(),
      }),
    ),
    costs: z
      .array(
        z.object({
          start: instant.nullable(),
          group: z.record(z.string(), z.string().nullable()),
          source: z
            .enum(costSources)
            .describe(
              '`event`: the cost that events carry; `list`: the list price of those without; `none`: events that have neither.',
            ),
          amount: decimalText.nullable().describe('Exact; not rounded to the currency.'),
          currency: z.string().nullable(),
          events: z.int(),
        }),
      )
      .describe(
        'One entry for each group, source and currency. An event is in one of them, however many measures it has.',
      ),
  })
  .meta({ id: 'Usage' });
