import { type RawBuilder, sql } from 'kysely';
import { type ListedTokens, listedMeasures } from '../catalog/list-prices.ts';
import type { Queryable } from '../db/connect.ts';
import { decimal } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import type { Costed } from './cost-rules.ts';
import { limits } from '../lib/limits.ts';
import { groupedBy, needsOwners, places } from './group-queries.ts';
import { type AskedMeter, metersTable, passes } from './quantity-queries.ts';
import type { Grouping } from './rules.ts';
import { type Reading, usageSource } from './source-queries.ts';

export type CostRow = {
  interval: number;
  values: (string | null)[];
  currency: string | null;
  amount: string | null;
  provider: string | null;
  model: string | null;
  day: Instant | null;
  long_input: string | null;
  tokens: Record<(typeof listedMeasures)[number], string> | null;
  events: number;
};

/**
 * What events carry as their cost, by interval, group and currency; and those that carry none, by what it takes to
 * price them: model, day, and how long each request is that is long. Events are counted by the measure `''`, once each.
 */
export async function sumCosts(
  db: Queryable,
  reading: Reading,
  groupBy: readonly Grouping[],
  meter: AskedMeter | null,
): Promise<CostRow[]> {
  const grouped = groupedBy(reading, groupBy);
  const carrying = meter?.measure ?? reading.filter.measure;
  const owners = needsOwners(reading, groupBy);
  const needs = { measures: ['', ...listedMeasures], owners, kinds: true, days: true, carrying };
  const listed = (value: RawBuilder<unknown>) => sql`case when b.listed then ${value} end`;
  const columns = [
    ...grouped.columns,
    sql`b.cost_currency as currency`,
    sql`${listed(sql`b.attributes ->> 'provider'`)} as provider`,
    sql`${listed(sql`b.attributes ->> 'model'`)} as model`,
    sql`${listed(sql`b.day`)} as day`,
    sql`${listed(sql`b.long_input`)} as long_input`,
  ];
  const of = (measure: string, column: string) =>
    sql`coalesce(sum(${sql.ref(`b.${column}`)}) filter (where b.measure = ${measure}), 0)`;
  const tokens = listedMeasures.map((name) => sql`${of(name, 'quantity')} as ${sql.ref(name)}`);
  const sums = listedMeasures.map((name) => sql`${name}::text, sum(${sql.ref(`p.${name}`)})::text`);
  const counted = meter === null ? sql`` : sql`join ${metersTable([meter])} on ${passes}`;
  const { rows } = await sql<CostRow>`
    with recursive ${grouped.before}
    parts as materialized (
      select ${sql.join(columns)}, ${of('', 'events')} as events, ${of('', 'quantity')} as amount, ${sql.join(tokens)}
        from (${usageSource(reading, needs)}) b ${counted} ${grouped.joins}
       where ${grouped.condition}
       group by ${places(columns)} having ${of('', 'events')} <> 0
    )${grouped.after}
    select p."interval", ${grouped.list} as "values", p.currency, sum(p.amount)::text as amount, p.provider, p.model, p.day,
           p.long_input::text, jsonb_build_object(${sql.join(sums)}) as tokens, sum(p.events)::bigint as events
      from parts p ${grouped.rolled}
     group by 1, 2, 3, 5, 6, 7, 8 having sum(p.events) <> 0
     order by 1, 2, 3, 5, 6, 7, 8 limit ${limits.usageRowsMax + 1}`.execute(db);
  return rows;
}

export function costedOf(row: CostRow): Costed {
  const {
    interval,
    values,
    currency,
    amount,
    provider,
    model,
    day,
    long_input: long,
    events,
  } = row;
  const shared = { interval, values, events };
  if (currency !== null && amount !== null) return { ...shared, currency, amount: decimal(amount) };
  if (model === null || day === null) return { ...shared, ask: null };
  const longInput = long === null ? null : decimal(long);
  const tokens = Object.fromEntries(
    listedMeasures.map((name) => [name, decimal(row.tokens?.[name] ?? '0')]),
  ) as ListedTokens;
  return { ...shared, ask: { provider, model, day, longInput }, tokens };
}
