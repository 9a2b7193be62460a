import { z } from 'zod';
import {
  booleanQuery,
  currencyInput,
  decimalText,
  externalIdInput,
  idOf,
  instant,
  metadata,
  metadataInput,
  nameInput,
  notNegative,
  pageQuery,
  resource,
} from '../http/shapes.ts';
import { decimal, toFixedText } from '../lib/decimal.ts';
import { minorUnits } from '../lib/money.ts';
import { charge, chargeInput, chargeToApi } from './charge-schema.ts';
import type { PlanRow, PlanVersionRow } from './plan-queries.ts';
import { feeTimings, intervalUnits } from './plan-rules.ts';
import { descriptionInput } from './product-schema.ts';

const FEES_MAX = 100;
const CHARGES_MAX = 100;
const INTERVAL_COUNT_MAX = 366;
const TRIAL_DAYS_MAX = 3660;

// Prices -----------------------------------------------------------------------------------------

const intervalInput = z
  .strictObject({
    unit: z.enum(intervalUnits).default('month'),
    count: z.int().min(1).max(INTERVAL_COUNT_MAX).default(1),
  })
  .meta({ id: 'PlanIntervalTerms' });

const interval = z
  .object({ unit: z.enum(intervalUnits), count: z.int() })
  .meta({ id: 'PlanInterval' });

const timing = z
  .enum(feeTimings)
  .describe(
    '`advance`, `arrears`: at the beginning or the end of each service period. `setUp`: once, when the subscription starts, trial or not; never prorated.',
  );

const feeInput = z
  .strictObject({
    name: nameInput,
    amount: notNegative.describe('Per interval, in the currency of the plan and no finer than it.'),
    timing: timing.default('advance'),
  })
  .meta({ id: 'FeeTerms' });

const fee = z
  .object({ id: z.string(), name: z.string(), amount: decimalText, timing })
  .meta({ id: 'Fee' });

// Plans ------------------------------------------------------------------------------------------

const terms = {
  currency: currencyInput,
  interval: intervalInput,
  fees: z.array(feeInput).max(FEES_MAX),
  charges: z.array(chargeInput).max(CHARGES_MAX),
  trialDays: z
    .int()
    .min(0)
    .max(TRIAL_DAYS_MAX)
    .describe(
      'Days from the start of a subscription in which recurring fees and usage are free. The first paid service period begins at their end.',
    ),
};
const fields = {
  name: nameInput,
  externalId: externalIdInput.nullable(),
  description: descriptionInput,
  metadata: metadataInput,
  ...terms,
};

export const planCreate = z
  .strictObject({ productId: idOf('prd'), ...fields })
  .partial()
  .required({ productId: true, name: true })
  .meta({ id: 'PlanCreate' });

export const planUpdate = z.strictObject(fields).partial().meta({ id: 'PlanUpdate' });

export const planVersionUpdate = z.strictObject(terms).partial().meta({ id: 'PlanVersionUpdate' });

const versionFields = {
  planVersion: z
    .int()
    .describe(
      'A change of currency, interval, fees or charges is a new version; subscriptions keep theirs.',
    ),
  currency: z.string(),
  interval,
  trialDays: z.int(),
  fees: z.array(fee),
  charges: z.array(charge),
};

export const plan = z
  .object({
    id: z.string(),
    productId: z.string(),
    name: z.string(),
    externalId: z.string().nullable(),
    description: z.string().nullable(),
    ...versionFields,
    metadata,
    archivedAt: instant.nullable(),
    ...resource,
  })
  .meta({ id: 'Plan' });

export const planVersion = z
  .object({ planId: z.string(), ...versionFields, createdAt: instant })
  .meta({ id: 'PlanVersion' });

export const planParams = z.strictObject({ id: idOf('pln') });

export const planVersionParams = z.strictObject({
  id: idOf('pln'),
  planVersion: z.coerce.number().int().min(1).max(1_000_000),
});

export const planList = z.strictObject({
  ...pageQuery,
  productId: idOf('prd').optional(),
  externalId: z.string().optional(),
  archived: booleanQuery
    .optional()
    .describe('`true`: only archived ones. Default: only live ones.'),
});

const versionCursor = pageQuery.cursor
  .unwrap()
  .refine((text) => /^\d{1,9}$/.test(text), 'Expected the nextCursor of the page before');
export const planVersionList = z.strictObject({
  limit: pageQuery.limit,
  cursor: versionCursor.optional(),
});

export type PlanCreate = z.output<typeof planCreate>;
export type PlanUpdate = z.output<typeof planUpdate>;
export type PlanVersionUpdate = z.output<typeof planVersionUpdate>;

export function planToApi(row: PlanRow): z.output<typeof plan> {
  return {
    id: row.id,
    productId: row.product_id,
    name: row.name,
    externalId: row.external_id,
    description: row.description,
    ...versionFieldsOf(row),
    metadata: row.metadata,
    archivedAt: row.archived_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

export function planVersionToApi(row: PlanVersionRow): z.output<typeof planVersion> {
  return { planId: row.plan_id, ...versionFieldsOf(row), createdAt: row.version_created_at };
}

function versionFieldsOf(row: PlanVersionRow) {
  const scale = minorUnits(row.currency);
  return {
    planVersion: row.plan_version,
    currency: row.currency,
    interval: { unit: row.interval_unit, count: row.interval_count },
    trialDays: row.trial_days,
    fees: row.fees.map((each) => ({
      id: each.id,
      name: each.name,
      amount: toFixedText(decimal(each.amount), scale),
      timing: each.timing,
    })),
    charges: row.charges.map(chargeToApi),
  };
}
