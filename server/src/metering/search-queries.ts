import { type RawBuilder, sql } from 'kysely';
import { findCredentialKeys } from '../credentials/queries.ts';
import type { Queryable } from '../db/connect.ts';
import { idTimeMs } from '../lib/id.ts';
import { type Instant, instantFromEpochMs, plusMs } from '../lib/instant.ts';
import { isNamedThen } from '../organizations/alias-queries.ts';
import { eventColumns, type EventRow } from './event-queries.ts';

/** Which events: by when they occurred, by what they are attributed to now, and by what they claimed. */
export type EventFilter = {
  limit: number;
  cursor?: string | undefined;
  from?: Instant | undefined;
  to?: Instant | undefined;
  organizationId?: string | undefined;
  subscriberId?: string | undefined;
  credentialId?: string | undefined;
  subscriptionId?: string | undefined;
  rule?: string | undefined;
  reason?: string | undefined;
  source?: string | undefined;
  clientId?: string | undefined;
  measure?: string | undefined;
  /** Identifiers as the events carry them. */
  claims?: Claims;
};

export type Claims = {
  /** The credential ID itself. */
  credential?: string | undefined;
  subscription?: string | undefined;
  subscriber?: string | undefined;
  organization?: string | undefined;
  product?: string | undefined;
};

export function eventCursor(row: EventRow): string {
  return `${row.occurred_at} ${row.id}`;
}

/**
 * Latest occurrence first. Of the entries `a` of an event, the one that holds is the last that was added, so a filter
 * by owner reads the entries of that owner alone, in the order of their index.
 */
export async function listEvents(db: Queryable, filter: EventFilter): Promise<EventRow[]> {
  const conditions = await conditionsOf(db, filter);
  if (conditions === null) return [];
  const { rows } = await sql<EventRow>`
    select ${eventColumns}
      from attributions a
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
      join journal j on j.id = e.journal_id
      join journal aj on aj.id = a.journal_id
      left join credential_id_values v on v.key = e.credential_key
     where a.sign = 1
       and not exists (select from attributions x where x.event_id = a.event_id and x.occurred_at = a.occurred_at and x.sign = 1
                          and x.journal_id > a.journal_id)
       and ${sql.join(conditions, sql` and `)}
     order by a.occurred_at desc, a.event_id desc limit ${filter.limit + 1}`.execute(db);
  return rows;
}

/** Null where nothing can match: an identifier that was never sent, a client id that is not known. */
async function conditionsOf(
  db: Queryable,
  filter: EventFilter,
): Promise<RawBuilder<unknown>[] | null> {
  const { claims = {}, clientId, source } = filter;
  const conditions = [sql`true`, ...timesOf(filter), ...ownersOf(filter), ...claimsOf(claims)];
  if (filter.organizationId !== undefined)
    conditions.push(await isNamedThen(db, 'a', filter.organizationId));
  if (claims.credential !== undefined) {
    const known = await findCredentialKeys(db, [claims.credential]);
    const key = known.get(claims.credential);
    if (key === undefined) return null;
    conditions.push(sql`e.credential_key = ${key.key}`);
  }
  if (clientId !== undefined) {
    const ids = await idsOf(db, clientId, source);
    if (ids.length === 0) return null;
    conditions.push(sql`a.event_id = any(${ids}::text[])`, ...boundsOf(ids));
  } else if (source !== undefined) conditions.push(sql`e.source = ${source}`);
  return conditions;
}

function timesOf({ from, to, cursor }: EventFilter): RawBuilder<unknown>[] {
  const [at, id] = cursor?.split(' ') ?? [];
  return [
    ...(from === undefined ? [] : [sql`a.occurred_at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`a.occurred_at < ${to}::timestamptz`]),
    ...(at === undefined ? [] : [sql`(a.occurred_at, a.event_id) < (${at}::timestamptz, ${id})`]),
  ];
}

function ownersOf(filter: EventFilter): RawBuilder<unknown>[] {
  const { subscriberId, credentialId, subscriptionId, rule, reason } = filter;
  const conditions: RawBuilder<unknown>[] = [];
  if (subscriberId !== undefined) conditions.push(sql`a.subscriber_id = ${subscriberId}`);
  if (subscriptionId !== undefined) conditions.push(sql`a.subscription_id = ${subscriptionId}`);
  if (credentialId !== undefined)
    conditions.push(
      sql`a.credential_id = ${credentialId}`,
      sql`e.credential_key in (select value_key from credential_ids where credential_id = ${credentialId})`,
    );
  if (rule !== undefined) conditions.push(sql`a.rule = ${rule}`);
  if (reason !== undefined)
    conditions.push(sql`(${reason} = any(a.reasons) or a.unbilled_reason = ${reason})`);
  if (filter.measure !== undefined) conditions.push(sql`e.measures ? ${filter.measure}::text`);
  return conditions;
}

function claimsOf(claims: Claims): RawBuilder<unknown>[] {
  const { subscription, subscriber, organization, product } = claims;
  return [
    ...(subscription === undefined ? [] : [sql`e.subscription_claim = ${subscription}`]),
    ...(subscriber === undefined ? [] : [sql`e.subscriber_claim = ${subscriber}`]),
    ...(organization === undefined ? [] : [sql`e.organization_claim = ${organization}`]),
    ...(product === undefined ? [] : [sql`e.product_claim = ${product}`]),
  ];
}

/** The events that a client calls by this id; those of one source, where one is named. */
async function idsOf(
  db: Queryable,
  clientId: string,
  source: string | undefined,
): Promise<string[]> {
  const rows = await db
    .selectFrom('event_keys')
    .select('event_id')
    .where('source', '=', source ?? '')
    .where('client_id', '=', clientId)
    .execute();
  return rows.map((row) => row.event_id);
}

/** An event's id begins with the millisecond that it occurred in: only that month is looked at. */
function boundsOf(ids: readonly string[]): RawBuilder<unknown>[] {
  const times = ids.map((id) => idTimeMs('evt', id) ?? 0);
  const from = instantFromEpochMs(Math.min(...times));
  const to = plusMs(instantFromEpochMs(Math.max(...times)), 1);
  return [
    sql`a.occurred_at >= ${from}::timestamptz`,
    sql`a.occurred_at < ${to}::timestamptz`,
    sql`e.occurred_at >= ${from}::timestamptz`,
    sql`e.occurred_at < ${to}::timestamptz`,
  ];
}
