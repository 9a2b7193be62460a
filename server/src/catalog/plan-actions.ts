import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import {
  alreadyExists,
  invalidField,
  notFound,
  Problem,
  unknownReference,
} from '../lib/problem.ts';
import { findLiveMeters } from './meter-queries.ts';
import type { MeterDefinition } from './meter-rules.ts';
import { findPlan, findPlanByExternalId, insertPlanVersion, type PlanRow } from './plan-queries.ts';
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
import type { ChargeInput } from './charge-schema.ts';
import { planToApi, type PlanCreate, type PlanUpdate } from './plan-schema.ts';
import { pricingOf } from './pricing-rules.ts';
import { findProduct } from './product-queries.ts';
import { lockCatalog } from './queries.ts';

/** The plan, to be changed: with the catalog locked. */
export async function requirePlan(action: Action, id: string): Promise<PlanRow> {
  await lockCatalog(action.tx);
  const row = await findPlan(action.tx, id);
  if (row === undefined) throw notFound('plan', id);
  return row;
}

export async function createPlan(action: Action, input: PlanCreate): Promise<PlanRow> {
  await lockCatalog(action.tx);
  const id = newId('pln', action.now);
  await refuseTakenExternalId(action, id, input.externalId);
  const product = await findProduct(action.tx, input.productId);
  if (product === undefined || product.archived_at !== null)
    throw unknownReference('/productId', 'product');
  const terms = await completeTerms(action, defaultTerms, input);
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
  await audit(action, {
    action: 'plans.create',
    resourceId: id,
    before: null,
    after: planToApi(row),
  });
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
  return change(action, before, 'plans.update', columnsOf(input));
}

/** Archives: nobody can newly subscribe to it. It is never removed, because prices are kept for good. */
export async function deletePlan(action: Action, before: PlanRow): Promise<PlanRow> {
  if (before.archived_at !== null) return before;
  return change(action, before, 'plans.delete', { archived_at: action.now });
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
  return change(action, before, 'plans.restore', { archived_at: null });
}

type Columns = ReturnType<typeof columnsOf> & { archived_at?: Instant | null };

async function change(
  action: Action,
  before: PlanRow,
  verb: string,
  columns: Columns,
): Promise<PlanRow> {
  await action.tx
    .updateTable('plans')
    .set({ ...columns, updated_at: action.now, version: before.version + 1 })
    .where('id', '=', before.id)
    .execute();
  const row = await requirePlan(action, before.id);
  await audit(action, {
    action: verb,
    resourceId: before.id,
    before: planToApi(before),
    after: planToApi(row),
  });
  return row;
}

/** The terms that now hold: what is not sent stays as it is, charges with the meter versions that they pinned. */
async function completeTerms(
  action: Action,
  current: PlanTerms,
  input: PlanUpdate,
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

function termsOf(row: PlanRow): PlanTerms {
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

function columnsOf(input: PlanUpdate): {
  name?: string;
  external_id?: string | null;
  description?: string | null;
  metadata?: string;
} {
  return {
    ...(input.name !== undefined && { name: input.name }),
    ...(input.externalId !== undefined && { external_id: input.externalId }),
    ...(input.description !== undefined && { description: input.description }),
    ...(input.metadata !== undefined && { metadata: JSON.stringify(input.metadata) }),
  };
}
