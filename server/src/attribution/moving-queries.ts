import { type RawBuilder, sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable, Tx } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { Attribution } from './outcome.ts';
import { entryOf, type Span, within } from './select-queries.ts';
import type { NewOwner } from './selection.ts';

/** Moves of what has been selected into `moving`: what its answers are, the entries that it takes, and their proof. */

type Condition = RawBuilder<unknown>;

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

/**
 * Reverses what stands and appends again what the move of `undoneId` had reversed; where there is an answer, the answer
 * in its place. Answers the number of entries.
 */
export async function appendRestored(
  { tx, journalId }: Action,
  undoneId: number,
  span: Span,
): Promise<number> {
  const anew = (column: string) =>
    sql`case when a.sign = -1 and n.answer is not null then n.${sql.ref(column)} else a.${sql.ref(column)} end`;
  const columns = [
    'credential_id',
    'binding_id',
    'subscriber_id',
    'organization_id',
    'subscription_id',
    'rule',
    'reasons',
    'unbilled_reason',
    'claim_conflicts',
    'sentence',
  ];
  const { numAffectedRows } = await sql`
    insert into attributions (event_id, occurred_at, journal_id, sign, ${sql.join(columns.map((column) => sql.ref(column)))})
    select m.event_id, m.occurred_at, ${journalId}, -a.sign, ${sql.join(columns.map(anew))}
      from moving m
      join attributions a on a.event_id = m.event_id and a.occurred_at = m.occurred_at and ${within('a', span)}
       and ((a.journal_id = m.entry_id and a.sign = 1) or (a.journal_id = ${undoneId} and a.sign = -1))
      left join answers n on n.answer = m.answer`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

// Proof ------------------------------------------------------------------------------------------

/** Which events a table holds: how many, and the hash of the set. */
export async function digestOf(
  db: Queryable,
  table: 'moving' | 'selected',
): Promise<{ events: number; hash: string }> {
  const { rows } = await sql<{ events: number; hash: string }>`
    select count(*) as events, coalesce(sum(event_hash(event_id)), 0)::text as hash from ${sql.table(table)}`.execute(
    db,
  );
  return rows[0] ?? { events: 0, hash: '0' };
}

export async function countMoving(db: Queryable): Promise<number> {
  const { rows } = await sql<{ events: number }>`select count(*) as events from moving`.execute(db);
  return rows[0]?.events ?? 0;
}

/** The entries that an action has made about what moves. */
export const entriesMade = (action: Action, span: Span): Condition => sql`
  select a.subscription_id, a.occurred_at from moving m join ${entryOf(action, 'a', span)}`;

/** Which events went where, as far as money and roll-ups depend on it. */
export async function hashOfMoves(action: Action, span: Span): Promise<string> {
  const { rows } = await sql<{ hash: string }>`
    select coalesce(sum(event_hash(concat_ws(' ', a.event_id, a.organization_id, coalesce(a.subscription_id, a.unbilled_reason)))), 0)::text as hash
      from moving m join ${entryOf(action, 'a', span)} and a.sign = 1`.execute(action.tx);
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
export async function movedMeasures(action: Action, span: Span): Promise<MovedMeasure[]> {
  const { rows } = await sql<MovedMeasure>`
    select k.measure, sum(k.value::numeric) filter (where a.sign = 1)::text as quantity, sum(a.sign * k.value::numeric)::text as drift
      from moving m
      join ${entryOf(action, 'a', span)}
      join events e on e.id = m.event_id and e.occurred_at = m.occurred_at and ${within('e', span)}
     cross join lateral jsonb_each_text(e.measures) k (measure, value)
     group by k.measure order by k.measure`.execute(action.tx);
  return rows;
}
