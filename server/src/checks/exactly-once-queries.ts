import { type RawBuilder, sql } from 'kysely';
import { archivedBefore } from '../archive/queries.ts';
import type { Tx } from '../db/connect.ts';
import { idFloor } from '../lib/id.ts';
import { EARLIEST, epochMs, type Instant } from '../lib/instant.ts';
import { bodyHash, type ValidEvent } from '../metering/rules.ts';
import { firstOf, isCounted, isNew, ofArchived, type Since, together } from './since-queries.ts';
import { type Check, type Finding, ROWS_NAMED_MAX, verdict } from './verdict.ts';

const EVENTS_AT_ONCE = 50_000;

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

/**
 * A key is taken by the transaction that records its event: where one is new, so is the other. A full join is hashed or
 * merged, whatever the planner expects; it once looked for each key's event among all that are new.
 */
async function unmatchedKeys(tx: Tx, since: Since, firstId: string): Promise<Finding[]> {
  const { rows } = await firstOf<{ id: string; detail: string }>(sql`
    select coalesce(e.id, k.event_id) as id,
           case when e.id is null then 'Its key is taken, but the event is missing.' else 'It has no key, so it could be recorded again.' end as detail
      from (select * from event_keys where event_id >= ${firstId} and ${isNew(sql`journal_id`, since)}) k
      full join (select * from events where ${isNew(sql`journal_id`, since)}) e
        on e.id = k.event_id and e.source = k.source and e.client_id = k.client_id
     where e.id is null or k.event_id is null`).execute(tx);
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

/** Events that are no longer as they were sent: the database names the suspects, `isAsSent` has the last word. */
async function changedBodies(tx: Tx, since: Since): Promise<Finding[]> {
  const changed: BodyRow[] = [];
  for (const slice of await slicesOf(tx, since)) {
    const found = await suspects(tx, since, slice);
    changed.push(...found.filter((row) => !isAsSent(row)));
    if (changed.length >= ROWS_NAMED_MAX) break;
  }
  return changed.slice(0, ROWS_NAMED_MAX).map(({ id }) => ({
    row: id,
    detail: 'It is no longer what was sent: its hash differs from that of its key.',
  }));
}

/** Journal rows with a number in (after, upTo]; null: whatever their number. */
type Slice = { after: number | null; upTo: number | null };

/** Of about so many events each: together they are all, and none is so large that a join of it goes to disk. */
async function slicesOf(tx: Tx, since: Since): Promise<Slice[]> {
  const { rows } = await sql<{ upTo: number }>`
    select max(journal_id) as "upTo"
      from (select journal_id, div(sum(accepted) over (order by journal_id) - 1, ${EVENTS_AT_ONCE}) as slice
              from ingest_batches where ${isNew(sql`journal_id`, since)}) b
     group by slice order by 1`.execute(tx);
  const ends = rows.map(({ upTo }) => upTo).slice(0, -1);
  return [null, ...ends].map((after, i) => ({ after, upTo: ends[i] ?? null }));
}

/**
 * Events that do not seem to hash to what was sent. The database writes them as `bodyHash` does, so that millions need
 * not be brought here; only where names of measures or attributes hold characters beyond the basic plane does it put them
 * in another order, which makes a suspect of what is in order.
 */
async function suspects(tx: Tx, since: Since, { after, upTo }: Slice): Promise<BodyRow[]> {
  const hashed = (time: RawBuilder<unknown>) =>
    sql`sha256(convert_to('{"clientId":' || to_json(e.client_id) || ',"source":' || to_json(e.source) || ',"time":' || ${time} || rest, 'UTF8'))`;
  const time = sql`'"' || to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'`;
  const inSlice = [
    ...(after === null ? [] : [sql`and e.journal_id > ${after}`]),
    ...(upTo === null ? [] : [sql`and e.journal_id <= ${upTo}`]),
  ];
  const { rows } = await sql<BodyRow>`
    select e.id, e.occurred_at, encode(k.body_hash, 'hex') as hash, e.client_id, e.source, v.value as credential, e.subscription_claim as subscription,
           e.subscriber_claim as subscriber, e.organization_claim as organization, e.product_claim as product, e.measures, e.cost_amount, e.cost_currency, e.attributes
      from events e
      join event_keys k on k.source = e.source and k.client_id = e.client_id and k.event_id = e.id
      left join credential_id_values v on v.key = e.credential_key
     cross join lateral (select ${restOfBody} as rest) b
     where ${isNew(sql`e.journal_id`, since)} ${sql.join(inSlice, sql` `)}
       and case when ${hashed(time)} = k.body_hash then false else ${hashed(sql`'null'`)} <> k.body_hash end`.execute(
    tx,
  );
  return rows;
}

const jsonOf = (text: RawBuilder<unknown>) => sql`coalesce(to_json(${text})::text, 'null')`;

const recordOf = (record: RawBuilder<unknown>) =>
  sql`'{' || coalesce((select string_agg(to_json(key)::text || ':' || to_json(value)::text, ',' order by key collate "C") from jsonb_each_text(${record})), '') || '}'`;

/** Of an event `e` and the value `v` of its credential, what `canonical` puts after the time. */
const restOfBody = sql`
  ',"credential":' || ${jsonOf(sql`v.value`)} || ',"subscription":' || ${jsonOf(sql`e.subscription_claim`)}
  || ',"subscriber":' || ${jsonOf(sql`e.subscriber_claim`)} || ',"organization":' || ${jsonOf(sql`e.organization_claim`)}
  || ',"product":' || ${jsonOf(sql`e.product_claim`)} || ',"measures":' || ${recordOf(sql`e.measures`)}
  || ',"cost":' || coalesce('{"amount":"' || e.cost_amount || '","currency":"' || e.cost_currency || '"}', 'null')
  || ',"attributes":' || ${recordOf(sql`e.attributes`)} || '}'`;

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
