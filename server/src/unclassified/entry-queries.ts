import { type RawBuilder, sql } from 'kysely';
import type { Period } from '../lib/period.ts';

/** What becomes of entries that reach no organization or no subscription: which group each counts in. */

/**
 * The entries of some journal rows, each with its group. The identifier that would decide first names the group; where
 * there is none, the source does.
 */
export function entriesOf(journal: RawBuilder<unknown>): RawBuilder<unknown> {
  return entriesWhere(
    sql`a.journal_id >= (select min(id) from ${journal} j) and a.journal_id <= (select max(id) from ${journal} j)
       and a.journal_id in (select id from ${journal} j)`,
    sql`a.sign`,
  );
}

/** The entries of a stretch of time, signed so that they are taken out. An index knows those that have a reason. */
export function entriesTaken({ start, end }: Period): RawBuilder<unknown> {
  return entriesWhere(
    sql`a.unbilled_reason is not null and a.occurred_at >= ${start}::timestamptz and a.occurred_at < ${end}::timestamptz`,
    sql`-a.sign`,
  );
}

function entriesWhere(
  condition: RawBuilder<unknown>,
  sign: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    select ${sign} as sign, a.occurred_at, a.event_id, e.measures, e.cost_amount, e.cost_currency, e.credential_key,
           coalesce(e.attributes ->> 'provider', '') as provider, coalesce(e.attributes ->> 'model', '') as model,
           unclassified_id(i.kind, i.subject, i.reason, a.organization_id) as group_id,
           i.kind, case when i.kind <> 'credential' then i.subject end as claim, i.reason, a.organization_id
      from attributions a
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
      cross join lateral (
        select case when e.credential_key is not null then 'credential' when e.subscription_claim is not null then 'subscription'
                    when e.subscriber_claim is not null then 'subscriber' when e.organization_claim is not null then 'organization'
                    else 'none' end as kind,
               coalesce(e.credential_key::text, e.subscription_claim, e.subscriber_claim, e.organization_claim, e.source) as subject,
               case when a.unbilled_reason = 'unclassified' then coalesce(a.reasons[1], 'unclassified') else a.unbilled_reason end as reason
      ) i
     where a.subscription_id is null and ${condition}`;
}

/** What is recorded and not folded yet: read beside what is. */
export const tailJournal = sql`
  tail_journal as materialized (
    select id from journal where position is null
    union all
    select id from journal where position > (select position from unclassified_state))`;

export const tailEntries = sql`
  ${tailJournal}, tail as materialized (${entriesOf(sql`tail_journal`)})`;

/** Signed figures of entries by group. */
export function groupsOf(entries: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select group_id as id, kind, case when kind = 'credential' then credential_key end as credential_key, claim, reason,
           organization_id, sum(sign)::bigint as events, min(occurred_at) filter (where sign > 0) as first_seen_at,
           max(occurred_at) filter (where sign > 0) as last_seen_at
      from ${entries} group by 1, 2, 3, 4, 5, 6`;
}

export function daysOf(entries: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select group_id, (occurred_at at time zone 'UTC')::date as day, sum(sign)::bigint as events,
           min(occurred_at) filter (where sign > 0) as first_seen_at, max(occurred_at) filter (where sign > 0) as last_seen_at
      from ${entries} group by 1, 2`;
}

export function measuresOf(entries: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select group_id, m.key as measure, provider, model, sum(sign * m.value::numeric) as quantity,
           coalesce(sum(sign * m.value::numeric) filter (where cost_amount is null), 0) as uncosted
      from ${entries} n cross join lateral jsonb_each_text(n.measures) m group by 1, 2, 3, 4`;
}

export function costsOf(entries: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select group_id, cost_currency as currency, sum(sign * cost_amount) as amount
      from ${entries} where cost_amount is not null group by 1, 2`;
}
