import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { BreakdownBy } from '../lib/breakdown.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import { billedLines } from './billed-queries.ts';
import type { LatePolicy } from './policy-rules.ts';

// What stands already ---------------------------------------------------------------------------

/** What bills an obligation to any payer: see `billedLines`; void documents excepted. */
export type StandingLine = {
  id: string;
  kind: 'fee' | 'usage' | 'adjustment';
  subscription_id: string;
  plan_id: string;
  plan_version: number;
  fee_id: string | null;
  charge_id: string | null;
  period_start: Instant;
  period_end: Instant;
  payer_from: Instant;
  payer_to: Instant;
  position_after: number;
  position: number;
  event_sign: 1 | -1;
  amount: string;
  /** What the whole obligation was rated at. */
  rated_amount: string;
  rated_minimum: string | null;
  line_top_up: string | null;
  is_gone: boolean;
  /** Null: it is on a credit note. */
  invoice_id: string | null;
  known_at: number;
  payer_id: string;
  number: string | null;
  status: string;
  cycle_start: Instant;
  cycle_end: Instant;
};

/** The lines of subscriptions over service periods that end after each one's bound, in the order of billing. */
export async function standingLines(
  db: Queryable,
  bounds: ReadonlyMap<string, Instant>,
): Promise<StandingLine[]> {
  const ids = [...bounds.keys()];
  // Said twice, for a join does not reach into what all lines are put together from.
  const { rows } = await sql<StandingLine>`
    select l.id, l.kind, l.subscription_id, l.plan_id, l.plan_version, l.fee_id, l.charge_id, l.period_start, l.period_end,
           l.payer_from, l.payer_to, l.position_after, l.position, l.event_sign, l.amount, l.price -> 'rated' ->> 'amount' as rated_amount, l.price -> 'rated' ->> 'minimum' as rated_minimum,
           l.price -> 'rated' ->> 'lineTopUp' as line_top_up, l.price -> 'rated' ? 'gone' as is_gone,
           l.invoice_id, l.known_at, l.organization_id as payer_id, l.number, l.status, l.cycle_start, l.cycle_end
      from unnest(${ids}::text[], ${[...bounds.values()]}::timestamptz[]) as b (subscription_id, bound)
      join ${billedLines} l on l.subscription_id = b.subscription_id and l.period_end > b.bound
     where l.status <> 'void' and l.subscription_id = any(${ids})
     order by l.known_at, l.position, l.id`.execute(db);
  return rows;
}

/** The service periods that lines name and that share time with any stretch of their subscription. */
export async function billedPeriods(
  db: Queryable,
  stretches: ReadonlyMap<string, readonly Period[]>,
): Promise<({ subscriptionId: string } & Period)[]> {
  const rows = [...stretches].flatMap(([id, some]) => some.map((each) => ({ id, ...each })));
  const found = await sql<{ subscriptionId: string } & Period>`
    select distinct l.subscription_id as "subscriptionId", l.period_start as "start", l.period_end as "end"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s (id identifier, "start" timestamptz, "end" timestamptz)
      join invoice_lines l on l.subscription_id = s.id and l.period_start < s."end" and l.period_end > s."start"`.execute(
    db,
  );
  return found.rows;
}

export async function draftsOf(db: Queryable, payerIds: readonly string[]): Promise<DraftHeader[]> {
  return drafts(db)
    .where('organization_id', 'in', [...payerIds])
    .orderBy('id')
    .execute();
}

export async function draftsByIds(db: Queryable, ids: readonly string[]): Promise<DraftHeader[]> {
  if (ids.length === 0) return [];
  return drafts(db)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute();
}

/** A payer's cycle. */
export type Drafted = {
  readonly organizationId: string;
  readonly periodStart: string;
  readonly periodEnd: string;
};

export type DraftedCycle = Pick<
  DraftHeader,
  'organization_id' | 'billing_run_id' | 'period_start' | 'period_end'
>;

/** Of these cycles those that have drafts, or had some until nothing was left on them, with the run that made them. */
export async function draftedCycles(
  db: Queryable,
  cycles: readonly Drafted[],
): Promise<DraftedCycle[]> {
  const { rows } = await sql<DraftedCycle>`
    select distinct b.organization_id, b.period_start, b.period_end, b.billing_run_id
      from jsonb_to_recordset(${JSON.stringify(cycles)}::jsonb) as c ("organizationId" identifier, "periodStart" timestamptz, "periodEnd" timestamptz)
      join billing_cycles b on b.organization_id = c."organizationId" and b.period_start = c."periodStart" and b.period_end = c."periodEnd"
      left join lateral (select bool_or(i.status = 'draft') as has_draft, bool_or(i.status not in ('draft', 'void')) as has_issued
                           from invoices i where i.organization_id = b.organization_id and i.period_start = b.period_start and i.period_end = b.period_end) i on true
     where i.has_draft or i.has_issued is not true
     order by 1, 2`.execute(db);
  return rows;
}

function drafts(db: Queryable) {
  return db
    .selectFrom('invoices')
    .select([
      'id',
      'organization_id',
      'billing_run_id',
      'currency',
      'period_start',
      'period_end',
      'total',
    ])
    .where('status', '=', 'draft');
}

export type DraftHeader = {
  id: string;
  organization_id: string;
  billing_run_id: string | null;
  currency: string;
  period_start: Instant;
  period_end: Instant;
  total: string;
};

export type StandingInvoice = Awaited<ReturnType<typeof standingInvoices>>[number];

/** A payer's drafts, and its issued invoices of the cycles given. */
export async function standingInvoices(db: Queryable, payerId: string, cycles: readonly Period[]) {
  return db
    .selectFrom('invoices')
    .select([
      'id',
      'status',
      'currency',
      'grouping_key',
      'standalone',
      'period_start',
      'period_end',
    ])
    .where('organization_id', '=', payerId)
    .where('status', '<>', 'void')
    .where((e) =>
      e.or([
        e('status', '=', 'draft'),
        ...cycles.map((cycle) =>
          e.and([e('period_start', '=', cycle.start), e('period_end', '=', cycle.end)]),
        ),
      ]),
    )
    .execute();
}

/** Up to where a payer's cycles are on issued documents: the start of its first draft, or the end of the last it was billed for. */
export async function billedUpTo(db: Queryable, payerId: string): Promise<Instant | null> {
  const { rows } = await sql<{ at: Instant | null }>`
    select coalesce((select min(period_start) from invoices where organization_id = ${payerId} and status = 'draft'),
                    (select max(period_end) from billing_cycles where organization_id = ${payerId})) as at`.execute(
    db,
  );
  return rows[0]?.at ?? null;
}

/** What becomes of late usage where a subscription says nothing of it: by its payer, and of all. */
export async function latePolicies(
  db: Queryable,
  payerId: string,
): Promise<{ payer: unknown; deployment: LatePolicy }> {
  const { rows } = await sql<{ payer: unknown; deployment: LatePolicy }>`
    select b.late_policy as deployment, o.late_usage as payer
      from billing_schedule b left join organizations o on o.id = ${payerId}`.execute(db);
  return rows[0] ?? { payer: null, deployment: 'adjustNextInvoice' };
}

/** The same of many payers. */
export async function latePoliciesOf(
  db: Queryable,
  payerIds: readonly string[],
): Promise<{ payers: ReadonlyMap<string, unknown>; deployment: LatePolicy }> {
  const { deployment } = await latePolicies(db, '');
  const rows = await db
    .selectFrom('organizations')
    .select(['id', 'late_usage'])
    .where('id', '=', sql<string>`any(${[...payerIds]}::text[])`)
    .where('late_usage', 'is not', null)
    .execute();
  return { payers: new Map(rows.map((row) => [row.id, row.late_usage])), deployment };
}

export async function billedCycles(db: Queryable, payerId: string, cycles: readonly Period[]) {
  return db
    .selectFrom('billing_cycles')
    .select(['period_start', 'period_end', 'position'])
    .where('organization_id', '=', payerId)
    .where(
      'period_start',
      'in',
      cycles.map((cycle) => cycle.start),
    )
    .execute();
}

// What is written --------------------------------------------------------------------------------

/** A cycle has been gone through. Where a part of it could not be drafted, what it knew before stands. */
export async function saveCycle(
  action: Action,
  row: {
    payerId: string;
    cycle: Period;
    runId: string;
    position: number;
    complete: boolean;
    isWhole: boolean;
  },
): Promise<void> {
  await sql`
    insert into billing_cycles (organization_id, period_start, period_end, billing_run_id, position, complete)
    values (${row.payerId}, ${row.cycle.start}, ${row.cycle.end}, ${row.runId}, ${row.position}, ${row.complete})
    on conflict (organization_id, period_start, period_end) do update
       set billing_run_id = excluded.billing_run_id,
           position = case when ${row.isWhole} then excluded.position else billing_cycles.position end,
           complete = case when ${row.isWhole} then excluded.complete else billing_cycles.complete end`.execute(
    action.tx,
  );
}

/** Of these service periods nothing had to be followed up, as they were known at the position. */
export async function saveSettled(
  action: Action,
  payerId: string,
  periods: readonly { readonly subscriptionId: string; readonly start: Instant }[],
  position: number,
): Promise<void> {
  if (periods.length === 0) return;
  await sql`
    insert into settled_periods (organization_id, subscription_id, period_start, position)
    select ${payerId}, p.subscription_id, p.period_start, ${position}
      from unnest(${periods.map(({ subscriptionId }) => subscriptionId)}::text[], ${periods.map(({ start }) => start)}::timestamptz[]) as p (subscription_id, period_start)
    on conflict (organization_id, subscription_id, period_start) do update set position = greatest(excluded.position, settled_periods.position)`.execute(
    action.tx,
  );
}

export type DraftRow = {
  organization_id: string;
  billing_run_id: string;
  currency: string;
  period_start: Instant;
  period_end: Instant;
  grouping_key: string;
  standalone: true | null;
  position: number;
  subtotal: string;
  tax_total: string;
  total: string;
  breakdown_by: BreakdownBy | null;
  recipient: string;
  issuer: string;
};

export async function insertDraft(action: Action, id: string, row: DraftRow): Promise<void> {
  await action.tx
    .insertInto('invoices')
    .values({
      ...row,
      id,
      seller_id: SELLER_ID,
      status: 'draft',
      journal_id: action.journalId,
      created_at: action.now,
      updated_at: action.now,
    })
    .execute();
}

export const SELLER_ID = 'default';

/** A draft keeps its id when it is rebuilt; its lines and taxes are new ones. */
export async function rewriteDraft(action: Action, id: string, row: DraftRow): Promise<void> {
  await action.tx.deleteFrom('invoice_lines').where('invoice_id', '=', id).execute();
  await action.tx.deleteFrom('invoice_taxes').where('invoice_id', '=', id).execute();
  await action.tx
    .updateTable('invoices')
    .set((e) => ({
      ...row,
      journal_id: action.journalId,
      updated_at: action.now,
      version: e('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

export async function deleteDrafts(action: Action, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await action.tx
      .deleteFrom('invoices')
      .where('id', 'in', [...ids])
      .where('status', '=', 'draft')
      .execute();
}

export type LineRow = {
  id: string;
  invoice_id: string;
  ordinal: number;
  kind: string;
  description: string;
  subscription_id: string;
  plan_id: string;
  plan_version: number;
  fee_id: string | null;
  charge_id: string | null;
  period_start: Instant;
  period_end: Instant;
  payer_from: Instant;
  payer_to: Instant;
  quantity: string;
  amount: string;
  price: string;
  position_after: number;
  position: number;
  event_sign: number;
  event_count: number;
  event_quantity: string;
  event_hash: string;
};

const ROWS_AT_ONCE = 1000;

export async function insertLines(action: Action, rows: readonly LineRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await action.tx
      .insertInto('invoice_lines')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute();
  }
}
