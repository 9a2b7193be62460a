import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { groupBy } from '../lib/group.ts';
import type { Instant } from '../lib/instant.ts';
import { isNamed } from '../organizations/alias-queries.ts';
import type { Counted, IgnoredSet } from '../rating/rules.ts';

/** The late usage of subscriptions that is ignored, each set once, whatever charges count of it. */
export async function ignoredSets(
  db: Queryable,
  subscriptionIds: readonly string[],
): Promise<Map<string, IgnoredSet[]>> {
  const { rows } = await sql<IgnoredSet & { subscription_id: string }>`
    select distinct subscription_id, occurred_from as "from", occurred_to as "to", position_after as after, position as upto
      from ignored_usage where subscription_id = any(${[...subscriptionIds]})
     order by 1, 2, 4, 3, 5`.execute(db);
  return new Map(
    [...groupBy(rows, (row) => row.subscription_id)].map(([id, some]) => [
      id,
      some.map(({ from, to, after, upto }) => ({ from, to, after, upto })),
    ]),
  );
}

export type IgnoredInsert = {
  id: string;
  subscription_id: string;
  organization_id: string;
  billing_run_id: string;
  plan_id: string;
  plan_version: number;
  charge_id: string;
  period_start: Instant;
  period_end: Instant;
  occurred_from: Instant;
  occurred_to: Instant;
  position_after: number;
  position: number;
  event_count: number;
  event_quantity: string;
  event_hash: string;
  quantity: string;
  currency: string;
  worth: string;
};

export async function insertIgnored(action: Action, rows: readonly IgnoredInsert[]): Promise<void> {
  if (rows.length === 0) return;
  await action.tx
    .insertInto('ignored_usage')
    .values(rows.map((row) => ({ ...row, journal_id: action.journalId, created_at: action.now })))
    .execute();
}

// Reading ----------------------------------------------------------------------------------------

export type IgnoredRow = IgnoredInsert & {
  created_at: Instant;
  charge: string;
  subscription_name: string | null;
  /** What the charge counts. */
  counted: Counted;
};

const ignoredRows = sql<IgnoredRow>`
  select g.*, c.name as charge, s.name as subscription_name,
         jsonb_build_object('aggregation', m.aggregation, 'measure', m.measure, 'filter', m.filter)
           || case when c.model = 'percentage' then jsonb_build_object('aggregation', 'sum', 'cost', g.currency) else '{}' end as counted
    from ignored_usage g
    join subscriptions s on s.id = g.subscription_id
    join plan_charges c on c.id = g.charge_id
    join meter_versions m on m.meter_id = c.meter_id and m.version = c.meter_version`;

export async function findIgnored(db: Queryable, id: string): Promise<IgnoredRow | undefined> {
  const { rows } = await sql<IgnoredRow>`${ignoredRows} where g.id = ${id}`.execute(db);
  return rows[0];
}

export async function listIgnored(
  db: Queryable,
  query: {
    limit: number;
    cursor?: string | undefined;
    organizationId?: string | undefined;
    subscriptionId?: string | undefined;
    billingRunId?: string | undefined;
  },
  now: Instant,
): Promise<IgnoredRow[]> {
  const isOf =
    query.organizationId === undefined
      ? sql`true`
      : await isNamed(db, 'g.organization_id', query.organizationId, now);
  const is = (column: string, value: string | undefined) =>
    value === undefined ? sql`true` : sql`${sql.ref(column)} = ${value}`;
  const { rows } = await sql<IgnoredRow>`
    ${ignoredRows}
     where ${query.cursor === undefined ? sql`true` : sql`g.id < ${query.cursor}`}
       and ${isOf}
       and ${is('g.subscription_id', query.subscriptionId)}
       and ${is('g.billing_run_id', query.billingRunId)}
     order by g.id desc limit ${query.limit + 1}`.execute(db);
  return rows;
}
