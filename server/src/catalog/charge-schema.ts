import { z } from 'zod';
import { decimalInput, decimalText, nameInput, notNegative } from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import type { ChargeRow } from './plan-queries.ts';
import { percentageBases } from './pricing/percentage.ts';
import { faultOfTiers } from './pricing/tiers.ts';
import type { Model } from './pricing-rules.ts';

/** The wire shapes of charges: for each pricing model what is sent, and what is answered. */

const TIERS_MAX = 100;
const PRICES_MAX = 500;

const label = z.string().min(1).max(limits.nameCharsMax);
const aboveZero = decimalInput.refine(
  (text) => !text.startsWith('-') && text !== '0',
  'Must be above zero',
);

const unitPrice = notNegative.describe('In the currency of the plan, up to 12 decimals.');
const upTo = aboveZero
  .nullable()
  .describe('The last unit of the tier; null for the last tier, which has no end.');

function tiersInput<S extends z.ZodRawShape>(price: S) {
  return z
    .array(z.strictObject({ upTo, ...price }))
    .min(1)
    .max(TIERS_MAX)
    .superRefine((tiers, context) => {
      const fault = faultOfTiers(tiers as unknown as { upTo: string | null }[]);
      if (fault === null) return;
      const { index, detail } = fault;
      context.addIssue({ code: 'custom', path: [index, 'upTo'], message: detail });
    })
    .describe('In ascending order. A tier begins above the `upTo` of the one before.');
}

function tiersOutput<S extends z.ZodRawShape>(price: S) {
  return z.array(z.object({ upTo: decimalText.nullable(), ...price }));
}

/** Per model: the terms of one price as sent, as answered, and what they mean. */
const models = {
  perUnit: {
    sent: { unitPrice },
    answered: { unitPrice: decimalText },
    meaning: 'Every unit at one price.',
  },
  graduated: {
    sent: { tiers: tiersInput({ unitPrice }) },
    answered: { tiers: tiersOutput({ unitPrice: decimalText }) },
    meaning: 'Each unit at the price of the tier that it is in.',
  },
  volume: {
    sent: { tiers: tiersInput({ unitPrice }) },
    answered: { tiers: tiersOutput({ unitPrice: decimalText }) },
    meaning: 'All units at the price of the tier that the whole quantity reaches.',
  },
  package: {
    sent: {
      packageSize: aboveZero.describe('Units in a package.'),
      packagePrice: notNegative.describe('Of each package; a begun one counts as a whole.'),
    },
    answered: { packageSize: decimalText, packagePrice: decimalText },
    meaning: 'So much for each package of units, a begun one counting as a whole.',
  },
  flatByTier: {
    sent: {
      tiers: tiersInput({
        amount: notNegative.describe('In the currency of the plan and no finer than it.'),
      }),
    },
    answered: { tiers: tiersOutput({ amount: decimalText }) },
    meaning: 'One amount by the tier that the whole quantity reaches; nothing for no usage.',
  },
  percentage: {
    sent: {
      percent: notNegative.describe('`20` is 20 %.'),
      bills: z
        .enum(percentageBases)
        .default('costAndMarkUp')
        .describe('The cost with the mark-up on top, or the mark-up alone.'),
    },
    answered: { percent: decimalText, bills: z.enum(percentageBases) },
    meaning:
      'A mark-up on the cost, in the currency of the plan, that the events carry which the meter counts. Events without a cost, or with one in another currency, are not billed; the line names them.',
  },
} satisfies Record<Model, { sent: z.ZodRawShape; answered: z.ZodRawShape; meaning: string }>;

const sentBase = {
  name: nameInput.optional().describe('Default: the key of the meter.'),
  meter: label.describe('Key or id of a live meter; the charge pins its current version.'),
};
const answeredBase = {
  id: z.string(),
  name: z.string(),
  meter: z.string().describe('The key of the meter.'),
  meterId: z.string(),
  meterVersion: z.int(),
};

const idOf = (model: string, suffix: string) =>
  `${model.charAt(0).toUpperCase()}${model.slice(1)}${suffix}`;

function chargeSent<M extends Model, S extends z.ZodRawShape>(model: M, terms: S, meaning: string) {
  const price = {
    ...terms,
    included: notNegative
      .optional()
      .describe('Quantity that each service period has for nothing; prices begin after it.'),
  };
  return z
    .strictObject({
      ...sentBase,
      model: z.literal(model),
      ...price,
      byAttribute: z
        .strictObject({
          attribute: label.describe('Such as `model`.'),
          prices: z
            .record(z.string().max(limits.nameCharsMax), z.strictObject(price))
            .refine((prices) => Object.keys(prices).length > 0, 'Name at least one value')
            .refine(
              (prices) => Object.keys(prices).length <= PRICES_MAX,
              `At most ${PRICES_MAX} values`,
            ),
        })
        .optional()
        .describe(
          'Other prices for usage whose attribute has these values: each value is counted and priced by itself. All other usage together has the price of the charge.',
        ),
      minimum: notNegative
        .optional()
        .describe(
          'What the charge comes to at least in each service period, prorated where that is cut short.',
        ),
    })
    .describe(meaning)
    .meta({ id: idOf(model, 'ChargeTerms') });
}

function chargeAnswered<M extends Model, S extends z.ZodRawShape>(
  model: M,
  terms: S,
  meaning: string,
) {
  const price = { ...terms, included: decimalText.optional() };
  const prices = z.record(z.string(), z.object(price));
  return z
    .object({
      ...answeredBase,
      model: z.literal(model),
      ...price,
      byAttribute: z.object({ attribute: z.string(), prices }).optional(),
      minimum: decimalText.optional(),
    })
    .describe(meaning)
    .meta({ id: idOf(model, 'Charge') });
}

const { perUnit, graduated, volume, package: packaged, flatByTier, percentage } = models;

export const chargeInput = z
  .discriminatedUnion(
    'model',
    [
      chargeSent('perUnit', perUnit.sent, perUnit.meaning),
      chargeSent('graduated', graduated.sent, graduated.meaning),
      chargeSent('volume', volume.sent, volume.meaning),
      chargeSent('package', packaged.sent, packaged.meaning),
      chargeSent('flatByTier', flatByTier.sent, flatByTier.meaning),
      chargeSent('percentage', percentage.sent, percentage.meaning),
    ],
    { error: `Expected a pricing model: ${Object.keys(models).join(', ')}` },
  )
  .meta({
    id: 'ChargeTerms',
    examples: [{ meter: 'input_tokens', model: 'perUnit', unitPrice: '0.000002' }],
  });

export const charge = z
  .discriminatedUnion('model', [
    chargeAnswered('perUnit', perUnit.answered, perUnit.meaning),
    chargeAnswered('graduated', graduated.answered, graduated.meaning),
    chargeAnswered('volume', volume.answered, volume.meaning),
    chargeAnswered('package', packaged.answered, packaged.meaning),
    chargeAnswered('flatByTier', flatByTier.answered, flatByTier.meaning),
    chargeAnswered('percentage', percentage.answered, percentage.meaning),
  ])
  .meta({ id: 'Charge' });

export type ChargeInput = z.output<typeof chargeInput>;

export function chargeToApi(row: ChargeRow): z.output<typeof charge> {
  return {
    id: row.id,
    name: row.name,
    meter: row.meter_key,
    meterId: row.meter_id,
    meterVersion: row.meter_version,
    model: row.model,
    ...row.terms,
  } as z.output<typeof charge>;
}
