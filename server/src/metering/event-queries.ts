import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import { idTimeMs } from '../lib/id.ts';
import { type Instant, instantFromEpochMs, plusMs } from '../lib/instant.ts';

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

export type EventFilter = {
  limit: number;
  cursor?: string | undefined;
  from?: Instant | undefined;
  to?: Instant | undefined;
  organizationId?: string | undefined;
  subscriberId?: string | undefined;
  credentialId?: string | undefined;
  subscriptionId?: string | undefined;
  rule?: string | undefined;
  reason?: string | undefined;
  source?: string | undefined;
  clientId?: string | undefined;
};

const columns = sql`
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
    select ${columns} from events e ${joins}
     where e.occurred_at >= ${start}::timestamptz and e.occurred_at < ${plusMs(start, 1)}::timestamptz and e.id = ${id}`.execute(
    db,
  );
  return rows[0];
}

export function eventCursor(row: EventRow): string {
  return `${row.occurred_at} ${row.id}`;
}

/** Newest occurrence first. */
export async function listEvents(db: Queryable, filter: EventFilter): Promise<EventRow[]> {
  const [cursorAt = null, cursorId = null] = filter.cursor?.split(' ') ?? [];
  const optional = (value: unknown, condition: RawBuilder<unknown>) =>
    value === undefined || value === null ? sql`true` : condition;
  const conditions = [
    optional(filter.from, sql`e.occurred_at >= ${filter.from}::timestamptz`),
    optional(filter.to, sql`e.occurred_at < ${filter.to}::timestamptz`),
    optional(cursorAt, sql`(e.occurred_at, e.id) < (${cursorAt}::timestamptz, ${cursorId})`),
    optional(filter.organizationId, sql`a.organization_id = ${filter.organizationId}`),
    optional(filter.subscriberId, sql`a.subscriber_id = ${filter.subscriberId}`),
    optional(filter.credentialId, sql`a.credential_id = ${filter.credentialId}`),
    optional(
      filter.credentialId,
      sql`e.credential_key in (select value_key from credential_ids where credential_id = ${filter.credentialId})`,
    ),
    optional(filter.subscriptionId, sql`a.subscription_id = ${filter.subscriptionId}`),
    optional(filter.rule, sql`a.rule = ${filter.rule}`),
    optional(
      filter.reason,
      sql`(${filter.reason} = any(a.reasons) or a.unbilled_reason = ${filter.reason})`,
    ),
    optional(
      filter.clientId,
      sql`e.id in (select event_id from event_keys where source = ${filter.source ?? ''} and client_id = ${filter.clientId})`,
    ),
  ];
  const { rows } = await sql<EventRow>`
    select ${columns} from events e ${joins} where ${sql.join(conditions, sql` and `)}
     order by e.occurred_at desc, e.id desc limit ${filter.limit + 1}`.execute(db);
  return rows;
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
> & { sign: number };

/** Every entry of one event, oldest first; of one moment, the reversal before what replaces it. */
export async function attributionHistory(db: Queryable, event: EventRow): Promise<HistoryRow[]> {
  const { rows } = await sql<HistoryRow>`
    select a.*, j.position, j.recorded_at from attributions a join journal j on j.id = a.journal_id
     where a.event_id = ${event.id} and a.occurred_at = ${event.occurred_at}::timestamptz order by a.journal_id, a.sign`.execute(
    db,
  );
  return rows;
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
      left join organization_payers b on b.organization_id = s.organization_id and b.superseded_by is null and b.valid @> ${at}::timestamptz
      left join organizations payer on payer.id = coalesce(b.payer_id, s.organization_id)`.execute(
    db,
  );
  return rows[0] as TraceNames;
}

export type TraceLineRow = {
  line_id: string;
  invoice_id: string;
  invoice_number: string | null;
  invoice_status: string;
  kind: string;
  meter: string;
  sign: number;
  period_start: Instant;
  period_end: Instant;
};

/** The invoice lines whose set holds an entry of the event: by subscription, period, position and meter. */
export async function traceLines(db: Queryable, event: EventRow): Promise<TraceLineRow[]> {
  const { rows } = await sql<TraceLineRow>`
    select l.id as line_id, i.id as invoice_id, i.number as invoice_number, i.status as invoice_status, l.kind, m.key as meter, a.sign,
           l.period_start, l.period_end
      from attributions a
      join journal j on j.id = a.journal_id
      join invoice_lines l on l.subscription_id = a.subscription_id and l.charge_id is not null
       and l.period_start <= a.occurred_at and a.occurred_at < l.period_end
       and l.payer_from <= a.occurred_at and a.occurred_at < l.payer_to
       and j.position > l.position_after and j.position <= l.position
      join invoices i on i.id = l.invoice_id and i.status <> 'void'
      join plan_charges c on c.id = l.charge_id
      join meters m on m.id = c.meter_id
      join meter_versions mv on mv.meter_id = c.meter_id and mv.version = c.meter_version
     where a.event_id = ${event.id} and a.occurred_at = ${event.occurred_at}::timestamptz
       and (mv.measure is null or ${JSON.stringify(event.measures)}::jsonb ? mv.measure)
     order by i.created_at, l.ordinal, a.sign`.execute(db);
  return rows;
}
