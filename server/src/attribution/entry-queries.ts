import { type RawBuilder, sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Connection, Queryable } from '../db/connect.ts';
import { copyRows } from '../db/copy.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import type { Claim } from './facts.ts';
import type { Attribution, Touched } from './outcome.ts';

/** The entries that say to whom events are attributed: appended, never changed. */

export type Entry = {
  eventId: string;
  occurredAt: Instant;
  sign: 1 | -1;
  attribution: Attribution;
};

/** Rows of what subscriptions are given or lose usage, and when it occurred. */
export function subscriptionsAt(
  rows: readonly { subscriptionId: string | null; occurredAt: Instant }[],
): RawBuilder<unknown> {
  return sql`select * from unnest(${rows.map((row) => row.subscriptionId)}::text[], ${rows.map((row) => row.occurredAt)}::timestamptz[]) as r (subscription_id, occurred_at)`;
}

export async function appendAttributions(action: Action, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ eventId, occurredAt, sign, attribution: a }) => ({
    event_id: eventId,
    occurred_at: occurredAt,
    sign,
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
  await sql`
    insert into attributions (event_id, occurred_at, journal_id, sign, credential_id, binding_id, subscriber_id, organization_id,
                              subscription_id, rule, reasons, unbilled_reason, claim_conflicts, sentence)
    select event_id, occurred_at, ${action.journalId}, sign, credential_id, binding_id, subscriber_id, organization_id,
           subscription_id, rule, reasons, unbilled_reason, claim_conflicts, sentence
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
        event_id text, occurred_at timestamptz, sign smallint, credential_id text, binding_id bigint, subscriber_id text, organization_id text,
        subscription_id text, rule text, reasons text[], unbilled_reason text, claim_conflicts text[], sentence text)`.execute(
    action.tx,
  );
}

/** The same of many new events, by `COPY`. */
export async function copyAttributions(
  { journalId }: Action,
  connection: Connection,
  entries: readonly Omit<Entry, 'sign'>[],
): Promise<void> {
  await copyRows(
    connection,
    `attributions (event_id, occurred_at, journal_id, sign, credential_id, binding_id, subscriber_id, organization_id,
                   subscription_id, rule, reasons, unbilled_reason, claim_conflicts, sentence)`,
    entries.map(({ eventId, occurredAt, attribution: a }) => [
      eventId,
      occurredAt,
      journalId,
      1,
      a.credentialId,
      a.bindingId,
      a.subscriberId,
      a.organizationId,
      a.subscriptionId,
      a.rule,
      a.reasons,
      a.unbilledReason,
      a.claimConflicts,
      a.sentence,
    ]),
  );
}

export type RecordedEvent = {
  eventId: string;
  /** Of the transaction that recorded it. */
  journalId: number;
  /** Of the entry that says what it is attributed to. */
  entryId: number;
  claim: Claim;
  current: Attribution;
};

type EventRow = {
  event_id: string;
  entry_id: number;
  journal_id: number;
  claim: Omit<Claim, 'occurredAt' | 'recorded'>;
  occurred_at: Instant;
  current: Attribution;
};

/**
 * The recorded events that match any selector, with what they are attributed to now, in recording order; at most
 * `limit`. What was decided by hand is passed over.
 */
export async function findTouched(
  db: Queryable,
  touched: readonly Touched[],
  limit: number,
): Promise<RecordedEvent[]> {
  const ids = touchedIds(touched);
  if (ids === null) return [];
  return recordedEvents(
    db,
    sql`select a.* from (${ids}) t
          join lateral (select * from attributions x where x.event_id = t.id and x.occurred_at = t.occurred_at and x.sign = 1
                         order by x.journal_id desc limit 1) a on a.rule <> 'reattributed'
         limit ${limit}`,
  );
}

/** `id` and `occurred_at` of the recorded events that match any selector; null where there is none. */
export function touchedIds(touched: readonly Touched[]): Part | null {
  const parts = touched.flatMap(selectors);
  return parts.length === 0
    ? null
    : sql`select distinct id, occurred_at from (${sql.join(parts, sql` union all `)}) u`;
}

/** The events of these entries, as they are attributed by them, in recording order. */
export async function recordedEvents(db: Queryable, entries: Part): Promise<RecordedEvent[]> {
  const { rows } = await sql<EventRow>`
    select e.id as event_id, e.occurred_at, e.journal_id, a.journal_id as entry_id,
           jsonb_build_object('credentialKey', e.credential_key, 'subscription', e.subscription_claim, 'subscriber', e.subscriber_claim,
             'organization', e.organization_claim, 'product', e.product_claim, 'attributes', e.attributes,
             'measures', (select coalesce(jsonb_agg(k), '[]') from jsonb_object_keys(e.measures) k)) as claim,
           jsonb_build_object('credentialId', a.credential_id, 'bindingId', a.binding_id, 'subscriberId', a.subscriber_id,
             'organizationId', a.organization_id, 'subscriptionId', a.subscription_id, 'rule', a.rule, 'reasons', a.reasons,
             'unbilledReason', a.unbilled_reason, 'claimConflicts', a.claim_conflicts, 'sentence', a.sentence) as current
      from (${entries}) a
      join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
     order by e.journal_id, e.id`.execute(db);
  return rows.map(({ event_id, entry_id, journal_id, occurred_at, claim, current }) => ({
    eventId: event_id,
    entryId: entry_id,
    journalId: journal_id,
    claim: { ...claim, occurredAt: occurred_at, recorded: current },
    current,
  }));
}

/**
 * Notes what a change of ownership has touched, for usage that it passed over because it was decided by hand. Where
 * nothing is, there is nothing to note.
 */
export async function noteChange(action: Action, touched: readonly Touched[]): Promise<void> {
  if (touchedIds(touched) === null) return;
  await sql`
    insert into ownership_changes (journal_id, touched)
    select ${action.journalId}, ${JSON.stringify(touched)}::jsonb
     where exists (select from reattributions where status = 'applied' and kind = 'assign')`.execute(
    action.tx,
  );
}

/** All that changes of ownership have touched since a journal row. */
export async function touchedSince(db: Queryable, journalId: number): Promise<Touched[]> {
  const rows = await db
    .selectFrom('ownership_changes')
    .select('touched')
    .where('journal_id', '>', journalId)
    .orderBy('id')
    .execute();
  return rows.flatMap((row) => row.touched as Touched[]);
}

type Part = ReturnType<typeof sql>;

function selectors(touched: Touched): Part[] {
  const from = touched.from ?? null;
  const since = sql`(${from}::timestamptz is null or e.occurred_at >= ${from}::timestamptz)`;
  const at = (condition: Part): Part =>
    sql`select e.id, e.occurred_at from events e where ${condition} and ${since}`;
  const parts = [
    touched.credentialKeys?.length
      ? at(sql`e.credential_key = any(${touched.credentialKeys}::bigint[])`)
      : null,
    touched.subscriberClaims?.length
      ? at(sql`e.subscriber_claim = any(${touched.subscriberClaims}::text[])`)
      : null,
    touched.subscriptionClaims?.length
      ? at(sql`e.subscription_claim = any(${touched.subscriptionClaims}::text[])`)
      : null,
    touched.emailDomains?.length
      ? at(
          sql`e.subscriber_claim is not null and split_part(e.subscriber_claim, '@', 2) = any(${touched.emailDomains}::text[]) and ${isUnclassified}`,
        )
      : null,
    touched.organizationClaims?.length
      ? at(
          sql`e.organization_claim = any(${touched.organizationClaims}::text[]) and ${isUnclassified}`,
        )
      : null,
    touched.unbilledBelow?.length
      ? attributedBelow(touched.unbilledBelow, sql`e.subscription_id is null and ${since}`)
      : null,
    touched.billedAbove?.length
      ? attributedBelow(
          touched.billedAbove,
          sql`e.subscription_id in (${notBelow(touched.billedAbove)}) and ${since}`,
        )
      : null,
    touched.usageBelow?.length ? attributedBelow(touched.usageBelow, since) : null,
    touched.subscriptions?.length ? ofSubscriptions(touched.subscriptions, since) : null,
    touched.bindings?.length
      ? at(
          sql`e.credential_key in (${keysOfBindings(touched.bindings)}) and ${isTheirs(touched.bindings)}`,
        )
      : null,
  ];
  return parts.filter((part) => part !== null);
}

const isUnclassified = sql`exists (
  select from attributions a where a.event_id = e.id and a.occurred_at = e.occurred_at and a.organization_id = ${UNCLASSIFIED_ID}
   group by a.event_id having sum(a.sign) > 0)`;

/** Every credential ID that the credentials of these bindings ever had. */
function keysOfBindings(bindingIds: number[]): Part {
  return sql`select i.value_key from bindings b join credential_ids i on i.credential_id = b.credential_id where b.id = any(${bindingIds}::bigint[])`;
}

/** Usage that is with the owner of one of these bindings: what a move has left for later waits until it is previewed. */
const isTheirs = (bindingIds: number[]): Part => sql`exists (
  select from attributions a where a.event_id = e.id and a.occurred_at = e.occurred_at and a.organization_id in (
     with recursive owners (id) as (
       select b.organization_id from bindings b where b.id = any(${bindingIds}::bigint[])
       union select x.id from owners o cross join lateral (
           select l.organization_id as id from organization_aliases l where l.survivor_id = o.id and l.superseded_by is null
           union all select l.survivor_id from organization_aliases l where l.organization_id = o.id and l.superseded_by is null) x
     ) select id from owners)
   group by a.event_id having sum(a.sign) > 0)`;

function attributedBelow(organizationIds: string[], condition: Part): Part {
  return sql`
    select e.event_id as id, e.occurred_at from attributions e
     where ${condition} and e.organization_id in (${below(organizationIds)})
     group by e.event_id, e.occurred_at having sum(e.sign) > 0`;
}

/** The organizations, all that was ever below them, and what either was merged with. */
const below = (organizationIds: string[]): Part => sql`
  with recursive below (id) as (
    select unnest(${organizationIds}::identifier[])
    union select x.id from below b cross join lateral (
        select p.organization_id as id from organization_parents p where p.parent_id = b.id and p.superseded_by is null
        union all select l.organization_id from organization_aliases l where l.survivor_id = b.id and l.superseded_by is null
        union all select l.survivor_id from organization_aliases l where l.organization_id = b.id and l.superseded_by is null) x
  ) select id from below`;

/** The subscriptions of all that was not below the organizations, or was once above them. */
const notBelow = (organizationIds: string[]): Part => sql`
  with recursive down (id) as (
    select unnest(${organizationIds}::identifier[])
    union select x.id from down d cross join lateral (
        select p.organization_id as id from organization_parents p where p.parent_id = d.id and p.superseded_by is null
        union all select l.organization_id from organization_aliases l where l.survivor_id = d.id and l.superseded_by is null) x
  ), up (below_id, id) as (
    select o.id, x.id from (select unnest(${organizationIds}::identifier[]) as id) o cross join lateral ${nextUp('o.id')} x
    union select u.id, x.id from up u cross join lateral ${nextUp('u.id')} x
  )
  select s.id from subscriptions s
   where s.organization_id not in (select id from down) or s.organization_id in (select id from up)`;

const nextUp = (column: string): Part => sql`(
  select p.parent_id as id from organization_parents p where p.organization_id = ${sql.ref(column)} and p.superseded_by is null
  union all select l.survivor_id from organization_aliases l where l.organization_id = ${sql.ref(column)} and l.superseded_by is null)`;

function ofSubscriptions(ids: string[], since: Part): Part {
  return sql`
    select e.event_id as id, e.occurred_at from attributions e where e.subscription_id = any(${ids}::text[]) and ${since}
     group by e.event_id, e.occurred_at having sum(e.sign) > 0`;
}
