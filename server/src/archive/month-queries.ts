import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable, Tx } from '../db/connect.ts';
import type { Period } from '../lib/period.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import { billedLines } from '../invoicing/billed-queries.ts';
import { unfinished } from '../invoicing/run-rules.ts';
import { type Manifest, partitionOf, tables } from './rules.ts';

/** What a month holds, what stands in the way of archiving it, and its end. As the owner of the database. */

/** The months that have partitions, oldest first: `2025-10`. */
export async function storedMonths(db: Queryable): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`
    select regexp_replace(p.relname, '^.*_(\\d{4})_(\\d{2})$', '\\1-\\2') as month
      from pg_inherits i join pg_class p on p.oid = i.inhrelid where i.inhparent = 'events'::regclass order by 1`.execute(
    db,
  );
  return rows.map((row) => row.month);
}

type Content = Omit<Manifest, 'files' | 'month' | 'position'>;

/** What a month comes to. */
export async function contentOf(db: Queryable, month: string): Promise<Content> {
  const [events, entries] = tables.map((table) => sql.table(partitionOf(table, month)));
  const { rows } = await sql<Content>`
    select e.events, a.*, usage_of_month(${`${month}-01`}::date) as usage, (select attributes from usage_fold) as attributes
      from (select count(*) as events from ${events}) e,
           (select count(*) as entries, coalesce(sum(sign) filter (where organization_id <> ${UNCLASSIFIED_ID}), 0)::bigint as attributed,
                   coalesce(sum(sign) filter (where organization_id = ${UNCLASSIFIED_ID}), 0)::bigint as unclassified,
                   count(*) filter (where sign < 0) as corrections,
                   coalesce(sum(sign) filter (where binding_id is not null), 0)::bigint as "throughBindings" from ${entries}) a`.execute(
    db,
  );
  return rows[0] as Content;
}

const since = (position: number) => sql`
  since (id) as (select id from journal where position > ${position} union all select id from journal where position is null)`;

/** True where anything of a month was recorded after a position, numbered or not. */
export async function hasEntriesSince(
  db: Queryable,
  { start, end }: Period,
  position: number,
): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    with ${since(position)}
    select exists (select from since s cross join lateral (
      select from attributions a where a.journal_id = s.id and a.occurred_at >= ${start}::timestamptz and a.occurred_at < ${end}::timestamptz limit 1) a) as has`.execute(
    db,
  );
  return rows[0]?.has ?? true;
}

/** True where a document was voided after a position: what it had billed is to be billed again. */
export async function hasVoidsSince(db: Queryable, position: number): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    with ${since(position)}
    select exists (select from ledger_entries e where e.journal_id in (select id from since)
                     and (e.kind = 'void_reversal' or (e.kind = 'credit_note' and e.amount > 0))) as has`.execute(
    db,
  );
  return rows[0]?.has ?? true;
}

/** What of the derived is not made of all that is recorded yet. */
export async function foldedUpTo(db: Queryable): Promise<{ usage: number; queue: number }> {
  const { rows } = await sql<{ usage: number; queue: number }>`
    select (select position from usage_fold) as usage, (select position from unclassified_state) as queue`.execute(
    db,
  );
  return rows[0] ?? { usage: 0, queue: 0 };
}

const NAMED_MAX = 5;

export type InTheWay = {
  readonly drafts: string[];
  readonly runs: string[];
  readonly deferred: string[];
};

/** What needs events of before `end` still: drafts, runs that are under way, and changes whose usage has not moved yet. */
export async function openWork(db: Queryable, { end }: Period): Promise<InTheWay> {
  const { rows } = await sql<InTheWay>`
    select array(select distinct l.invoice_id::text from invoice_lines l join invoices i on i.id = l.invoice_id
                  where i.status = 'draft' and l.charge_id is not null and l.period_start < ${end}::timestamptz order by 1 limit ${NAMED_MAX}) as drafts,
           array(select id::text from billing_runs where status = any(${[...unfinished]}::text[]) order by 1 limit ${NAMED_MAX}) as runs,
           array(select id::text from reattributions where deferred_by is not null and status in ('pending', 'previewed') order by 1 limit ${NAMED_MAX}) as deferred`.execute(
    db,
  );
  return rows[0] ?? { drafts: [], runs: [], deferred: [] };
}

/**
 * Subscriptions with usage in a month that a charge might bill, and that no issued document has looked at. A service
 * period is looked at up to the position of its documents, or up to where a run found nothing more in it.
 */
export async function unbilledIn(db: Queryable, { start, end }: Period): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with items as materialized (
      select l.subscription_id, l.period_start, greatest(l.billed_at, s.position) as position, l.usage_until
        from (select subscription_id, organization_id, period_start, charge_id, max(known_at) as billed_at,
                     (array_agg(case when not price -> 'rated' ? 'gone' then period_end end order by known_at desc, id desc))[1] as usage_until
                from ${billedLines} b
               where status not in ('draft', 'void') and charge_id is not null
                 and period_start < ${end}::timestamptz and period_end > ${start}::timestamptz
               group by 1, 2, 3, 4) l
        left join settled_periods s on s.organization_id = l.organization_id and s.subscription_id = l.subscription_id and s.period_start = l.period_start
    ),
    looked as materialized (
      select subscription_id, period_start, min(usage_until) as usage_until, min(position) as position from items
       where usage_until is not null group by 1, 2
    )
    select a.subscription_id as id
      from attributions a
      join journal j on j.id = a.journal_id
      join subscriptions s on s.id = a.subscription_id
     where a.occurred_at >= ${start}::timestamptz and a.occurred_at < ${end}::timestamptz
       and (s.trial_end_at is null or a.occurred_at >= s.trial_end_at)
       and exists (select from subscription_plans p join plan_charges c on c.plan_id = p.plan_id and c.plan_version = p.plan_version
                    where p.subscription_id = a.subscription_id and p.superseded_by is null and p.valid @> a.occurred_at)
       and not exists (select from looked k where k.subscription_id = a.subscription_id and k.period_start <= a.occurred_at
                          and a.occurred_at < k.usage_until and k.position >= j.position)
     group by 1 having sum(a.sign) <> 0
     order by 1 limit ${NAMED_MAX}`.execute(db);
  return rows.map((row) => row.id);
}

// The end ----------------------------------------------------------------------------------------

/**
 * Waits for nothing for long: whoever asks for a table alone makes everybody else wait behind it. Less than the second
 * after which PostgreSQL looks for circles, so that it is never another transaction that is ended for one.
 */
export async function waitBriefly(tx: Tx): Promise<void> {
  await sql`set local lock_timeout = '800ms'`.execute(tx);
}

/** Nobody writes documents, or asks for a run, until the transaction ends; what is under way is waited for. */
export async function holdDocuments(tx: Tx): Promise<void> {
  await sql`lock table billing_runs, invoices, invoice_lines, credit_notes, credit_note_lines, ledger_entries in share mode`.execute(
    tx,
  );
}

export async function insertArchived({ tx, journalId, now }: Action, manifest: Manifest) {
  await tx
    .insertInto('archived_months')
    .values({
      month: `${manifest.month}-01`,
      journal_id: journalId,
      archived_at: now,
      position: manifest.position,
      events: manifest.events,
      entries: manifest.entries,
      attributed: manifest.attributed,
      unclassified: manifest.unclassified,
      corrections: manifest.corrections,
      through_bindings: manifest.throughBindings,
      usage: JSON.stringify(manifest.usage),
      attributes: [...manifest.attributes],
      files: JSON.stringify(manifest.files),
    })
    .execute();
}

/** No partition is made meanwhile, and none of the month ever again. */
export async function dropMonth(tx: Tx, month: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('customary.partitions', 0))`.execute(tx);
  await sql`lock table attributions, events in access exclusive mode`.execute(tx);
  for (const table of tables) {
    const partition = sql.table(partitionOf(table, month));
    await sql`alter table ${sql.table(table)} detach partition ${partition}`.execute(tx);
    await sql`drop table ${partition}`.execute(tx);
  }
}
