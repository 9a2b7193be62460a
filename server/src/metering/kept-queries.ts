import { type RawBuilder, sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { idTimeMs } from '../lib/id.ts';
import { type Instant, instantFromEpochMs, plusMs } from '../lib/instant.ts';

/** What is kept beside the events: what was refused, and other bodies of ids that were recorded. */

export type RejectFilter = {
  code?: string | undefined;
  from?: Instant | undefined;
  to?: Instant | undefined;
  /** Whether it got through when it was sent again. */
  replayed?: boolean | undefined;
};

export type Attempt = {
  at: Instant;
  outcome: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  event_id: string | null;
  code: string | null;
  detail: string | null;
};

export type RejectRow = {
  id: number;
  recorded_at: Instant;
  actor: string;
  batch_index: number;
  code: string;
  pointer: string;
  detail: string;
  body: Buffer | null;
  attempt: Attempt | null;
};

const columns = sql`
  r.id, j.recorded_at, j.actor, r.batch_index, r.code, r.pointer, r.detail, r.body_encrypted as body,
  (select jsonb_build_object('at', to_char(k.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'outcome', p.outcome,
            'event_id', p.event_id, 'code', p.code, 'detail', p.detail)
     from reject_replays p join journal k on k.id = p.journal_id where p.reject_id = r.id order by p.id desc limit 1) as attempt`;

const through = sql`exists (select from reject_replays p where p.reject_id = r.id and p.outcome <> 'rejected')`;

function rejectsWhere(conditions: readonly RawBuilder<unknown>[], order: RawBuilder<unknown>) {
  return sql<RejectRow>`
    select ${columns} from event_rejects r join journal j on j.id = r.journal_id
     where ${sql.join(conditions, sql` and `)} ${order}`;
}

/** Clocks of processes differ, and a transaction's row is drawn after its moment is taken. */
const CLOCKS = sql`interval '1 hour'`;

/** Recorded in `[from, to)`, by `journal_id`; the bounds are for the index. */
function recordedIn(
  journalId: RawBuilder<unknown>,
  from: Instant | undefined,
  to: Instant | undefined,
): RawBuilder<unknown>[] {
  return [
    ...(from === undefined
      ? []
      : [
          sql`j.recorded_at >= ${from}::timestamptz`,
          sql`${journalId} >= (select b.id from journal b where b.recorded_at >= ${from}::timestamptz - ${CLOCKS} order by b.recorded_at limit 1)`,
        ]),
    ...(to === undefined
      ? []
      : [
          sql`j.recorded_at < ${to}::timestamptz`,
          sql`${journalId} <= (select b.id from journal b where b.recorded_at < ${to}::timestamptz + ${CLOCKS} order by b.recorded_at desc limit 1)`,
        ]),
  ];
}

function conditionsOf({ code, from, to, replayed }: RejectFilter): RawBuilder<unknown>[] {
  return [
    sql`true`,
    ...(code === undefined ? [] : [sql`r.code = ${code}`]),
    ...recordedIn(sql`r.journal_id`, from, to),
    ...(replayed === undefined ? [] : [replayed ? through : sql`not ${through}`]),
  ];
}

/** Newest first. */
export async function listRejects(
  db: Queryable,
  query: RejectFilter & { limit: number; cursor?: string | undefined },
): Promise<RejectRow[]> {
  const { cursor, limit } = query;
  const after =
    cursor === undefined
      ? []
      : [
          sql`(r.journal_id, r.id) < (select l.journal_id, l.id from event_rejects l where l.id = ${cursor}::bigint)`,
        ];
  const page = sql`order by r.journal_id desc, r.id desc limit ${limit + 1}`;
  const { rows } = await rejectsWhere([...conditionsOf(query), ...after], page).execute(db);
  return rows;
}

/** What can still be sent again of these, or of what the filter names, oldest first. */
export async function replayable(
  db: Queryable,
  which: { ids: readonly number[] } | RejectFilter,
  limit: number,
): Promise<RejectRow[]> {
  const named =
    'ids' in which ? [sql`r.id = any(${[...which.ids]}::bigint[])`] : conditionsOf(which);
  const open = [sql`r.body_encrypted is not null`, sql`not ${through}`];
  const { rows } = await rejectsWhere(
    [...named, ...open],
    sql`order by r.id limit ${limit}`,
  ).execute(db);
  return rows;
}

export async function countReplayable(db: Queryable, filter: RejectFilter): Promise<number> {
  const conditions = [
    ...conditionsOf(filter),
    sql`r.body_encrypted is not null`,
    sql`not ${through}`,
  ];
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from event_rejects r join journal j on j.id = r.journal_id
     where ${sql.join(conditions, sql` and `)}`.execute(db);
  return rows[0]?.count ?? 0;
}

export type Replayed = {
  id: number;
  outcome: Attempt['outcome'];
  eventId: string | null;
  code: string | null;
  pointer: string | null;
  detail: string | null;
};

export async function insertReplays(action: Action, replays: readonly Replayed[]): Promise<void> {
  if (replays.length === 0) return;
  const all = <K extends keyof Replayed>(field: K) => replays.map((replay) => replay[field]);
  await sql`
    insert into reject_replays (reject_id, journal_id, outcome, event_id, code, pointer, detail)
    select i, ${action.journalId}, o, e, c, p, d
      from unnest(${all('id')}::bigint[], ${all('outcome')}::text[], ${all('eventId')}::text[], ${all('code')}::text[],
                  ${all('pointer')}::text[], ${all('detail')}::text[]) as r (i, o, e, c, p, d)`.execute(
    action.tx,
  );
}

/** The events recorded under these ids. */
export async function eventIdsOf(
  db: Queryable,
  keys: readonly { source: string; clientId: string }[],
): Promise<{ source: string; clientId: string; eventId: string }[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<{ source: string; clientId: string; eventId: string }>`
    select k.source, k.client_id as "clientId", k.event_id as "eventId"
      from unnest(${keys.map((key) => key.source)}::text[], ${keys.map((key) => key.clientId)}::text[]) as asked (source, client_id)
      join event_keys k on k.source = asked.source and k.client_id = asked.client_id`.execute(db);
  return rows;
}

// Conflicts --------------------------------------------------------------------------------------

export type Body = Record<string, unknown>;

export type ConflictRow = {
  source: string;
  client_id: string;
  hash: string;
  event_id: string;
  journal_id: number;
  recorded_at: Instant;
  actor: string;
  credential_key: number | null;
  credential_masked: string | null;
  body: Body;
};

export type ConflictFilter = {
  limit: number;
  cursor?: string | undefined;
  source?: string | undefined;
  clientId?: string | undefined;
  from?: Instant | undefined;
  to?: Instant | undefined;
};

export function conflictCursor(row: ConflictRow): string {
  return JSON.stringify([row.journal_id, row.source, row.client_id, row.hash]);
}

/** Newest first. */
export async function listConflicts(db: Queryable, query: ConflictFilter): Promise<ConflictRow[]> {
  const { source, clientId, from, to, cursor } = query;
  const [journalId, afterSource, afterId, afterHash] =
    cursor === undefined ? [] : (JSON.parse(cursor) as [number, string, string, string]);
  const conditions = [
    sql`true`,
    ...(clientId === undefined
      ? []
      : [sql`c.client_id = ${clientId} and c.source = ${source ?? ''}`]),
    ...(source === undefined ? [] : [sql`c.source = ${source}`]),
    ...recordedIn(sql`c.journal_id`, from, to),
    ...(journalId === undefined
      ? []
      : [
          sql`(c.journal_id < ${journalId} or (c.journal_id = ${journalId}
                and (c.source, c.client_id, c.body_hash) > (${afterSource}, ${afterId}, decode(${afterHash}, 'hex'))))`,
        ]),
  ];
  const { rows } = await sql<ConflictRow>`
    select c.source, c.client_id, encode(c.body_hash, 'hex') as hash, c.event_id, c.journal_id, j.recorded_at, j.actor, c.credential_key,
           v.masked as credential_masked, c.body
      from event_conflicts c join journal j on j.id = c.journal_id
      left join credential_id_values v on v.key = c.credential_key
     where ${sql.join(conditions, sql` and `)}
     order by c.journal_id desc, c.source, c.client_id, c.body_hash limit ${query.limit + 1}`.execute(
    db,
  );
  return rows;
}

export type StoredBody = {
  id: string;
  occurred_at: Instant;
  credential_key: number | null;
  body: Body;
};

/** What these events say, in the form in which conflicts keep it. The id of an event tells its millisecond. */
export async function storedBodies(
  db: Queryable,
  ids: readonly string[],
): Promise<Map<string, StoredBody>> {
  const starts = ids.map((id) => instantFromEpochMs(idTimeMs('evt', id) ?? 0));
  if (ids.length === 0) return new Map();
  const { rows } = await sql<StoredBody>`
    select e.id, e.occurred_at, e.credential_key,
           jsonb_build_object('subscription', e.subscription_claim, 'subscriber', e.subscriber_claim, 'organization', e.organization_claim,
             'product', e.product_claim, 'measures', e.measures, 'attributes', e.attributes,
             'cost', case when e.cost_amount is not null then jsonb_build_object('amount', e.cost_amount::text, 'currency', e.cost_currency) end) as body
      from unnest(${[...ids]}::text[], ${starts}::timestamptz[], ${starts.map((start) => plusMs(start, 1))}::timestamptz[]) as w (id, start, until)
     cross join lateral (select * from events x where x.id = w.id and x.occurred_at >= w.start and x.occurred_at < w.until limit 1) e`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.id, row]));
}
