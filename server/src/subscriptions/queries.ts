import { type RawBuilder, sql } from 'kysely';
import { asArchivedProblem } from '../archive/queries.ts';
import type { Interval } from '../catalog/plan-rules.ts';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { groupBy } from '../lib/group.ts';
import { namedBy } from '../organizations/alias-queries.ts';
import type { Instant } from '../lib/instant.ts';
import type { TimelineRow } from '../lib/timeline.ts';
import type { Anchor, Terms } from './period-rules.ts';
import type { Lifetime, Span, SubscriptionStatus } from './rules.ts';

/** A plan version over the time that the subscription is on it. */
export type PlanSpan = Span & {
  planId: string;
  planVersion: number;
  productId: string;
  currency: string;
  interval: Interval;
};

type Stored = NonNullable<Awaited<ReturnType<typeof selectSubscriptions>>>[number];

/** A subscription with its timelines, oldest first, and the plain data that the rules take. */
export type SubscriptionRow = Stored & { plans: PlanSpan[]; lifetime: Lifetime; terms: Terms };

export type SubscriptionFilters = {
  limit: number;
  cursor?: string | undefined;
  organizationId?: string | undefined;
  planId?: string | undefined;
  externalId?: string | undefined;
  status?: SubscriptionStatus | undefined;
  archived?: boolean | undefined;
};

export async function findSubscription(
  db: Queryable,
  id: string,
): Promise<SubscriptionRow | undefined> {
  const [row] = await subscriptionsByIds(db, [id]);
  return row;
}

/** Any number of subscriptions at once, in order of their ids; those that do not exist are absent. */
export async function subscriptionsByIds(db: Queryable, ids: string[]): Promise<SubscriptionRow[]> {
  return withTimelines(db, await selectSubscriptions(db, sql`s.id = any(${ids})`, sql`s.id`));
}

export async function listSubscriptions(
  db: Queryable,
  query: SubscriptionFilters,
  at: Instant,
): Promise<SubscriptionRow[]> {
  const conditions = [sql<boolean>`(s.archived_at is not null) = ${query.archived === true}`];
  if (query.cursor !== undefined) conditions.push(sql`s.id < ${query.cursor}`);
  if (query.organizationId !== undefined)
    conditions.push(sql`s.organization_id in ${namedBy(query.organizationId, at)}`);
  if (query.externalId !== undefined) conditions.push(sql`s.external_id = ${query.externalId}`);
  if (query.planId !== undefined) conditions.push(isOnPlan(query.planId, at));
  if (query.status !== undefined) conditions.push(hasStatus(query.status, at));
  const condition = sql<boolean>`${sql.join(conditions, sql` and `)}`;
  return withTimelines(
    db,
    await selectSubscriptions(db, condition, sql`s.id desc`, query.limit + 1),
  );
}

export async function findSubscriptionByExternalId(db: Queryable, externalId: string) {
  return db
    .selectFrom('subscriptions')
    .select('id')
    .where('external_id', '=', externalId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
}

/** What keeps a subscription from being withdrawn: credentials bound to it, and lines of invoices, drafts too. */
export async function countDependants(
  db: Queryable,
  id: string,
): Promise<{ credentials: number; lines: number }> {
  const { rows } = await sql<{ credentials: number; lines: number }>`
    select (select count(distinct b.credential_id) from bindings b where b.subscription_id = ${id} and b.superseded_by is null) as credentials,
           (select count(*) from invoice_lines l where l.subscription_id = ${id}) as lines`.execute(
    db,
  );
  return rows[0] ?? { credentials: 0, lines: 0 };
}

function selectSubscriptions(
  db: Queryable,
  condition: RawBuilder<boolean>,
  order: RawBuilder<unknown>,
  limit?: number,
) {
  return db
    .selectFrom('subscriptions as s')
    .selectAll('s')
    .select(
      sql<TimelineRow<string>[] | null>`(
        select jsonb_agg(jsonb_build_object('from', ${instantText(sql`lower(a.valid)`)}, 'to', ${instantText(sql`upper(a.valid)`)}, 'value', a.survivor_id))
          from organization_aliases a where a.organization_id = s.organization_id and a.superseded_by is null)`.as(
        'merges',
      ),
    )
    .where(condition)
    .orderBy(order)
    .$if(limit !== undefined, (q) => q.limit(limit ?? 0))
    .execute();
}

const instantText = (at: RawBuilder<unknown>) =>
  sql`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** As `planAt` of the rules: before the start the first, after the end the last. */
function isOnPlan(planId: string, at: Instant): RawBuilder<boolean> {
  return sql`exists (select from subscription_plans p where p.subscription_id = s.id and p.superseded_by is null and p.plan_id = ${planId}
    and p.valid @> least(greatest(${at}::timestamptz, s.start_at), s.end_at - interval '1 microsecond'))`;
}

/** As `statusAt` of the rules. */
function hasStatus(status: SubscriptionStatus, at: Instant): RawBuilder<boolean> {
  const now = sql`${at}::timestamptz`;
  const isEnded = sql<boolean>`(s.archived_at is not null or coalesce(s.end_at <= ${now}, false))`;
  if (status === 'ended')
    return sql`s.id in (select e.id from subscriptions e where e.archived_at is not null union all select e.id from subscriptions e where e.end_at <= ${now})`;
  if (status === 'pending') return sql`not ${isEnded} and s.start_at > ${now}`;
  const isPaused = sql`exists (select from subscription_pauses p where p.subscription_id = s.id and p.superseded_by is null and p.valid @> ${now})`;
  const hasBegun = sql`not ${isEnded} and s.start_at <= ${now}`;
  if (status === 'paused') return sql`${hasBegun} and ${isPaused}`;
  const isTrialing = sql`coalesce(s.trial_end_at > ${now}, false)`;
  return status === 'trialing'
    ? sql`${hasBegun} and not ${isPaused} and s.trial_end_at > ${now}`
    : sql`${hasBegun} and not ${isPaused} and not ${isTrialing}`;
}

async function withTimelines(db: Queryable, rows: Stored[]): Promise<SubscriptionRow[]> {
  const ids = rows.map((row) => row.id);
  const plans = ids.length === 0 ? [] : await plansOf(db, ids);
  const pauses = ids.length === 0 ? [] : await pausesOf(db, ids);
  const anchors = ids.length === 0 ? [] : await anchorsOf(db, ids);
  const plansById = groupBy(plans, (row) => row.subscription_id);
  const pausesById = groupBy(pauses, (row) => row.subscription_id);
  const anchorsById = groupBy(anchors, (row) => row.subscription_id);
  return rows.map((row) => ({
    ...row,
    plans: (plansById.get(row.id) ?? []).map(planSpanOf),
    lifetime: {
      startAt: row.start_at,
      endAt: row.end_at,
      pauses: (pausesById.get(row.id) ?? []).map(({ from, to }) => ({ from, to })),
      trialEndAt: row.trial_end_at,
      archivedAt: row.archived_at,
    },
    terms: {
      startAt: row.start_at,
      endAt: row.end_at,
      trialEndAt: row.trial_end_at,
      anchorDay: row.anchor_day,
      timeZone: row.time_zone,
      anchors: (anchorsById.get(row.id) ?? []).map(anchorOf),
      endCredit: row.end_credit as NonNullable<Terms['endCredit']>,
    },
  }));
}

type PlanRow = Span & {
  subscription_id: string;
  plan_id: string;
  plan_version: number;
  product_id: string;
  currency: string;
  interval_unit: Interval['unit'];
  interval_count: number;
};

async function plansOf(db: Queryable, ids: string[]): Promise<PlanRow[]> {
  const { rows } = await sql<PlanRow>`
    select t.subscription_id, t.plan_id, t.plan_version, p.product_id, v.currency, v.interval_unit, v.interval_count,
           lower(t.valid) as "from", upper(t.valid) as "to"
      from subscription_plans t
      join plans p on p.id = t.plan_id
      join plan_versions v on v.plan_id = t.plan_id and v.version = t.plan_version
     where t.subscription_id = any(${ids}) and t.superseded_by is null
     order by lower(t.valid)`.execute(db);
  return rows;
}

async function pausesOf(
  db: Queryable,
  ids: string[],
): Promise<(Span & { subscription_id: string })[]> {
  const { rows } = await sql<Span & { subscription_id: string }>`
    select subscription_id, lower(valid) as "from", upper(valid) as "to"
      from subscription_pauses where subscription_id = any(${ids}) and superseded_by is null
     order by lower(valid)`.execute(db);
  return rows;
}

type AnchorRow = Span & { subscription_id: string; anchor_day: number; time_zone: string };

async function anchorsOf(db: Queryable, ids: string[]): Promise<AnchorRow[]> {
  const { rows } = await sql<AnchorRow>`
    select subscription_id, anchor_day, time_zone, lower(valid) as "from", upper(valid) as "to"
      from subscription_anchors where subscription_id = any(${ids}) and superseded_by is null
     order by lower(valid)`.execute(db);
  return rows;
}

function anchorOf({ from, to, anchor_day: anchorDay, time_zone: timeZone }: AnchorRow) {
  return { from, to, anchorDay, timeZone } satisfies Span & Anchor;
}

/** Its service periods, or what falls due in them, are others than before. */
export async function recordChange(
  action: Action,
  subscriptionId: string,
  { changedFrom, periodsFrom }: { changedFrom: Instant; periodsFrom: Instant },
): Promise<void> {
  await action.tx
    .insertInto('subscription_changes')
    .values({
      subscription_id: subscriptionId,
      changed_from: changedFrom,
      periods_from: periodsFrom,
      recorded_by: action.journalId,
    })
    .execute()
    .catch((error: unknown) => {
      throw asArchivedProblem(
        error,
        'What was billed over it stands as it was: make the change from a later time.',
      );
    });
}

function planSpanOf(row: PlanRow): PlanSpan {
  return {
    from: row.from,
    to: row.to,
    planId: row.plan_id,
    planVersion: row.plan_version,
    productId: row.product_id,
    currency: row.currency,
    interval: { unit: row.interval_unit, count: row.interval_count },
  };
}
