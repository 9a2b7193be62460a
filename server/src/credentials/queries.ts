import { type Insertable, type RawBuilder, sql, type Updateable } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { StoredRow } from '../db/timelines.ts';
import type { Credentials } from '../db/types.gen.ts';
import type { Instant } from '../lib/instant.ts';
import { namedBy } from '../organizations/alias-queries.ts';
import { type Binding, maskCredentialId, type Naming } from './rules.ts';

/** A credential with the binding and the newest ID in force, or else the last it had. */
export type CredentialRow = {
  id: string;
  name: string;
  tags: string[];
  metadata: Record<string, string>;
  auto_created: boolean;
  has_external_secret: boolean;
  archived_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: number;
  subscriber_id: string;
  subscriber_email: string;
  organization_id: string;
  subscription_id: string | null;
  value_key: number;
  masked: string;
  is_member: boolean;
  /** Whether it is bound now, and whether it was ever bound by now. */
  is_bound: boolean;
  is_begun: boolean;
  ends_at: Instant | null;
  first_seen_at: Instant | null;
  last_seen_at: Instant | null;
};

export type CredentialFilter = {
  limit: number;
  cursor?: string | undefined;
  organizationId?: string | undefined;
  subscriberId?: string | undefined;
  subscriptionId?: string | undefined;
  tag?: string | undefined;
  autoCreated?: boolean | undefined;
  archived?: boolean | undefined;
};

/**
 * One row of a timeline of credential `c`: what is in force, else the last. Only what was archived before it came
 * into force has nothing left but superseded rows.
 */
function shownRow(table: 'bindings' | 'credential_ids', columns: string, at: Instant) {
  const [t, c] = [sql.table(table), sql.raw(columns)];
  return sql`(
    (select ${c} from ${t} t where t.credential_id = c.id and t.superseded_by is null
      order by (t.valid @> ${at}::timestamptz) desc, lower(t.valid) desc nulls last, t.id desc limit 1)
    union all
    (select ${c} from ${t} t where t.credential_id = c.id
        and not exists (select from ${t} x where x.credential_id = c.id and x.superseded_by is null)
      order by t.id desc limit 1))`;
}

/** When usage with an ID of credential `c` first and last occurred: two index look-ups for each of its IDs. */
const seen = sql`(
  select min(f.occurred_at) as first_seen_at, max(l.occurred_at) as last_seen_at
    from credential_ids k
    left join lateral (select e.occurred_at from events e
       where e.credential_key = k.value_key and e.occurred_at >= coalesce(lower(k.valid), '-infinity')
         and e.occurred_at < coalesce(upper(k.valid), 'infinity')
       order by e.occurred_at limit 1) f on true
    left join lateral (select e.occurred_at from events e
       where e.credential_key = k.value_key and e.occurred_at >= coalesce(lower(k.valid), '-infinity')
         and e.occurred_at < coalesce(upper(k.valid), 'infinity')
       order by e.occurred_at desc limit 1) l on true
   where k.credential_id = c.id and k.superseded_by is null)`;

/** A page is chosen first; only its credentials are then looked up in the usage. */
async function selectCredentials(
  db: Queryable,
  at: Instant,
  conditions: RawBuilder<unknown>[],
  limit: number,
): Promise<CredentialRow[]> {
  const { rows } = await sql<CredentialRow>`
    select c.id, c.name, c.tags, c.metadata, c.auto_created, c.external_secret is not null as has_external_secret,
           c.archived_at, c.created_at, c.updated_at, c.version,
           c.subscriber_id, s.email as subscriber_email, c.organization_id, c.subscription_id,
           i.value_key, v.masked, seen.first_seen_at, seen.last_seen_at,
           exists (select from memberships m where m.subscriber_id = c.subscriber_id
              and stands_for(m.organization_id, ${at}) = c.organization_id and m.superseded_by is null
              and m.valid @> ${at}::timestamptz) as is_member,
           exists (select from bindings b where b.credential_id = c.id and b.superseded_by is null
              and b.valid @> ${at}::timestamptz offset 0) as is_bound,
           exists (select from bindings b where b.credential_id = c.id and b.superseded_by is null
              and (lower(b.valid) is null or lower(b.valid) <= ${at}::timestamptz) offset 0) as is_begun,
           (select case when bool_or(upper(b.valid) is null) then null else max(upper(b.valid)) end
              from bindings b where b.credential_id = c.id and b.superseded_by is null) as ends_at
      from (select c.*, b.subscriber_id, stands_for(b.organization_id, ${at}) as organization_id, b.subscription_id
              from credentials c
              join lateral ${shownRow('bindings', 'subscriber_id, organization_id, subscription_id', at)} b on true
             where ${sql.join(conditions, sql` and `)}
             order by c.id desc limit ${limit}) c
      join subscribers s on s.id = c.subscriber_id
      join lateral ${shownRow('credential_ids', 'value_key', at)} i on true
      join credential_id_values v on v.key = i.value_key
      join lateral ${seen} seen on true
     order by c.id desc`.execute(db);
  return rows;
}

export async function findCredential(
  db: Queryable,
  id: string,
  at: Instant,
): Promise<CredentialRow | undefined> {
  const [row] = await selectCredentials(db, at, [sql`c.id = ${id}`], 1);
  return row;
}

/** The binding shown must match; the look-up beside it lets an index find the few that can. */
function boundTo(column: keyof Binding, ids: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`b.${sql.ref(column)} in ${ids} and c.id in (
    select x.credential_id from bindings x where x.${sql.ref(column)} in ${ids} and x.superseded_by is null)`;
}

export async function listCredentials(
  db: Queryable,
  filter: CredentialFilter,
  at: Instant,
): Promise<CredentialRow[]> {
  const { cursor, organizationId, subscriberId, subscriptionId, tag, autoCreated } = filter;
  const conditions = [
    filter.archived === true ? sql`c.archived_at is not null` : sql`c.archived_at is null`,
    ...(cursor === undefined ? [] : [sql`c.id < ${cursor}`]),
    ...(organizationId === undefined
      ? []
      : [boundTo('organization_id', namedBy(organizationId, at))]),
    ...(subscriberId === undefined ? [] : [boundTo('subscriber_id', sql`(${subscriberId})`)]),
    ...(subscriptionId === undefined ? [] : [boundTo('subscription_id', sql`(${subscriptionId})`)]),
    ...(tag === undefined ? [] : [sql`c.tags @> array[${tag}]::text[]`]),
    ...(autoCreated === undefined ? [] : [sql`c.auto_created = ${autoCreated}`]),
  ];
  return selectCredentials(db, at, conditions, filter.limit + 1);
}

export async function insertCredentialRow(
  db: Queryable,
  row: Insertable<Credentials>,
): Promise<void> {
  await db.insertInto('credentials').values(row).execute();
}

/** Changes a credential and counts its version up. */
export async function updateCredentialRow(
  db: Queryable,
  before: { id: string; version: number },
  changes: Updateable<Credentials>,
): Promise<void> {
  await db
    .updateTable('credentials')
    .set({ ...changes, version: before.version + 1 })
    .where('id', '=', before.id)
    .execute();
}

// Credential IDs ---------------------------------------------------------------------------------

export type CredentialKey = { key: number; masked: string };

/**
 * The number that each credential ID is stored under, given to those never seen before. In order of value, so that
 * two batches that share new IDs wait for each other and do not deadlock.
 */
export async function ensureCredentialKeys(
  db: Queryable,
  values: readonly string[],
): Promise<Map<string, CredentialKey & { isNew: boolean }>> {
  const stored = await findCredentialKeys(db, [...new Set(values)]);
  const keys = new Map([...stored].map(([value, key]) => [value, { ...key, isNew: false }]));
  const missing = [...new Set(values)].filter((value) => !keys.has(value));
  if (missing.length === 0) return keys;
  await sql`
    insert into credential_id_values (value, masked)
    select n.value, n.masked
      from unnest(${missing}::text[], ${missing.map(maskCredentialId)}::text[]) as n (value, masked)
     order by n.value collate "C"
        on conflict (value) do nothing`.execute(db);
  for (const [value, key] of await findCredentialKeys(db, missing))
    keys.set(value, { ...key, isNew: true });
  return keys;
}

/** The same for those seen before; the others are absent. */
export async function findCredentialKeys(
  db: Queryable,
  values: readonly string[],
): Promise<Map<string, CredentialKey>> {
  if (values.length === 0) return new Map();
  const { rows } = await sql<{ key: number; value: string; masked: string }>`
    select key, value, masked from credential_id_values where value = any(${values}::text[])`.execute(
    db,
  );
  return new Map(rows.map(({ value, key, masked }) => [value, { key, masked }]));
}

export async function maskedOf(db: Queryable, key: number): Promise<string> {
  const { masked } = await db
    .selectFrom('credential_id_values')
    .select('masked')
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  return masked;
}

/** The same for many. */
export async function maskedByKey(
  db: Queryable,
  keys: readonly number[],
): Promise<Map<number, string>> {
  const { rows } = await sql<{ key: number; masked: string }>`
    select key, masked from credential_id_values where key = any(${[...new Set(keys)]}::bigint[])`.execute(
    db,
  );
  return new Map(rows.map(({ key, masked }) => [key, masked]));
}

/** The credentials that an ID names, when. */
export async function namingsOf(db: Queryable, valueKey: number): Promise<Naming[]> {
  const { rows } = await sql<Naming>`
    select credential_id as value, lower(valid) as "from", upper(valid) as "to"
      from credential_ids where value_key = ${valueKey} and superseded_by is null
     order by lower(valid) nulls first`.execute(db);
  return rows;
}

/** An ID of a credential and when it names it. */
export type NamedRange = StoredRow<{ value_key: number }> & { readonly masked: string };

export async function rangesOf(db: Queryable, credentialId: string): Promise<NamedRange[]> {
  const { rows } = await sql<NamedRange>`
    select i.id, lower(i.valid) as "from", upper(i.valid) as "to", v.masked,
           jsonb_build_object('value_key', i.value_key) as value
      from credential_ids i join credential_id_values v on v.key = i.value_key
     where i.credential_id = ${credentialId} and i.superseded_by is null
     order by lower(i.valid) nulls first, i.id`.execute(db);
  return rows;
}

/** The secrets themselves: for `reveal` alone. */
export async function selectSecrets(db: Queryable, row: { id: string; value_key: number }) {
  return db
    .selectFrom('credentials as c')
    .innerJoin('credential_id_values as v', (join) => join.on('v.key', '=', row.value_key))
    .select(['v.value', 'c.external_secret'])
    .where('c.id', '=', row.id)
    .executeTakeFirstOrThrow();
}

// What a binding refers to -----------------------------------------------------------------------

/** A binding that still holds, to be replaced: no twin can replace it meanwhile. */
export async function lockBinding(db: Queryable, id: number) {
  const { rows } = await sql<StoredRow<Binding> & { credential_id: string }>`
    select id, credential_id, lower(valid) as "from", upper(valid) as "to",
           jsonb_build_object('subscriber_id', subscriber_id, 'organization_id', organization_id,
             'subscription_id', subscription_id) as value
      from bindings where id = ${id} and superseded_by is null for update`.execute(db);
  return rows[0];
}

export async function isLive(
  db: Queryable,
  table: 'subscribers' | 'organizations',
  id: string,
): Promise<boolean> {
  const row = await db
    .selectFrom(table)
    .select('id')
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

export async function findLiveSubscription(db: Queryable, id: string) {
  return db
    .selectFrom('subscriptions')
    .select(['id', 'organization_id'])
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
}
