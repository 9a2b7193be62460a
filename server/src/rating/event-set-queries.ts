import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import {
  askTables,
  counts,
  hasCost,
  countsBesideIgnored,
  measured,
  type UsageRange,
} from './queries.ts';
import type { Counted } from './rules.ts';

export type UsageEvent = {
  id: string;
  occurredAt: Instant;
  recordedAt: Instant;
  sign: number;
  quantity: string;
  source: string;
  clientId: string;
  credential: string | null;
  credentialId: string | null;
  subscriberId: string | null;
  organizationId: string;
};

/** The entries of a set, with the events they are of. The bounds, as constants, pick the partitions. */
function entriesOf(range: UsageRange, from: Instant): RawBuilder<unknown> {
  return sql`asked t
      join ranges r on r.range = t.range
      join attributions a on a.subscription_id = ${range.subscriptionId}
       and a.occurred_at >= ${from}::timestamptz and a.occurred_at < ${range.to}::timestamptz and ${countsBesideIgnored([range])}
      join journal j on j.id = a.journal_id and j.position > ${range.after} and j.position <= ${range.upto}
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
       and e.occurred_at >= ${from}::timestamptz and e.occurred_at < ${range.to}::timestamptz`;
}

/**
 * The events of one set in order of time, each with its net sign and the owner that the set has it from; those that
 * cancel out within it are left out. A page reads the index from where the page before ended.
 */
export async function listUsageEvents(
  db: Queryable,
  range: UsageRange,
  counted: Counted,
  page: { limit: number; afterEvent: { occurredAt: Instant; id: string } | null },
): Promise<UsageEvent[]> {
  const { afterEvent, limit } = page;
  const beyond =
    afterEvent === null
      ? sql`true`
      : sql`(a.occurred_at, a.event_id) > (${afterEvent.occurredAt}::timestamptz, ${afterEvent.id})`;
  const { rows } = await sql<UsageEvent>`
    with ${askTables([{ ...range, key: '', counted }])},
    page as (
      select a.event_id, a.occurred_at, sum(a.sign)::int as sign, min(${measured})::text as quantity,
             max(array[lpad(j.position::text, 19, '0') || (a.sign + 1), a.organization_id, a.subscriber_id, a.credential_id] collate "C") as latest
        from ${entriesOf(range, afterEvent?.occurredAt ?? range.from)}
       where ${counts} and ${hasCost} and ${beyond}
       group by a.occurred_at, a.event_id
      having sum(a.sign) <> 0
       order by a.occurred_at, a.event_id
       limit ${limit}
    )
    select p.event_id as id, p.occurred_at as "occurredAt", stored.recorded_at as "recordedAt", p.sign, p.quantity,
           e.source, e.client_id as "clientId", v.masked as credential,
           p.latest[2] as "organizationId", p.latest[3] as "subscriberId", p.latest[4] as "credentialId"
      from page p
      join events e on e.id = p.event_id and e.occurred_at = p.occurred_at
      join journal stored on stored.id = e.journal_id
      left join credential_id_values v on v.key = e.credential_key
     order by p.occurred_at, p.event_id`.execute(db);
  return rows;
}

export type SignedFigures = {
  added: number;
  removed: number;
  eventCount: number;
  eventQuantity: string;
  eventHash: string;
};

/** What a set comes to, computed from its events: how many it adds and takes back, and the figures that prove it. */
export async function signedFigures(
  db: Queryable,
  range: UsageRange,
  counted: Counted,
): Promise<SignedFigures> {
  const { rows } = await sql<SignedFigures>`
    with ${askTables([{ ...range, key: '', counted }])},
    net as (
      select a.event_id, sum(a.sign) as sign, min(${measured}) as quantity
        from ${entriesOf(range, range.from)}
       where ${counts} and ${hasCost}
       group by a.occurred_at, a.event_id
      having sum(a.sign) <> 0
    )
    select coalesce(sum(sign) filter (where sign > 0), 0)::bigint as added, coalesce(-sum(sign) filter (where sign < 0), 0)::bigint as removed,
           coalesce(sum(sign), 0)::bigint as "eventCount", coalesce(sum(sign * quantity), 0)::text as "eventQuantity",
           coalesce(sum(sign * event_hash(event_id)), 0)::text as "eventHash"
      from net`.execute(db);
  return rows[0] as SignedFigures;
}
