import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import { limits } from '../lib/limits.ts';
import { askTables } from '../rating/queries.ts';
import type { Counted as CountedBy, IgnoredSet } from '../rating/rules.ts';
import type { Counted, CountedPart } from './amount-rules.ts';
import { above, groupedBy, groupValue, intervalOf, knownBefore, treeOf } from './group-queries.ts';
import { passes } from './quantity-queries.ts';
import { type Grouping, hasScope } from './rules.ts';
import { kindsIn, type Needs, ownersIn, type Reading, usageSource } from './source-queries.ts';

type Sql = RawBuilder<unknown>;

/** Subscriptions that have usage of a question. */
export async function subscriptionsUsed(db: Queryable, reading: Reading): Promise<string[]> {
  const grouped = groupedBy({ ...reading, ownRows: true }, []);
  const needs = { measures: [''], owners: true, kinds: true };
  const { rows } = await sql<{ id: string }>`
    with recursive ${grouped.before} used as (
      select b.subscription_id as id from (${usageSource(reading, needs)}) b ${grouped.joins}
       where ${grouped.condition} and b.subscription_id is not null
       group by 1 having sum(b.events) <> 0)
    select id from used order by id`.execute(db);
  return rows.map((row) => row.id);
}

/** Subscriptions that owe a minimum in a range, used or not: of all, or of what is or ever was of or below one organization. */
export async function subscriptionsWithMinimum(
  db: Queryable,
  { start, end }: Period,
  organizationId: string | undefined,
): Promise<string[]> {
  const ever =
    organizationId === undefined
      ? sql``
      : sql`ever (id) as (
          select id from unnest(array[${organizationId}]::text[]) as o (id)
          union select survivor_id from organization_aliases where organization_id = ${organizationId}
          union select organization_id from organization_aliases where survivor_id = ${organizationId}
          union select p.organization_id from ever e join tree_edges p on p.parent_id = e.id),`;
  const whose =
    organizationId === undefined ? sql`true` : sql`s.organization_id in (select id from ever)`;
  const { rows } = await sql<{ id: string }>`
    with recursive ${ever} owing as (
      select distinct s.id from subscriptions s
        join subscription_plans t on t.subscription_id = s.id and t.superseded_by is null and t.valid && tstzrange(${start}, ${end})
        join plan_charges c on c.plan_id = t.plan_id and c.plan_version = t.plan_version and c.terms ? 'minimum'
       where ${whose})
    select id from owing order by id`.execute(db);
  return rows.map((row) => row.id);
}

/** A stretch of a service period, by the spans that it consists of. */
export type SpannedSlot = {
  readonly period: number;
  readonly segment: number;
  readonly within: boolean;
  readonly plan: number;
  readonly subscriptionId: string;
  /** Its first and its last span. */
  readonly first: number;
  readonly last: number;
};

/** What a charge of a plan counts. */
export type AskedCharge = {
  readonly plan: number;
  readonly charge: string;
  readonly counted: CountedBy;
};

export type AmountAsk = {
  /** All service periods; of the filter only that it is about these subscriptions. */
  readonly reading: Reading;
  /** What was asked about, over the same spans. */
  readonly asked: Reading;
  readonly groupBy: readonly Grouping[];
  readonly slots: readonly SpannedSlot[];
  readonly charges: readonly AskedCharge[];
  /** Late usage of the service periods that does not count. */
  readonly ignoring: readonly {
    subscriptionId: string;
    period: Period;
    sets: readonly IgnoredSet[];
  }[];
};

type Row = CountedPart & { level: 'part' | 'segment' | 'period' };

/** What charges that add up count, place by place. */
export async function sumParts(db: Queryable, ask: AmountAsk): Promise<CountedPart[]> {
  const carrying = new Set(ask.charges.map(({ counted }) => mustCarry(counted)));
  const found: CountedPart[] = [];
  for (const measure of carrying) {
    const charges = ask.charges.filter(({ counted }) => mustCarry(counted) === measure);
    found.push(...(await read<CountedPart>(db, { ...ask, charges }, measure ?? undefined)));
  }
  return found;
}

/** A percentage is taken of the cost of those events that its meter counts. */
function mustCarry({ cost, measure }: CountedBy): string | null {
  return cost === undefined ? null : measure;
}

/**
 * What charges that take the greatest or the distinct count: of each place, each payer segment and each period, for
 * those do not add up.
 */
export async function valueParts(
  db: Queryable,
  ask: AmountAsk,
): Promise<{ parts: CountedPart[]; segments: Counted[]; periods: Counted[] }> {
  const rows = await read<Row>(db, ask, undefined, true);
  const of = (level: Row['level']) => rows.filter((row) => row.level === level);
  return { parts: of('part'), segments: of('segment'), periods: of('period') };
}

async function read<R>(
  db: Queryable,
  ask: AmountAsk,
  carrying: string | undefined,
  byEvent = false,
): Promise<R[]> {
  if (ask.charges.length === 0) return [];
  const { asked, reading, groupBy } = ask;
  const isIgnoring = ask.ignoring.length > 0;
  const needs: Needs = {
    owners: true,
    measures: [...new Set(ask.charges.map(({ counted }) => measureOf(counted)))],
    kinds: true,
    carrying,
    eventIds: byEvent || isIgnoring,
  };
  const matched = sql`(s.within and ${matches(asked)})`;
  const told = (value: Sql) => sql`case when ${matched} then (${value})::text end`;
  const rolls = asked.filter.rollUp === true && groupBy.includes('organization');
  const columns = [
    sql`s.period`,
    sql`s.segment`,
    sql`t.charge`,
    sql`case when t.listed ? (b.attributes ->> t.split) then b.attributes ->> t.split end as value`,
    sql`${matched} as matched`,
    sql`case when ${matched} then ${intervalOf(asked)} end as "interval"`,
    sql`case when ${matched} and ${rolls} then ${treeOf(asked)} end as tree`,
    sql`case when ${matched} and ${groupBy.includes('organization')} then b.organization_id end as organization`,
    ...groupBy.map((grouping, i) => sql`${told(placeValue(grouping))} as ${sql.ref(`g${i}`)}`),
    ...(byEvent ? [sql`t.aggregation`, sql`b.event_id`] : []),
  ];
  const quantity = byEvent
    ? sql`sum(b.quantity)`
    : sql`sum(case t.aggregation when 'count' then b.events else b.quantity end)`;
  const unignored = isIgnoring
    ? sql`not exists (select from ignored i join ranges r on r.range = i.range where i.event_id = b.event_id and r.subscription = b.subscription_id)`
    : sql`true`;
  const { rows } = await sql<R>`
    with recursive ${knownBefore(asked, [])} ${tables(ask)},
    base as materialized (select b.* from (${usageSource(reading, needs)}) b, ${much} x (one int), ${much} y (one int)),
    parts as materialized (
      select ${sql.join(columns)}, ${quantity} as quantity
        from base b
        join slots s on s.subscription = b.subscription_id and b.span between s.first and s.last
        join charges t on t.plan = s.plan and t.measure = b.measure and ${passes} and (t.cost is null or b.cost_currency = t.cost)
       where ${unignored}
       group by ${sql.join(columns.map((_, i) => sql.raw(String(i + 1))))}
      having ${byEvent ? sql`sum(b.events) > 0` : sql`sum(b.events) <> 0 or sum(b.quantity) <> 0`}
    )
    ${byEvent ? valued(groupBy) : additive(groupBy)} limit ${limits.usageRowsMax + 1}`.execute(db);
  return rows;
}

/**
 * One row of which the planner expects a hundred. It expects next to nothing of the usage of many subscriptions, and
 * would hold each row of it against every slot; told that it is much, it joins by hash.
 */
const much = sql`jsonb_to_recordset('[{}]') as`;

const listOf = (groupBy: readonly Grouping[]): Sql =>
  groupBy.length === 0
    ? sql`'{}'::text[]`
    : sql`array[${sql.join(groupBy.map((_, i) => sql.ref(`g${i}`)))}]::text[]`;

function additive(groupBy: readonly Grouping[]): Sql {
  return sql`select period, segment, charge, value, matched, "interval", tree, organization, ${listOf(groupBy)} as groups, quantity::text from parts`;
}

/** Of rows of single events that are in a set: its value. */
const valueOf = sql`(case aggregation when 'max' then greatest(max(quantity), 0) else count(distinct quantity) end)::text`;

function valued(groupBy: readonly Grouping[]): Sql {
  const nowhere = sql`null::boolean as matched, null::int as "interval", null::int as tree, null::text as organization, '{}'::text[] as groups`;
  return sql`
    select 'part' as level, period, segment, charge, value, matched, "interval", tree, organization::text, ${listOf(groupBy)} as groups, ${valueOf} as quantity
      from parts group by period, segment, charge, value, matched, "interval", tree, organization, 10, aggregation
    union all
    select 'segment', period, segment, charge, value, ${nowhere}, ${valueOf} from parts group by period, segment, charge, value, aggregation
    union all
    select 'period', period, -1, charge, value, ${nowhere}, ${valueOf} from parts group by period, charge, value, aggregation`;
}

/** The measure that usage is counted by; '': the event itself, or what it cost. */
function measureOf({ cost, measure }: CountedBy): string {
  return cost === undefined ? (measure ?? '') : '';
}

function tables({ slots, charges, ignoring }: AmountAsk): Sql {
  const slotRows = slots.map(({ subscriptionId: subscription, ...slot }) => ({
    ...slot,
    subscription,
  }));
  const chargeRows = charges.map(({ plan, charge, counted }) => ({
    plan,
    charge,
    aggregation: counted.aggregation,
    measure: measureOf(counted),
    filter: counted.filter,
    cost: counted.cost ?? null,
    split: counted.split?.attribute ?? null,
    listed: counted.split?.values ?? [],
  }));
  const nothing: CountedBy = { aggregation: 'count', measure: null, filter: {} };
  const ranges = ignoring.map(({ subscriptionId, period, sets }) => ({
    key: '',
    counted: nothing,
    subscriptionId,
    from: period.start,
    to: period.end,
    after: 0,
    upto: 0,
    ignoring: sets,
  }));
  return sql`
    slots as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(slotRows)}::jsonb)
        as s (period int, segment int, within boolean, plan int, subscription identifier, first int, last int)),
    charges as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(chargeRows)}::jsonb)
        as t (plan int, charge text, aggregation text, measure text, filter jsonb, cost text, split text, listed jsonb))
    ${ranges.length === 0 ? sql`` : sql`, ${askTables(ranges)}`}`;
}

/** True of usage `b` that passes the filter of the question, wherever in its range. */
function matches(asked: Reading): Sql {
  const { filter, spans } = asked;
  const inScope =
    hasScope(filter) && spans.treeAt.length > 1
      ? [sql`(${treeOf(asked)}, b.organization_id) in (select tree, id from scope)`]
      : [];
  const conditions = [...ownersIn('b', filter), ...kindsIn('b', filter), ...inScope];
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

/** Tags are told apart all together: usage of several counts once for each, but is shared out once. */
function placeValue(grouping: Grouping): Sql {
  if (grouping === 'tag')
    return sql`select to_json(array(select distinct tag from unnest(k.tags) as tag order by tag)) from credentials k where k.id = b.credential_id and cardinality(k.tags) > 0`;
  return groupValue(grouping);
}

/** The organizations that each counts for, by the tree: itself and those above. */
export async function ancestorsIn(
  db: Queryable,
  asked: Reading,
  pairs: readonly { tree: number; organization: string }[],
): Promise<Map<string, string[]>> {
  if (pairs.length === 0) return new Map();
  const { rows } = await sql<{ tree: number; id: string; ancestors: string[] }>`
    with recursive ${knownBefore(asked, [])}
    parts as (select * from jsonb_to_recordset(${JSON.stringify(pairs.map(({ tree, organization: organization_id }) => ({ tree, organization_id })))}::jsonb) as p (tree int, organization_id identifier)),
    ${above(asked)}
    select tree::int, id, array_agg(ancestor::text order by ancestor) as ancestors from counting group by 1, 2`.execute(
    db,
  );
  return new Map(rows.map((row) => [placeKey(row.tree, row.id), row.ancestors]));
}

export const placeKey = (tree: number, organization: string) => `${tree} ${organization}`;

/** Who answers for organizations at an instant each, and whether that is who, or below whom, was asked about. */
export async function standingsIn(
  db: Queryable,
  asked: Reading,
  owners: readonly { organizationId: string; at: Instant; tree: number }[],
): Promise<{ id: string; matched: boolean }[]> {
  if (owners.length === 0) return [];
  const { organizationId } = asked.filter;
  const matched =
    organizationId === undefined
      ? sql`true`
      : hasScope(asked.filter)
        ? sql`(o.tree, o.id) in (select tree, id from scope)`
        : sql`o.id = ${organizationId}`;
  const { rows } = await sql<{ id: string; matched: boolean }>`
    with recursive ${knownBefore(asked, [])}
    owners as (
      select ordinal, tree, stands_for(organization_id, at) as id
        from unnest(${owners.map((o) => o.organizationId)}::text[], ${owners.map(({ at }) => at)}::timestamptz[], ${owners.map(({ tree }) => tree)}::int[])
             with ordinality as u (organization_id, at, tree, ordinal))
    select id::text, ${matched} as matched from owners o order by ordinal`.execute(db);
  return rows;
}
