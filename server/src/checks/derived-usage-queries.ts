import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { archivedBefore } from '../archive/queries.ts';
import { EARLIEST, type Instant } from '../lib/instant.ts';
import { pickedFrom, readFold } from '../usage/fold-queries.ts';
import { entriesOf, groupsOf } from '../unclassified/entry-queries.ts';
import { isNew, type Since } from './since-queries.ts';
import { type Check, type Finding, ROWS_NAMED_MAX, verdict } from './verdict.ts';

/** Design §4.5: usage by the hour is what events come to. Taken apart here by another query than it was put together. */
export async function checkDerivedUsage(tx: Tx, since: Since): Promise<Check> {
  if (since.position > 0) return checkTouchedHours((look) => look(tx), since);
  return verdictOf(await foldedUpTo(tx), [
    ...(await everyHour(tx)),
    ...(await queueUnlikeItsEntries(tx)),
    ...(await hoursUnlikeTheirArchive(tx)),
  ]);
}

/** Gives a look a snapshot: one for all looks, or each its own. */
export type Snapshots = <T>(look: (tx: Tx) => Promise<T>) => Promise<T>;

/**
 * The hours of organizations in which anything is new, each as a whole. Whatever position a look knows, it knows the one
 * that the first knew: all that was folded by then has been looked at.
 */
export async function checkTouchedHours(snapshot: Snapshots, since: Since): Promise<Check> {
  const { figures, parts } = await snapshot(async (tx) => ({
    figures: await foldedUpTo(tx),
    parts: await touchedParts(tx, since),
  }));
  const problems: Finding[] = [];
  for (const part of parts) {
    problems.push(...(await snapshot((tx) => hoursUnlikeTheirEvents(tx, { touched: part }))));
    if (problems.length >= ROWS_NAMED_MAX) break;
  }
  return verdictOf(figures, problems.slice(0, ROWS_NAMED_MAX));
}

type Folded = { foldedUpTo: string; queueFoldedUpTo: string };

async function foldedUpTo(tx: Tx): Promise<Folded> {
  const { rows } = await sql<Folded>`
    select (select position::text from usage_fold) as "foldedUpTo", (select position::text from unclassified_state) as "queueFoldedUpTo"`.execute(
    tx,
  );
  return rows[0] as Folded;
}

function verdictOf(figures: Folded, problems: Finding[]): Check {
  const claim =
    'Usage by the hour, and the work queue, are what their events come to, up to where they have been folded.';
  const check = verdict('derivedUsage', claim, figures, problems);
  // The queue is looked at only as a whole, so how far it is folded says nothing of what is new.
  return { ...check, upTo: Number(figures.foldedUpTo) };
}

const TOUCHED_MAX = 100_000;
const TOUCHED_AT_ONCE = 500;

/** Tables of an `hour` and an `organization_id` in which anything is new, a few at a time; one, where they are too many to name. */
async function touchedParts(tx: Tx, since: Since): Promise<RawBuilder<unknown>[]> {
  const touched = sql`
    select distinct date_trunc('hour', occurred_at, 'UTC') as hour, organization_id from attributions where ${isNew(sql`journal_id`, since)}`;
  const { rows } = await sql<{ hour: Instant; organization_id: string }>`
    select * from (${touched} limit ${TOUCHED_MAX + 1}) t order by organization_id, hour`.execute(
    tx,
  );
  if (rows.length > TOUCHED_MAX) return [touched];
  const starts = Array.from(
    { length: Math.ceil(rows.length / TOUCHED_AT_ONCE) },
    (_, i) => i * TOUCHED_AT_ONCE,
  );
  return starts.map((start) => {
    const part = rows.slice(start, start + TOUCHED_AT_ONCE);
    const hours = part.map(({ hour }) => hour);
    const organizations = part.map((row) => row.organization_id);
    return sql`select * from unnest(${hours}::timestamptz[], ${organizations}::text[]) as t (hour, organization_id)`;
  });
}

function isIn(at: RawBuilder<unknown>, { from, to }: Span): RawBuilder<unknown> {
  const ends = to === null ? sql`` : sql`and ${at} < ${to}::timestamptz`;
  return sql`${at} >= ${from}::timestamptz ${ends}`;
}

type Row = {
  hour: Instant;
  organization_id: string;
  measure: string;
  events: string;
  quantity: string;
};

/** Hours in [from, to); null: to the last. */
type Span = { from: Instant; to: Instant | null };

/** All hours that are not archived, some at a time. */
async function everyHour(tx: Tx): Promise<Finding[]> {
  const problems: Finding[] = [];
  for (const span of await spansFrom(tx, (await archivedBefore(tx)) ?? EARLIEST)) {
    problems.push(...(await hoursUnlikeTheirEvents(tx, span)));
    if (problems.length >= ROWS_NAMED_MAX) break;
  }
  return problems.slice(0, ROWS_NAMED_MAX);
}

const EVENTS_AT_ONCE = 20_000;

/** Of about so many events each, as the hours say, which need not be right: together they are all, and adding up none goes to disk. */
async function spansFrom(tx: Tx, first: Instant): Promise<Span[]> {
  const { rows } = await sql<{ from: Instant }>`
    select min(hour) as from
      from (select hour, div(sum(sum(events)) over (order by hour) - 1, ${EVENTS_AT_ONCE}) as span
              from usage_hours where measure = '' and hour >= ${first}::timestamptz group by hour) h
     group by span order by 1`.execute(tx);
  const starts = [first, ...rows.slice(1).map(({ from }) => from)];
  return starts.map((from, i) => ({ from, to: starts[i + 1] ?? null }));
}

/**
 * What is stored, less what the entries come to, must leave nothing of any hour; of those that are touched, or of a span. What
 * was archived since somebody found it touched has only its hours left.
 */
async function hoursUnlikeTheirEvents(
  tx: Tx,
  which: { touched: RawBuilder<unknown> } | Span,
): Promise<Finding[]> {
  const all = 'from' in which;
  const within = (at: RawBuilder<unknown>) => (all ? isIn(at, which) : sql`true`);
  const stored: RawBuilder<unknown> = all
    ? sql`usage_hours u left join usage_owners o on o.key = u.owner_key`
    : sql`touched t
        join usage_owners o on o.organization_id = t.organization_id
        join usage_hours u on u.owner_key = o.key and u.hour = t.hour`;
  // The bounds are for an index, where few hours are touched; the equality is for hashing, where many are.
  const recorded: RawBuilder<unknown> = all
    ? sql`attributions a`
    : sql`touched t
        join attributions a on a.organization_id = t.organization_id and a.occurred_at >= t.hour and a.occurred_at < t.hour + interval '1 hour'
         and date_trunc('hour', a.occurred_at, 'UTC') = t.hour`;
  const { position, attributes } = await readFold(tx);
  const toldApart = (of: RawBuilder<unknown>) => sql`${pickedFrom(of, attributes)} as attributes`;
  const { rows } = await sql<Row>`
    ${all ? sql`` : sql`with touched as materialized (select * from (${which.touched}) t where t.hour >= archived_before())`}
    select hour, organization_id, measure, sum(events)::text as events, sum(quantity)::text as quantity
      from (
        select u.hour, o.organization_id, o.subscriber_id, o.credential_id, o.subscription_id, k.source, k.cost_currency, ${toldApart(sql`k.attributes`)},
               u.measure, u.events, u.quantity
          from ${stored}
          left join usage_kinds k on k.key = u.kind_key
         where ${within(sql`u.hour`)}
        union all
        select hour, organization_id, subscriber_id, credential_id, subscription_id, source, cost_currency, attributes, m.measure, 0 - sign, 0 - sign * m.quantity
          from (
            select date_trunc('hour', a.occurred_at, 'UTC') as hour, a.organization_id, a.subscriber_id, a.credential_id, a.subscription_id, a.sign,
                   e.source, e.cost_currency, e.cost_amount, e.measures, ${toldApart(sql`e.attributes`)}
              from ${recorded}
              join journal j on j.id = a.journal_id and j.position <= ${position}
              join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
             where ${within(sql`a.occurred_at`)} and ${within(sql`e.occurred_at`)}
            offset 0
          ) entry
          cross join lateral (select '' as measure, coalesce(cost_amount, 0) as quantity
                              union all select key, value::numeric from jsonb_each_text(measures)) m
      ) told
     group by hour, organization_id, subscriber_id, credential_id, subscription_id, source, cost_currency, attributes, measure
    having sum(events) <> 0 or sum(quantity) <> 0
     order by hour, organization_id, measure limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map((row) => ({
    row: `usage_hours ${row.hour} ${row.organization_id}`,
    detail: `${row.measure === '' ? 'Its events' : row.measure}: ${row.events} events and ${row.quantity} more than its entries come to.`,
  }));
}

/** The hours of a month that was archived sum to what they did then. */
async function hoursUnlikeTheirArchive(tx: Tx): Promise<Finding[]> {
  const { rows } = await sql<{ month: string }>`
    select to_char(month, 'YYYY-MM') as month from archived_months
     where usage <> usage_of_month(month) order by 1 limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map(({ month }) => ({
    row: `usage_hours ${month}`,
    detail: 'Its hours do not come to what they did when it was archived.',
  }));
}

/** The groups of the work queue count what the entries in them sum to. Only where all is looked at: it takes them all. */
async function queueUnlikeItsEntries(tx: Tx): Promise<Finding[]> {
  const { rows } = await sql<{ id: string; told: string; held: string }>`
    with folded as materialized (select id from journal where position <= (select position from unclassified_state)),
    entry as (${entriesOf(sql`folded`)}),
    held as (select id, sum(events) as events from (${groupsOf(sql`entry`)}) g group by 1)
    select coalesce(g.id, h.id) as id, coalesce(g.events, 0)::text as told, coalesce(h.events, 0)::text as held
      from unclassified_groups g full join held h on h.id = g.id
     where coalesce(g.events, 0) <> coalesce(h.events, 0)
     order by 1 limit ${ROWS_NAMED_MAX}`.execute(tx);
  return rows.map((row) => ({
    row: `unclassified_groups ${row.id}`,
    detail: `Counts ${row.told} events; its entries come to ${row.held}.`,
  }));
}
