import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import { idTimeMs } from '../lib/id.ts';
import { epochMs, type Instant, instantFromEpochMs } from '../lib/instant.ts';
import { Problem } from '../lib/problem.ts';
import type { ArchiveFile } from './rules.ts';

/** What others must know of archived months. */

/** All usage that occurred before this was archived; null: none was. */
export async function archivedBefore(db: Queryable): Promise<Instant | null> {
  const { rows } = await sql<{
    before: Instant | null;
  }>`select archived_before() as before`.execute(db);
  return rows[0]?.before ?? null;
}

/** The same, and the attributes that the hours of all archived months tell apart. */
export async function archivedHours(
  db: Queryable,
): Promise<{ before: Instant | null; attributes: readonly string[] }> {
  const { rows } = await sql<{ before: Instant | null; attributes: string[] }>`
    select archived_before() as before, array(
      select name from archived_months cross join lateral unnest(attributes) as name
       group by name having count(*) = (select count(*) from archived_months)) as attributes`.execute(
    db,
  );
  return rows[0] ?? { before: null, attributes: [] };
}

export function archivedProblem(before: Instant): Problem {
  return new Problem(
    'gone',
    `Usage before ${before.slice(0, 10)} was archived: its events are in files now. What was issued for it, and usage by whole hours, is still here.`,
    [],
    { archivedBefore: before },
  );
}

/**
 * Refuses to answer from events that are not there any more. Asked after they were read: then whoever archives must wait
 * for this transaction, and nobody mistakes a month that has just gone for one without usage.
 */
export async function refuseArchived(
  db: Queryable,
  ranges: readonly { from: Instant; after: number; upto: number }[],
): Promise<void> {
  const froms = ranges.flatMap(({ from, after, upto }) => (after < upto ? [from] : []));
  const [earliest] = froms.toSorted();
  if (earliest === undefined) return;
  const before = await archivedBefore(db);
  if (before !== null && earliest < before) throw archivedProblem(before);
}

/** Says where an event is that is not here, if its month was archived. */
export async function refuseArchivedEvent(db: Queryable, id: string): Promise<void> {
  const ms = idTimeMs('evt', id);
  if (ms === null) return;
  const { rows } = await sql<{ month: string; archived_at: Instant; files: ArchiveFile[] }>`
    select to_char(month, 'YYYY-MM') as month, archived_at, files from archived_months
     where month = date_trunc('month', ${instantFromEpochMs(ms)}::timestamptz, 'UTC')::date`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) return;
  const names = row.files.map(({ file }) => file).join(' and ');
  throw new Problem(
    'gone',
    `Usage of ${row.month} was archived on ${row.archived_at.slice(0, 10)}: what there is of this event is in ${names}.`,
    [],
    { archivedAt: row.archived_at, files: row.files },
  );
}

/** The same of an event named as its client does. */
export async function refuseArchivedKey(
  db: Queryable,
  { source, clientId }: { source: string; clientId: string },
): Promise<void> {
  const key = await db
    .selectFrom('event_keys')
    .select('event_id')
    .where('source', '=', source)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  if (key !== undefined) await refuseArchivedEvent(db, key.event_id);
}

/** What was archived stays where it is: nothing of it can be selected to be moved. */
export async function refuseArchivedSelection(
  db: Queryable,
  selection: {
    readonly from?: Instant | undefined;
    readonly to?: Instant | undefined;
    readonly eventIds?: readonly string[] | undefined;
  },
): Promise<void> {
  const before = await archivedBefore(db);
  if (before === null) return;
  const { from, to, eventIds = [] } = selection;
  const isIn =
    (from !== undefined && from < before) ||
    (to !== undefined && to <= before) ||
    eventIds.some((id) => (idTimeMs('evt', id) ?? Infinity) < epochMs(before));
  if (isIn)
    throw new Problem(
      'invalid_state',
      `Usage before ${before.slice(0, 10)} was archived, and stays where it is. Select what occurred from then on.`,
    );
}

/**
 * Refuses to move usage into or out of a service period that was billed and reaches into an archived month: it stands as
 * it was billed, so only one side of the correction would be. `moved`: rows of `subscription_id` and `occurred_at`.
 */
export async function refuseClosed(db: Queryable, moved: RawBuilder<unknown>): Promise<void> {
  const before = await archivedBefore(db);
  if (before === null) return;
  const { rows } = await sql<{ at: Instant | null }>`
    with moved as materialized (${moved}),
    closed as materialized (
      select l.subscription_id, l.period_start, l.period_end
        from (select distinct subscription_id from moved where subscription_id is not null) m
        join invoice_lines l on l.subscription_id = m.subscription_id and l.charge_id is not null and l.period_start < ${before}::timestamptz
        join invoices i on i.id = l.invoice_id and i.status <> 'void')
    select max(c.period_end) as at from moved m
      join closed c on c.subscription_id = m.subscription_id and c.period_start <= m.occurred_at and m.occurred_at < c.period_end`.execute(
    db,
  );
  const at = rows[0]?.at ?? null;
  if (at === null) return;
  throw new Problem(
    'invalid_state',
    `Usage before ${before.slice(0, 10)} was archived, and a service period that reaches into it stands as it was billed until ${at}. Make the change from then on.`,
    [],
    { archivedBefore: before },
  );
}

/** What the database says where something would have archived usage rated anew, as a problem; else the error itself. */
export function asArchivedProblem(error: unknown, detail: string): Error {
  const { code, message = '' } = error as { code?: string; message?: string };
  const [why] = /usage before \S+ was archived/.exec(message) ?? [];
  if (code !== '23000' || why === undefined) return error as Error;
  return new Problem('invalid_state', `U${why.slice(1)}. ${detail}`);
}
