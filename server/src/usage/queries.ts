import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
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

function column(grouping: Grouping): RawBuilder<unknown> {
  const attribute = attributeOf(grouping);
  if (attribute !== null) return sql`e.attributes ->> ${attribute}`;
  return grouping === 'source' ? sql`e.source` : sql.ref(`a.${grouping}_id`);
}

/** Everything that was ever below an organization, each with the stretches of time it was. */
function below(organizationId: string): RawBuilder<unknown> {
  return sql`
    with recursive below (id, valid) as (
      select ${organizationId}::identifier, '(,)'::tstzrange
      union
      select p.organization_id, b.valid * p.valid from below b
        join organization_parents p on p.parent_id = b.id and p.superseded_by is null and p.valid && b.valid
    )`;
}

/** Quantities per group and measure: sums of signed entries, so corrections are in and nothing counts twice. */
export async function sumUsage(db: Queryable, filter: UsageFilter): Promise<UsageRow[]> {
  const { organizationId } = filter;
  const rolledUp = organizationId !== undefined && filter.rollUp === true;
  const start =
    filter.interval === undefined
      ? sql`null::timestamptz`
      : sql`date_trunc(${filter.interval}, e.occurred_at)`;
  const keys =
    filter.groupBy.length === 0
      ? sql`'{}'::jsonb`
      : sql`jsonb_build_object(${sql.join(filter.groupBy.flatMap((g) => [sql`${groupKey(g)}::text`, column(g)]))})`;
  const only = (name: string, value: string | undefined) =>
    value === undefined ? sql`true` : sql`${sql.ref(name)} = ${value}`;
  const { rows } = await sql<UsageRow>`
    ${rolledUp ? below(organizationId) : sql``}
    select ${start} as start, ${keys} as "group", m.key as measure, sum(a.sign * m.value::numeric)::text as quantity, sum(a.sign)::int as events
      from attributions a
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
      cross join lateral jsonb_each_text(e.measures) m
     where a.occurred_at >= ${filter.from}::timestamptz and a.occurred_at < ${filter.to}::timestamptz
       and ${rolledUp ? sql`exists (select from below b where b.id = a.organization_id and b.valid @> a.occurred_at)` : only('a.organization_id', organizationId)}
       and ${only('a.subscriber_id', filter.subscriberId)} and ${only('a.credential_id', filter.credentialId)}
       and ${only('a.subscription_id', filter.subscriptionId)} and ${only('m.key', filter.measure)}
     group by 1, 2, 3 having sum(a.sign) <> 0
     order by 1 nulls first, 2, 3`.execute(db);
  return rows;
}
