import { type RawBuilder, sql } from 'kysely';
import type { Queryable, Tx } from '../db/connect.ts';
import { idTimeMs } from '../lib/id.ts';
import { type Instant, instantFromEpochMs, plusMs } from '../lib/instant.ts';
import { counts } from '../rating/queries.ts';

export type EventRow = {
  id: string;
  source: string;
  client_id: string;
  occurred_at: Instant;
  recorded_at: Instant;
  position: number | null;
  credential_masked: string | null;
  subscription_claim: string | null;
  subscriber_claim: string | null;
  organization_claim: string | null;
  product_claim: string | null;
  measures: Record<string, string>;
  cost_amount: string | null;
  cost_currency: string | null;
  attributes: Record<string, string>;
  credential_id: string | null;
  binding_id: number | null;
  subscriber_id: string | null;
  organization_id: string;
  subscription_id: string | null;
  rule: string;
  reasons: string[];
  unbilled_reason: string | null;
  claim_conflicts: string[];
  sentence: string;
  attribution_position: number | null;
};

export const eventColumns = sql`
  e.id, e.source, e.client_id, e.occurred_at, j.recorded_at, j.position, v.masked as credential_masked, e.subscription_claim, e.subscriber_claim,
  e.organization_claim, e.product_claim, e.measures, e.cost_amount, e.cost_currency, e.attributes, a.credential_id, a.binding_id, a.subscriber_id,
  a.organization_id, a.subscription_id, a.rule, a.reasons, a.unbilled_reason, a.claim_conflicts, a.sentence, aj.position as attribution_position`;

/** An event with what it is attributed to now: the last entry that was not reversed. */
const joins = sql`
  join journal j on j.id = e.journal_id
  left join credential_id_values v on v.key = e.credential_key
  join lateral (select * from attributions x where x.event_id = e.id and x.occurred_at = e.occurred_at and x.sign = 1
                 order by x.journal_id desc limit 1) a on true
  join journal aj on aj.id = a.journal_id`;

/** The month of an event is in its id, so one partition is touched. */
export async function findEvent(db: Queryable, id: string): Promise<EventRow | undefined> {
  const ms = idTimeMs('evt', id);
  if (ms === null) return undefined;
  const start = instantFromEpochMs(ms);
  const { rows } = await sql<EventRow>`
    select ${eventColumns} from events e ${joins}
     where e.occurred_at >= ${start}::timestamptz and e.occurred_at < ${plusMs(start, 1)}::timestamptz and e.id = ${id}`.execute(
    db,
  );
  return rows[0];
}

export type HistoryRow = Pick<
  EventRow,
  | 'credential_id'
  | 'subscriber_id'
  | 'organization_id'
  | 'subscription_id'
  | 'rule'
  | 'reasons'
  | 'unbilled_reason'
  | 'claim_conflicts'
  | 'sentence'
  | 'position'
  | 'recorded_at'
> & { sign: number; actor: string; operation: string; reason: string | null };

/** Every entry of one event, oldest first; of one moment, the reversal before what replaces it. */
export async function attributionHistory(db: Queryable, event: EventRow): Promise<HistoryRow[]> {
  const { rows } = await sql<HistoryRow>`
    select a.*, j.position, j.recorded_at, j.actor, j.kind as operation,
           (select l.reason from audit_log l where l.journal_id = j.id and l.reason is not null order by l.id limit 1) as reason
      from attributions a join journal j on j.id = a.journal_id
     where a.event_id = ${event.id} and a.occurred_at = ${event.occurred_at}::timestamptz order by a.journal_id, a.sign`.execute(
    db,
  );
  return rows;
}

/**
 * The queries of a trace begin at one event and go from row to row: they are joined as they are written. Looking for a
 * better order among ten tables took twenty times as long as going through them.
 */
export async function joinAsWritten(tx: Tx): Promise<void> {
  await sql`set local join_collapse_limit = 1`.execute(tx);
}

export type TraceNames = {
  credential_name: string | null;
  subscriber_name: string | null;
  organization_name: string;
  subscription_name: string | null;
  plan_name: string | null;
  payer_id: string | null;
  payer_name: string | null;
};

/** What the entities of the chain are called, and who pays for the subscription then. */
export async function traceNames(db: Queryable, event: EventRow): Promise<TraceNames> {
  const at = event.occurred_at;
  const { rows } = await sql<TraceNames>`
    select (select name from credentials where id = ${event.credential_id}) as credential_name,
           (select email from subscribers where id = ${event.subscriber_id}) as subscriber_name,
           (select name from organizations where id = ${event.organization_id}) as organization_name,
           s.name as subscription_name, p.name as plan_name, payer.id as payer_id, payer.name as payer_name
      from (select 1) as one
      left join subscriptions s on s.id = ${event.subscription_id}
      left join subscription_plans sp on sp.subscription_id = s.id and sp.superseded_by is null and sp.valid @> ${at}::timestamptz
      left join plans p on p.id = sp.plan_id
      left join organizations payer on payer.id = payer_of(s.organization_id, ${at}::timestamptz)`.execute(
    db,
  );
  return rows[0] as TraceNames;
}

export type TraceLineRow = {
  line_id: string;
  invoice_id: string;
  invoice_number: string | null;
  invoice_status: string;
  payer_id: string;
  currency: string;
  description: string;
  amount: string;
  kind: string;
  meter: string;
  sign: number;
  period_start: Instant;
  period_end: Instant;
};

/** True where the event `e` is among the late usage that the line does not count. */
const isIgnoredBy = (line: RawBuilder<unknown>) => sql`exists (
  select from jsonb_to_recordset(${line}.price -> 'ignoring') as g ("from" timestamptz, "to" timestamptz, after bigint, upto bigint)
    join attributions x on x.event_id = e.id and x.occurred_at = e.occurred_at and x.subscription_id = ${line}.subscription_id
     and x.occurred_at >= g."from" and x.occurred_at < g."to"
    join journal y on y.id = x.journal_id and y.position > g.after and y.position <= g.upto
   group by g."from", g.after having sum(x.sign) > 0 and bool_or(x.sign > 0 and x.journal_id = e.journal_id))`;

/** Lines whose set holds the event, by the same rule as the set itself: subscription, time, position, what is counted. */
const holding = (
  event: EventRow,
  { table, document, documents, key }: Record<'table' | 'document' | 'documents' | 'key', string>,
) => sql`
    select l.id as line_id, d.id as ${sql.raw(document)}_id, d.number as ${sql.raw(document)}_number, d.status as ${sql.raw(document)}_status,
           d.organization_id as payer_id, d.currency, l.description, l.amount::text, l.kind, m.key as meter, (sum(a.sign) * l.event_sign)::int as sign,
           l.period_start, l.period_end
      from attributions a
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
      join journal j on j.id = a.journal_id
      join ${sql.raw(table)} l on l.subscription_id = a.subscription_id and l.charge_id is not null
       and l.period_start <= a.occurred_at and a.occurred_at < l.period_end
       and l.payer_from <= a.occurred_at and a.occurred_at < l.payer_to
       and j.position > l.position_after and j.position <= l.position and not ${isIgnoredBy(sql`l`)}
      join ${sql.raw(documents)} d on d.id = l.${sql.raw(key)} and d.status <> 'void'
      join plan_charges c on c.id = l.charge_id
      join plan_versions v on v.plan_id = l.plan_id and v.version = l.plan_version
      join meters m on m.id = c.meter_id
      join meter_versions t on t.meter_id = c.meter_id and t.version = c.meter_version
     where a.event_id = ${event.id} and a.occurred_at = ${event.occurred_at}::timestamptz and ${counts}
       and (c.model <> 'percentage' or coalesce(e.cost_currency = v.currency, false))
     group by l.id, d.id, m.key having sum(a.sign) <> 0
     order by d.created_at, l.ordinal`;

/** The invoice lines whose set holds the event. Its sign is what is left of its entries there. */
export async function traceLines(db: Queryable, event: EventRow): Promise<TraceLineRow[]> {
  const invoices = { table: 'invoice_lines', document: 'invoice', documents: 'invoices' };
  const { rows } =
    await sql<TraceLineRow>`${holding(event, { ...invoices, key: 'invoice_id' })}`.execute(db);
  return rows;
}

export type TraceCreditRow = Omit<TraceLineRow, `invoice_${string}`> & {
  credit_note_id: string;
  credit_note_number: string;
  credit_note_status: string;
};

/** The lines of credit notes whose set holds the event, signed as those of invoices: -1 takes it back. */
export async function traceCredits(db: Queryable, event: EventRow): Promise<TraceCreditRow[]> {
  const notes = { table: 'credit_note_lines', document: 'credit_note', documents: 'credit_notes' };
  const { rows } =
    await sql<TraceCreditRow>`${holding(event, { ...notes, key: 'credit_note_id' })}`.execute(db);
  return rows;
}

export type TraceIgnoredRow = {
  id: string;
  payer_id: string;
  subscription_id: string;
  meter: string;
  position: number;
};

/** Where the event was ignored as late usage: it is on no line of that subscription. */
export async function traceIgnored(db: Queryable, event: EventRow): Promise<TraceIgnoredRow[]> {
  const { rows } = await sql<TraceIgnoredRow>`
    select g.id, g.organization_id as payer_id, g.subscription_id, m.key as meter, g.position
      from events e
      join attributions a on a.event_id = e.id and a.occurred_at = e.occurred_at
      join journal j on j.id = a.journal_id
      join ignored_usage g on g.subscription_id = a.subscription_id and g.occurred_from <= a.occurred_at and a.occurred_at < g.occurred_to
       and j.position > g.position_after and j.position <= g.position
      join plan_charges c on c.id = g.charge_id
      join meters m on m.id = c.meter_id
      join meter_versions t on t.meter_id = c.meter_id and t.version = c.meter_version
     where e.id = ${event.id} and e.occurred_at = ${event.occurred_at}::timestamptz and ${counts}
       and (c.model <> 'percentage' or coalesce(e.cost_currency = g.currency, false))
     group by g.id, m.key having sum(a.sign) > 0 and bool_or(a.sign > 0 and a.journal_id = e.journal_id)
     order by g.id`.execute(db);
  return rows;
}
