import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import type { GroupRow } from './queries.ts';
import type { Probe } from './suggestion-rules.ts';

/** Everything known that resembles what a page of groups calls itself: set-wise, each look-up in a range of an index. */

const CANDIDATES_MAX = 200;
const SAMPLED_EVENTS = 20;

export type Match = {
  group_id: string;
  sent: string;
  known: string;
  organization_id: string;
  organization_name: string;
  subscriber_id: string | null;
  credential_id: string | null;
  subscription_id: string | null;
  masked: string | null;
};

type Found = Omit<Match, 'group_id' | 'sent'>;

/** What the latest events of each group claim besides, and the identifier itself, in clear: it must not be shown. */
export async function probesOf(db: Queryable, groups: readonly GroupRow[]): Promise<Probe[]> {
  if (groups.length === 0) return [];
  const of = (kind: string, column: string) => sql`
    (select e.* from events e where g.kind = ${kind} and e.${sql.ref(column)} = ${sql.raw(kind === 'credential' ? 'g.credential_key' : 'g.claim')}
        and e.occurred_at <= g.last_seen_at order by e.occurred_at desc limit ${SAMPLED_EVENTS})`;
  const sampled = sql.join(
    [
      of('credential', 'credential_key'),
      of('subscription', 'subscription_claim'),
      of('subscriber', 'subscriber_claim'),
      of('organization', 'organization_claim'),
    ],
    sql` union all `,
  );
  const { rows } = await sql<Probe>`
    with g as (
      select * from unnest(${groups.map((g) => g.id)}::text[], ${groups.map((g) => g.kind)}::text[], ${groups.map((g) => g.credential_key)}::bigint[],
                           ${groups.map((g) => g.claim)}::text[], ${groups.map((g) => g.last_seen_at)}::timestamptz[])
        as g (id, kind, credential_key, claim, last_seen_at)),
    own as (
      select g.id, g.kind, coalesce(v.value, g.claim) as value from g
        left join credential_id_values v on v.key = g.credential_key where g.kind <> 'none')
    select distinct id as "groupId", kind, value::text as value from (
      select * from own
      union all
      select g.id, c.kind, c.value from g cross join lateral (${sampled}) e
       cross join lateral (values ('subscription', e.subscription_claim::text), ('subscriber', e.subscriber_claim::text),
                                  ('organization', e.organization_claim)) as c (kind, value)
       where c.value is not null) p`.execute(db);
  return rows;
}

const probed = (probes: readonly Probe[]) => sql`
  unnest(${probes.map((p) => p.groupId)}::text[], ${probes.map((p) => p.value)}::text[]) as p (group_id, sent)`;

/**
 * Whatever a column holds that differs from what was sent by case, by a space around it or by one edit: the first or
 * the second half of the folded text is the same then.
 */
function near(table: string, column: RawBuilder<unknown>, condition: RawBuilder<unknown>) {
  const rows = (where: RawBuilder<unknown>) =>
    sql`(select k.*, ${column}::text as known from ${sql.table(table)} k where ${where} and ${condition} limit ${CANDIDATES_MAX})`;
  const half = (text: RawBuilder<unknown>) => sql`left(${text}, char_length(folded(p.sent)) / 2)`;
  const range = (value: RawBuilder<unknown>, start: RawBuilder<unknown>) =>
    sql`${value} >= ${start} collate "C" and ${value} < (${start} || chr(1114111)) collate "C"
        and char_length(${column}) between char_length(folded(p.sent)) - 1 and char_length(folded(p.sent)) + 1`;
  return {
    folded: rows(sql`folded(${column}) = folded(p.sent)`),
    heads: (value: RawBuilder<unknown>) => rows(range(value, half(sql`folded(p.sent)`))),
    tails: (value: RawBuilder<unknown>) =>
      rows(range(sql`reverse(${value}) collate "C"`, half(sql`reverse(folded(p.sent))`))),
    /** Where the column is stored as sent, not folded: the halves of what was sent itself. */
    ownHeads: () => rows(range(column, half(sql`p.sent`))),
    ownTails: () => rows(range(sql`reverse(${column}) collate "C"`, half(sql`reverse(p.sent)`))),
  };
}

const live = sql`o.archived_at is null and o.id <> ${UNCLASSIFIED_ID}`;

/** Credentials whose ID resembles one that was sent, with whom they are, or were last, bound to. */
export async function credentialsLike(db: Queryable, probes: readonly Probe[]): Promise<Match[]> {
  if (probes.length === 0) return [];
  const ids = near('credential_id_values', sql`k.value`, sql`k.value <> p.sent`);
  return matches(
    db,
    probes,
    sql`
      select k.known, k.masked, b.* from (${ids.folded} union ${ids.ownHeads()} union ${ids.ownTails()}) k
        cross join lateral (${lastOwner(sql`k.key`)}) b`,
  );
}

/** The credentials that these very IDs named before. */
export async function predecessorsOf(db: Queryable, probes: readonly Probe[]): Promise<Match[]> {
  if (probes.length === 0) return [];
  return matches(
    db,
    probes,
    sql`
      select k.value::text as known, k.masked, b.* from credential_id_values k
        cross join lateral (${lastOwner(sql`k.key`)}) b where k.value = p.sent`,
  );
}

/** Credentials whose IDs begin alike; `prefixes` go with the probes. */
export async function siblingsOf(
  db: Queryable,
  probes: readonly (Probe & { prefix: string })[],
): Promise<Match[]> {
  if (probes.length === 0) return [];
  const prefixes = probes.map((probe) => ({ ...probe, value: probe.prefix }));
  return matches(
    db,
    prefixes,
    sql`
      select k.value::text as known, k.masked, b.* from (
        select * from credential_id_values v
         where v.value >= p.sent collate "C" and v.value < (p.sent || chr(1114111)) collate "C"
           and exists (select from credential_ids i where i.value_key = v.key and i.superseded_by is null)
         limit ${CANDIDATES_MAX}) k
        cross join lateral (${lastOwner(sql`k.key`)}) b`,
  );
}

/** Whom a credential ID belongs to: the binding in force last. */
function lastOwner(key: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select b.subscriber_id, i.credential_id, b.subscription_id, b.organization_id
      from credential_ids i join bindings b on b.credential_id = i.credential_id and b.superseded_by is null
     where i.value_key = ${key} and i.superseded_by is null
     order by lower(i.valid) desc nulls last, lower(b.valid) desc nulls last limit 1`;
}

/** Subscribers whose e-mail or own id resembles one that was sent, with their primary organization. */
export async function subscribersLike(
  db: Queryable,
  probes: readonly Probe[],
  now: Instant,
): Promise<Match[]> {
  if (probes.length === 0) return [];
  const own = sql`k.archived_at is null and k.service_of is null`;
  const emails = near('subscribers', sql`k.email_key`, own);
  const ids = near('subscribers', sql`k.subscriber_id`, own);
  return matches(
    db,
    probes,
    sql`
      select k.known, null::text as masked, k.id as subscriber_id, null::text as credential_id, null::text as subscription_id, m.organization_id
        from (${emails.folded} union ${emails.heads(sql`k.email_key`)} union ${emails.tails(sql`k.email_key`)} union ${ids.folded}) k
        join lateral (${primaryOf(sql`k.id`, now)}) m on true
       where k.known <> p.sent`,
  );
}

/** Subscribers of a mail domain. */
export async function membersOf(
  db: Queryable,
  probes: readonly Probe[],
  now: Instant,
): Promise<Match[]> {
  if (probes.length === 0) return [];
  return matches(
    db,
    probes,
    sql`
      select k.email_key::text as known, null::text as masked, k.id as subscriber_id, null::text as credential_id, null::text as subscription_id, m.organization_id
        from (select * from subscribers s where split_part(s.email_key, '@', 2) = p.sent and s.archived_at is null limit ${CANDIDATES_MAX}) k
        join lateral (${primaryOf(sql`k.id`, now)}) m on true`,
  );
}

function primaryOf(id: RawBuilder<unknown>, now: Instant): RawBuilder<unknown> {
  return sql`
    select m.organization_id from memberships m
     where m.subscriber_id = ${id} and m.superseded_by is null and m.is_primary and m.valid @> ${now}::timestamptz`;
}

/** The organizations that mail domains are associated with. */
export async function ownersOfDomains(db: Queryable, probes: readonly Probe[]): Promise<Match[]> {
  if (probes.length === 0) return [];
  return matches(
    db,
    probes,
    sql`select d.domain::text as known, ${noOwner}, d.organization_id from organization_domains d where d.domain = p.sent and d.live`,
  );
}

const noOwner = sql`null::text as masked, null::text as subscriber_id, null::text as credential_id, null::text as subscription_id`;

/** Organizations whose name or external id resembles what was sent, and those of that very name. */
export async function organizationsLike(db: Queryable, probes: readonly Probe[]): Promise<Match[]> {
  if (probes.length === 0) return [];
  const own = sql`k.archived_at is null`;
  const byName = near('organizations', sql`k.name`, own);
  const byId = near('organizations', sql`k.external_id`, own);
  const [name, id] = [sql`folded(k.name)`, sql`folded(k.external_id)`];
  return matches(
    db,
    probes,
    sql`
      select k.known, ${noOwner}, k.id as organization_id
        from (${byName.folded} union ${byName.heads(name)} union ${byName.tails(name)}
              union ${byId.folded} union ${byId.heads(id)} union ${byId.tails(id)}) k`,
  );
}

/** Subscriptions whose external id resembles one that was sent. */
export async function subscriptionsLike(db: Queryable, probes: readonly Probe[]): Promise<Match[]> {
  if (probes.length === 0) return [];
  const own = near('subscriptions', sql`k.external_id`, sql`k.archived_at is null`);
  const id = sql`folded(k.external_id)`;
  return matches(
    db,
    probes,
    sql`
      select k.known, null::text as masked, null::text as subscriber_id, null::text as credential_id, k.id as subscription_id, k.organization_id
        from (${own.folded} union ${own.heads(id)} union ${own.tails(id)}) k where k.known <> p.sent`,
  );
}

/** What an identifier is the external id of, whatever field it was sent in. */
export async function externalIdsOf(db: Queryable, probes: readonly Probe[]): Promise<Match[]> {
  if (probes.length === 0) return [];
  return matches(
    db,
    probes,
    sql`
      select o.external_id::text as known, ${noOwner}, o.id as organization_id from organizations o
       where o.external_id = p.sent and o.archived_at is null
      union all
      select s.external_id::text, null, null, null, s.id, s.organization_id from subscriptions s
       where s.external_id = p.sent and s.archived_at is null`,
  );
}

async function matches(
  db: Queryable,
  probes: readonly Probe[],
  found: RawBuilder<unknown>,
): Promise<Match[]> {
  const { rows } = await sql<Match & Found>`
    select p.group_id, p.sent, f.known, f.masked, f.subscriber_id, f.credential_id, f.subscription_id, f.organization_id, o.name as organization_name
      from ${probed(probes)} cross join lateral (${found}) f
      join organizations o on o.id = f.organization_id and ${live}`.execute(db);
  return rows;
}

export type Candidate = {
  group_id: string;
  organization_id: string;
  organization_name: string;
  subscription_id: string;
  subscription_name: string | null;
  plan_id: string;
  plan_version: number;
  plan_name: string;
  depth: number;
  is_active: boolean;
};

/** The subscriptions that usage of an organization could fall under at an instant: its own and those above, nearest first. */
export async function subscriptionsOver(
  db: Queryable,
  asked: readonly { groupId: string; organizationId: string; at: Instant }[],
): Promise<Candidate[]> {
  if (asked.length === 0) return [];
  const { rows } = await sql<Candidate>`
    with recursive asked as (
      select * from unnest(${asked.map((a) => a.groupId)}::text[], ${asked.map((a) => a.organizationId)}::text[], ${asked.map((a) => a.at)}::timestamptz[])
        as a (group_id, organization_id, at)),
    above (group_id, id, at, depth) as (
      select group_id, organization_id::identifier, at, 0 from asked
      union all
      select a.group_id, p.parent_id, a.at, a.depth + 1
        from above a join organization_parents p on p.organization_id = a.id and p.superseded_by is null and p.valid @> a.at
       where a.depth < ${limits.treeDepthMax})
    select a.group_id, s.organization_id, o.name as organization_name, s.id as subscription_id, s.name as subscription_name,
           sp.plan_id, sp.plan_version, p.name as plan_name, a.depth,
           (s.start_at <= a.at and (s.end_at is null or s.end_at > a.at)
             and not exists (select from subscription_pauses z where z.subscription_id = s.id and z.superseded_by is null and z.valid @> a.at)) as is_active
      from above a
      join subscriptions s on s.organization_id = a.id and s.archived_at is null
      join organizations o on o.id = s.organization_id
      join lateral (select plan_id, plan_version from subscription_plans x where x.subscription_id = s.id and x.superseded_by is null
                     order by (x.valid @> a.at) desc, lower(x.valid) desc nulls last limit 1) sp on true
      join plans p on p.id = sp.plan_id
     order by a.group_id, is_active desc, a.depth, s.id`.execute(db);
  return rows;
}
