import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { type Check, type Finding, ROWS_NAMED_MAX, verdict } from './verdict.ts';

/** Design §4.5: usage by the hour is what events come to. Taken apart here by another query than it was put together. */
export async function checkDerivedUsage(tx: Tx): Promise<Check> {
  const { rows } = await sql<{ hours: string; foldedUpTo: string }>`
    select (select count(*)::text from usage_hours) as hours, (select position::text from usage_fold) as "foldedUpTo"`.execute(
    tx,
  );
  return verdict(
    'derivedUsage',
    'Usage by the hour is what its events come to, up to where they have been folded.',
    rows[0] ?? {},
    await hoursUnlikeTheirEvents(tx),
  );
}

type Row = {
  hour: Instant;
  organization_id: string;
  measure: string;
  events: string;
  quantity: string;
};

/** What is stored, less what the entries come to, must leave nothing of any hour. */
async function hoursUnlikeTheirEvents(tx: Tx): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    with fold as (select position, attributes from usage_fold),
    told as (
      select u.hour, o.organization_id, o.subscriber_id, o.credential_id, o.subscription_id, k.source, k.cost_currency,
             (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(k.attributes) where key = any(f.attributes)) as attributes,
             u.measure, u.events::numeric as events, u.quantity
        from usage_hours u cross join fold f
        left join usage_owners o on o.key = u.owner_key
        left join usage_kinds k on k.key = u.kind_key
      union all
      select date_trunc('hour', a.occurred_at, 'UTC'), a.organization_id, a.subscriber_id, a.credential_id, a.subscription_id, e.source, e.cost_currency,
             (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(e.attributes) where key = any(f.attributes)),
             m.measure, 0 - a.sign, 0 - a.sign * m.quantity
        from attributions a cross join fold f
        join journal j on j.id = a.journal_id and j.position <= f.position
        join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
        cross join lateral (select '' as measure, coalesce(e.cost_amount, 0) as quantity
                            union all select key, value::numeric from jsonb_each_text(e.measures)) m
    )
    select hour, organization_id, measure, sum(events)::text as events, sum(quantity)::text as quantity
      from told
     group by hour, organization_id, subscriber_id, credential_id, subscription_id, source, cost_currency, attributes, measure
    having sum(events) <> 0 or sum(quantity) <> 0
     order by hour, organization_id, measure limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map((row) => ({
    row: `usage_hours ${row.hour} ${row.organization_id}`,
    detail: `${row.measure === '' ? 'Its events' : row.measure}: ${row.events} events and ${row.quantity} more than its entries come to.`,
  }));
}
