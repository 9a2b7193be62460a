import { type RawBuilder, sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable, Tx } from '../db/connect.ts';
import { idTimeMs } from '../lib/id.ts';
import { type Instant, instantFromEpochMs, plusMs } from '../lib/instant.ts';
import { type RecordedEvent, recordedEvents, touchedIds } from './entry-queries.ts';
import type { Touched } from './outcome.ts';
import type { Selection } from './selection.ts';

/**
 * Which recorded usage moves. The temporary table `moving` holds each event with the entry that stands and the name of
 * the answer that it gets; `answers` holds the answers. Where answers are found event by event, `selected` holds what
 * they are to be found for. All three end with the transaction.
 */

type Condition = RawBuilder<unknown>;

export async function createMoving(tx: Tx): Promise<void> {
  await sql`create temporary table if not exists selected (
    event_id identifier, occurred_at timestamptz, entry_id bigint, entry_sign smallint default 1, recorded_by bigint) on commit drop`.execute(
    tx,
  );
  await sql`create temporary table if not exists moving (
    event_id identifier, occurred_at timestamptz, entry_id bigint, answer text) on commit drop`.execute(
    tx,
  );
  await sql`create temporary table if not exists answers (
    answer text, keeps_credential boolean, keeps_subscriber boolean, credential_id identifier, binding_id bigint, subscriber_id identifier,
    organization_id identifier, subscription_id identifier, rule text, reasons text[], unbilled_reason text,
    claim_conflicts text[], sentence text) on commit drop`.execute(tx);
  await sql`truncate selected, moving, answers`.execute(tx);
}

/**
 * Selects what stands now, as far as it was recorded up to a position; at most `limit` events. `answer` names what
 * decides the new owner of each.
 */
export async function fillMoving(
  tx: Tx,
  selection: Selection,
  options: Bounds & { answer: Condition },
): Promise<number> {
  const { position, limit, answer } = options;
  const { numAffectedRows } = await sql`
    insert into moving (event_id, occurred_at, entry_id, answer)
    select a.event_id, a.occurred_at, a.journal_id, ${answer}
      from attributions a ${upTo(position)}
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
     where a.sign = 1 and ${sql.join(conditionsOf(selection), sql` and `)} and ${stands}
     limit ${limit}`.execute(tx);
  await sql`analyze moving`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

export type Bounds = {
  /** Recorded up to there; null: all. */
  readonly position: number | null;
  readonly limit: number;
  /** Only what was recorded since a position, and not by the journal row given. */
  readonly since?: { readonly position: number; readonly journalId: number };
};

/** Selects what is to be attributed anew, in the same way. What was decided by hand is passed over, unless asked for. */
export async function fillSelected(
  tx: Tx,
  selection: Selection,
  { position, limit }: Bounds,
): Promise<void> {
  const passesOver = selection.rule === undefined ? sql`a.rule <> 'reattributed'` : sql`true`;
  await sql`
    insert into selected (event_id, occurred_at, entry_id, recorded_by)
    select a.event_id, a.occurred_at, a.journal_id, e.journal_id
      from attributions a ${upTo(position)}
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
     where a.sign = 1 and ${sql.join(conditionsOf(selection), sql` and `)} and ${passesOver} and ${stands}
     limit ${limit}`.execute(tx);
}

/** The same of what changes of ownership touch, added to what is selected. Answers how many came to it. */
export async function addTouched(
  tx: Tx,
  touched: readonly Touched[],
  { position, limit, since }: Bounds,
): Promise<number> {
  const ids = touchedIds(touched);
  if (ids === null) return 0;
  const { numAffectedRows } = await sql`
    insert into selected (event_id, occurred_at, entry_id, recorded_by)
    select a.event_id, a.occurred_at, a.journal_id, e.journal_id
      from (${ids}) t
      join attributions a on a.event_id = t.id and a.occurred_at = t.occurred_at and a.sign = 1 ${upTo(position)}
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
     where a.rule <> 'reattributed' and ${stands} ${onlySince(since)}
       and not exists (select from selected s where s.event_id = a.event_id and s.occurred_at = a.occurred_at)
     limit ${limit}`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

function upTo(position: number | null): Condition {
  return position === null
    ? sql``
    : sql`join journal j on j.id = a.journal_id and j.position <= ${position}`;
}

function onlySince(since: Bounds['since']): Condition {
  return since === undefined
    ? sql``
    : sql`and a.journal_id <> ${since.journalId} and exists (
        select from journal s where s.id = a.journal_id and (s.position is null or s.position > ${since.position}))`;
}

export async function countSelected(tx: Tx): Promise<number> {
  await sql`create index if not exists selected_order on selected (recorded_by, event_id)`.execute(
    tx,
  );
  await sql`analyze selected`.execute(tx);
  const { rows } = await sql<{ events: number }>`select count(*) as events from selected`.execute(
    tx,
  );
  return rows[0]?.events ?? 0;
}

export type Place = { readonly recordedBy: number; readonly eventId: string };

/** The next of what is selected, in recording order, as it is attributed now. */
export async function pageOfSelected(
  tx: Tx,
  after: Place,
  limit: number,
): Promise<RecordedEvent[]> {
  return recordedEvents(
    tx,
    sql`select a.* from (select * from selected where (recorded_by, event_id) > (${after.recordedBy}, ${after.eventId})
                          order by recorded_by, event_id limit ${limit}) s
          join attributions a on a.event_id = s.event_id and a.occurred_at = s.occurred_at and a.journal_id = s.entry_id and a.sign = s.entry_sign`,
  );
}

export type Answered = { readonly event: RecordedEvent; readonly answer: string };

/** Answers, event by event. */
export async function fillAnswered(tx: Tx, answered: readonly Answered[]): Promise<void> {
  await sql`
    insert into moving (event_id, occurred_at, entry_id, answer)
    select * from unnest(${answered.map(({ event }) => event.eventId)}::text[], ${answered.map(({ event }) => event.claim.occurredAt)}::timestamptz[],
                         ${answered.map(({ event }) => event.entryId)}::bigint[], ${answered.map(({ answer }) => answer)}::text[])`.execute(
    tx,
  );
}

export async function forgetAnswers(tx: Tx): Promise<void> {
  await sql`truncate moving, answers`.execute(tx);
}

/** The same, and what moves still moves. */
export async function forgetNames(tx: Tx): Promise<void> {
  await sql`update moving set answer = null where answer is not null`.execute(tx);
  await sql`truncate answers`.execute(tx);
}

export async function analyzeMoving(tx: Tx): Promise<void> {
  await sql`analyze moving`.execute(tx);
}

/** Whatever comes later about an event takes its entry back. */
const stands = sql`not exists (select from attributions l
   where l.event_id = a.event_id and l.occurred_at = a.occurred_at and l.journal_id > a.journal_id)`;

function conditionsOf(selection: Selection): Condition[] {
  const { credentialId, reason, eventIds } = selection;
  const only = (value: unknown, condition: Condition) => (value === undefined ? [] : [condition]);
  return [
    ...only(selection.organizationId, sql`a.organization_id = ${selection.organizationId}`),
    ...only(selection.subscriberId, sql`a.subscriber_id = ${selection.subscriberId}`),
    ...only(selection.subscriptionId, sql`a.subscription_id = ${selection.subscriptionId}`),
    ...(credentialId === undefined ? [] : [ofCredential(credentialId)]),
    ...only(selection.rule, sql`a.rule = ${selection.rule}`),
    ...only(reason, sql`(a.unbilled_reason = ${reason} or ${reason} = any(a.reasons))`),
    ...only(selection.from, sql`a.occurred_at >= ${selection.from}::timestamptz`),
    ...only(selection.to, sql`a.occurred_at < ${selection.to}::timestamptz`),
    ...only(selection.source, sql`e.source = ${selection.source}`),
    ...(eventIds === undefined ? [] : [withIds(eventIds)]),
    ...only(
      selection.credentialKeys,
      sql`e.credential_key = any(${selection.credentialKeys}::bigint[])`,
    ),
    ...only(
      selection.subscriberClaims,
      sql`e.subscriber_claim = any(${selection.subscriberClaims}::text[])`,
    ),
    ...only(
      selection.organizationClaims,
      sql`e.organization_claim = any(${selection.organizationClaims}::text[])`,
    ),
  ];
}

/** Its usage claims one of its IDs, or was given to it by hand: either is found by an index. */
function ofCredential(id: string): Condition {
  return sql`a.credential_id = ${id} and (a.event_id, a.occurred_at) in (
    select c.id, c.occurred_at from events c where c.credential_key in (select value_key from credential_ids where credential_id = ${id})
    union all
    select h.event_id, h.occurred_at from attributions h
     where h.credential_id = ${id} and h.journal_id in (select unnest(array[applied_by, undone_by]) from reattributions))`;
}

/** An id begins with the millisecond of occurrence, so a list of them knows its months. */
function withIds(ids: readonly string[]): Condition {
  const times = ids.map((id) => idTimeMs('evt', id) ?? 0).toSorted((a, b) => a - b);
  const [first, last] = [instantFromEpochMs(times[0] ?? 0), instantFromEpochMs(times.at(-1) ?? 0)];
  return sql`a.event_id = any(${ids}::text[]) and a.occurred_at >= ${first}::timestamptz and a.occurred_at < ${plusMs(last, 1)}::timestamptz`;
}

/** Forgets what occurred within a stretch of time. */
export async function dropWithin(tx: Tx, from: Instant, to: Instant): Promise<number> {
  const { numAffectedRows } =
    await sql`delete from moving where occurred_at >= ${from}::timestamptz and occurred_at < ${to}::timestamptz`.execute(
      tx,
    );
  return Number(numAffectedRows ?? 0);
}

/** What a re-attribution left, as far as it stands as it was left: each with the entry that stands now. */
export async function fillMovingLeft(tx: Tx, journalId: number, span: Span): Promise<number> {
  const columns = [
    'credential_id',
    'subscriber_id',
    'organization_id',
    'subscription_id',
    'unbilled_reason',
    'rule',
    'sentence',
  ];
  const same = sql.join(
    columns.map((column) => sql`s.${sql.ref(column)} is not distinct from a.${sql.ref(column)}`),
    sql` and `,
  );
  const { numAffectedRows } = await sql`
    insert into moving (event_id, occurred_at, entry_id)
    select a.event_id, a.occurred_at, s.journal_id
      from attributions a
      join attributions s on s.event_id = a.event_id and s.occurred_at = a.occurred_at and s.sign = 1 and ${within('s', span)}
       and not exists (select from attributions l where l.event_id = s.event_id and l.occurred_at = s.occurred_at and l.journal_id > s.journal_id and ${within('l', span)})
     where a.journal_id = ${journalId} and a.sign = 1 and ${within('a', span)} and ${same}`.execute(
    tx,
  );
  await sql`analyze moving`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/**
 * All that moves back, as it was attributed before the move that is being undone, but what was given by hand then, too:
 * that was given, whatever ownership says. What a change of ownership has touched since cannot be told by whose the usage
 * is now, so all of it is asked for anew.
 */
export async function selectRestored(tx: Tx, undoneId: number): Promise<void> {
  await sql`
    insert into selected (event_id, occurred_at, entry_id, entry_sign, recorded_by)
    select m.event_id, m.occurred_at, ${undoneId}, -1, e.journal_id
      from moving m
      join attributions b on b.event_id = m.event_id and b.occurred_at = m.occurred_at and b.journal_id = ${undoneId} and b.sign = -1
      join events e on e.id = m.event_id and e.occurred_at = m.occurred_at
     where b.rule <> 'reattributed'`.execute(tx);
}

/** Names answers for some of what moves. */
export async function answerMoving(tx: Tx, answered: readonly Answered[]): Promise<void> {
  await sql`
    update moving m set answer = n.answer
      from unnest(${answered.map(({ event }) => event.eventId)}::text[], ${answered.map(({ answer }) => answer)}::text[]) n (event_id, answer)
     where m.event_id = n.event_id`.execute(tx);
}

/** The stretch of time that usage occurred in, both ends included: picks the partitions. */
export type Span = { readonly from: Instant; readonly to: Instant };

export function within(table: string, { from, to }: Span): Condition {
  const at = sql.ref(`${table}.occurred_at`);
  return sql`${at} >= ${from}::timestamptz and ${at} <= ${to}::timestamptz`;
}

/**
 * The entries that an action has made about what moves, found event by event: statistics know nothing of rows that a
 * transaction has just made, so the index of the journal, which promises a handful, must not be used (`+ 0`).
 */
export function entryOf({ journalId }: Action, table: string, span: Span): Condition {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql`attributions ${sql.ref(table)} on ${column('event_id')} = m.event_id and ${column('occurred_at')} = m.occurred_at
    and ${column('journal_id')} + 0 = ${journalId} and ${within(table, span)}`;
}

export async function spanOfMoving(db: Queryable): Promise<Span | null> {
  const { rows } = await sql<{ from: Instant | null; to: Instant | null }>`
    select min(occurred_at) as "from", max(occurred_at) as "to" from moving`.execute(db);
  const { from = null, to = null } = rows[0] ?? {};
  return from === null || to === null ? null : { from, to };
}
