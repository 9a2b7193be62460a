import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';

/** What things are called now, by their ids; a subscription without a name by that of its plan. */
export async function namesOf(db: Queryable, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; name: string }>`
    with asked as materialized (select unnest(${[...ids]}::text[]) collate "C" as id)
    select id, name from organizations where id in (select id from asked)
    union all select id, email from subscribers where id in (select id from asked)
    union all select id, name from credentials where id in (select id from asked)
    union all select id, name from products where id in (select id from asked)
    union all
    select s.id, coalesce(s.name, p.name)
      from subscriptions s
      left join lateral (select plan_id from subscription_plans t where t.subscription_id = s.id and t.superseded_by is null
                          order by lower(t.valid) desc limit 1) t on true
      left join plans p on p.id = t.plan_id
     where s.id in (select id from asked) and coalesce(s.name, p.name) is not null`.execute(db);
  return new Map(rows.map((row) => [row.id, row.name]));
}
