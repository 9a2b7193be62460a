import { type RawBuilder, sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable, Tx } from '../db/connect.ts';
import { idTimeMs } from '../lib/id.ts';
import { type Instant, instantFromEpochMs, plusMs } from '../lib/instant.ts';
import type { Attribution } from './outcome.ts';
import type { NewOwner, Selection } from './selection.ts';

/**
 * Moves of recorded usage, on sets: the temporary table `moving` holds what is selected, each event with the entry
 * that stands and the name of the answer that it gets; `answers` holds the answers. Both end with the transaction.
 */

type Condition = RawBuilder<unknown>;

export async function createMoving(tx: Tx): Promise<void> {
  await sql`create temporary table if not exists moving (
    event_id identifier, occurred_at timestamptz, entry_id bigint, answer text) on commit drop`.execute(
    tx,
  );
  await sql`create temporary table if not exists answers (
    answer text, keeps_credential boolean, keeps_subscriber boolean, credential_id identifier, binding_id bigint, subscriber_id identifier,
    organization_id identifier, subscription_id identifier, rule text, reasons text[], unbilled_reason text,
    claim_conflicts text[], sentence text) on commit drop`.execute(tx);
  await sql`truncate moving, answers`.execute(tx);
}

/**
 * Selects what stands now, as far as it was recorded up to a position; at most `limit` events. `answer` names what
 * decides the new owner of each.
 */
export async function fillMoving(
  tx: Tx,
  selection: Selection,
  options: { position: number | null; limit: number; answer: Condition; where?: Condition },
): Promise<number> {
  const { position, limit, answer, where = sql`true` } = options;
  const known =
    position === null
      ? sql``
      : sql`join journal j on j.id = a.journal_id and j.position <= ${position}`;
  const { numAffectedRows } = await sql`
    insert into moving (event_id, occurred_at, entry_id, answer)
    select a.event_id, a.occurred_at, a.journal_id, ${answer}
      from attributions a ${known}
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
     where a.sign = 1 and ${sql.join(conditionsOf(selection), sql` and `)} and ${where} and ${stands}
     limit ${limit}`.execute(tx);
  await sql`analyze moving`.execute(tx);
  return Number(numAffectedRows ?? 0);
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

/** The stretch of time that usage occurred in, both ends included: picks the partitions. */
export type Span = { readonly from: Instant; readonly to: Instant };

function within(table: string, { from, to }: Span): Condition {
  const at = sql.ref(`${table}.occurred_at`);
  return sql`${at} >= ${from}::timestamptz and ${at} <= ${to}::timestamptz`;
}

export async function spanOfMoving(db: Queryable): Promise<Span | null> {
  const { rows } = await sql<{ from: Instant | null; to: Instant | null }>`
    select min(occurred_at) as "from", max(occurred_at) as "to" from moving`.execute(db);
  const { from = null, to = null } = rows[0] ?? {};
  return from === null || to === null ? null : { from, to };
}

// Answers ----------------------------------------------------------------------------------------

export type Answer = { readonly answer: string; readonly attribution: Attribution };

export async function insertAnswers(
  tx: Tx,
  answers: readonly Answer[],
  keeps: Pick<NewOwner, 'credentialId' | 'subscriberId'> | null,
): Promise<void> {
  if (answers.length === 0) return;
  const rows = answers.map(({ answer, attribution: a }) => ({
    answer,
    keeps_credential: keeps !== null && keeps.credentialId === undefined,
    keeps_subscriber: keeps !== null && keeps.subscriberId === undefined,
    credential_id: a.credentialId,
    binding_id: a.bindingId,
    subscriber_id: a.subscriberId,
    organization_id: a.organizationId,
    subscription_id: a.subscriptionId,
    rule: a.rule,
    reasons: a.reasons,
    unbilled_reason: a.unbilledReason,
    claim_conflicts: a.claimConflicts,
    sentence: a.sentence,
  }));
  await sql`insert into answers select * from jsonb_populate_recordset(null::answers, ${JSON.stringify(rows)}::jsonb)`.execute(
    tx,
  );
}

/** The answers that are asked for, each with an event that asks for it. */
export async function answersAsked(
  db: Queryable,
): Promise<{ answer: string; sampleAt: Instant }[]> {
  const { rows } = await sql<{ answer: string; sampleAt: Instant }>`
    select answer, min(occurred_at) as "sampleAt" from moving group by answer order by answer`.execute(
    db,
  );
  return rows;
}

const newCredential = sql`case when n.keeps_credential then a.credential_id else n.credential_id end`;
const newSubscriber = sql`case when n.keeps_subscriber then a.subscriber_id else n.subscriber_id end`;

/** Forgets what is where it shall be already; answers how many that were. */
export async function dropUnmoved(tx: Tx, span: Span): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from moving m using attributions a, answers n
     where a.event_id = m.event_id and a.occurred_at = m.occurred_at and a.journal_id = m.entry_id and a.sign = 1 and ${within('a', span)}
       and n.answer = m.answer
       and (a.credential_id, a.subscriber_id, a.organization_id, a.subscription_id, a.unbilled_reason)
           is not distinct from (${newCredential}, ${newSubscriber}, n.organization_id, n.subscription_id, n.unbilled_reason)`.execute(
    tx,
  );
  return Number(numAffectedRows ?? 0);
}

// Entries ----------------------------------------------------------------------------------------

/** Reverses what stands and appends the answer. Answers the number of entries. */
export async function appendMoved({ tx, journalId }: Action, span: Span): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into attributions (event_id, occurred_at, journal_id, sign, credential_id, binding_id, subscriber_id, organization_id,
                              subscription_id, rule, reasons, unbilled_reason, claim_conflicts, sentence)
    select m.event_id, m.occurred_at, ${journalId}, s.sign, ${before('credential_id', newCredential)}, ${before('binding_id')},
           ${before('subscriber_id', newSubscriber)}, ${before('organization_id')}, ${before('subscription_id')}, ${before('rule')},
           ${before('reasons')}, ${before('unbilled_reason')}, ${before('claim_conflicts')}, ${before('sentence')}
      from moving m
      join attributions a on a.event_id = m.event_id and a.occurred_at = m.occurred_at and a.journal_id = m.entry_id and a.sign = 1 and ${within('a', span)}
      join answers n on n.answer = m.answer
     cross join (values (-1::smallint), (1::smallint)) s (sign)`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

function before(column: string, after: Condition = sql.ref(`n.${column}`)): Condition {
  return sql`case when s.sign = -1 then a.${sql.ref(column)} else ${after} end`;
}

/** Reverses what stands and appends again what the move of `undoneId` had reversed. Answers the number of entries. */
export async function appendRestored(
  { tx, journalId }: Action,
  undoneId: number,
  span: Span,
): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into attributions (event_id, occurred_at, journal_id, sign, credential_id, binding_id, subscriber_id, organization_id,
                              subscription_id, rule, reasons, unbilled_reason, claim_conflicts, sentence)
    select m.event_id, m.occurred_at, ${journalId}, -a.sign, a.credential_id, a.binding_id, a.subscriber_id, a.organization_id,
           a.subscription_id, a.rule, a.reasons, a.unbilled_reason, a.claim_conflicts, a.sentence
      from moving m
      join attributions a on a.event_id = m.event_id and a.occurred_at = m.occurred_at and ${within('a', span)}
       and ((a.journal_id = m.entry_id and a.sign = 1) or (a.journal_id = ${undoneId} and a.sign = -1))`.execute(
    tx,
  );
  return Number(numAffectedRows ?? 0);
}

// Proof ------------------------------------------------------------------------------------------

/** Which events were selected: how many, and the hash of the set. */
export async function digestOfMoving(db: Queryable): Promise<{ events: number; hash: string }> {
  const { rows } = await sql<{ events: number; hash: string }>`
    select count(*) as events, coalesce(sum(event_hash(event_id)), 0)::text as hash from moving`.execute(
    db,
  );
  return rows[0] ?? { events: 0, hash: '0' };
}

/** Which events went where, as far as money and roll-ups depend on it. */
export async function hashOfMoves(
  db: Queryable,
  { journalId }: Action,
  span: Span,
): Promise<string> {
  const { rows } = await sql<{ hash: string }>`
    select coalesce(sum(event_hash(concat_ws(' ', a.event_id, a.organization_id, coalesce(a.subscription_id, a.unbilled_reason)))), 0)::text as hash
      from attributions a where a.journal_id = ${journalId} and a.sign = 1 and ${within('a', span)}`.execute(
    db,
  );
  return rows[0]?.hash ?? '0';
}

/** Events that moved and whose entries do not sum to one. */
export async function misplacedAmongMoved(db: Queryable, span: Span): Promise<number> {
  const { rows } = await sql<{ events: number }>`
    select count(*) as events from (
      select a.event_id from moving m join attributions a on a.event_id = m.event_id and a.occurred_at = m.occurred_at and ${within('a', span)}
       group by a.event_id, a.occurred_at having sum(a.sign) <> 1) misplaced`.execute(db);
  return rows[0]?.events ?? 0;
}

export type MovedMeasure = { measure: string; quantity: string; drift: string };

/** Each measure of what moved: how much, and what the reversals and the new entries differ by. */
export async function movedMeasures(
  db: Queryable,
  { journalId }: Action,
  span: Span,
): Promise<MovedMeasure[]> {
  const { rows } = await sql<MovedMeasure>`
    select k.measure, sum(k.value::numeric) filter (where a.sign = 1)::text as quantity, sum(a.sign * k.value::numeric)::text as drift
      from attributions a
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at and ${within('e', span)}
     cross join lateral jsonb_each_text(e.measures) k (measure, value)
     where a.journal_id = ${journalId} and ${within('a', span)}
     group by k.measure order by k.measure`.execute(db);
  return rows;
}
