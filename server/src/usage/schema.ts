import { z } from 'zod';
import {
  booleanQuery,
  decimalText,
  idOf,
  instant,
  instantInput,
  timeZoneInput,
} from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import { amountKinds } from './amount-rules.ts';
import { costSources } from './cost-rules.ts';
import {
  figures,
  groupKey,
  groupings,
  type Grouping,
  intervals,
  type NamedValue,
  rankings,
  trees,
  type UsageFilter,
  type UsageQuestion,
} from './rules.ts';

const NAMED = /^(attribute|metadata):.{1,256}$/s;

const groupBy = z
  .string()
  .transform((text, context): Grouping[] => {
    const parts = text.split(',').filter((part) => part !== '') as Grouping[];
    const isKnown = (part: string) =>
      (groupings as readonly string[]).includes(part) || NAMED.test(part);
    const isOnce = new Set(parts.map(groupKey)).size === parts.length;
    if (parts.every(isKnown) && isOnce && parts.length <= limits.usageGroupingsMax) return parts;
    context.addIssue({
      code: 'custom',
      message: `Group by at most ${limits.usageGroupingsMax} of ${groupings.join(', ')}, attribute:NAME and metadata:KEY, each once, separated by commas`,
    });
    return z.NEVER;
  })
  .meta({ examples: ['organization', 'subscription,attribute:model'] });

/** `model=gpt-5`: it has this value; `model`: it has none. Given once or more. */
const named = z
  .union([z.string(), z.array(z.string()).max(limits.eventAttributesMax)])
  .transform((given): NamedValue[] =>
    [given].flat().map((text) => {
      const at = text.indexOf('=');
      return at < 0
        ? { name: text, value: null }
        : { name: text.slice(0, at), value: text.slice(at + 1) };
    }),
  );

const figureList = z
  .string()
  .default(figures.join(','))
  .transform((text, context): (typeof figures)[number][] => {
    const parts = text.split(',');
    if (parts.every((part) => (figures as readonly string[]).includes(part)))
      return parts as (typeof figures)[number][];
    context.addIssue({ code: 'custom', message: `Expected some of ${figures.join(', ')}` });
    return z.NEVER;
  });

/** Which usage is asked about. */
export const usageFilters = {
  organizationId: idOf('org').optional(),
  rollUp: booleanQuery
    .optional()
    .describe(
      'Organizations count with all that lies below them. Grouped by organization, each has a row of its own, so rows overlap.',
    ),
  tree: z
    .enum(trees)
    .optional()
    .describe('With rollUp: the tree when the usage `occurred` (default), or the `current` one.'),
  subscriberId: idOf('sbr').optional(),
  credentialId: idOf('crd').optional(),
  subscriptionId: idOf('sub').optional(),
  productId: idOf('prd').optional().describe('That its subscription was on when it occurred.'),
  measure: z.string().max(256).optional(),
  meter: z.string().max(256).optional().describe('Key or id: what this meter counts.'),
  source: z.string().max(256).optional(),
  tag: z.string().max(256).optional().describe('Of credentials that are tagged so now.'),
  attribute: named
    .optional()
    .describe('`model=gpt-5`: events with that value; `model`: events without. May be repeated.'),
  metadata: named.optional().describe('`team=search`, as for attributes.'),
};

export const usageRange = { from: instantInput, to: instantInput };

export const usageQuery = z
  .strictObject({
    ...usageRange,
    groupBy: groupBy
      .default([])
      .describe(
        'What to tell apart. `product`, `tag` and `metadata:KEY` go by subscription, credential, and the first of credential, subscription, subscriber and organization that has the key.',
      ),
    interval: z
      .enum(intervals)
      .optional()
      .describe(
        'Splits the range: hours of UTC; days, weeks from Monday and months of `timeZone`.',
      ),
    timeZone: timeZoneInput.default('UTC'),
    ...usageFilters,
    figures: figureList.describe(
      'Which to work out: `quantity`, `cost`, `amount` (default: all). Amounts take the longest: all usage of each service period that the range touches is rated.',
    ),
    top: z.coerce
      .number()
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('Only so many groups; all others are added up as one that is `other`.'),
    by: z
      .enum(rankings)
      .optional()
      .describe('What `top` ranks by; default: quantity of a measure or meter, else events.'),
  })
  .refine((query) => query.from < query.to, 'from must be before to')
  .refine(
    (query) => query.measure === undefined || query.meter === undefined,
    'measure and meter do not go together: a meter has its measure',
  );

/** The filters of a query as rules know them. */
export function filterOf(query: Partial<z.output<z.ZodObject<typeof usageFilters>>>): UsageFilter {
  return { ...query, attributes: query.attribute };
}

export function questionOf(query: z.output<typeof usageQuery>): UsageQuestion {
  const { from, to, groupBy: by, interval, timeZone, figures: wanted, top, by: ranking } = query;
  return {
    from,
    to,
    groupBy: by,
    interval,
    timeZone,
    figures: wanted,
    top,
    by: ranking,
    filter: filterOf(query),
  };
}

const place = {
  start: instant.nullable().describe('Of the interval, if one was asked for.'),
  group: z.record(z.string(), z.string().nullable()),
  other: z.boolean().describe('True for what is left beside the `top` groups.'),
};

export const usage = z
  .object({
    from: instant,
    to: instant,
    items: z.array(
      z.object({
        ...place,
        measure: z.string().describe('What is added up; `""` where a meter counts events.'),
        quantity: decimalText
          .nullable()
          .describe('Null for what is `other` of a meter that takes the greatest or the distinct.'),
        events: z.int(),
      }),
    ),
    costs: z
      .array(
        z.object({
          ...place,
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
        'One entry for each group, source and currency. An event is in one of them, however many measures it has, so groups leave out `meter` and `measure`.',
      ),
    amounts: z
      .array(
        z.object({
          ...place,
          kind: z
            .enum(amountKinds)
            .describe(
              '`usage`: what the usage is rated at; `fixed`: what no usage caused, as what fills up a minimum. It is with the organization of the subscription, when it is owed.',
            ),
          amount: decimalText.describe('To the minor unit of the currency.'),
          currency: z.string(),
        }),
      )
      .describe(
        'What usage comes to at the prices of its subscriptions, invoiced or not, before taxes and fees. Each charge is rated once over each of its service periods, as invoices rate it, and shared out to what made it, so that all groups of a period sum to its lines. One entry for each group, kind and currency. Usage that no charge prices is in none.',
      ),
    names: z
      .record(z.string(), z.string())
      .describe('What the ids of groups are called now. Credentials by their name, never an ID.'),
  })
  .meta({ id: 'Usage' });
