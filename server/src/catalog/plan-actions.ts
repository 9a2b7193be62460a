import type { Action } from '../db/act.ts';
import { newId } from '../lib/id.ts';
import {
  alreadyExists,
  invalidField,
  notFound,
  Problem,
  unknownReference,
} from '../lib/problem.ts';
import {
  changeEntry,
  type EntryColumns,
  type EntryKind,
  recordEntry,
  removeOrArchive,
  requireEntry,
} from './entry-actions.ts';
import { findLiveMeters } from './meter-queries.ts';
import type { MeterDefinition } from './meter-rules.ts';
import {
  findPlan,
  findPlanByExternalId,
  findPlanVersions,
  insertPlanVersion,
  type PlanRow,
  type PlanVersionRow,
  removeUnusedPlan,
  removeUnusedPlanVersion,
} from './plan-queries.ts';
import {
  type ChargeTerms,
  defaultTerms,
  indexOfDuplicateMeter,
  indexOfSharedCost,
  indexOfTooFine,
  type PlanTerms,
  pricesTheSame,
  tooFineCharge,
} from './plan-rules.ts';
import { findSellerDefaults } from '../sellers/queries.ts';
import type { ChargeInput } from './charge-schema.ts';
import {
  planToApi,
  type PlanCreate,
  type PlanUpdate,
  type PlanVersionUpdate,
} from './plan-schema.ts';
import { pricingOf } from './pricing-rules.ts';
import { findProduct } from './product-queries.ts';
import { lockCatalog } from './queries.ts';

const kind: EntryKind<PlanRow> = { table: 'plans', noun: 'plan', find: findPlan, toApi: planToApi };

/** The plan, to be changed: with the catalog locked. */
export async function requirePlan(action: Action, id: string): Promise<PlanRow> {
  return requireEntry(action, kind, id);
}

export async function createPlan(action: Action, input: PlanCreate): Promise<PlanRow> {
  await lockCatalog(action.tx);
  const id = newId('pln', action.now);
  await refuseTakenExternalId(action, id, input.externalId);
  const product = await findProduct(action.tx, input.productId);
  if (product === undefined || product.archived_at !== null)
    throw unknownReference('/productId', 'product');
  const { default_currency: currency } = await findSellerDefaults(action.tx);
  const terms = await completeTerms(action, { ...defaultTerms, currency }, input);
  await action.tx
    .insertInto('plans')
    .values({
      id,
      product_id: input.productId,
      name: input.name,
      ...columnsOf(input),
      created_at: action.now,
      updated_at: action.now,
    })
    .execute();
  await insertPlanVersion(action, id, 1, terms);
  const row = await requirePlan(action, id);
  await recordEntry(action, kind, 'create', null, row);
  return row;
}

/** Other prices are a new version, with ids of its own for fees and charges; who subscribed keeps what it subscribed to. */
export async function updatePlan(
  action: Action,
  before: PlanRow,
  input: PlanUpdate,
): Promise<PlanRow> {
  await refuseTakenExternalId(action, before.id, input.externalId);
  const current = termsOf(before);
  const terms = await completeTerms(action, current, input);
  if (!pricesTheSame(current, terms))
    await insertPlanVersion(action, before.id, before.plan_version + 1, terms);
  return changeEntry(action, kind, before, 'update', columnsOf(input));
}

/**
 * Corrects a version that nobody has subscribed to, under the same number: a typing error in a price list that was just
 * made. What somebody has agreed to is fixed; other prices for those who come later are a new version.
 */
export async function amendPlanVersion(
  action: Action,
  before: PlanRow,
  planVersion: number,
  input: PlanVersionUpdate,
): Promise<PlanVersionRow> {
  const wanted = [{ planId: before.id, planVersion }];
  const [version] = await findPlanVersions(action.tx, wanted);
  if (version === undefined) throw notFound(`version of plan ${before.id}:`, String(planVersion));
  const terms = await completeTerms(action, termsOf(version), input);
  if (!(await removeUnusedPlanVersion(action.tx, before.id, planVersion)))
    throw new Problem(
      'in_use',
      `Version ${planVersion} of plan ${before.id} is subscribed to, and cannot be changed. Change the plan instead: that makes a new version.`,
    );
  await insertPlanVersion(action, before.id, planVersion, terms);
  await changeEntry(action, kind, before, 'update', {});
  const [after] = await findPlanVersions(action.tx, wanted);
  if (after === undefined) throw notFound('plan', before.id);
  return after;
}

/** A plan that nobody ever subscribed to is removed; all others are archived: who has one goes on. */
export async function deletePlan(action: Action, before: PlanRow): Promise<PlanRow | null> {
  return removeOrArchive(action, kind, before, () => removeUnusedPlan(action.tx, before.id));
}

export async function restorePlan(action: Action, before: PlanRow): Promise<PlanRow> {
  if (before.archived_at === null) return before;
  await refuseTakenExternalId(action, before.id, before.external_id);
  const product = await findProduct(action.tx, before.product_id);
  if (product?.archived_at !== null) {
    throw new Problem(
      'invalid_state',
      `Its product ${before.product_id} is archived. Restore that first.`,
    );
  }
  return changeEntry(action, kind, before, 'restore', { archived_at: null });
}

/** The terms that now hold: what is not sent stays as it is, charges with the meter versions that they pinned. */
async function completeTerms(
  action: Action,
  current: PlanTerms,
  input: PlanVersionUpdate,
): Promise<PlanTerms> {
  const terms: PlanTerms = {
    currency: input.currency ?? current.currency,
    interval: input.interval ?? current.interval,
    trialDays: input.trialDays ?? current.trialDays,
    fees: input.fees ?? current.fees,
    charges: input.charges === undefined ? current.charges : await pinMeters(action, input.charges),
  };
  const detail = `${terms.currency} has no unit that small: round the amount.`;
  const tooFine = indexOfTooFine(terms.fees, terms.currency);
  if (tooFine >= 0) {
    throw invalidField(`/fees/${tooFine}/amount`, 'too_many_decimals', detail);
  }
  const tooFineAt = tooFineCharge(terms.charges, terms.currency);
  if (tooFineAt !== null) throw invalidField(tooFineAt, 'too_many_decimals', detail);
  return terms;
}

async function pinMeters(action: Action, charges: readonly ChargeInput[]): Promise<ChargeTerms[]> {
  const meters = await findLiveMeters(
    action.tx,
    charges.map((charge) => charge.meter),
  );
  const filters: MeterDefinition['filter'][] = [];
  const pinned = charges.map(({ name, meter: keyOrId, model, ...terms }, index): ChargeTerms => {
    const meter =
      meters.find((each) => each.id === keyOrId) ?? meters.find((each) => each.key === keyOrId);
    if (meter === undefined) throw unknownReference(`/charges/${index}/meter`, 'meter');
    filters.push(meter.filter);
    return {
      name: name ?? meter.key,
      meterId: meter.id,
      meterVersion: meter.meter_version,
      ...pricingOf({ model, terms }),
    };
  });
  refuseTwice(
    indexOfDuplicateMeter(pinned),
    'duplicate_meter',
    'Two charges on one meter would bill the same usage twice.',
    'An earlier charge has this meter already.',
  );
  refuseTwice(
    indexOfSharedCost(pinned.map(({ model }, i) => ({ model, filter: filters[i] ?? {} }))),
    'shared_cost',
    'Two percentage charges that may count the same event would bill its cost twice.',
    'Let the filters of the meters want different values of one attribute.',
  );
  return pinned;
}

function refuseTwice(index: number, code: string, why: string, detail: string): void {
  if (index < 0) return;
  throw new Problem('unprocessable', why, [{ pointer: `/charges/${index}/meter`, code, detail }]);
}

function termsOf(row: PlanVersionRow): PlanTerms {
  return {
    currency: row.currency,
    interval: { unit: row.interval_unit, count: row.interval_count },
    trialDays: row.trial_days,
    fees: row.fees.map(({ name, amount, timing }) => ({ name, amount, timing })),
    charges: row.charges.map(({ name, meter_id, meter_version, ...charge }) => ({
      name,
      meterId: meter_id,
      meterVersion: meter_version,
      ...pricingOf(charge),
    })),
  };
}

async function refuseTakenExternalId(
  action: Action,
  id: string,
  externalId: string | null | undefined,
): Promise<void> {
  if (!externalId) return;
  const existing = await findPlanByExternalId(action.tx, externalId);
  if (existing === undefined || existing.id === id) return;
  throw alreadyExists('A plan with this external id', '/externalId', existing.id);
}

function columnsOf(input: PlanUpdate): EntryColumns {
  return {
    ...(input.name !== undefined && { name: input.name }),
    ...(input.externalId !== undefined && { external_id: input.externalId }),
    ...(input.description !== undefined && { description: input.description }),
    ...(input.metadata !== undefined && { metadata: JSON.stringify(input.metadata) }),
  };
}
