import { type RawBuilder, sql } from 'kysely';
import { refuseArchived } from '../archive/queries.ts';
import type { Queryable } from '../db/connect.ts';
import { groupBy } from '../lib/group.ts';
import { decimal, sum } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { below } from '../organizations/tree-queries.ts';
import { type Counted, type IgnoredSet, noUsage, type Unrated, type Usage } from './rules.ts';

export type { Counted } from './rules.ts';

/** A set of usage: of one subscription, by when it occurred, and by what was recorded in (after, upto]. */
export type UsageRange = {
  readonly subscriptionId: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly after: number;
  readonly upto: number;
  /** Usage in it that does not count. */
  readonly ignoring?: readonly IgnoredSet[];
  /** Nothing else counts. */
  readonly onlyIgnored?: true;
};

export type UsageAsk = UsageRange & { readonly key: string; readonly counted: Counted };

/** What was asked about, by a group of it: the value of the attribute that is split by, null for all the rest. */
type UsageRow = {
  key: string;
  value: string | null;
  quantity: string;
  event_count: number;
  event_quantity: string;
  event_hash: string;
};

/**
 * Measures every set asked for, straight from the events and who they are attributed to, in one statement for the
 * additive aggregations and one for those that need the whole set. Charges on the same range share its scan.
 */
export async function measureUsage(
  db: Queryable,
  asks: readonly UsageAsk[],
): Promise<Map<string, Usage>> {
  return measure(db, asks, ofSubscription);
}

/** The same, of an organization's usage, whatever subscription it is on: the `subscriptionId` of the asks says nothing. */
export async function measureUsageOf(
  db: Queryable,
  asks: readonly UsageAsk[],
  organization: { id: string; rollUp: boolean },
): Promise<Map<string, Usage>> {
  return measure(db, asks, ofOrganization(organization));
}

/** The same, of events that are the usage of `whose`. */
async function measure(
  db: Queryable,
  asks: readonly UsageAsk[],
  whose: Whose,
): Promise<Map<string, Usage>> {
  const measured = new Map<string, Usage>();
  for (const some of handfuls(asks))
    for (const [key, usage] of await measureHandful(db, some, whose)) measured.set(key, usage);
  await refuseArchived(db, asks);
  return measured;
}

/**
 * Asks for one statement each, those about one range together. Each event of a range is held against all that a
 * statement asks, so thousands of asks in one would cost their product.
 */
function handfuls(asks: readonly UsageAsk[]): UsageAsk[][] {
  const taken: UsageAsk[][] = [];
  const byRange = groupBy(asks, (ask) => JSON.stringify(placeOf(ask)));
  for (const some of byRange.values()) {
    const last = taken.at(-1);
    if (last !== undefined && last.length + some.length <= ASKS_AT_ONCE) last.push(...some);
    else taken.push(some);
  }
  return taken;
}

const ASKS_AT_ONCE = 50;

async function measureHandful(
  db: Queryable,
  asks: readonly UsageAsk[],
  whose: Whose,
): Promise<Map<string, Usage>> {
  const additiveAsks = asks.filter((ask) => isAdditive(ask));
  const valuedAsks = asks.filter((ask) => !isAdditive(ask));
  const rows = [
    ...(await additive(db, additiveAsks, whose)),
    ...(await valued(db, valuedAsks, whose)),
  ];
  const costAsks = asks.filter(({ counted }) => counted.cost !== undefined);
  const unrated = await withoutCost(db, costAsks, whose);
  const rowsByKey = groupBy(rows, (row) => row.key);
  return new Map(
    asks.map(({ key, counted }) => {
      const usage = toUsage(rowsByKey.get(key) ?? [], counted);
      const left = unrated.get(key);
      return [key, left === undefined ? usage : { ...usage, unrated: left }];
    }),
  );
}

function toUsage(rows: readonly UsageRow[], counted: Counted): Usage {
  if (rows.length === 0) return noUsage;
  const total = (pick: (row: UsageRow) => string) => sum(rows.map((row) => decimal(pick(row))));
  return {
    quantity: total((row) => row.quantity),
    ...(counted.split !== undefined && {
      groups: new Map(rows.map((row) => [row.value, decimal(row.quantity)])),
    }),
    eventCount: rows.reduce((count, row) => count + row.event_count, 0),
    eventQuantity: total((row) => row.event_quantity),
    eventHash: total((row) => row.event_hash),
  };
}

/** True where the quantity of a set is the sum over its events: of parts, too. */
export function isAdditive({ counted }: Pick<UsageAsk, 'counted'>): boolean {
  return counted.aggregation === 'sum' || counted.aggregation === 'count';
}

/** sum and count: the signed entries of the range simply add up. */
async function additive(
  db: Queryable,
  asks: readonly UsageAsk[],
  whose: Whose,
): Promise<UsageRow[]> {
  if (asks.length === 0) return [];
  const { rows } = await sql<UsageRow>`
    ${whose.prefix} ${askTables(asks)}
    select t.key, ${groupValue} as value, sum(a.sign * ${measured})::text as quantity, sum(a.sign)::bigint as event_count,
           sum(a.sign * ${measured})::text as event_quantity, sum(a.sign * event_hash(a.event_id))::text as event_hash
      from ${scan(asks, whose)}
      join journal j on j.id = a.journal_id and j.position > r.after and j.position <= r.upto
      ${eventsOf(asks)}
      join asked t on t.range = r.range and ${counts} and ${hasCost}
     group by 1, 2`.execute(db);
  return rows;
}

/**
 * max and unique: of the set as a whole, the events whose signs sum to more than zero. What a range adds to them is
 * the value at its end less the value at its beginning, so the entries before it are read as well.
 */
async function valued(db: Queryable, asks: readonly UsageAsk[], whose: Whose): Promise<UsageRow[]> {
  if (asks.length === 0) return [];
  const { rows } = await sql<UsageRow>`
    ${whose.prefix} ${askTables(asks)},
    net as (
      select t.key, t.aggregation, ${groupValue} as value, a.event_id, ${measured} as measured, sum(a.sign) as at_end,
             coalesce(sum(a.sign) filter (where j.position <= r.after), 0) as at_start
        from ${scan(asks, whose)}
        join journal j on j.id = a.journal_id and j.position <= r.upto
        ${eventsOf(asks)}
        join asked t on t.range = r.range and ${counts}
       group by t.key, t.aggregation, value, a.event_id, measured
    )
    select n.key, n.value, (${valueOf('n.at_end')} - ${valueOf('n.at_start')})::text as quantity,
           sum(n.at_end - n.at_start)::bigint as event_count,
           sum((n.at_end - n.at_start) * n.measured)::text as event_quantity,
           sum((n.at_end - n.at_start) * event_hash(n.event_id))::text as event_hash
      from net n
     group by n.key, n.value, n.aggregation`.execute(db);
  return rows;
}

/** Of rows `n` of single events with their net sign: the value of those that are in the set. */
export const valueOf = (net: string) => sql`
  case n.aggregation
    when 'max' then coalesce(max(n.measured) filter (where ${sql.ref(net)} > 0), 0)
    else count(distinct n.measured) filter (where ${sql.ref(net)} > 0) end`;

/** Of the events that a percentage charge's meter counts, those with no cost in the currency of the charge. */
async function withoutCost(
  db: Queryable,
  asks: readonly UsageAsk[],
  whose: Whose,
): Promise<Map<string, Unrated[]>> {
  if (asks.length === 0) return new Map();
  type Row = { key: string; currency: string | null; event_count: number; cost: string | null };
  const { rows } = await sql<Row>`
    ${whose.prefix} ${askTables(asks)}
    select t.key, e.cost_currency as currency, sum(a.sign)::bigint as event_count, sum(a.sign * e.cost_amount)::text as cost
      from ${scan(asks, whose)}
      join journal j on j.id = a.journal_id and j.position > r.after and j.position <= r.upto
      ${eventsOf(asks)}
      join asked t on t.range = r.range and ${counts} and not ${hasCost}
     group by 1, 2 having sum(a.sign) <> 0
     order by 1, 2 nulls first`.execute(db);
  return new Map(
    [...groupBy(rows, (row) => row.key)].map(([key, some]) => [key, some.map(unratedOf)]),
  );
}

function unratedOf(row: { currency: string | null; event_count: number; cost: string | null }) {
  const { currency, event_count: eventCount, cost } = row;
  const reason = currency === null ? ('no_cost' as const) : ('other_currency' as const);
  return { reason, currency, eventCount, cost: cost === null ? null : decimal(cost) };
}

/** Whose usage is measured: what comes before the tables of a statement, and which entries `a` of a range `r` count. */
export type Whose = { readonly prefix: RawBuilder<unknown>; readonly holds: RawBuilder<unknown> };

export const ofSubscription: Whose = {
  prefix: sql`with`,
  holds: sql`a.subscription_id = r.subscription`,
};

/** Its own usage or, rolled up, also that of what lay below it when the usage occurred. */
export function ofOrganization({ id, rollUp }: { id: string; rollUp: boolean }): Whose {
  if (!rollUp) return { prefix: sql`with`, holds: sql`a.organization_id = ${id}` };
  const holds = sql`exists (select from below b where b.id = a.organization_id and b.valid @> a.occurred_at)`;
  return { prefix: sql`${below(id)},`, holds };
}

/** The ranges, each with the entries in it. The bounds of all of them, as constants, pick the partitions. */
export function scan(asks: readonly UsageRange[], whose: Whose): RawBuilder<unknown> {
  const { from, to } = outerBounds(asks);
  return sql`ranges r
      join attributions a on ${whose.holds} and a.occurred_at >= r."from" and a.occurred_at < r."to"
       and a.occurred_at >= ${from}::timestamptz and a.occurred_at < ${to}::timestamptz and ${countsBesideIgnored(asks)}`;
}

/** True of the entries `a` of a range `r` that are not those of ignored events, or are where only those are asked for. */
export function countsBesideIgnored(asks: readonly UsageRange[]): RawBuilder<unknown> {
  if (!asks.some(hasIgnored)) return sql`true`;
  return sql`exists (select from ignored i where i.range = r.range and i.event_id = a.event_id) = r.only_ignored`;
}

const hasIgnored = ({ ignoring }: UsageRange): boolean =>
  ignoring !== undefined && ignoring.length > 0;

/** The table `ignored` of a statement, if it needs one: of each range, the events that do not count. */
function ignoredTable(asks: readonly UsageRange[]): RawBuilder<unknown> {
  if (!asks.some(hasIgnored)) return sql``;
  const { from, to } = outerBounds(asks);
  return sql`,
    ignored as materialized (
      select r.range, a.event_id
        from ranges r
        cross join lateral jsonb_to_recordset(r.ignoring) as g ("from" timestamptz, "to" timestamptz, after bigint, upto bigint)
        join attributions a on a.subscription_id = r.subscription and a.occurred_at >= greatest(r."from", g."from") and a.occurred_at < least(r."to", g."to")
         and a.occurred_at >= ${from}::timestamptz and a.occurred_at < ${to}::timestamptz
        join journal j on j.id = a.journal_id and j.position > g.after and j.position <= g.upto
        join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
         and e.occurred_at >= ${from}::timestamptz and e.occurred_at < ${to}::timestamptz
       group by r.range, a.event_id, g."from", g.after
      having sum(a.sign) > 0 and bool_or(a.sign > 0 and a.journal_id = e.journal_id)
    )`;
}

export function eventsOf(asks: readonly UsageRange[]): RawBuilder<unknown> {
  const { from, to } = outerBounds(asks);
  return sql`join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
       and e.occurred_at >= ${from}::timestamptz and e.occurred_at < ${to}::timestamptz`;
}

/** What one event adds, of the asked meter `t`. */
export const measured = sql`case when t.cost is not null then e.cost_amount when t.aggregation = 'count' then 1 else (e.measures ->> t.measure)::numeric end`;

/** True unless cost is asked for and the event carries none in that currency. */
export const hasCost = sql`(t.cost is null or coalesce(e.cost_currency = t.cost, false))`;

/** The group that an event is in: null where its value is not listed, or nothing is split. */
export const groupValue = sql`case when t.listed ? (e.attributes ->> t.split) then e.attributes ->> t.split end`;

/**
 * True when the asked meter `t` counts the event `e`: it carries the measure and passes the filter. In one piece, so that
 * it is looked at last: an event is held against every ask of a statement, and few are about its range.
 */
export const counts = sql`case when (t.measure is null or e.measures ? t.measure)
  and not exists (select from jsonb_each(t.filter) f where not coalesce(f.value ? (e.attributes ->> f.key), false)) then true else false end`;

function outerBounds(asks: readonly UsageRange[]): { from: Instant; to: Instant } {
  const froms = asks.map((ask) => ask.from).toSorted();
  const tos = asks.map((ask) => ask.to).toSorted();
  return { from: froms[0] as Instant, to: tos.at(-1) as Instant };
}

/** The tables `ranges` and `asked` of a statement: each range once, however many meters look at it. */
export function askTables(asks: readonly UsageAsk[]): RawBuilder<unknown> {
  const ranges = new Map<string, number>();
  const asked = asks.map(({ key, counted, ...ask }) => ({
    key,
    range: numberOf(ranges, placeOf(ask)),
    aggregation: counted.aggregation,
    measure: counted.measure,
    filter: filterLists(counted.filter),
    cost: counted.cost ?? null,
    split: counted.split?.attribute ?? null,
    listed: counted.split?.values ?? [],
  }));
  const rangeRows = [...ranges].map(([text, range]) => {
    const [subscription, from, to, after, upto, ignoring, only] = JSON.parse(text) as unknown[];
    return { range, subscription, from, to, after, upto, ignoring, only_ignored: only };
  });
  return sql`ranges as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rangeRows)}::jsonb)
        as r (range int, subscription identifier, "from" timestamptz, "to" timestamptz, after bigint, upto bigint, ignoring jsonb, only_ignored boolean)),
    asked as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
        as t (key text, range int, aggregation text, measure text, filter jsonb, cost text, split text, listed jsonb))${ignoredTable(asks)}`;
}

function placeOf(range: UsageRange): unknown[] {
  const { subscriptionId, from, to, after, upto, ignoring = [], onlyIgnored = false } = range;
  return [subscriptionId, from, to, after, upto, ignoring, onlyIgnored];
}

function numberOf(numbers: Map<string, number>, parts: unknown[]): number {
  const text = JSON.stringify(parts);
  const number = numbers.get(text) ?? numbers.size;
  numbers.set(text, number);
  return number;
}

/** Attribute → the values allowed, always as a list. */
function filterLists(filter: Counted['filter']): Record<string, string[]> {
  return Object.fromEntries(Object.entries(filter).map(([key, wanted]) => [key, [wanted].flat()]));
}
