import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { edgesAt } from '../organizations/tree-queries.ts';
import { attributeOf, type Grouping, hasScope, metadataKeyOf } from './rules.ts';
import { metadataOf, ownersIn, type Reading } from './source-queries.ts';

/** What usage is grouped by, as parts of a statement over a `base` of usage `b`. */

type Sql = RawBuilder<unknown>;

/** An element of an array that says something of each span. */
const perSpan = (values: readonly number[]): Sql => {
  const [first = 0] = values;
  return values.every((value) => value === first)
    ? sql`${first}::int`
    : sql`(${[...values]}::int[])[b.span + 1]`;
};

export const intervalOf = ({ spans }: Reading): Sql => perSpan(spans.intervalOf);
export const treeOf = ({ spans }: Reading): Sql => perSpan(spans.treeOf);
const productsOf = ({ spans }: Reading): Sql => perSpan(spans.productsOf);

/**
 * What has to be known before usage is read: with a filter that rolls up, `scope`, the organizations below by tree, and,
 * with one that does not, those that are answered for, where there are any;
 * with products, `products`, that of each subscription. To be followed by a comma.
 */
export function knownBefore(reading: Reading, groupBy: readonly Grouping[]): Sql {
  const { spans, filter } = reading;
  const standing = sql`select tree, stands_for(${filter.organizationId}, at) from trees`;
  const within =
    filter.rollUp === true
      ? sql`${standing} union select s.tree, p.organization_id from scope s join trees t on t.tree = s.tree
              join ${edgesAt('parent_id', sql`s.id`)} p on p.valid @> t.at`
      : sql`select t.tree, a from (${standing}) t (tree, id) join trees using (tree) cross join lateral answering_for(t.id, trees.at) a`;
  const scope = hasScope(filter)
    ? sql`trees (tree, at) as (select ordinal - 1, at from unnest(${[...spans.treeAt]}::timestamptz[]) with ordinality as t (at, ordinal)),
        scope (tree, id) as (${within}),`
    : sql``;
  const products = !needsProducts(reading, groupBy)
    ? sql``
    : sql`products as materialized (
        select distinct on (r.stretch, sp.subscription_id) r.stretch, sp.subscription_id, p.product_id
          from (select ordinal - 1 as stretch, lo, hi from unnest(${spans.productsIn.map(({ start }) => start)}::timestamptz[],
                  ${spans.productsIn.map(({ end }) => end)}::timestamptz[]) with ordinality as r (lo, hi, ordinal)) r
          join subscription_plans sp on sp.superseded_by is null and sp.valid && tstzrange(r.lo, r.hi)
          join plans p on p.id = sp.plan_id
         order by r.stretch, sp.subscription_id, lower(sp.valid)),`;
  return sql`${scope} ${products}`;
}

const OWNERS_NAMED_MAX = 100_000;

/** The owners that usage of a tree has; undefined where they are too many to name, or the filter asks for no tree. */
export async function ownerKeysIn(db: Queryable, reading: Reading): Promise<number[] | undefined> {
  if (!hasScope(reading.filter)) return undefined;
  const { rows } = await sql<{ key: number }>`
    with recursive ${knownBefore({ ...reading, filter: { ...reading.filter, productId: undefined } }, [])} picked as (
      select o.key from usage_owners o where ${sql.join(ownersIn('o', reading.filter), sql` and `)} limit ${OWNERS_NAMED_MAX + 1})
    select key from picked`.execute(db);
  return rows.length > OWNERS_NAMED_MAX ? undefined : rows.map(({ key }) => key);
}

function needsProducts({ filter }: Reading, groupBy: readonly Grouping[]): boolean {
  return filter.productId !== undefined || groupBy.includes('product');
}

/** What `b` is joined with to be grouped, and the conditions that hold only span by span. */
function joinsFor(reading: Reading, groupBy: readonly Grouping[]): { joins: Sql; condition: Sql } {
  const { filter, spans } = reading;
  const products = needsProducts(reading, groupBy)
    ? sql`left join products pr on pr.stretch = ${productsOf(reading)} and pr.subscription_id = b.subscription_id`
    : sql``;
  const tags = groupBy.includes('tag')
    ? sql`left join credentials tagged on tagged.id = b.credential_id
        cross join lateral unnest(case when cardinality(tagged.tags) > 0 then tagged.tags else array[null]::text[] end) as tag (name)`
    : sql``;
  const conditions = [
    sql`true`,
    ...(filter.productId === undefined ? [] : [sql`pr.product_id = ${filter.productId}`]),
    ...(hasScope(filter) && spans.treeAt.length > 1
      ? [sql`(${treeOf(reading)}, b.organization_id) in (select tree, id from scope)`]
      : []),
  ];
  return { joins: sql`${products} ${tags}`, condition: sql.join(conditions, sql` and `) };
}

/** The value that `b` is grouped by. `measure` and `meter` are those of whoever asks. */
export function groupValue(grouping: Grouping, own: { measure?: Sql; meter?: Sql } = {}): Sql {
  const attribute = attributeOf(grouping);
  if (attribute !== null) return sql`(b.attributes ->> ${attribute}::text)`;
  const metadataKey = metadataKeyOf(grouping);
  if (metadataKey !== null) return metadataOf('b', metadataKey);
  switch (grouping) {
    case 'measure':
      return own.measure ?? sql`null::text`;
    case 'meter':
      return own.meter ?? sql`null::text`;
    case 'product':
      return sql`pr.product_id`;
    case 'tag':
      return sql`tag.name`;
    case 'source':
      return sql`b.source`;
    default:
      return sql.ref(`b.${grouping}_id`);
  }
}

/** Whether it is looked at whose usage it is, beyond what hours can be picked by. */
export function needsOwners(reading: Reading, groupBy: readonly Grouping[]): boolean {
  const { filter, spans } = reading;
  const ofNobody = (grouping: Grouping) =>
    ['measure', 'meter', 'source'].includes(grouping) || attributeOf(grouping) !== null;
  const changes = hasScope(filter) && spans.treeAt.length > 1;
  return changes || filter.productId !== undefined || !groupBy.every(ofNobody);
}

/** Whether the kinds of usage are looked at. */
export function needsKinds(groupBy: readonly Grouping[]): boolean {
  return groupBy.some((grouping) => grouping === 'source' || attributeOf(grouping) !== null);
}

/**
 * How a statement groups: it reads `parts`, a row for each of `columns`, and adds them up by `list`. Where
 * organizations roll up, each part counts for those above it, too (`rolled`).
 */
export type Grouped = {
  readonly before: Sql;
  readonly columns: readonly Sql[];
  readonly joins: Sql;
  readonly condition: Sql;
  readonly after: Sql;
  readonly rolled: Sql;
  readonly list: Sql;
};

export function groupedBy(
  reading: Reading,
  groupBy: readonly Grouping[],
  own: { measure?: Sql; meter?: Sql } = {},
): Grouped {
  const rolls =
    reading.filter.rollUp === true && reading.ownRows !== true && groupBy.includes('organization');
  const shown = (grouping: Grouping, i: number) =>
    rolls && grouping === 'organization' ? sql`c.ancestor::text` : sql`${sql.ref(`p.g${i}`)}::text`;
  return {
    before: knownBefore(reading, groupBy),
    columns: [
      sql`${intervalOf(reading)} as "interval"`,
      sql`${rolls ? treeOf(reading) : sql`0`} as tree`,
      sql`${rolls ? sql`b.organization_id` : sql`null::text`} as organization_id`,
      ...groupBy.map((grouping, i) => sql`${groupValue(grouping, own)} as ${sql.ref(`g${i}`)}`),
    ],
    ...joinsFor(reading, groupBy),
    after: rolls ? sql`, ${above(reading)}` : sql``,
    rolled: rolls ? sql`join counting c on c.tree = p.tree and c.id = p.organization_id` : sql``,
    list:
      groupBy.length === 0
        ? sql`'{}'::text[]`
        : sql`array[${sql.join(groupBy.map(shown))}]::text[]`,
  };
}

/** `1, 2, 3 …`: the columns by their place. */
export function places(columns: readonly Sql[]): Sql {
  return sql.join(columns.map((_, i) => sql.raw(String(i + 1))));
}

/**
 * The organizations that each one's usage counts for, by tree: itself and all above it, up to the one that is asked
 * about; in place of what was merged then, its survivor. Over the rows of `parts`.
 */
export function above({ filter, spans }: Reading): Sql {
  const within =
    filter.organizationId === undefined
      ? sql`true`
      : sql`up.ancestor in (select id from scope s where s.tree = up.tree)`;
  return sql`
    moments (tree, at) as (select ordinal - 1, at from unnest(${[...spans.treeAt]}::timestamptz[]) with ordinality as t (at, ordinal)),
    up (tree, id, ancestor) as (
      select distinct tree::bigint, organization_id, organization_id from parts
      union
      select up.tree, up.id, p.parent_id from up join moments m on m.tree = up.tree
        join ${edgesAt('organization_id', sql`up.ancestor`)} p on p.valid @> m.at
    ),
    counting as (
      select up.* from up join moments m on m.tree = up.tree
       where ${within} and not exists (select from organization_aliases l where l.organization_id = up.ancestor
                                          and l.superseded_by is null and l.valid @> m.at))`;
}

/** When, within a range, a subscription came to a plan of another product. */
export async function productChanges(
  db: Queryable,
  from: Instant,
  to: Instant,
): Promise<Instant[]> {
  const { rows } = await sql<{ at: Instant }>`
    select distinct at from (
      select lower(sp.valid) as at, p.product_id <> lag(p.product_id) over (partition by sp.subscription_id order by lower(sp.valid)) as is_change
        from subscription_plans sp join plans p on p.id = sp.plan_id where sp.superseded_by is null) c
     where is_change and at > ${from}::timestamptz and at < ${to}::timestamptz
     order by 1`.execute(db);
  return rows.map((row) => row.at);
}
