import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import type { TimelineRow } from '../lib/timeline.ts';
import type {
  Binding,
  Choices,
  Claim,
  Directory,
  Loaded,
  OrganizationFacts,
  PricedMeter,
  SubscriptionFacts,
} from './facts.ts';

type Range = { from: Instant | null; to: Instant | null };
/** Loads, set-wise, all that attributing these claims needs to know. A dozen indexed queries, whatever the size of the batch. */
export async function loadDirectory(db: Queryable, claims: readonly Claim[]): Promise<Loaded> {
  const subscriberClaims = distinct(claims.map((claim) => claim.subscriber));
  const organizationClaims = distinct(claims.map((claim) => claim.organization));
  const credentials = await loadCredentials(
    db,
    distinct(claims.map((claim) => claim.credentialKey)),
  );
  const named = await loadNamedSubscriptions(
    db,
    distinct(claims.map((claim) => claim.subscription)),
  );
  const subscribersByClaim = await loadSubscribers(db, subscriberClaims);
  const recorded = claims.flatMap((claim) => claim.recorded ?? []);
  const memberships = await loadMemberships(
    db,
    distinct([...subscribersByClaim.values(), ...recorded.map((was) => was.subscriberId)]),
  );
  const domainOwners = await loadDomainOwners(
    db,
    distinct(subscriberClaims.filter((claim) => !subscribersByClaim.has(claim)).map(domainOf)),
  );
  const organizationsByClaim = await loadNamedOrganizations(db, organizationClaims);
  const mentioned = [
    ...[...credentials.bindings.values()].flat().map((binding) => binding.value.organizationId),
    ...named.organizationIds,
    ...[...memberships.values()].flat().map((row) => row.value.organizationId),
    ...[...organizationsByClaim.values()].flatMap((entry) => [
      entry.byId,
      entry.byExternalId,
      ...entry.byName,
    ]),
    ...recorded.map((was) => was.organizationId),
  ];
  const organizations = await loadOrganizations(db, distinct(mentioned));
  const bound = [...credentials.bindings.values()]
    .flat()
    .map((binding) => binding.value.subscriptionId);
  const subscriptionIds = distinct([
    ...bound,
    ...named.byClaim.values(),
    ...recorded.map((was) => was.subscriptionId),
  ]);
  const { subscriptions, subscriptionsOf } = await loadSubscriptions(
    db,
    [...organizations.keys()],
    subscriptionIds,
  );
  return {
    ...credentials,
    subscriptions,
    subscriptionsByClaim: named.byClaim,
    subscriptionsOf,
    subscribersByClaim,
    memberships,
    organizations,
    organizationsByClaim,
    productsByClaim: await loadProducts(db, distinct(claims.map((claim) => claim.product))),
    domainOwners,
  };
}

function distinct<T>(values: readonly (T | null | undefined)[]): T[] {
  return [...new Set(values.filter((value): value is T => value !== null && value !== undefined))];
}

/** Of what a row also answers to, only what was asked about: of the rest not all rows may be here. */
function only<K, V>(map: ReadonlyMap<K, V>, asked: readonly K[]): Map<K, V> {
  const kept = new Map<K, V>();
  for (const key of asked) {
    const value = map.get(key);
    if (value !== undefined) kept.set(key, value);
  }
  return kept;
}

function domainOf(claim: string): string | null {
  const at = claim.lastIndexOf('@');
  return at > 0 ? claim.slice(at + 1) : null;
}

function grouped<Row, K, V>(
  rows: readonly Row[],
  key: (row: Row) => K,
  value: (row: Row) => V,
): Map<K, V[]> {
  const map = new Map<K, V[]>();
  for (const row of rows) {
    const list = map.get(key(row));
    if (list === undefined) map.set(key(row), [value(row)]);
    else list.push(value(row));
  }
  return map;
}

async function loadCredentials(
  db: Queryable,
  keys: number[],
): Promise<Pick<Directory, 'credentialIds' | 'bindings'>> {
  if (keys.length === 0) return { credentialIds: new Map(), bindings: new Map() };
  const ids = await sql<Range & { value_key: number; credential_id: string }>`
    select value_key, credential_id, lower(valid) as "from", upper(valid) as "to"
      from credential_ids where value_key = any(${keys}::bigint[]) and superseded_by is null`.execute(
    db,
  );
  const credentialIds = grouped(
    ids.rows,
    (row) => row.value_key,
    (row): TimelineRow<string> => ({ from: row.from, to: row.to, value: row.credential_id }),
  );
  const bindings = await sql<
    Range & {
      id: number;
      credential_id: string;
      subscriber_id: string;
      organization_id: string;
      subscription_id: string | null;
    }
  >`
    select id, credential_id, subscriber_id, organization_id, subscription_id, lower(valid) as "from", upper(valid) as "to"
      from bindings where credential_id = any(${distinct(ids.rows.map((row) => row.credential_id))}::text[]) and superseded_by is null`.execute(
    db,
  );
  const toBinding = (row: (typeof bindings.rows)[number]): Binding => ({
    id: row.id,
    from: row.from,
    to: row.to,
    value: {
      subscriberId: row.subscriber_id,
      organizationId: row.organization_id,
      subscriptionId: row.subscription_id,
    },
  });
  return { credentialIds, bindings: grouped(bindings.rows, (row) => row.credential_id, toBinding) };
}

async function loadNamedSubscriptions(db: Queryable, claims: string[]) {
  const byClaim = new Map<string, string>();
  if (claims.length === 0) return { byClaim, organizationIds: [] as string[] };
  const { rows } = await sql<{ id: string; external_id: string | null; organization_id: string }>`
    select id, external_id, organization_id from subscriptions
     where archived_at is null and (id = any(${claims}::text[]) or external_id = any(${claims}::text[]))`.execute(
    db,
  );
  for (const row of rows) if (row.external_id !== null) byClaim.set(row.external_id, row.id);
  for (const row of rows) byClaim.set(row.id, row.id); // an id wins over an external id that looks like one
  return {
    byClaim: only(byClaim, claims),
    organizationIds: rows.map((row) => row.organization_id),
  };
}

async function loadSubscribers(db: Queryable, claims: string[]): Promise<Map<string, string>> {
  const byClaim = new Map<string, string>();
  if (claims.length === 0) return byClaim;
  const { rows } = await sql<{ id: string; email_key: string; subscriber_id: string }>`
    select id, email_key, subscriber_id from subscribers
     where archived_at is null and (id = any(${claims}::text[]) or email_key = any(${claims}::text[]) or subscriber_id = any(${claims}::text[]))`.execute(
    db,
  );
  for (const row of rows) byClaim.set(row.subscriber_id, row.id);
  for (const row of rows) byClaim.set(row.email_key, row.id).set(row.id, row.id);
  return only(byClaim, claims);
}

/** A membership in an organization that was archived counted until then. */
async function loadMemberships(
  db: Queryable,
  subscriberIds: string[],
): Promise<Directory['memberships']> {
  if (subscriberIds.length === 0) return new Map();
  const { rows } = await sql<
    Range & { subscriber_id: string; organization_id: string; is_primary: boolean }
  >`
    select m.subscriber_id, m.organization_id, m.is_primary, lower(m.valid) as "from", least(upper(m.valid), o.archived_at) as "to"
      from memberships m join organizations o on o.id = m.organization_id
     where m.subscriber_id = any(${subscriberIds}::text[]) and m.superseded_by is null
     order by m.subscriber_id, m.organization_id`.execute(db);
  return grouped(
    rows,
    (row) => row.subscriber_id,
    (row) => ({
      from: row.from,
      to: row.to,
      value: { organizationId: row.organization_id, isPrimary: row.is_primary },
    }),
  );
}

async function loadDomainOwners(
  db: Queryable,
  domains: string[],
): Promise<Directory['domainOwners']> {
  if (domains.length === 0) return new Map();
  const { rows } = await sql<{ domain: string; organization_id: string }>`
    select domain, organization_id from organization_domains where domain = any(${domains}::text[]) and live`.execute(
    db,
  );
  return grouped(
    rows,
    (row) => row.domain,
    (row) => row.organization_id,
  );
}

async function loadNamedOrganizations(
  db: Queryable,
  claims: string[],
): Promise<Directory['organizationsByClaim']> {
  const byClaim = new Map<string, { byId?: string; byExternalId?: string; byName: string[] }>();
  if (claims.length === 0) return byClaim;
  const { rows } = await sql<{ id: string; external_id: string | null; name: string }>`
    select id, external_id, name from organizations
     where archived_at is null and not unclassified
       and (id = any(${claims}::text[]) or external_id = any(${claims}::text[]) or name = any(${claims}::text[]))
     order by id`.execute(db);
  const entry = (claim: string) => {
    const found = byClaim.get(claim) ?? { byName: [] };
    byClaim.set(claim, found);
    return found;
  };
  for (const row of rows) {
    entry(row.id).byId = row.id;
    if (row.external_id !== null) entry(row.external_id).byExternalId = row.id;
    entry(row.name).byName.push(row.id);
  }
  return only(byClaim, claims);
}

/**
 * The organizations, everything that was ever above them, and what they were merged with; which edge held when is
 * decided by the rules.
 */
async function loadOrganizations(
  db: Queryable,
  ids: string[],
): Promise<Map<string, OrganizationFacts>> {
  const organizations = new Map<string, OrganizationFacts>();
  if (ids.length === 0) return organizations;
  const { rows } = await sql<Range & { id: string; parent_id: string | null }>`
    with recursive near (id, depth) as (
      select unnest(${ids}::identifier[]), 0
      union
      select n.id, a.depth + 1 from near a cross join lateral (
          select p.parent_id as id from organization_parents p where p.organization_id = a.id and p.superseded_by is null
          union all
          select l.survivor_id from organization_aliases l where l.organization_id = a.id and l.superseded_by is null
          union all
          select l.organization_id from organization_aliases l where l.survivor_id = a.id and l.superseded_by is null) n
       where a.depth < ${limits.treeDepthMax}
    )
    select a.id, p.parent_id, lower(p.valid) as "from", upper(p.valid) as "to"
      from (select distinct id from near) a
      left join organization_parents p on p.organization_id = a.id and p.superseded_by is null`.execute(
    db,
  );
  for (const row of rows) {
    const facts = organizations.get(row.id) ?? {
      id: row.id,
      parents: [],
      aliases: [],
      everMergedInto: [],
      merged: [],
    };
    if (row.parent_id !== null)
      facts.parents.push({ from: row.from, to: row.to, value: row.parent_id });
    organizations.set(row.id, facts);
  }
  await loadMerges(db, organizations);
  return organizations;
}

async function loadMerges(db: Queryable, known: Map<string, OrganizationFacts>): Promise<void> {
  const ids = [...known.keys()];
  const { rows } = await sql<
    Range & { organization_id: string; survivor_id: string; choices: Choices; in_force: boolean }
  >`
    select organization_id, survivor_id, choices, superseded_by is null as in_force, lower(valid) as "from", upper(valid) as "to"
      from organization_aliases where organization_id = any(${ids}::text[]) or survivor_id = any(${ids}::text[])
     order by id`.execute(db);
  for (const {
    organization_id: id,
    survivor_id: survivorId,
    choices,
    in_force,
    from,
    to,
  } of rows) {
    known.get(id)?.everMergedInto.push(survivorId);
    if (!in_force) continue;
    known.get(id)?.aliases.push({ from, to, value: survivorId });
    known.get(survivorId)?.merged.push({ from, to, value: { organizationId: id, choices } });
  }
}

async function loadSubscriptions(
  db: Queryable,
  organizationIds: string[],
  ids: string[],
): Promise<Pick<Directory, 'subscriptions' | 'subscriptionsOf'>> {
  const { rows } = await sql<{
    id: string;
    organization_id: string;
    start_at: Instant;
    end_at: Instant | null;
  }>`
    select id, organization_id, start_at, end_at from subscriptions
     where archived_at is null and (organization_id = any(${organizationIds}::text[]) or id = any(${ids}::text[]))
     order by id`.execute(db);
  const found = rows.map((row) => row.id);
  const plans = await loadPlans(db, found);
  const pauses = await sql<Range & { subscription_id: string }>`
    select subscription_id, lower(valid) as "from", upper(valid) as "to" from subscription_pauses
     where subscription_id = any(${found}::text[]) and superseded_by is null`.execute(db);
  const pausesOf = grouped(
    pauses.rows,
    (row) => row.subscription_id,
    (row): TimelineRow<unknown> => ({ from: row.from, to: row.to, value: true }),
  );
  const subscriptions = new Map(
    rows.map((row): [string, SubscriptionFacts] => [
      row.id,
      {
        id: row.id,
        organizationId: row.organization_id,
        startAt: row.start_at,
        endAt: row.end_at,
        pauses: pausesOf.get(row.id) ?? [],
        plans: plans.get(row.id) ?? [],
      },
    ]),
  );
  return {
    subscriptions,
    subscriptionsOf: only(
      grouped(
        rows,
        (row) => row.organization_id,
        (row) => row.id,
      ),
      organizationIds,
    ),
  };
}

async function loadPlans(
  db: Queryable,
  subscriptionIds: string[],
): Promise<Map<string, SubscriptionFacts['plans']>> {
  if (subscriptionIds.length === 0) return new Map();
  const { rows } = await sql<
    Range & { subscription_id: string; product_id: string; prices: PricedMeter[] }
  >`
    select sp.subscription_id, p.product_id, lower(sp.valid) as "from", upper(sp.valid) as "to",
           coalesce((select jsonb_agg(jsonb_build_object('measure', v.measure, 'filter', v.filter))
                       from plan_charges c join meter_versions v on v.meter_id = c.meter_id and v.version = c.meter_version
                      where c.plan_id = sp.plan_id and c.plan_version = sp.plan_version), '[]') as prices
      from subscription_plans sp join plans p on p.id = sp.plan_id
     where sp.subscription_id = any(${subscriptionIds}::text[]) and sp.superseded_by is null`.execute(
    db,
  );
  return grouped(
    rows,
    (row) => row.subscription_id,
    (row) => ({
      from: row.from,
      to: row.to,
      value: { productId: row.product_id, prices: row.prices },
    }),
  );
}

async function loadProducts(
  db: Queryable,
  claims: string[],
): Promise<Directory['productsByClaim']> {
  if (claims.length === 0) return new Map();
  const { rows } = await sql<{ claim: string; id: string }>`
    select c.claim, p.id from unnest(${claims}::text[]) as c (claim)
      join products p on p.archived_at is null and (p.id = c.claim or p.external_id = c.claim or p.name = c.claim)`.execute(
    db,
  );
  return grouped(
    rows,
    (row) => row.claim,
    (row) => row.id,
  );
}
