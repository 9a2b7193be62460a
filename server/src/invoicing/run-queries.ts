import { sql } from 'kysely';
import type { Database, Queryable } from '../db/connect.ts';
import { holding } from '../db/hold.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import type { TimelineRow } from '../lib/timeline.ts';
import { always, type BillingCycle, type CycleSpan, monthly } from './cycle-rules.ts';
import { payerTimeline } from './payer-rules.ts';
import { unfinished } from './run-rules.ts';

// Runs -------------------------------------------------------------------------------------------

export type RunRow = NonNullable<Awaited<ReturnType<typeof findRun>>>;

export async function findRun(db: Queryable, id: string) {
  return db.selectFrom('billing_runs').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function listRuns(
  db: Queryable,
  query: {
    limit: number;
    cursor?: string | undefined;
    status?: string | undefined;
    period?: string | undefined;
  },
) {
  return db
    .selectFrom('billing_runs')
    .selectAll()
    .$if(query.cursor !== undefined, (q) => q.where('id', '<', query.cursor ?? ''))
    .$if(query.status !== undefined, (q) => q.where('status', '=', query.status ?? ''))
    .$if(query.period !== undefined, (q) => q.where('period', '=', query.period ?? ''))
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
}

/** Runs of the same period that say they are running, whether or not anybody still works on them. */
export async function runningOf(db: Queryable, period: string) {
  return db
    .selectFrom('billing_runs')
    .select('id')
    .where('period', '=', period)
    .where('status', '=', 'running')
    .orderBy('id')
    .execute();
}

/** Holds a run while `work` works on it. Answers false, having done nothing, where somebody else holds it. */
export function holdingRun(
  database: Database,
  runId: string,
  work: () => Promise<void>,
): Promise<boolean> {
  return holding(database, `customary.billing-run.${runId}`, work);
}

/** Runs that wait for somebody to begin them, or to go on with them. */
export async function unfinishedRuns(db: Queryable): Promise<{ id: string }[]> {
  return db
    .selectFrom('billing_runs')
    .select('id')
    .where('status', 'in', [...unfinished])
    .orderBy('id')
    .execute();
}

export async function setRunning(
  db: Queryable,
  runId: string,
  organizationsTotal: number,
  now: Instant,
): Promise<void> {
  await db
    .updateTable('billing_runs')
    .set((e) => ({
      status: 'running',
      finished_at: null,
      problem: null,
      organizations_total: organizationsTotal,
      updated_at: now,
      version: e('version', '+', 1),
    }))
    .where('id', '=', runId)
    .execute();
}

/** Brings the figures of a run up to what it has done; those of a run that has ended stay. */
export async function recordProgress(
  db: Queryable,
  runId: string,
  organizationsDone: number,
  now: Instant,
): Promise<void> {
  await sql`
    update billing_runs r
       set organizations_done = ${organizationsDone}, updated_at = ${now}, version = version + 1,
           credit_notes_issued = (select count(*) from credit_notes c where c.billing_run_id = r.id),
           invoices_drafted = (select count(*) from invoices i where i.billing_run_id = r.id),
           lines_drafted = (select count(*) from invoices i join invoice_lines l on l.invoice_id = i.id where i.billing_run_id = r.id)
     where r.id = ${runId} and r.status = 'running'`.execute(db);
}

export async function finishRun(
  db: Queryable,
  runId: string,
  problem: object | null,
  now: Instant,
): Promise<void> {
  await db
    .updateTable('billing_runs')
    .set((e) => ({
      status: problem === null ? 'succeeded' : 'failed',
      problem: problem === null ? null : JSON.stringify(problem),
      finished_at: now,
      updated_at: now,
      version: e('version', '+', 1),
    }))
    .where('id', '=', runId)
    .where('status', 'in', [...unfinished])
    .execute();
}

/** The payers a run has been through. */
export async function payersDone(db: Queryable, runId: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('billing_cycles')
    .select('organization_id')
    .distinct()
    .where('billing_run_id', '=', runId)
    .execute();
  return new Set(rows.map((row) => row.organization_id));
}

// Payers -----------------------------------------------------------------------------------------

export type Rhythm = { id: string; spans: readonly CycleSpan[] };

/** Every organization that pays for a subscription, or has had an invoice. UNCLASSIFIED is never billed. */
export async function everyPayer(db: Queryable): Promise<Rhythm[]> {
  const { rows } = await sql<RhythmRow & { id: string }>`
    select o.id, ${rhythm} from organizations o where ${paysOrPaid} order by o.id`.execute(db);
  return rows.map((row) => ({ id: row.id, spans: spansOf(row) }));
}

/** The rhythms that payers have, each once. */
export async function rhythms(db: Queryable): Promise<(readonly CycleSpan[])[]> {
  const { rows } = await sql<RhythmRow>`
    select distinct ${rhythm} from organizations o where ${paysOrPaid}`.execute(db);
  return rows.map(spansOf);
}

type RhythmRow = {
  time_zone: string;
  billing_cycle: BillingCycle | null;
  spans: CycleSpan[] | null;
};

const instantText = (column: string) =>
  sql`to_char(${sql.raw(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const rhythm = sql`
  o.time_zone, o.billing_cycle,
  (select jsonb_agg(jsonb_build_object('from', ${instantText('lower(c.valid)')}, 'to', ${instantText('upper(c.valid)')}, 'firstEnd', ${instantText('c.first_end')},
            'timeZone', c.time_zone, 'cycle', jsonb_build_object('unit', c.unit, 'count', c.count, 'anchorDay', c.anchor_day)) order by lower(c.valid) nulls first)
     from organization_cycles c where c.organization_id = o.id and c.superseded_by is null) as spans`;

const paysOrPaid = sql`
  not o.unclassified
    and (exists (select from subscriptions s where s.organization_id = o.id and s.archived_at is null)
      or exists (select from payer_links p where p.payer_id = o.id and p.superseded_by is null)
      or exists (select from invoices i where i.organization_id = o.id))`;

function spansOf({ spans, billing_cycle: cycle, time_zone: timeZone }: RhythmRow) {
  return spans ?? [always(cycle ?? monthly, timeZone)];
}

/** Those for whom the time given may hold anything to bill, or a draft to bring up to date. */
export async function payersWithWork(
  db: Queryable,
  spans: readonly ({ id: string } & Period)[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select c.id from jsonb_to_recordset(${JSON.stringify(spans)}::jsonb) as c (id identifier, "start" timestamptz, "end" timestamptz)
     where exists (select from subscriptions s where s.organization_id = c.id and s.archived_at is null
                      and s.start_at < c."end" and (s.end_at is null or s.end_at >= c."start"))
        or exists (with recursive paid (id) as (
                      select c.id
                      union
                      select l.organization_id from paid p join payer_links l on l.payer_id = p.id and l.superseded_by is null)
                    select from paid p join subscriptions s on s.organization_id = p.id
                    where s.archived_at is null and s.start_at < c."end" and (s.end_at is null or s.end_at >= c."start"))
        or exists (select from invoices i where i.organization_id = c.id and i.status = 'draft'
                      and i.period_start >= c."start" and i.period_end <= c."end")`.execute(db);
  return new Set(rows.map((row) => row.id));
}

export type PayerRow = NonNullable<Awaited<ReturnType<typeof findPayer>>>;

export async function findPayer(db: Queryable, id: string) {
  return db
    .selectFrom('organizations')
    .select([
      'id',
      'name',
      'billing',
      'time_zone',
      'billing_cycle',
      'invoice_grouping',
      'payment_terms_days',
      'breakdown_by',
    ])
    .where('id', '=', id)
    .where('unclassified', '=', false)
    .executeTakeFirst();
}

/** One at a time for each payer: a run and the issuing of its invoices. Held until the transaction ends. */
export async function lockPayer(db: Queryable, id: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`customary.payer.${id}`}, 0))`.execute(
    db,
  );
}

/** The subscriptions that a payer pays for at any time, and those of `others` that it has been billed for. */
export async function subscriptionIdsOf(
  db: Queryable,
  payerId: string,
  others: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive paid (id) as (
      select ${payerId}::identifier
      union
      select l.organization_id from paid p join payer_links l on l.payer_id = p.id and l.superseded_by is null
    )
    select s.id from paid p
     cross join lateral (select id from subscriptions s where s.organization_id = p.id and s.archived_at is null offset 0) s
    union
    select l.subscription_id from invoice_lines l join invoices i on i.id = l.invoice_id
     where l.subscription_id = any(${others}) and i.organization_id = ${payerId} and i.status <> 'void'
    order by 1`.execute(db);
  return rows.map((row) => row.id);
}

/** The subscriptions that a payer pays for at any time, or has been billed for. */
export async function subscriptionsConcerning(db: Queryable, payerId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct l.subscription_id as id from invoice_lines l join invoices i on i.id = l.invoice_id
     where i.organization_id = ${payerId} and i.status <> 'void'`.execute(db);
  return subscriptionIdsOf(
    db,
    payerId,
    rows.map(({ id }) => id),
  );
}

/** The rhythm of one organization's invoices. */
export async function rhythmOf(db: Queryable, id: string): Promise<readonly CycleSpan[]> {
  const { rows } = await sql<RhythmRow>`
    select ${rhythm} from organizations o where o.id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new RangeError(`No organization ${id}`);
  return spansOf(row);
}

/** Who pays for each organization, at all times, as it was known at a position. */
export async function billToKnownAt(
  db: Queryable,
  organizationIds: readonly string[],
  position: number,
): Promise<Map<string, TimelineRow<string>[]>> {
  const { rows } = await sql<LinkRow>`
    with recursive reach (id) as (
      select unnest(${organizationIds}::identifier[])
      union
      select l.payer_id from reach r join payer_links l on l.organization_id = r.id
    ), links as (
      select 'billTo' as kind, p.id, p.organization_id, p.payer_id, p.valid, p.recorded_by, p.superseded_by
        from reach r join organization_payers p on p.organization_id = r.id
      union all
      select 'mergedInto', a.id, a.organization_id, a.survivor_id, a.valid, a.recorded_by, a.superseded_by
        from reach r join organization_aliases a on a.organization_id = r.id
    )
    select l.kind, l.organization_id, l.payer_id, lower(l.valid) as "from", upper(l.valid) as "to"
      from links l
      join journal made on made.id = l.recorded_by and made.position <= ${position}
      left join journal ended on ended.id = l.superseded_by
     where l.superseded_by is null or ended.position is null or ended.position > ${position}
     order by l.id`.execute(db);
  const links = { mergedInto: new Map<string, Link[]>(), billTo: new Map<string, Link[]>() };
  for (const { kind, organization_id: id, payer_id: value, from, to } of rows)
    links[kind].set(id, [...(links[kind].get(id) ?? []), { from, to, value }]);
  return new Map(organizationIds.map((id) => [id, payerTimeline(id, links)]));
}

type Link = TimelineRow<string>;
type LinkRow = {
  kind: 'billTo' | 'mergedInto';
  organization_id: string;
  payer_id: string;
  from: Instant | null;
  to: Instant | null;
};
