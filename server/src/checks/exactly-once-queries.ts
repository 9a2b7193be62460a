import { sql } from 'kysely';
import { archivedBefore } from '../archive/queries.ts';
import type { Tx } from '../db/connect.ts';
import { idFloor } from '../lib/id.ts';
import { epochMs, type Instant } from '../lib/instant.ts';
import { bodyHash, type ValidEvent } from '../metering/rules.ts';
import { firstOf, isCounted, isNew, ofArchived, type Since, together } from './since-queries.ts';
import { type Check, type Finding, ROWS_NAMED_MAX, verdict } from './verdict.ts';

const EVENTS_PER_PAGE = 5_000;

/** Design §3.5: keys and events are one to one, and every event still says what its key was taken for. */
export async function checkExactlyOnce(tx: Tx, since: Since): Promise<Check> {
  type Figures = { keys: string; conflictsKept: string; events: string };
  const counted = (table: string) =>
    sql`(select count(*) from ${sql.table(table)} where ${isCounted(sql`journal_id`, since)})`;
  const { rows } = await sql<Figures>`
    select ${counted('event_keys')}::text as keys, ${counted('event_conflicts')}::text as "conflictsKept",
           (${counted('events')} + ${ofArchived('events', since)})::text as events`.execute(tx);
  const [figures] = rows as [Figures];
  const archived = idFloor('evt', epochMs((await archivedBefore(tx)) ?? EARLIEST));
  const problems = [
    ...(since.position === 0 ? await keysOfArchived(tx, archived) : []),
    ...(await unmatchedKeys(tx, since, archived)),
    ...(await changedBodies(tx, since)),
  ];
  return verdict(
    'exactlyOnce',
    'Each source and id names one event, and the event is as it was sent.',
    together(since, figures),
    problems,
  );
}

const EARLIEST = '1970-01-01T00:00:00.000000Z' as Instant;

/** Keys outlive their events: there are as many below the first id that is not archived as events were. */
async function keysOfArchived(tx: Tx, firstId: string): Promise<Finding[]> {
  const { rows } = await sql<{ keys: string; events: string }>`
    select keys::text, events::text
      from (select count(*) as keys from event_keys where event_id < ${firstId}) k,
           (select coalesce(sum(events), 0) as events from archived_months) a
     where keys <> events`.execute(tx);
  return rows.map(({ keys, events }) => ({
    row: 'archived_months',
    detail: `${events} events were archived; ${keys} of their keys are left.`,
  }));
}

/** A key is taken by the transaction that records its event: where one is new, so is the other. */
async function unmatchedKeys(tx: Tx, since: Since, firstId: string): Promise<Finding[]> {
  const { rows } = await firstOf<{ id: string; detail: string }>(sql`
    select k.event_id as id, 'Its key is taken, but the event is missing.' as detail
      from event_keys k where k.event_id >= ${firstId} and ${isNew(sql`k.journal_id`, since)}
       and not exists (select from events e where e.id = k.event_id and e.source = k.source and e.client_id = k.client_id
                          and ${isNew(sql`e.journal_id`, since)})
    union all
    select e.id, 'It has no key, so it could be recorded again.'
      from events e where ${isNew(sql`e.journal_id`, since)}
       and not exists (select from event_keys k where k.source = e.source and k.client_id = e.client_id and k.event_id = e.id
                          and ${isNew(sql`k.journal_id`, since)})`).execute(tx);
  return rows.map((row) => ({ row: row.id, detail: row.detail }));
}

type BodyRow = {
  id: string;
  occurred_at: Instant;
  hash: string;
  client_id: string;
  source: string;
  credential: string | null;
  subscription: string | null;
  subscriber: string | null;
  organization: string | null;
  product: string | null;
  measures: Record<string, string>;
  cost_amount: string | null;
  cost_currency: string | null;
  attributes: Record<string, string>;
};

/** Hashes events again, page by page, and compares with the hash that its key was taken with. */
async function changedBodies(tx: Tx, since: Since): Promise<Finding[]> {
  await openBodies(tx, since);
  const problems: Finding[] = [];
  for (;;) {
    const { rows } = await sql<BodyRow>`fetch ${sql.lit(EVENTS_PER_PAGE)} from bodies`.execute(tx);
    for (const row of rows) {
      if (problems.length < ROWS_NAMED_MAX && !isAsSent(row))
        problems.push({
          row: row.id,
          detail: 'It is no longer what was sent: its hash differs from that of its key.',
        });
    }
    if (rows.length === 0) break;
  }
  await sql`close bodies`.execute(tx);
  return problems;
}

/** A cursor, so that the plan is made once for all pages; and made for all of them, not for a soon first one. */
async function openBodies(tx: Tx, since: Since): Promise<void> {
  await sql`set local cursor_tuple_fraction = 1`.execute(tx);
  await sql`
    declare bodies no scroll cursor for
    select e.id, e.occurred_at, encode(k.body_hash, 'hex') as hash, e.client_id, e.source, v.value as credential, e.subscription_claim as subscription,
           e.subscriber_claim as subscriber, e.organization_claim as organization, e.product_claim as product, e.measures, e.cost_amount, e.cost_currency, e.attributes
      from events e
      join event_keys k on k.source = e.source and k.client_id = e.client_id and k.event_id = e.id
      left join credential_id_values v on v.key = e.credential_key
     where ${isNew(sql`e.journal_id`, since)}`.execute(tx);
}

/** The time counts only if the client sent one; which of the two it was is not kept, so either may fit. */
function isAsSent(row: BodyRow): boolean {
  const event = (time: Instant | null): ValidEvent => ({
    index: 0,
    clientId: row.client_id,
    source: row.source,
    time,
    credential: row.credential,
    subscription: row.subscription,
    subscriber: row.subscriber,
    organization: row.organization,
    product: row.product,
    measures: inOrder(row.measures),
    cost:
      row.cost_amount === null || row.cost_currency === null
        ? null
        : { amount: row.cost_amount, currency: row.cost_currency },
    attributes: inOrder(row.attributes),
  });
  return [row.occurred_at, null].some((time) => bodyHash(event(time)) === row.hash);
}

/** jsonb keeps keys in an order of its own. */
function inOrder(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
