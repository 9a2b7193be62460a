import { type RawBuilder, sql } from 'kysely';
import { archivedProblem } from '../archive/queries.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import { hourOf, isListed, longInput } from './fold-queries.ts';
import { hasScope, type UsageFilter } from './rules.ts';
import type { Spans } from './span-rules.ts';

/** What a question reads usage from: how it is cut, and the hours if they can answer it. */
export type Reading = {
  readonly spans: Spans;
  /** The journal rows whose entries are not in the hours yet; null: all is read from entries. */
  readonly unfolded: readonly number[] | null;
  readonly filter: UsageFilter;
  /** The owners that the filter picks, where they were looked up: the planner cannot tell how many a tree has. */
  readonly ownerKeys?: readonly number[] | undefined;
  /** Usage before it can be read from hours alone; null: none was archived. */
  readonly archivedBefore: Instant | null;
  /** Organizations have rows of their own usage, also where the filter rolls up. */
  readonly ownRows?: boolean | undefined;
};

/** What a question has to know of usage; whatever it does not need is summed over. */
export type Needs = {
  /** Which measures, '' being the event itself; null: all that events carry. */
  readonly measures: readonly string[] | null;
  /** Whose usage it is. */
  readonly owners?: boolean;
  /** Source, attributes and what costs are told by. */
  readonly kinds?: boolean;
  readonly days?: boolean;
  /** Only events that carry this measure; the hours cannot tell. */
  readonly carrying?: string | undefined;
  /** Each event by itself, as `event_id`; the hours cannot tell. */
  readonly eventIds?: boolean;
};

type Sql = RawBuilder<unknown>;

/**
 * Usage of a range, from the whole hours that were derived, the entries of ragged ones, and the entries that are not
 * folded yet: each entry once, whatever has been folded. Columns: `span`, `measure`, `events`, `quantity`; with owners the
 * four of them; with kinds `source`, `attributes`, `cost_currency`, `listed`, `long_input`; with days `day`.
 */
export function usageSource(reading: Reading, needs: Needs): Sql {
  const { spans, unfolded } = reading;
  const isFine = needs.carrying !== undefined || needs.eventIds === true;
  if (unfolded === null || spans.hours === null || isFine) {
    refuseArchivedIn(reading, [{ start: spans.from, end: spans.to }]);
    return entriesSource(reading, needs, betweenIn('a', spans.from, spans.to), sql`attributions a`);
  }
  refuseArchivedIn(reading, spans.pieces);
  const parts = [
    hoursSource(reading, needs),
    ...(unfolded.length === 0
      ? []
      : [entriesSource(reading, needs, tail(unfolded, spans), sql`attributions a`)]),
    ...(spans.pieces.length === 0
      ? []
      : [entriesSource(reading, needs, betweenIn('a', spans.from, spans.to), pieces(spans))]),
  ];
  return sql.join(parts, sql` union all `);
}

function refuseArchivedIn({ archivedBefore: before }: Reading, read: readonly Period[]): void {
  if (before !== null && read.some(({ start }) => start < before)) throw archivedProblem(before);
}

/** Entries that are not folded yet. As constants, journal rows let the planner see that few entries of many are asked for. */
const tail = (unfolded: readonly number[], spans: Spans): Sql =>
  sql`a.journal_id = any(${[...unfolded]}::bigint[]) and ${unraggedIn(spans)}`;

function pieces({ pieces: list }: Spans): Sql {
  const starts = list.map(({ start }) => start);
  const ends = list.map(({ end }) => end);
  return sql`unnest(${starts}::timestamptz[], ${ends}::timestamptz[]) as piece (lo, hi)
  join attributions a on a.occurred_at >= piece.lo and a.occurred_at < piece.hi`;
}

function betweenIn(table: 'a' | 'e', from: Instant, to: Instant): Sql {
  const at = sql.ref(`${table}.occurred_at`);
  return sql`${at} >= ${from}::timestamptz and ${at} < ${to}::timestamptz`;
}

function unraggedIn({ hours, ragged, from, to }: Spans): Sql {
  const { start, end } = hours ?? { start: from, end: to };
  return sql`${betweenIn('a', start, end)} and ${isUnragged(hourOf(sql`a.occurred_at`), ragged)}`;
}

function isUnragged(hour: Sql, ragged: readonly Instant[]): Sql {
  return ragged.length === 0 ? sql`true` : sql`${hour} <> all(${[...ragged]}::timestamptz[])`;
}

/** The number of the span that an instant is in. */
function spanAt(at: Sql, { cuts }: Spans): Sql {
  return cuts.length === 0 ? sql`0` : sql`width_bucket(${at}, ${[...cuts]}::timestamptz[])`;
}

function ownerColumns(needs: Needs, alias: string): Sql {
  if (needs.owners !== true) return sql``;
  const names = ['organization_id', 'subscriber_id', 'credential_id', 'subscription_id'];
  return sql`${sql.join(names.map((name) => sql.ref(`${alias}.${name}`)))},`;
}

function hoursSource(reading: Reading, needs: Needs): Sql {
  const { spans, filter } = reading;
  const { start, end } = spans.hours ?? { start: spans.from, end: spans.from };
  const kinds = kindsIn('k', filter);
  const conditions = [
    sql`u.hour >= ${start}::timestamptz and u.hour < ${end}::timestamptz`,
    isUnragged(sql`u.hour`, spans.ragged),
    ...(needs.measures === null
      ? [sql`u.measure <> ''`]
      : [sql`u.measure = any(${[...needs.measures]}::text[])`]),
    ...pickedOwners(reading),
    ...(kinds.length === 0
      ? []
      : [
          sql`u.kind_key in (select k.key from usage_kinds k where ${sql.join(kinds, sql` and `)})`,
        ]),
  ];
  const ownerKey = needs.owners === true ? sql`u.owner_key` : sql`null::bigint`;
  const kindKey = needs.kinds === true ? sql`u.kind_key` : sql`null::bigint`;
  const day = needs.days === true ? dayOf(sql`u.hour`) : sql`null::timestamptz`;
  return sql`
    select d.span, ${ownerColumns(needs, 'o')} ${kindColumns(needs, 'k', { listed: sql`k.listed`, longInput: sql`k.long_input` })}
           ${needs.days === true ? sql`d.day,` : sql``} d.measure, d.events, d.quantity
      from (
        select ${spanAt(sql`u.hour`, spans)} as span, ${ownerKey} as owner_key, ${kindKey} as kind_key, ${day} as day, u.measure,
               sum(u.events)::bigint as events, sum(u.quantity) as quantity
          from usage_hours u where ${sql.join(conditions, sql` and `)}
         group by 1, 2, 3, 4, 5
      ) d
      ${needs.owners === true ? sql`join usage_owners o on o.key = d.owner_key` : sql``}
      ${needs.kinds === true ? sql`join usage_kinds k on k.key = d.kind_key` : sql``}`;
}

function pickedOwners({ filter, ownerKeys }: Reading): Sql[] {
  if (ownerKeys !== undefined) return [sql`u.owner_key = any(${[...ownerKeys]}::bigint[])`];
  const owners = ownersIn('o', filter);
  if (owners.length === 0) return [];
  return [
    sql`u.owner_key in (select o.key from usage_owners o where ${sql.join(owners, sql` and `)})`,
  ];
}

const dayOf = (at: Sql): Sql => sql`date_trunc('day', ${at}, 'UTC')`;

function kindColumns(needs: Needs, alias: string, own: { listed: Sql; longInput: Sql }): Sql {
  if (needs.kinds !== true) return sql``;
  const columns = ['source', 'attributes', 'cost_currency'].map((name) =>
    sql.ref(`${alias}.${name}`),
  );
  return sql`${sql.join(columns)}, ${own.listed} as listed, ${own.longInput} as long_input,`;
}

/** The entries `a` that a table names, where a condition holds, each measure of its own. */
function entriesSource(reading: Reading, needs: Needs, condition: Sql, table: Sql): Sql {
  const { spans, filter } = reading;
  const conditions = [
    condition,
    ...ownersIn('a', filter),
    ...kindsIn('e', filter),
    ...(needs.carrying === undefined ? [] : [sql`e.measures ? ${needs.carrying}::text`]),
  ];
  return sql`
    select ${spanAt(sql`a.occurred_at`, spans)} as span, ${ownerColumns(needs, 'a')} ${kindColumns(needs, 'e', { listed: isListed, longInput })}
           ${needs.days === true ? sql`${dayOf(sql`a.occurred_at`)} as day,` : sql``} ${needs.eventIds === true ? sql`a.event_id,` : sql``}
           m.measure, a.sign::bigint as events, a.sign * m.quantity as quantity
      from ${table}
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at and ${betweenIn('e', spans.from, spans.to)}
      cross join lateral (${measuresOf(needs.measures)}) m
     where ${sql.join(conditions, sql` and `)}`;
}

function measuresOf(measures: readonly string[] | null): Sql {
  const all = sql`select key as measure, value::numeric as quantity from jsonb_each_text(e.measures)`;
  if (measures === null) return all;
  const event = sql`select '' as measure, coalesce(e.cost_amount, 0) as quantity`;
  const named = measures.filter((measure) => measure !== '');
  const some = sql`
    select n.name as measure, (e.measures ->> n.name)::numeric as quantity from unnest(${named}::text[]) as n (name) where e.measures ? n.name`;
  if (named.length === 0) return event;
  return named.length === measures.length ? some : sql`${event} union all ${some}`;
}

/** The conditions on whose usage it is, of a table with the four owners. */
export function ownersIn(alias: string, filter: UsageFilter): Sql[] {
  const column = (name: string) => sql.ref(`${alias}.${name}`);
  const conditions: Sql[] = [];
  const only = (name: string, value: string | undefined) => {
    if (value !== undefined) conditions.push(sql`${column(name)} = ${value}`);
  };
  only('organization_id', filter.attributedTo);
  if (hasScope(filter))
    conditions.push(sql`${column('organization_id')} in (select id from scope)`);
  else only('organization_id', filter.organizationId);
  only('subscriber_id', filter.subscriberId);
  only('credential_id', filter.credentialId);
  only('subscription_id', filter.subscriptionId);
  if (filter.subscriptionIds !== undefined)
    conditions.push(
      sql`${column('subscription_id')} = any(${[...filter.subscriptionIds]}::text[])`,
    );
  if (filter.tag !== undefined)
    conditions.push(
      sql`${column('credential_id')} in (select id from credentials where tags @> array[${filter.tag}::text])`,
    );
  for (const { name, value } of filter.metadata ?? [])
    conditions.push(sql`${metadataOf(alias, name)} is not distinct from ${value}::text`);
  if (filter.productId !== undefined)
    conditions.push(
      sql`${column('subscription_id')} in (select sp.subscription_id from subscription_plans sp join plans p on p.id = sp.plan_id where p.product_id = ${filter.productId})`,
    );
  return conditions;
}

/** The conditions on what usage says, of a table with source and attributes. */
export function kindsIn(alias: string, filter: UsageFilter): Sql[] {
  const conditions: Sql[] = [];
  if (filter.source !== undefined)
    conditions.push(sql`${sql.ref(`${alias}.source`)} = ${filter.source}`);
  for (const { name, value } of filter.attributes ?? [])
    conditions.push(
      sql`${sql.ref(`${alias}.attributes`)} ->> ${name}::text is not distinct from ${value}::text`,
    );
  return conditions;
}

/** What a metadata key says of usage: of its credential, else its subscription, its subscriber, its organization. */
export function metadataOf(alias: string, key: string): Sql {
  const of = (table: string, column: string) =>
    sql`(select x.metadata ->> ${key}::text from ${sql.table(table)} x where x.id = ${sql.ref(`${alias}.${column}`)})`;
  return sql`coalesce(${sql.join([
    of('credentials', 'credential_id'),
    of('subscriptions', 'subscription_id'),
    of('subscribers', 'subscriber_id'),
    of('organizations', 'organization_id'),
  ])})`;
}
