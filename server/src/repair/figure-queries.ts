import { sql } from 'kysely';
import { entryOf, type Span, within } from '../attribution/select-queries.ts';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';

/** Figures of what an action has moved, read from its own entries. */

export type FlowRow = {
  from_organization: string;
  from_name: string;
  from_subscription: string | null;
  from_reason: string | null;
  to_organization: string;
  to_name: string;
  to_subscription: string | null;
  to_reason: string | null;
  events: number;
  flows: number;
};

/** From where to where; `flows` counts all of them. */
export async function flowsOf(action: Action, span: Span, limit: number): Promise<FlowRow[]> {
  const { rows } = await sql<FlowRow>`
    with flows as (
      select o.organization_id as from_organization, o.subscription_id as from_subscription, o.unbilled_reason as from_reason,
             n.organization_id as to_organization, n.subscription_id as to_subscription, n.unbilled_reason as to_reason, count(*) as events
        from moving m
        join ${entryOf(action, 'o', span)} and o.sign = -1
        join ${entryOf(action, 'n', span)} and n.sign = 1
       group by 1, 2, 3, 4, 5, 6)
    select f.*, was.name as from_name, will.name as to_name, count(*) over () as flows
      from flows f join organizations was on was.id = f.from_organization join organizations will on will.id = f.to_organization
     order by f.events desc, 1, 2 nulls first, 4, 5 nulls first limit ${limit}`.execute(action.tx);
  return rows;
}

export async function movedCosts(
  action: Action,
  span: Span,
): Promise<{ currency: string; amount: string }[]> {
  const { rows } = await sql<{ currency: string; amount: string }>`
    select e.cost_currency as currency, sum(e.cost_amount)::text as amount
      from moving m
      join events e on e.id = m.event_id and e.occurred_at = m.occurred_at and e.cost_currency is not null and ${within('e', span)}
     group by 1 order by 1`.execute(action.tx);
  return rows;
}

/** Every subscription that usage left or came to, with the days of it, as stretches. */
export async function touchedStretches(action: Action, span: Span): Promise<Map<string, Period[]>> {
  const { rows } = await sql<{ id: string } & Period>`
    select s.subscription_id as id, lower(stretch) as "start", upper(stretch) as "end"
      from (select subscription_id, range_agg(tstzrange(day, day + interval '1 day')) as stretches
              from (select distinct a.subscription_id, date_trunc('day', a.occurred_at) as day
                      from moving m join ${entryOf(action, 'a', span)} and a.subscription_id is not null) days
             group by subscription_id) s, unnest(s.stretches) stretch
     order by 1, 2`.execute(action.tx);
  const stretches = new Map<string, Period[]>();
  for (const { id, start, end } of rows)
    stretches.set(id, [...(stretches.get(id) ?? []), { start, end }]);
  return stretches;
}

export async function organizationNames(
  { tx }: Action,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('organizations')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Whoever pays for these organizations at an instant. */
export async function payersAt(
  db: Queryable,
  ids: readonly string[],
  at: Instant,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct payer_of(i.id, ${at}::timestamptz) as id from unnest(${[...ids]}::text[]) as i (id) order by 1`.execute(
    db,
  );
  return rows.map((row) => row.id);
}
