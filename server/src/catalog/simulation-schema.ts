import { z } from 'zod';
import {
  decimalInput,
  decimalText,
  idOf,
  instant,
  instantInput,
  money as moneyShape,
} from '../http/shapes.ts';
import { toText } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { money } from '../lib/money.ts';
import { feeTimings } from './plan-rules.ts';
import { models } from './pricing-rules.ts';
import type { Simulated } from './simulation-rules.ts';

export const SIMULATED_PERIODS_MAX = 120;
const QUANTITIES_MAX = 1000;

const label = z.string().min(1).max(limits.nameCharsMax);
const attributes = z
  .record(label, z.string())
  .describe('What the usage is thought to be of: decides which price applies.');
const given = z.union([
  decimalInput,
  z
    .array(z.strictObject({ quantity: decimalInput, attributes: attributes.default({}) }))
    .max(QUANTITIES_MAX),
]);

export const simulation = z
  .strictObject({
    planVersion: z.int().min(1).describe('Default: the latest.'),
    quantities: z
      .record(label, given)
      .describe(
        'For one whole service period: key (or id) of a meter → quantity, or a list of quantities with attributes of their own. For a percentage charge the quantity is the cost. Meters that are left out count nothing.',
      )
      .meta({
        examples: [
          {
            input_tokens: '1200000',
            output_tokens: [{ quantity: '5000', attributes: { model: 'large' } }],
          },
        ],
      }),
    attributes: attributes.describe('Attributes of all quantities that have none of their own.'),
    organizationId: idOf('org').describe(
      'In place of quantities: what this customer used, by occurrence in [from, to).',
    ),
    from: instantInput,
    to: instantInput,
    rollUp: z.boolean().describe('Also what lay below the organization. Default: true.'),
    listPrices: z
      .boolean()
      .describe(
        'Takes percentages of list prices where events carry no cost, if the plan is in USD. Invoices never do. Default: false.',
      ),
  })
  .partial()
  .superRefine((body, context) => {
    const issue = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (body.quantities !== undefined) {
      for (const field of ['organizationId', 'from', 'to', 'rollUp', 'listPrices'] as const)
        if (body[field] !== undefined) issue(field, 'Send it or quantities, not both');
      return;
    }
    if (body.attributes !== undefined) issue('attributes', 'Only with quantities');
    if (body.organizationId === undefined)
      return issue('quantities', 'Send quantities, or organizationId with from and to');
    if (body.from === undefined) return issue('from', 'Required with organizationId');
    if (body.to === undefined) return issue('to', 'Required with organizationId');
    if (body.from >= body.to) issue('to', 'Must be after from');
  })
  .meta({ id: 'SimulationTerms' });

const text = decimalText.optional();
const part = z
  .object({
    quantity: decimalText,
    unitPrice: text,
    tier: z.object({ from: decimalText, upTo: decimalText.nullable() }).optional(),
    packages: text,
    percent: text,
    amount: decimalText,
  })
  .meta({ id: 'PricedPart' });
const group = z
  .object({
    value: z
      .string()
      .nullable()
      .describe(
        'Of the attribute that prices differ by; null: all usage without a price of its own.',
      ),
    quantity: decimalText,
    included: text.describe('How much of it was included.'),
    amount: decimalText.describe('Exact: the sum of its parts.'),
    parts: z.array(part),
  })
  .meta({ id: 'PricedGroup' });
const unrated = z
  .object({
    reason: z.enum(['no_cost', 'other_currency']),
    currency: z.string().nullable(),
    eventCount: z.int(),
    cost: decimalText.nullable(),
  })
  .meta({ id: 'UnratedUsage' });

const charge = z
  .object({
    chargeId: z.string(),
    name: z.string(),
    meter: z.string(),
    model: z.enum(models),
    quantity: decimalText,
    amount: moneyShape.describe(
      'Rounded once, from the sum of the breakdown; at least the minimum.',
    ),
    breakdown: z.array(group),
    minimum: text.describe('In this very period.'),
    topUp: text.describe('What usage lacks of the minimum.'),
    unrated: z.array(unrated).optional().describe('Events that a percentage cannot be taken of.'),
  })
  .meta({ id: 'SimulatedCharge' });
const fee = z
  .object({ feeId: z.string(), name: z.string(), timing: z.enum(feeTimings), amount: moneyShape })
  .meta({ id: 'SimulatedFee' });

export const simulated = z
  .object({
    planId: z.string(),
    planVersion: z.int(),
    currency: z.string(),
    periods: z.array(
      z.object({
        start: instant.nullable().describe('Null for given quantities.'),
        end: instant.nullable(),
        fees: z.array(fee).describe('Set-up fees are in the first period. Trials are left out.'),
        charges: z.array(charge),
        total: moneyShape,
      }),
    ),
    total: moneyShape,
  })
  .meta({ id: 'Simulation' });

export type Simulation = z.output<typeof simulation>;

export function periodToApi(
  { fees, charges, total }: Simulated,
  currency: string,
  period: { start: Instant; end: Instant } | null,
): z.output<typeof simulated>['periods'][number] {
  return {
    start: period?.start ?? null,
    end: period?.end ?? null,
    fees: fees.map(({ id, name, timing, amount }) => ({
      feeId: id,
      name,
      timing,
      amount: money(amount, currency),
    })),
    charges: charges.map(({ id, name, meterKey, model, rated, explained }) => ({
      chargeId: id,
      name,
      meter: meterKey,
      model,
      quantity: toText(rated.quantity),
      amount: money(rated.amount, currency),
      ...explained,
    })),
    total: money(total, currency),
  };
}
