import { type RawBuilder, sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import type { MeterDefinition } from './meter-rules.ts';
import type { FeeTerms, Interval, PlanTerms } from './plan-rules.ts';
import type { Pricing } from './pricing-rules.ts';

export type FeeRow = { id: string } & FeeTerms;

/** A charge with the definition of the meter version that it pinned. */
export type ChargeRow = {
  id: string;
  name: string;
  meter_id: string;
  meter_version: number;
  meter_key: string;
  definition: MeterDefinition;
} & Pricing;

/** A plan version with all that it pins: what subscriptions are rated by. It never changes. */
export type PlanVersionRow = {
  plan_id: string;
  plan_version: number;
  product_id: string;
  plan_name: string;
  currency: string;
  interval_unit: Interval['unit'];
  interval_count: number;
  trial_days: number;
  version_created_at: Instant;
  fees: FeeRow[];
  charges: ChargeRow[];
};

/** A plan with the latest of its versions. */
export type PlanRow = PlanVersionRow & {
  id: string;
  name: string;
  external_id: string | null;
  description: string | null;
  metadata: Record<string, string>;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: number;
};

export type PlanFilters = {
  limit: number;
  cursor?: string | undefined;
  productId?: string | undefined;
  externalId?: string | undefined;
  archived?: boolean | undefined;
};

/** The columns of a version, of plans `p` and plan_versions `v`. Amounts leave as text: JSON numbers would lose digits. */
const versionColumns = sql`
  p.product_id, p.name as plan_name, v.plan_id, v.version as plan_version, v.currency, v.interval_unit, v.interval_count, v.trial_days,
  v.created_at as version_created_at,
  coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'amount', f.amount::text, 'timing', f.timing) order by f.ordinal)
              from plan_fees f where f.plan_id = v.plan_id and f.plan_version = v.version), '[]') as fees,
  coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'model', c.model, 'terms', c.terms,
                     'meter_id', c.meter_id, 'meter_version', c.meter_version, 'meter_key', m.key,
                     'definition', jsonb_build_object('aggregation', d.aggregation, 'measure', d.measure, 'filter', d.filter, 'splitBy', d.split_by))
                   order by c.ordinal)
              from plan_charges c
              join meters m on m.id = c.meter_id
              join meter_versions d on d.meter_id = c.meter_id and d.version = c.meter_version
             where c.plan_id = v.plan_id and c.plan_version = v.version), '[]') as charges`;

function plansWhere(db: Queryable, condition: RawBuilder<unknown>) {
  return sql<PlanRow>`
    select p.*, ${versionColumns}
      from plans p
      join lateral (select * from plan_versions where plan_id = p.id order by version desc limit 1) v on true
     where ${condition}`.execute(db);
}

export async function findPlan(db: Queryable, id: string): Promise<PlanRow | undefined> {
  const { rows } = await plansWhere(db, sql`p.id = ${id}`);
  return rows[0];
}

export async function listPlans(db: Queryable, query: PlanFilters): Promise<PlanRow[]> {
  const conditions = [sql`(p.archived_at is not null) = ${query.archived === true}`];
  if (query.cursor !== undefined) conditions.push(sql`p.id < ${query.cursor}`);
  if (query.productId !== undefined) conditions.push(sql`p.product_id = ${query.productId}`);
  if (query.externalId !== undefined) conditions.push(sql`p.external_id = ${query.externalId}`);
  const page = sql`${sql.join(conditions, sql` and `)} order by p.id desc limit ${query.limit + 1}`;
  const { rows } = await plansWhere(db, page);
  return rows;
}

/** The versions of one plan, newest first, below the version `before` if one is given. */
export async function listPlanVersions(
  db: Queryable,
  planId: string,
  { limit, before }: { limit: number; before: number | null },
): Promise<PlanVersionRow[]> {
  const { rows } = await sql<PlanVersionRow>`
    select ${versionColumns} from plans p join plan_versions v on v.plan_id = p.id
     where p.id = ${planId} and (${before}::integer is null or v.version < ${before})
     order by v.version desc limit ${limit + 1}`.execute(db);
  return rows;
}

/** Any number of plan versions at once, for rating; those that do not exist are absent. */
export async function findPlanVersions(
  db: Queryable,
  wanted: readonly { planId: string; planVersion: number }[],
): Promise<PlanVersionRow[]> {
  const planIds = wanted.map((each) => each.planId);
  const versions = wanted.map((each) => each.planVersion);
  const { rows } = await sql<PlanVersionRow>`
    select ${versionColumns}
      from (select distinct * from unnest(${planIds}::text[], ${versions}::integer[])) as w (plan_id, version)
      join plans p on p.id = w.plan_id
      join plan_versions v on v.plan_id = w.plan_id and v.version = w.version
     order by v.plan_id, v.version`.execute(db);
  return rows;
}

export async function findPlanByExternalId(db: Queryable, externalId: string) {
  return db
    .selectFrom('plans')
    .select('id')
    .where('external_id', '=', externalId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
}

/** Writes a version with its fees and charges; they are never edited from then on. */
export async function insertPlanVersion(
  action: Action,
  planId: string,
  version: number,
  terms: PlanTerms,
): Promise<void> {
  const { tx, now } = action;
  const { unit, count } = terms.interval;
  await tx
    .insertInto('plan_versions')
    .values({
      plan_id: planId,
      version,
      currency: terms.currency,
      interval_unit: unit,
      interval_count: count,
      trial_days: terms.trialDays,
      created_at: now,
    })
    .execute();
  const shared = (ordinal: number) => ({ plan_id: planId, plan_version: version, ordinal });
  const fees = terms.fees.map((fee, ordinal) => ({
    id: newId('fee', now),
    ...shared(ordinal),
    ...fee,
  }));
  if (fees.length > 0) await tx.insertInto('plan_fees').values(fees).execute();
  const charges = terms.charges.map((charge, ordinal) => ({
    id: newId('chg', now),
    ...shared(ordinal),
    name: charge.name,
    meter_id: charge.meterId,
    meter_version: charge.meterVersion,
    model: charge.model,
    terms: JSON.stringify(charge.terms),
  }));
  if (charges.length > 0) await tx.insertInto('plan_charges').values(charges).execute();
}

/** False where somebody has ever subscribed to it. */
export async function removeUnusedPlan(db: Queryable, planId: string): Promise<boolean> {
  const { rows } = await sql<{ removed: boolean }>`
    select remove_unused_plan(${planId}) as removed`.execute(db);
  return rows[0]?.removed === true;
}

/** False where somebody has ever subscribed to this version. */
export async function removeUnusedPlanVersion(
  db: Queryable,
  planId: string,
  version: number,
): Promise<boolean> {
  const { rows } = await sql<{ removed: boolean }>`
    select remove_unused_plan_version(${planId}, ${version}::integer) as removed`.execute(db);
  return rows[0]?.removed === true;
}
