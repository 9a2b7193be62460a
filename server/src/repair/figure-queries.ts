import { sql } from 'kysely';
import type { Span } from '../attribution/select-queries.ts';
import type { Action } from '../db/act.ts';
import type { Period } from '../lib/period.ts';

/** Figures of what a journal row has moved, read from its own entries. */

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
export async function flowsOf(
  { tx, journalId }: Action,
  span: Span,
  limit: number,
): Promise<FlowRow[]> {
  const { rows } = await sql<FlowRow>`
    with flows as (
      select o.organization_id as from_organization, o.subscription_id as from_subscription, o.unbilled_reason as from_reason,
             n.organization_id as to_organization, n.subscription_id as to_subscription, n.unbilled_reason as to_reason, count(*) as events
        from attributions o
        join attributions n on n.event_id = o.event_id and n.occurred_at = o.occurred_at and n.journal_id = ${journalId} and n.sign = 1
         and n.occurred_at >= ${span.from}::timestamptz and n.occurred_at <= ${span.to}::timestamptz
       where o.journal_id = ${journalId} and o.sign = -1
         and o.occurred_at >= ${span.from}::timestamptz and o.occurred_at <= ${span.to}::timestamptz
       group by 1, 2, 3, 4, 5, 6)
    select f.*, was.name as from_name, will.name as to_name, count(*) over () as flows
      from flows f join organizations was on was.id = f.from_organization join organizations will on will.id = f.to_organization
     order by f.events desc, 1, 2 nulls first, 4, 5 nulls first limit ${limit}`.execute(tx);
  return rows;
}

export async function movedCosts(
  { tx, journalId }: Action,
  span: Span,
): Promise<{ currency: string; amount: string }[]> {
  const { rows } = await sql<{ currency: string; amount: string }>`
    select e.cost_currency as currency, sum(e.cost_amount)::text as amount
      from attributions a
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at and e.cost_currency is not null
       and e.occurred_at >= ${span.from}::timestamptz and e.occurred_at <= ${span.to}::timestamptz
     where a.journal_id = ${journalId} and a.sign = 1
       and a.occurred_at >= ${span.from}::timestamptz and a.occurred_at <= ${span.to}::timestamptz
     group by 1 order by 1`.execute(tx);
  return rows;
}

/** Every subscription that usage left or came to, with the days of it, as stretches. */
export async function touchedStretches(
  { tx, journalId }: Action,
  span: Span,
): Promise<Map<string, Period[]>> {
  const { rows } = await sql<{ id: string } & Period>`
    select s.subscription_id as id, lower(stretch) as "start", upper(stretch) as "end"
      from (select subscription_id, range_agg(tstzrange(day, day + interval '1 day')) as stretches
              from (select distinct subscription_id, date_trunc('day', occurred_at) as day from attributions
                     where journal_id = ${journalId} and subscription_id is not null
                       and occurred_at >= ${span.from}::timestamptz and occurred_at <= ${span.to}::timestamptz) days
             group by subscription_id) s, unnest(s.stretches) stretch
     order by 1, 2`.execute(tx);
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
