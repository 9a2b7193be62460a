import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { firstOf, isCounted, isNew, ofArchived, type Since, together } from './since-queries.ts';
import { type Check, type Finding, verdict } from './verdict.ts';

/** Design §3.6: usage belongs to whoever the timelines name for the moment it occurred. */
export async function checkTimeTravel(tx: Tx, since: Since): Promise<Check> {
  const { rows } = await sql<{ bindings: string; throughBindings: string }>`
    select (select count(*)::text from bindings where superseded_by is null) as bindings,
           ((select coalesce(sum(sign), 0) from attributions where binding_id is not null and ${isCounted(sql`journal_id`, since)})
             + ${ofArchived('through_bindings', since)})::text as "throughBindings"`.execute(tx);
  const { bindings = '0', throughBindings = '0' } = rows[0] ?? {};
  const problems = [
    ...(await unlikeTheirBinding(tx, since)),
    ...(await unlikeTheTimeline(tx, since)),
    ...(await whileMerged(tx, since)),
    ...(await decidedByNobody(tx, since)),
  ];
  return verdict(
    'timeTravel',
    'Usage belongs to whoever its credential was bound to when it occurred, or to whom a re-attribution gave it.',
    { bindings, ...together(since, { throughBindings }) },
    problems,
  );
}

/** Neither the organization itself, nor whoever answered for it then, as it was known when the entry `a` was made. */
const unlikeBinding = (organizationId: RawBuilder<unknown>) => sql`
  (${organizationId} <> a.organization_id
   and not exists (select from organization_aliases l where l.organization_id = ${organizationId} and l.survivor_id = a.organization_id
                      and l.valid @> a.occurred_at and l.recorded_by <= a.journal_id))`;

const eventsTouched = (since: Since) => sql`
  select event_id, occurred_at from attributions where ${isNew(sql`journal_id`, since)}`;

/** An entry says through which row of the timeline it was found: the row must say so too. */
async function unlikeTheirBinding(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await firstOf<{ event_id: string; binding_id: string }>(sql`
    select a.event_id, a.binding_id::text
      from attributions a left join bindings b on b.id = a.binding_id
     where a.binding_id is not null and ${isNew(sql`a.journal_id`, since)}
       and (b.id is null or b.credential_id <> a.credential_id or not b.valid @> a.occurred_at
            or (a.rule like 'credential\\_%' and (${unlikeBinding(sql`b.organization_id`)} or b.subscriber_id <> a.subscriber_id)))`).execute(
    tx,
  );
  return rows.map((row) => ({
    row: row.event_id,
    detail: `It was attributed through binding ${row.binding_id}, which does not say what the entry says.`,
  }));
}

/**
 * What an event is attributed to now must be what the timeline, as it is now, names for its moment; unless it was left
 * where it was, to be moved later.
 */
async function unlikeTheTimeline(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await firstOf<{ event_id: string; binding_id: string | null }>(sql`
    select a.event_id, f.id::text as binding_id
      from (${since.position === 0 ? latestOfAll : latestSince(since)}) a
      join bindings made on made.id = a.binding_id and made.superseded_by is not null
      left join bindings f on f.credential_id = a.credential_id and f.superseded_by is null and f.valid @> a.occurred_at
     where a.rule like 'credential\\_%'
       and not exists (select from reattributions r where r.deferred_by = made.superseded_by and r.status <> 'applied')
       and (f.id is null or stands_for(f.organization_id, a.occurred_at) <> a.organization_id or f.subscriber_id <> a.subscriber_id
            or (f.subscription_id is not null and a.subscription_id is not null and f.subscription_id <> a.subscription_id))`).execute(
    tx,
  );
  return rows.map((row) => ({
    row: row.event_id,
    detail: `Its binding was superseded, and ${row.binding_id === null ? 'nothing holds' : `binding ${row.binding_id} says otherwise`} for its moment.`,
  }));
}

/** The entry that each event has now. */
const latestOfAll = sql`
  select distinct on (event_id, occurred_at) * from attributions where sign = 1 order by event_id, occurred_at, journal_id desc`;

/** Of usage that is new, and that of bindings superseded since, each looked up by its key. */
const latestSince = (since: Since) => sql`
  select x.* from (
    ${eventsTouched(since)}
    union
    select a.event_id, a.occurred_at from bindings b
      join attributions a on a.organization_id = b.organization_id and a.binding_id = b.id
     where ${isNew(sql`b.superseded_by`, since)}) t
   cross join lateral (select * from attributions a where a.event_id = t.event_id and a.occurred_at = t.occurred_at and a.sign = 1
                        order by a.journal_id desc limit 1) x`;

/** What had been merged has no usage of its own then, but for what was given to it by hand. */
async function whileMerged(tx: Tx, since: Since): Promise<Finding[]> {
  const isLookedAt =
    since.position === 0
      ? sql`true`
      : sql`(${isNew(sql`l.recorded_by`, since)} or (a.event_id, a.occurred_at) in (${eventsTouched(since)}))`;
  const { rows } = await firstOf<{ event_id: string; survivor_id: string }>(sql`
    select a.event_id, l.survivor_id from organization_aliases l
      join attributions a on a.organization_id = l.organization_id and l.valid @> a.occurred_at and a.rule <> 'reattributed'
     where l.superseded_by is null and ${isLookedAt}
     group by a.event_id, a.occurred_at, l.survivor_id having sum(a.sign) > 0`).execute(tx);
  return rows.map((row) => ({
    row: row.event_id,
    detail: `Its organization had been merged into ${row.survivor_id} by then, which does not have it.`,
  }));
}

/** What was decided by hand names the hand: a re-attribution that gave it to its owner, or the undoing of one. */
async function decidedByNobody(tx: Tx, since: Since): Promise<Finding[]> {
  const { rows } = await firstOf<{ event_id: string }>(sql`
    select a.event_id from attributions a
     where a.rule = 'reattributed' and a.sign = 1 and ${isNew(sql`a.journal_id`, since)}
       and not exists (select from reattributions r
                        where (r.applied_by = a.journal_id and r.owner ->> 'organizationId' = a.organization_id) or r.undone_by = a.journal_id)`).execute(
    tx,
  );
  return rows.map((row) => ({
    row: row.event_id,
    detail: 'It was given to its owner by hand, but no re-attribution did so.',
  }));
}
