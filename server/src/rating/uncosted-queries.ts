import { sql } from 'kysely';
import {
  type ListedTokens,
  listedMeasures,
  type ListPriceAsk,
  LONG_REQUEST_TOKENS,
} from '../catalog/list-prices.ts';
import { refuseArchived } from '../archive/queries.ts';
import type { Queryable } from '../db/connect.ts';
import { decimal } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import {
  askTables,
  counts,
  eventsOf,
  groupValue,
  ofOrganization,
  scan,
  type UsageAsk,
} from './queries.ts';

/** Events that carry no cost, by what it takes to find their list price. */
export type Uncosted = {
  readonly key: string;
  /** The group that they are priced in; null: all the rest. */
  readonly value: string | null;
  readonly ask: ListPriceAsk;
  readonly tokens: ListedTokens;
  readonly eventCount: number;
};

type Row = {
  key: string;
  value: string | null;
  provider: string | null;
  model: string;
  day: Instant;
  long_input: string | null;
  tokens: Record<(typeof listedMeasures)[number], string>;
  event_count: number;
};

/** Of the events that the asked meters count in an organization's usage, those with a model and no cost at all. */
export async function sumUncosted(
  db: Queryable,
  asks: readonly UsageAsk[],
  organization: { id: string; rollUp: boolean },
): Promise<Uncosted[]> {
  if (asks.length === 0) return [];
  const whose = ofOrganization(organization);
  const tokens = (name: string) => sql`coalesce((e.measures ->> ${name})::numeric, 0)`;
  const input = tokens('input_tokens');
  const sums = sql.join(
    listedMeasures.map((name) => sql`${name}::text, sum(a.sign * ${tokens(name)})::text`),
  );
  const { rows } = await sql<Row>`
    ${whose.prefix} ${askTables(asks)}
    select t.key, ${groupValue} as value, e.attributes ->> 'provider' as provider, e.attributes ->> 'model' as model,
           date_trunc('day', e.occurred_at) as day, case when ${input} > ${LONG_REQUEST_TOKENS} then ${input}::text end as long_input,
           jsonb_build_object(${sums}) as tokens, sum(a.sign)::bigint as event_count
      from ${scan(asks, whose)}
      join journal j on j.id = a.journal_id and j.position > r.after and j.position <= r.upto
      ${eventsOf(asks)}
      join asked t on t.range = r.range and ${counts}
     where e.cost_amount is null and e.attributes ? 'model' and e.measures ?| ${[...listedMeasures]}::text[]
     group by 1, 2, 3, 4, 5, 6 having sum(a.sign) <> 0
     order by 1, 2, 3, 4, 5, 6`.execute(db);
  await refuseArchived(db, asks);
  return rows.map(uncostedOf);
}

function uncostedOf(row: Row): Uncosted {
  const { key, value, provider, model, day, long_input: long, event_count: eventCount } = row;
  const tokens = Object.fromEntries(
    listedMeasures.map((name) => [name, decimal(row.tokens[name])]),
  ) as ListedTokens;
  const longInput = long === null ? null : decimal(long);
  return { key, value, ask: { provider, model, day, longInput }, tokens, eventCount };
}
