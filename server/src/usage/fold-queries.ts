import { type RawBuilder, sql } from 'kysely';
import { listedMeasures, LONG_INPUT_STEP, LONG_REQUEST_TOKENS } from '../catalog/list-prices.ts';
import type { Queryable, Tx } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';

/** How usage gets from entries into the hours that are derived from them. */

export type Fold = {
  /** Entries up to here are in the hours; what comes after is read directly. */
  position: number;
  /** The attributes that every row tells apart. */
  attributes: string[];
  /** Those that rows have been told apart by since: these and maybe more. */
  folding: string[];
};

export async function readFold(db: Queryable): Promise<Fold> {
  return db
    .selectFrom('usage_fold')
    .select(['position', 'attributes', 'folding'])
    .executeTakeFirstOrThrow();
}

/** One at a time folds, or makes anew. False: somebody else does. */
export async function tryLockFold(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('customary.usage', 0)) as locked`.execute(tx);
  return rows[0]?.locked === true;
}

export async function lockFold(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('customary.usage', 0))`.execute(tx);
}

/** The attributes that list prices, meters and charges look at: what hours have to tell apart to answer for them. */
export async function lookedAtAttributes(db: Queryable): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct name collate "C" as name from (
      select unnest(array['model', 'provider']) as name
      union all select jsonb_object_keys(filter) from meter_versions
      union all select unnest(split_by) from meter_versions
      union all select terms -> 'byAttribute' ->> 'attribute' from plan_charges where terms ? 'byAttribute'
    ) looked_at where name is not null order by 1`.execute(db);
  return rows.map((row) => row.name);
}

const JOURNAL_ROWS_AT_ONCE = 1_000;
const EVENTS_AT_ONCE = 100_000;

/** Up to where to fold next. */
export async function nextToFold(tx: Tx, after: number): Promise<number> {
  return positionAfter(tx, after, { events: EVENTS_AT_ONCE, journalRows: JOURNAL_ROWS_AT_ONCE });
}

/** How far as many journal rows go as hold about so many events, at least one; `after` if there is none. */
export async function positionAfter(
  tx: Tx,
  after: number,
  atOnce: { events: number; journalRows: number },
): Promise<number> {
  const { rows } = await sql<{ position: number | null }>`
    select max(position) as position from (
      select j.position, sum(coalesce(b.accepted, 0)) over (order by j.position) - coalesce(b.accepted, 0) as events_before
        from journal j left join ingest_batches b on b.journal_id = j.id
       where j.position > ${after} and j.position <= ${after + atOnce.journalRows}
    ) waiting where events_before < ${atOnce.events}`.execute(tx);
  return rows[0]?.position ?? after;
}

export async function hasHours(db: Queryable): Promise<boolean> {
  return (
    (await db.selectFrom('usage_hours').select('hour').limit(1).executeTakeFirst()) !== undefined
  );
}

export async function saveFold(tx: Tx, fold: Fold): Promise<void> {
  await tx.updateTable('usage_fold').set(fold).execute();
}

/** Which entries: those of some journal rows, or those of a stretch of time recorded up to a position. */
export type EntryRange =
  | { journalIds: readonly number[] }
  | { from: Instant; to: Instant; upto: number };

/** The journal rows with a position in (after, upto]. */
export async function journalIdsBetween(tx: Tx, after: number, upto: number): Promise<number[]> {
  const rows = await tx
    .selectFrom('journal')
    .select('id')
    .where('position', '>', after)
    .where('position', '<=', upto)
    .execute();
  return rows.map(({ id }) => id);
}

/** The journal rows after a position, numbered or not. */
export async function journalIdsAfter(tx: Tx, position: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from journal where position > ${position} union all select id from journal where position is null`.execute(
    tx,
  );
  return rows.map(({ id }) => id);
}

/**
 * The entries `a` of a range with their events `e`. As constants, journal rows let the planner see that few entries of
 * many are asked for, and the bounds of a stretch pick its partitions.
 */
function entriesIn(range: EntryRange): RawBuilder<unknown> {
  const events = sql`join events e on e.id = a.event_id and e.occurred_at = a.occurred_at`;
  if ('journalIds' in range)
    return sql`attributions a ${events} where a.journal_id = any(${range.journalIds}::bigint[])`;
  const within = (column: RawBuilder<unknown>) =>
    sql`${column} >= ${range.from}::timestamptz and ${column} < ${range.to}::timestamptz`;
  return sql`attributions a join journal j on j.id = a.journal_id and j.position <= ${range.upto} ${events}
    where ${within(sql`a.occurred_at`)} and ${within(sql`e.occurred_at`)}`;
}

export const hourOf = (instant: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`date_trunc('hour', ${instant}, 'UTC')`;

const inputTokens = sql`(e.measures ->> 'input_tokens')::numeric`;

/** What an event `e` without a cost is priced by, beside its attributes; null with one, or with a short request. */
export const longInput = sql`case when e.cost_currency is null and ${inputTokens} > ${LONG_REQUEST_TOKENS} then
  (div(${inputTokens}, ${LONG_INPUT_STEP}) + case when mod(${inputTokens}, ${LONG_INPUT_STEP}) = 0 then 0 else 1 end) * ${LONG_INPUT_STEP} end`;

/** Whether an event `e` without a cost has measures that there are list prices for. */
export const isListed = sql`(e.cost_currency is null and e.measures ?| ${[...listedMeasures]}::text[])`;

/** Of attributes, those of some names. */
export function pickedFrom(
  attributes: RawBuilder<unknown>,
  names: readonly string[],
): RawBuilder<unknown> {
  if (names.length === 0) return sql`'{}'::jsonb`;
  const pairs = names.map((name) => sql`${name}::text, ${attributes} -> ${name}::text`);
  return sql`jsonb_strip_nulls(jsonb_build_object(${sql.join(pairs)}))`;
}

/**
 * Puts what the entries of a range come to into a table `staged` that goes with the transaction: a row for each hour,
 * owner, kind and measure. Everything else works on that, so events are read once.
 */
export async function stageHours(
  tx: Tx,
  range: EntryRange,
  attributes: readonly string[],
): Promise<void> {
  // There are no statistics that tell how many groups there will be; hashing them is never much worse than sorting. And
  // what nobody waits for takes no workers from those who do.
  await sql`set local enable_sort = off`.execute(tx);
  await sql`set local enable_incremental_sort = off`.execute(tx);
  await sql`set local max_parallel_workers_per_gather = 0`.execute(tx);
  // With `offset 0`, what is told of an event is found once, not once for each of its measures.
  await sql`
    create temporary table staged on commit drop as
    select r.*, sha256(convert_to(jsonb_build_array(source, cost_currency, listed, long_input, attributes)::text, 'UTF8')) as kind_hash
      from (
        select hour, organization_id, subscriber_id, credential_id, subscription_id, source, cost_currency, listed, long_input, attributes,
               m.measure, sum(sign)::bigint as events, sum(sign * m.quantity) as quantity, bool_or(sign < 0) as is_corrected
          from (
            select ${hourOf(sql`a.occurred_at`)} as hour, a.organization_id, a.subscriber_id, a.credential_id, a.subscription_id, a.sign,
                   e.source, e.cost_currency, e.cost_amount, e.measures,
                   ${isListed} as listed, ${longInput} as long_input, ${pickedFrom(sql`e.attributes`, attributes)} as attributes
              from ${entriesIn(range)} offset 0
          ) entry
          cross join lateral (select '' as measure, coalesce(cost_amount, 0) as quantity
                              union all select key, value::numeric from jsonb_each_text(measures)) m
         group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
      ) r`.execute(tx);
  // How many rows there are is what plans need; statistics of one column bring it.
  await sql`analyze staged (kind_hash)`.execute(tx);
}

/** No id is empty, so that what is missing can be compared as empty text. */
const sameOwner = sql`o.organization_id = r.organization_id and coalesce(o.subscriber_id::text, '') = coalesce(r.subscriber_id::text, '')
  and coalesce(o.credential_id::text, '') = coalesce(r.credential_id::text, '') and coalesce(o.subscription_id::text, '') = coalesce(r.subscription_id::text, '')`;

/** Adds the owners and kinds that staged rows are the first to have. */
export async function insertKeys(tx: Tx): Promise<void> {
  await sql`
    insert into usage_owners (organization_id, subscriber_id, credential_id, subscription_id)
    select r.* from (select distinct organization_id, subscriber_id, credential_id, subscription_id from staged) r
     where not exists (select from usage_owners o where ${sameOwner})
    on conflict do nothing`.execute(tx);
  await sql`
    insert into usage_kinds (hash, source, cost_currency, listed, long_input, attributes)
    select distinct kind_hash, source, cost_currency, listed, long_input, attributes from staged
     where kind_hash not in (select hash from usage_kinds)
    on conflict do nothing`.execute(tx);
}

/** The staged rows by the keys of their owners and kinds; nothing is left of those that corrections have emptied. */
const stagedHours = sql`
  select r.hour, o.key as owner_key, k.key as kind_key, r.measure, r.events, r.quantity
    from staged r
    join usage_owners o on ${sameOwner}
    join usage_kinds k on k.hash = r.kind_hash
   where r.events <> 0 or r.quantity <> 0`;

/** Statistics know of few empty hours, as those of a correction have only just become so: this is not guessed by them. */
const isEmpty = sql`abs(u.events) + abs(u.quantity) = 0`;

/** Adds the staged rows to their hours. What a correction has emptied goes. */
export async function addHours(tx: Tx): Promise<void> {
  await sql`
    insert into usage_hours as u (hour, owner_key, kind_key, measure, events, quantity) ${stagedHours}
    on conflict (owner_key, hour, kind_key, measure) do update
       set events = u.events + excluded.events, quantity = u.quantity + excluded.quantity`.execute(
    tx,
  );
  await sql`
    delete from usage_hours u using (
      select distinct o.key as owner_key, r.hour from staged r join usage_owners o on ${sameOwner} where r.is_corrected) t
     where u.owner_key = t.owner_key and u.hour = t.hour and ${isEmpty}`.execute(tx);
}

const sameHour = sql`u.hour = d.hour and u.owner_key = d.owner_key and u.kind_key = d.kind_key and u.measure = d.measure`;

/** Where the hours of a stretch of time are not what is staged: what they should be; null: nothing. */
const differing = ({ from, to }: { from: Instant; to: Instant }) => sql`
  select coalesce(f.hour, s.hour) as hour, coalesce(f.owner_key, s.owner_key) as owner_key, coalesce(f.kind_key, s.kind_key) as kind_key,
         coalesce(f.measure, s.measure) as measure, f.events, f.quantity, s.events as events_stored, s.quantity as quantity_stored
    from (${stagedHours}) f
    full join (select * from usage_hours where hour >= ${from}::timestamptz and hour < ${to}::timestamptz) s
      on s.hour = f.hour and s.owner_key = f.owner_key and s.kind_key = f.kind_key and s.measure = f.measure
   where f.events is distinct from s.events or f.quantity is distinct from s.quantity`;

/** Makes the hours of a stretch of time what is staged for it; answers how many rows were not. */
export async function mendHours(tx: Tx, range: { from: Instant; to: Instant }): Promise<number> {
  const { rows } = await sql<{ mended: number }>`
    with d as materialized (${differing(range)}),
    gone as (delete from usage_hours u using d where ${sameHour} and d.events is null returning 1),
    put as (
      insert into usage_hours as u (hour, owner_key, kind_key, measure, events, quantity)
      select hour, owner_key, kind_key, measure, events, quantity from d where events is not null
      on conflict (owner_key, hour, kind_key, measure) do update set events = excluded.events, quantity = excluded.quantity
      returning 1
    )
    select (select count(*) from gone) + (select count(*) from put) as mended`.execute(tx);
  return rows[0]?.mended ?? 0;
}

/** The first hour at or after an instant that has usage, or is thought to have some; null: there is no later one. */
export async function nextHourWithUsage(db: Queryable, from: Instant): Promise<Instant | null> {
  const { rows } = await sql<{ hour: Instant | null }>`
    select least(${hourOf(sql`(select min(occurred_at) from events where occurred_at >= ${from}::timestamptz)`)},
                 (select min(hour) from usage_hours where hour >= ${from}::timestamptz)) as hour`.execute(
    db,
  );
  return rows[0]?.hour ?? null;
}

export type FoldLag = {
  /** How many recording transactions are not folded yet. */
  transactions: number;
  /** When the first of them was recorded; null: none waits. */
  since: Instant | null;
};

/** How far the hours are behind what has been recorded. */
export async function foldLag(db: Queryable): Promise<FoldLag> {
  const { rows } = await sql<FoldLag>`
    select count(*) as transactions, min(recorded_at) as since
      from journal where position is null or position > (select position from usage_fold)`.execute(
    db,
  );
  return rows[0] ?? { transactions: 0, since: null };
}
