import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import { active, live, type Part } from './customer-queries.ts';
import {
  GROWTH_DAYS,
  GROWTH_EVENTS_MIN,
  type MismatchRow,
  type SameMeterRow,
  UNUSED_DAYS,
  type UnusedRow,
} from './rules.ts';

/** Organizations with several active subscriptions that price the same meter, by organization and meter. */
export async function sameMeters(
  db: Queryable,
  { at, after, limit }: Part,
): Promise<SameMeterRow[]> {
  const [organizationAfter = '', meterAfter = ''] = after.split(' ');
  const { rows } = await sql<SameMeterRow>`
    with pricing as (
      select distinct s.organization_id, c.meter_id, s.id, s.name, p.name as plan_name, s.created_at
        from subscriptions s
        join subscription_plans sp on sp.subscription_id = s.id and sp.superseded_by is null and sp.valid @> ${at}::timestamptz
        join plans p on p.id = sp.plan_id
        join plan_charges c on c.plan_id = sp.plan_id and c.plan_version = sp.plan_version
       where ${active(sql`s`, at)})
    select json_build_object('id', o.id, 'name', o.name) as organization, x.meter_id as "meterId", m.key as "meterKey",
           json_agg(json_build_object('id', x.id, 'name', x.name, 'planName', x.plan_name) order by x.created_at, x.id) as subscriptions
      from pricing x join organizations o on o.id = x.organization_id and ${live(sql`o`, at)} join meters m on m.id = x.meter_id
     where (o.id, x.meter_id) > (${organizationAfter}, ${meterAfter})
     group by o.id, o.name, x.meter_id, m.key having count(*) > 1
     order by o.id, x.meter_id limit ${limit}`.execute(db);
  return rows;
}

/** Credentials in force whose organization is none of their subscriber's. */
export async function mismatches(
  db: Queryable,
  { at, after, limit }: Part,
): Promise<MismatchRow[]> {
  const { rows } = await sql<MismatchRow>`
    select json_build_object('id', c.id, 'name', c.name) as credential, json_build_object('id', o.id, 'name', o.name) as organization,
           json_build_object('id', s.id, 'email', s.email) as subscriber, p.named as "primary"
      from credentials c
      join bindings b on b.credential_id = c.id and b.superseded_by is null and b.valid @> ${at}::timestamptz
      join organizations o on o.id = b.organization_id and ${live(sql`o`, at)}
      join subscribers s on s.id = b.subscriber_id
      left join lateral (
        select json_build_object('id', q.id, 'name', q.name) as named
          from memberships m join organizations q on q.id = m.organization_id
         where m.subscriber_id = s.id and m.is_primary and m.superseded_by is null and m.valid @> ${at}::timestamptz
           and q.id <> ${UNCLASSIFIED_ID}) p on true
     where c.id > ${after} and c.archived_at is null
       and not exists (select from memberships m where m.subscriber_id = s.id and m.organization_id = o.id
                          and m.superseded_by is null and m.valid @> ${at}::timestamptz)
     order by c.id limit ${limit}`.execute(db);
  return rows;
}

/** Credentials in force, and old enough, that no event has named of late: one look into an index for each of their IDs. */
export async function unusedCredentials(
  db: Queryable,
  { at, after, limit }: Part,
): Promise<UnusedRow[]> {
  const since = sql`(${at}::timestamptz - make_interval(days => ${UNUSED_DAYS}))`;
  const { rows } = await sql<UnusedRow>`
    select json_build_object('id', c.id, 'name', c.name) as credential, json_build_object('id', o.id, 'name', o.name) as organization,
           (select max(l.occurred_at) from credential_ids k
              cross join lateral (select e.occurred_at from events e where e.credential_key = k.value_key
                                   order by e.occurred_at desc limit 1) l
             where k.credential_id = c.id and k.superseded_by is null) as "lastSeenAt"
      from credentials c
      join bindings b on b.credential_id = c.id and b.superseded_by is null and b.valid @> ${at}::timestamptz
      join organizations o on o.id = b.organization_id
     where c.id > ${after} and c.archived_at is null and c.created_at < ${since}
       and not exists (select from credential_ids k
                         cross join lateral (select from events e where e.credential_key = k.value_key and e.occurred_at >= ${since} limit 1) l
                        where k.credential_id = c.id and k.superseded_by is null)
     order by c.id limit ${limit}`.execute(db);
  return rows;
}

export type Growth = { groupId: string; events: number; before: number };

/** Groups of the work queue that had more events in the last days than in as many before. */
export async function growing(db: Queryable, { at, after, limit }: Part): Promise<Growth[]> {
  const today = sql`(${at}::timestamptz at time zone 'UTC')::date`;
  const { rows } = await sql<Growth>`
    select d.group_id as "groupId",
           coalesce(sum(d.events) filter (where d.day > ${today} - ${GROWTH_DAYS}::int), 0)::int as events,
           coalesce(sum(d.events) filter (where d.day <= ${today} - ${GROWTH_DAYS}::int), 0)::int as before
      from unclassified_days d
     where d.day > ${today} - ${2 * GROWTH_DAYS}::int and d.day <= ${today} and d.group_id > ${after}
     group by 1
    having coalesce(sum(d.events) filter (where d.day > ${today} - ${GROWTH_DAYS}::int), 0)
           >= greatest(${GROWTH_EVENTS_MIN}::int, 1 + coalesce(sum(d.events) filter (where d.day <= ${today} - ${GROWTH_DAYS}::int), 0))
     order by 1 limit ${limit}`.execute(db);
  return rows;
}
