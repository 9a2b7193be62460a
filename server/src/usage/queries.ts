import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import { type ListedTokens, listedMeasures, LONG_REQUEST_TOKENS } from '../catalog/list-prices.ts';
import { decimal } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import type { Costed } from './cost-rules.ts';
import { attributeOf, groupKey, type Grouping } from './rules.ts';

export type UsageFilter = {
  from: Instant;
  to: Instant;
  groupBy: Grouping[];
  interval?: 'hour' | 'day' | 'month' | undefined;
  organizationId?: string | undefined;
  rollUp?: boolean | undefined;
  subscriberId?: string | undefined;
  credentialId?: string | undefined;
  subscriptionId?: string | undefined;
  measure?: string | undefined;
};

export type UsageRow = {
  start: Instant | null;
  group: Record<string, string | null>;
  measure: string;
  quantity: string;
  events: number;
};

export type CostRow = {
  start: Instant | null;
  group: Record<string, string | null>;
  currency: string | null;
  amount: string | null;
  provider: string | null;
  model: string | null;
  day: Instant | null;
  long_input: string | null;
  tokens: Record<(typeof listedMeasures)[number], string>;
  events: number;
};

function column(grouping: Grouping): RawBuilder<unknown> {
  const attribute = attributeOf(grouping);
  if (attribute !== null) return sql`e.attributes ->> ${attribute}`;
  return grouping === 'source' ? sql`e.source` : sql.ref(`a.${grouping}_id`);
}

/** Everything that was ever below an organization, each with the stretches of time it was. */
export function below(organizationId: string): RawBuilder<unknown> {
  return sql`
    with recursive below (id, valid) as (
      select ${organizationId}::identifier, '(,)'::tstzrange
      union
      select p.organization_id, b.valid * p.valid from below b
        join organization_parents p on p.parent_id = b.id and p.superseded_by is null and p.valid && b.valid
    )`;
}

/** The parts that every statement over usage shares: what it is grouped by, and which entries it looks at. */
function partsOf(filter: UsageFilter) {
  const { organizationId, groupBy, interval } = filter;
  const rolledUp = organizationId !== undefined && filter.rollUp === true;
  const only = (name: string, value: string | undefined) =>
    value === undefined ? sql`true` : sql`${sql.ref(name)} = ${value}`;
  const keys = sql.join(groupBy.flatMap((g) => [sql`${groupKey(g)}::text`, column(g)]));
  return {
    prefix: rolledUp ? below(organizationId) : sql``,
    start:
      interval === undefined ? sql`null::timestamptz` : sql`date_trunc(${interval}, e.occurred_at)`,
    group: groupBy.length === 0 ? sql`'{}'::jsonb` : sql`jsonb_build_object(${keys})`,
    entries: sql`attributions a
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at`,
    condition: sql`a.occurred_at >= ${filter.from}::timestamptz and a.occurred_at < ${filter.to}::timestamptz
       and ${rolledUp ? sql`exists (select from below b where b.id = a.organization_id and b.valid @> a.occurred_at)` : only('a.organization_id', organizationId)}
       and ${only('a.subscriber_id', filter.subscriberId)} and ${only('a.credential_id', filter.credentialId)}
       and ${only('a.subscription_id', filter.subscriptionId)}`,
    measure: only('m.key', filter.measure),
  };
}

/** Quantities per group and measure: sums of signed entries, so corrections are in and nothing counts twice. */
export async function sumUsage(db: Queryable, filter: UsageFilter): Promise<UsageRow[]> {
  const { prefix, start, group, entries, condition, measure } = partsOf(filter);
  const { rows } = await sql<UsageRow>`
    ${prefix}
    select ${start} as start, ${group} as "group", m.key as measure, sum(a.sign * m.value::numeric)::text as quantity, sum(a.sign)::int as events
      from ${entries}
      cross join lateral jsonb_each_text(e.measures) m
     where ${condition} and ${measure}
     group by 1, 2, 3 having sum(a.sign) <> 0
     order by 1 nulls first, 2, 3`.execute(db);
  return rows;
}

/**
 * What events carry as their cost, per group and currency; and those that carry none, by what it takes to price them:
 * model, day, and the input of each request that is long.
 */
export async function sumCosts(db: Queryable, filter: UsageFilter): Promise<CostRow[]> {
  const { prefix, start, group, entries, condition } = partsOf(filter);
  const tokens = (name: string) => sql`coalesce((e.measures ->> ${name})::numeric, 0)`;
  const uncosted = (value: RawBuilder<unknown>) =>
    sql`case when e.cost_amount is null and e.measures ?| ${[...listedMeasures]}::text[] then ${value} end`;
  const sums = sql.join(
    listedMeasures.map((name) => sql`${name}::text, sum(a.sign * ${tokens(name)})::text`),
  );
  const carried =
    filter.measure === undefined ? sql`true` : sql`e.measures ? ${filter.measure}::text`;
  const { rows } = await sql<CostRow>`
    ${prefix}
    select ${start} as start, ${group} as "group", e.cost_currency as currency, sum(a.sign * e.cost_amount)::text as amount,
           ${uncosted(sql`e.attributes ->> 'provider'`)} as provider, ${uncosted(sql`e.attributes ->> 'model'`)} as model,
           ${uncosted(sql`date_trunc('day', e.occurred_at)`)} as day,
           ${uncosted(sql`case when ${tokens('input_tokens')} > ${LONG_REQUEST_TOKENS} then ${tokens('input_tokens')}::text end`)} as long_input,
           jsonb_build_object(${sums}) as tokens, sum(a.sign)::int as events
      from ${entries}
     where ${condition} and ${carried}
     group by 1, 2, 3, 5, 6, 7, 8 having sum(a.sign) <> 0
     order by 1 nulls first, 2, 3, 5, 6, 7, 8`.execute(db);
  return rows;
}

export function costedOf(row: CostRow): Costed {
  const { start, group, currency, amount, provider, model, day, long_input: long, events } = row;
  const shared = { start, group, events };
  if (currency !== null && amount !== null) return { ...shared, currency, amount: decimal(amount) };
  if (model === null || day === null) return { ...shared, ask: null };
  const longInput = long === null ? null : decimal(long);
  const tokens = Object.fromEntries(
    listedMeasures.map((name) => [name, decimal(row.tokens[name])]),
  ) as ListedTokens;
  return { ...shared, ask: { provider, model, day, longInput }, tokens };
}
