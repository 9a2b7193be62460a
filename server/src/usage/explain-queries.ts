import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import { type Reading, usageSource } from './source-queries.ts';

const NAMES_MAX = 12;
const VALUES_MAX = 200;
const FEW = 10;

/** The attributes that usage carries, but for those that tell nearly every event apart; those of most usage first. */
export async function attributesIn(db: Queryable, reading: Reading): Promise<string[]> {
  const { archivedBefore, spans } = reading;
  if (archivedBefore !== null && spans.from < archivedBefore) return []; // its events are in files
  const straight = { ...reading, unfolded: null };
  const { rows } = await sql<{ name: string }>`
    with recursive told as (
      select x.key as name, x.value, sum(b.events) as events
        from (${usageSource(straight, { measures: [''], kinds: true })}) b cross join lateral jsonb_each_text(b.attributes) x
       group by 1, 2 having sum(b.events) <> 0)
    select name from told group by name having count(*) <= ${VALUES_MAX} and (count(*) <= ${FEW} or count(*) * 2 <= sum(events)) order by sum(events) desc, name limit ${NAMES_MAX}`.execute(
    db,
  );
  return rows.map((row) => row.name);
}
