import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { billedLines } from './billed-queries.ts';
import type { NewsCycle } from './book-rules.ts';
import { calendarMonth } from '../lib/period.ts';
import { cyclesEndingIn } from './cycle-rules.ts';
import { everyPayer } from './run-queries.ts';
import { type IsAmong, voidedPeriods } from './void-queries.ts';

/** What changed about cycles that have been billed, up to a position. */
export type News = {
  /**
   * Billed service periods with entries, payers or changes recorded after something of them was billed: subscription →
   * starts. Until that has been adjusted, whatever else of the period is billed meanwhile, or nothing was found.
   */
  readonly periods: ReadonlyMap<string, ReadonlySet<Instant>>;
  /** Those of them that were changed: cut, made longer, or put on another plan. */
  readonly changes: ReadonlyMap<string, ReadonlySet<Instant>>;
  /** Billed cycles of a payer in which a subscription has something that has no line. */
  readonly cycles: ReadonlyMap<string, readonly NewsCycle[]>;
  /** Whoever may owe, or be owed, for any of it. */
  readonly payerIds: ReadonlySet<string>;
};

type Row = {
  kind: 'period' | 'change' | 'cycle' | 'asked';
  subscription_id: string;
  payer_id: string | null;
  start: Instant;
  end: Instant;
  /** Up to where a cycle had been looked at; of a void document, beyond all. */
  looked_at: number | null;
  /** When the subscription was made. */
  known_since: number | null;
};

/**
 * Looked for once in a run, not once for each payer: what was recorded late is a small part of a large table. Within
 * a month's partition entries lie in the order of recording, so the index on the journal finds the late ones; to
 * keep those scans few, the watched periods are grouped by day and position and told apart afterwards. What was billed
 * is gone through only of the subscriptions of which it may have news (`concerned`): all of it grows for ever. `among`:
 * only what is about these subscriptions, and all that was billed of them.
 */
export async function findNews(
  db: Queryable,
  position: number,
  among: readonly string[] | null = null,
): Promise<News> {
  const isAmong: IsAmong = (column) =>
    among === null ? sql`true` : sql`${sql.ref(column)} = any(${[...among]})`;
  const isConcerned = sql`b.subscription_id = any(array(select subscription_id from concerned))`;
  const { rows } = await sql<Row>`
    with ${payersOf(isAmong('s.id'))}, ${payerPaths(isAmong('s.id'))},
    ${among === null ? sql`${concerned(position)}, ${issued(isConcerned)}` : issued(isAmong('b.subscription_id'))},
    watched as materialized (
      select 'period' as kind, subscription_id, null::identifier as payer_id, period_start as "start", max(usage_until) as "end",
             min(position) as position
        from issued_items where usage_until is not null group by subscription_id, period_start
      union all
      select 'cycle', p.subscription_id, b.organization_id, b.period_start, b.period_end, b.position
        from billing_cycles b join payers_of p on p.payer_id = b.organization_id
       where not b.complete and p.start_at < b.period_end and (p.end_at is null or p.end_at > b.period_start)
    ),
    groups as materialized (
      select g.*, journal_floor(g.position) as journal_floor
        from (select distinct date_trunc('day', "start") as first_day, date_trunc('day', "end") as last_day, position from watched) g
    ),
    late as materialized (
      select g.first_day, g.last_day, g.position, a.*
        from groups g cross join lateral (
          select a.subscription_id, min(a.occurred_at) as earliest, max(a.occurred_at) as latest
            from attributions a cross join lateral (select position from journal where id = a.journal_id limit 1) j
           where a.occurred_at >= g.first_day and a.occurred_at < g.last_day + interval '1 day'
             and a.journal_id >= g.journal_floor and a.subscription_id is not null and ${isAmong('a.subscription_id')}
             and j.position > g.position and j.position <= ${position}
           group by a.subscription_id, date_trunc('day', a.occurred_at)) a
    )
    select n.kind, n.subscription_id, n.payer_id, n."start", n."end", max(n.looked_at) as looked_at,
           (select min(j.position) from subscription_changes c join journal j on j.id = c.recorded_by where c.subscription_id = n.subscription_id) as known_since
      from (
    select w.kind, w.subscription_id, w.payer_id, w."start", w."end", case w.kind when 'cycle' then w.position end as looked_at
      from watched w
      join late l on l.subscription_id = w.subscription_id and l.position = w.position
       and l.first_day = date_trunc('day', w."start") and l.last_day = date_trunc('day', w."end")
       and l.earliest < w."end" and l.latest >= w."start"
    union
    ${movedToOtherPayers(position)}
    union
    ${changedPeriods(position)}
    union
    ${changedSubscriptions(position)}
    union
    ${backdatedPayers(position)}
    union
    ${payersNotAsked(position)}
    union
    ${subscribersNotAsked(position)}
    union
    ${voidedPeriods(isAmong)}
      ) n
     where ${isAmong('n.subscription_id')}
     group by n.kind, n.subscription_id, n.payer_id, n."start", n."end"`.execute(db);
  const all = [...rows, ...(await cyclesAsked(db, rows))];
  return { ...toNews(all), payerIds: await payersConcerned(db, rows) };
}

/**
 * What stands on issued documents. Of each fee and charge over a service period, by payer: up to which position it was
 * looked at, and the end of the period as it was then; up to where its usage was, null where it has none or is gone.
 */
const issued = (isAmong: RawBuilder<unknown>) => sql`
  issued_items as materialized (
    select l.*, greatest(l.billed_at, s.position) as position
      from (select subscription_id, period_start, organization_id, coalesce(charge_id, fee_id) as item_id, max(known_at) as billed_at,
                   (array_agg(period_end order by known_at desc, id desc))[1] as period_end,
                   (array_agg(case when charge_id is not null and not price -> 'rated' ? 'gone' then period_end end order by known_at desc, id desc))[1] as usage_until
              from ${billedLines} b where status not in ('draft', 'void') and ${isAmong}
             group by subscription_id, period_start, organization_id, coalesce(charge_id, fee_id)) l
      left join settled_periods s on s.organization_id = l.organization_id and s.subscription_id = l.subscription_id and s.period_start = l.period_start
  )`;

/**
 * The subscriptions of which something that was billed may have news: with entries of a time that had been billed to
 * anybody by then, or changed, or given to another payer, after anything of them was billed. Kept by trigger: `note_billed`.
 */
const concerned = (position: number) => sql`
  concerned as materialized (
    select a.subscription_id::text
      from (select b.*, journal_floor(b.position) as journal_floor from billed_stretches b) b
     cross join lateral (
       select distinct a.subscription_id
         from attributions a cross join lateral (select position from journal where id = a.journal_id limit 1) j
        where a.occurred_at >= b.first_day and a.occurred_at < b.until
          and a.journal_id >= b.journal_floor and a.subscription_id is not null
          and j.position > b.position and j.position <= ${position}) a
    union
    select f.subscription_id
      from first_billings f
      join subscription_changes c on c.subscription_id = f.subscription_id
      join journal j on j.id = c.recorded_by and j.position > f.position and j.position <= ${position}
    union
    select f.subscription_id
      from first_billings f
      join subscriptions s on s.id = f.subscription_id
      join payer_paths p on p.organization_id = s.organization_id
      join journal made on made.id = p.recorded_by
      left join journal ended on ended.id = p.superseded_by
     where (made.position > f.position and made.position <= ${position}) or (ended.position > f.position and ended.position <= ${position})
  )`;

/** Each subscription with whoever pays for it at any time. */
const payersOf = (isAmong: RawBuilder<unknown>) => sql`
  payers_of as materialized (
    with recursive reach (organization_id, payer_id) as (
      select distinct organization_id, organization_id from subscriptions s where archived_at is null and ${isAmong}
      union
      select r.organization_id, l.payer_id from reach r join payer_links l on l.organization_id = r.payer_id and l.superseded_by is null
    )
    select s.id as subscription_id, s.start_at, s.end_at, r.payer_id
      from subscriptions s join reach r on r.organization_id = s.organization_id where s.archived_at is null and ${isAmong}
  )`;

/** Each step, now or once, from an organization to whoever pays for it: `billTo`s and merges. */
const payerPaths = (isAmong: RawBuilder<unknown>) => sql`
  payer_paths as materialized (
    with recursive reach (organization_id, node) as (
      select distinct organization_id, organization_id from subscriptions s where ${isAmong}
      union
      select r.organization_id, l.payer_id from reach r join payer_links l on l.organization_id = r.node
    )
    select r.organization_id, l.valid, l.recorded_by, l.superseded_by from reach r join payer_links l on l.organization_id = r.node
  )`;

/** A `billTo` or a merge recorded, or taken back, after the periods that it reaches into had been billed. */
const movedToOtherPayers = (position: number) => sql`
  select 'period', i.subscription_id, null, i.period_start, i.period_end, null
    from (select subscription_id, period_start, max(period_end) as period_end, min(position) as position from issued_items group by 1, 2) i
    join subscriptions s on s.id = i.subscription_id
    join payer_paths p on p.organization_id = s.organization_id and p.valid && tstzrange(i.period_start, i.period_end)
    join journal made on made.id = p.recorded_by
    left join journal ended on ended.id = p.superseded_by
   where (made.position > i.position and made.position <= ${position}) or (ended.position > i.position and ended.position <= ${position})`;

/** A service period that was cut, made longer or put on another plan after something of it had been billed. */
const changedPeriods = (position: number) => sql`
  select 'change', i.subscription_id, null, i.period_start, i.period_end, null
    from issued_items i
    join subscription_changes c on c.subscription_id = i.subscription_id and c.periods_from < i.period_end
    join journal j on j.id = c.recorded_by and j.position > i.position and j.position <= ${position}`;

/** A subscription that was begun, or changed, after the cycles that the change reaches into had been billed. */
const changedSubscriptions = (position: number) => sql`
  select 'cycle', c.subscription_id, b.organization_id, b.period_start, b.period_end, b.position
    from subscription_changes c
    join journal j on j.id = c.recorded_by and j.position <= ${position}
    join payers_of p on p.subscription_id = c.subscription_id and (p.end_at is null or p.end_at > p.start_at)
    join billing_cycles b on b.organization_id = p.payer_id and b.position < j.position
     and b.period_end > greatest(c.changed_from, p.start_at) and (p.end_at is null or b.period_start < p.end_at)`;

/** Another payer, recorded or taken back after that payer's cycles had been billed: they lack what it now owes. */
const backdatedPayers = (position: number) => sql`
  select 'cycle', p.subscription_id, b.organization_id, b.period_start, b.period_end, null
    from payer_paths t
    join journal made on made.id = t.recorded_by
    left join journal ended on ended.id = t.superseded_by
    join subscriptions s on s.organization_id = t.organization_id
    join payers_of p on p.subscription_id = s.id and p.start_at < coalesce(upper(t.valid), 'infinity')
    join billing_cycles b on b.organization_id = p.payer_id and coalesce(lower(t.valid), '-infinity') < b.period_end
     and p.start_at < b.period_end and (p.end_at is null or b.period_start <= p.end_at)
   where (made.position > b.position and made.position <= ${position}) or (ended.position > b.position and ended.position <= ${position})`;

/**
 * The same, of payers whose cycles nobody went through, because they paid for nothing then that was known: months that
 * were asked for before the payer was recorded, or taken back.
 */
const payersNotAsked = (position: number) => sql`
  select 'asked', p.subscription_id, p.payer_id, r.period_start, r.period_end, null
    from payer_paths t
    join journal made on made.id = t.recorded_by
    left join journal ended on ended.id = t.superseded_by
    join subscriptions s on s.organization_id = t.organization_id
    join payers_of p on p.subscription_id = s.id
    join (select period_start, period_end, min(position) as position from billing_runs where status = 'succeeded' group by 1, 2) r
      on coalesce(lower(t.valid), '-infinity') < r.period_end and p.start_at < r.period_end and (p.end_at is null or r.period_start <= p.end_at)
   where (made.position > r.position and made.position <= ${position}) or (ended.position > r.position and ended.position <= ${position})`;

/** The same, of subscriptions begun or changed backwards, whose payer had nothing when the month was asked for. */
const subscribersNotAsked = (position: number) => sql`
  select 'asked', c.subscription_id, p.payer_id, r.period_start, r.period_end, null
    from subscription_changes c
    join journal j on j.id = c.recorded_by and j.position <= ${position}
    join payers_of p on p.subscription_id = c.subscription_id
    join (select period_start, period_end, min(position) as position from billing_runs where status = 'succeeded' group by 1, 2) r
      on r.position < j.position and r.period_end > greatest(c.changed_from, p.start_at) and (p.end_at is null or r.period_start < p.end_at)
   where not exists (select from billing_cycles b
                      where b.organization_id = p.payer_id and b.period_end > r.period_start and b.period_start < r.period_end)`;

/** The payers' cycles in what was asked for, month by month in their own zones. */
async function cyclesAsked(db: Queryable, rows: readonly Row[]): Promise<Row[]> {
  const asked = rows.filter(({ kind }) => kind === 'asked');
  if (asked.length === 0) return [];
  const rhythms = new Map((await everyPayer(db)).map(({ id, spans }) => [id, spans]));
  return asked.flatMap((row) => {
    const month = row.start.slice(0, 7);
    const { start, end } = calendarMonth(month, 'UTC');
    const isMonth = row.start === start && row.end === end;
    const period = isMonth ? { period: month } : { from: row.start, to: row.end };
    return cyclesEndingIn(rhythms.get(row.payer_id ?? '') ?? [], period).map((cycle) => ({
      ...row,
      ...cycle,
      kind: 'cycle' as const,
    }));
  });
}

function toNews(rows: readonly Row[]): Omit<News, 'payerIds'> {
  const [periods, changes] = [new Map<string, Set<Instant>>(), new Map<string, Set<Instant>>()];
  const cycles = new Map<string, NewsCycle[]>();
  const add = (to: Map<string, Set<Instant>>, { subscription_id: id, start }: Row) =>
    to.set(id, (to.get(id) ?? new Set()).add(start));
  for (const row of rows) {
    const { kind, subscription_id: subscriptionId, payer_id: payerId, start, end } = row;
    const isKnown = row.looked_at !== null && (row.known_since ?? 0) <= row.looked_at;
    const lookedAtUpTo = isKnown ? row.looked_at : null;
    if (kind === 'period' || kind === 'change') add(periods, row);
    if (kind === 'change') add(changes, row);
    if (kind === 'cycle' && payerId !== null)
      cycles.set(payerId, [
        ...(cycles.get(payerId) ?? []),
        { subscriptionId, lookedAtUpTo, start, end },
      ]);
  }
  return { periods, changes, cycles };
}

async function payersConcerned(db: Queryable, rows: readonly Row[]): Promise<Set<string>> {
  return payersOfSubscriptions(db, [...new Set(rows.map((row) => row.subscription_id))]);
}

/** Whoever pays for these subscriptions at any time, or was billed for them. */
export async function payersOfSubscriptions(
  db: Queryable,
  ids: readonly string[],
): Promise<Set<string>> {
  const { rows: payers } = await sql<{ id: string }>`
    with ${payersOf(sql`s.id = any(${[...ids]})`)}
    select payer_id as id from payers_of where subscription_id = any(${ids})
    union
    select i.organization_id from invoice_lines l join invoices i on i.id = l.invoice_id
     where l.subscription_id = any(${ids}) and i.status <> 'void'`.execute(db);
  return new Set(payers.map((row) => row.id));
}
