import { type RawBuilder, sql } from 'kysely';
import { findCredentialKeys } from '../credentials/queries.ts';
import type { Rule } from '../attribution/outcome.ts';
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
 * Latest occurrence first, in the order of an index, so that what is read is what a page needs. Of the entries `a` of
 * an event, the one that holds is the last that was added. A filter by owner reads the entries of that owner alone, any
 * other goes through the events. PostgreSQL knows nothing of how two columns of two tables go together and takes a
 * join of events and entries for next to nothing; "limit" and "offset" keep it to one look for each row.
 */
export async function listEvents(db: Queryable, filter: EventFilter): Promise<EventRow[]> {
  const found = await conditionsOf(db, filter);
  if (found === null) return [];
  const { conditions, byEntry } = found;
  const source = byEntry
    ? sql`attributions a
      cross join lateral (select * from events x where x.id = a.event_id and x.occurred_at = a.occurred_at limit 1) e`
    : sql`events e
      cross join lateral (select * from attributions x where x.event_id = e.id and x.occurred_at = e.occurred_at and x.sign = 1
                           order by x.journal_id desc limit 1) a`;
  const holds = byEntry
    ? [
        sql`a.sign = 1`,
        sql`not exists (select from attributions x where x.event_id = a.event_id and x.occurred_at = a.occurred_at and x.sign = 1
                          and x.journal_id > a.journal_id offset 0)`,
      ]
    : [];
  const order = byEntry
    ? sql`a.occurred_at desc, a.event_id desc`
    : sql`e.occurred_at desc, e.id desc`;
  const { rows } = await sql<EventRow>`
    select ${eventColumns}
      from ${source}
      join journal j on j.id = e.journal_id
      join journal aj on aj.id = a.journal_id
      left join credential_id_values v on v.key = e.credential_key
     where ${sql.join([...holds, ...conditions], sql` and `)}
     order by ${order} limit ${filter.limit + 1}`.execute(db);
  return rows;
}

type Found = {
  conditions: RawBuilder<unknown>[];
  /** Whether the entries lead to the events, or the other way about. */
  byEntry: boolean;
};

/** Null where nothing can match: an identifier that was never sent, a client id that is not known. */
async function conditionsOf(db: Queryable, filter: EventFilter): Promise<Found | null> {
  const { claims = {}, clientId, source, credentialId } = filter;
  const conditions = [...claimsOf(claims)];
  const keys = credentialId === undefined ? null : await keysOf(db, credentialId);
  if (filter.organizationId !== undefined)
    conditions.push(await isNamedThen(db, 'a', filter.organizationId));
  if (keys?.length === 0) return null;
  if (keys !== null) conditions.push(isOneOf(sql`e.credential_key`, keys));
  if (claims.credential !== undefined) {
    const known = await findCredentialKeys(db, [claims.credential]);
    const key = known.get(claims.credential);
    if (key === undefined) return null;
    conditions.push(sql`e.credential_key = ${key.key}`);
  }
  const ids = clientId === undefined ? null : await idsOf(db, clientId, source);
  if (ids?.length === 0) return null;
  const isFewByEvent =
    ids !== null || keys !== null || Object.values(claims).some((claim) => claim !== undefined);
  const asked: EventFilter = filter.rule === COMMON_RULE ? { ...filter, rule: undefined } : filter;
  const byEntry = !isFewByEvent && entryFilters.some((name) => asked[name] !== undefined);
  if (ids !== null) conditions.push(sql`e.id = any(${ids}::text[])`, ...boundsOf(ids));
  else if (source !== undefined) conditions.push(sql`e.source = ${source}`);
  if (filter.measure !== undefined) conditions.push(sql`e.measures ? ${filter.measure}::text`);
  conditions.push(sql`true`, ...timesOf(filter, byEntry), ...ownersOf(filter));
  if (filter.subscriberId !== undefined && byEntry)
    conditions.push(
      isOneOf(sql`a.organization_id`, await organizationsOf(db, filter.subscriberId)),
    );
  return { conditions, byEntry };
}

/** What an index has of one value lies in order. */
function isOneOf(column: RawBuilder<unknown>, values: readonly (string | number)[]) {
  return values.length === 1 ? sql`${column} = ${values[0]}` : sql`${column} = any(${[...values]})`;
}

/** By which most are decided, so that its index leaves it out. */
const COMMON_RULE: Rule = 'credential_binding';

/** What an index on the entries answers. */
const entryFilters = [
  'organizationId',
  'subscriberId',
  'subscriptionId',
  'rule',
  'reason',
] as const satisfies readonly (keyof EventFilter)[];

function timesOf({ from, to, cursor }: EventFilter, byEntry: boolean): RawBuilder<unknown>[] {
  const [at, id] = cursor?.split(' ') ?? [];
  const occurred = byEntry ? sql`a.occurred_at` : sql`e.occurred_at`;
  const event = byEntry ? sql`a.event_id` : sql`e.id`;
  return [
    ...(from === undefined ? [] : [sql`${occurred} >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`${occurred} < ${to}::timestamptz`]),
    ...(at === undefined
      ? []
      : [
          sql`${occurred} <= ${at}::timestamptz`,
          sql`(${occurred}, ${event}) < (${at}::timestamptz, ${id})`,
        ]),
  ];
}

function ownersOf(filter: EventFilter): RawBuilder<unknown>[] {
  const { subscriberId, credentialId, subscriptionId, rule, reason } = filter;
  const conditions: RawBuilder<unknown>[] = [];
  if (subscriberId !== undefined) conditions.push(sql`a.subscriber_id = ${subscriberId}`);
  if (subscriptionId !== undefined) conditions.push(sql`a.subscription_id = ${subscriptionId}`);
  if (credentialId !== undefined) conditions.push(sql`a.credential_id = ${credentialId}`);
  if (rule !== undefined) conditions.push(sql`a.rule = ${rule}`);
  if (reason !== undefined)
    conditions.push(
      // As the index on them says it.
      sql`(a.unbilled_reason is not null or a.reasons <> '{}')`,
      sql`(${reason} = any(a.reasons) or a.unbilled_reason = ${reason})`,
    );
  return conditions;
}

/** Every ID that a credential ever had. */
async function keysOf(db: Queryable, credentialId: string): Promise<number[]> {
  const rows = await db
    .selectFrom('credential_ids')
    .select('value_key')
    .distinct()
    .where('credential_id', '=', credentialId)
    .execute();
  return rows.map((row) => row.value_key);
}

/** The organizations that a subscriber has usage in: by what has been folded, and by what was recorded since. */
async function organizationsOf(db: Queryable, subscriberId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select organization_id as id from usage_owners where subscriber_id = ${subscriberId}
    union
    select a.organization_id from attributions a
     where a.subscriber_id = ${subscriberId}
       and a.journal_id = any(array(select id from journal where position > (select position from usage_fold)
                                    union all select id from journal where position is null))`.execute(
    db,
  );
  return rows.map((row) => row.id);
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
  return [sql`e.occurred_at >= ${from}::timestamptz`, sql`e.occurred_at < ${to}::timestamptz`];
}
