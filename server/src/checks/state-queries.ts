import { sql } from 'kysely';
import type { Database, Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { fromTheBeginning, type Since } from './since-queries.ts';
import type { Check } from './verdict.ts';

type Kept = {
  position: number;
  ok: boolean;
  looked_at: Instant;
  took_ms: number;
  since: Since;
};

/** Up to where each check has been proven. What was never proven is missing. */
export async function provenSoFar(db: Queryable): Promise<Map<string, Kept>> {
  type Row = Omit<Kept, 'since'> & { name: string; figures: Record<string, string>; floor: number };
  const { rows } = await sql<Row>`
    select s.name, s.position, s.ok, s.looked_at, s.took_ms, s.figures, f.floor
      from check_state s
      cross join lateral (
        select least((select min(id) from journal where position > s.position),
                     (select min(id) from journal where position is null),
                     (select coalesce(max(id), 0) + 1 from journal)) as floor) f`.execute(db);
  return new Map(
    rows.map(({ name, figures, floor, ...kept }) => [
      name,
      {
        ...kept,
        since:
          kept.position === 0
            ? fromTheBeginning
            : { position: kept.position, journalFloor: floor, upTo: null, figures },
      },
    ]),
  );
}

/** Of the journal rows with a position in (after, upTo]; 0: there are none. */
export async function highestJournalId(
  db: Queryable,
  after: number,
  upTo: number,
): Promise<number> {
  const { id } = await db
    .selectFrom('journal')
    .select((e) => e.fn.max('id').as('id'))
    .where('position', '>', after)
    .where('position', '<=', upTo)
    .executeTakeFirstOrThrow();
  return id ?? 0;
}

/**
 * Keeps what a check came to. What holds is proven up to the position; what does not is looked at again from where it
 * was proven last, or as a whole if that was where it failed. Nothing is kept if others have kept something meanwhile.
 */
export async function keepProven(
  database: Database,
  { name, ok, figures, tookMs }: Check & { tookMs: number },
  at: { since: number; position: number; now: Instant; evenIfChanged: boolean },
): Promise<void> {
  const proven = ok ? at.position : at.since;
  const unchanged = at.evenIfChanged ? sql`true` : sql`check_state.position = ${at.since}`;
  await sql`
    insert into check_state (name, position, ok, figures, looked_at, took_ms)
    values (${name}, ${proven}, ${ok}, ${ok ? JSON.stringify(figures) : '{}'}::jsonb, ${at.now}, ${tookMs})
    on conflict (name) do update set position = excluded.position, ok = excluded.ok, looked_at = excluded.looked_at, took_ms = excluded.took_ms,
       figures = case when excluded.ok or excluded.position = 0 then excluded.figures else check_state.figures end
     where ${unchanged}`.execute(database.db);
}
