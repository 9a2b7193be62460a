import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Connection, Database, Queryable, Tx } from '../db/connect.ts';
import { copyRows } from '../db/copy.ts';
import type { Instant } from '../lib/instant.ts';
import { type EventKey, keyOf, type ValidEvent } from './rules.ts';

/** Makes the monthly partitions, in their own transaction: ingest that is under way must not wait for it. */
export async function ensurePartitions(database: Database, months: string[]): Promise<void> {
  await sql`select ensure_event_partitions(${months}::date[])`.execute(database.db);
}

/** What is stored under these keys: key → body hash in hex. */
export async function findKeys(tx: Tx, keys: readonly EventKey[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ source: string; clientId: string; hash: string }>`
    select k.source, k.client_id as "clientId", encode(k.body_hash, 'hex') as hash
      from unnest(${keys.map((key) => key.source)}::text[], ${keys.map((key) => key.clientId)}::text[]) as asked (source, client_id)
      join event_keys k on k.source = asked.source and k.client_id = asked.client_id`.execute(tx);
  return new Map(rows.map((row) => [keyOf(row), row.hash]));
}

type ToClaim = { eventId: string; key: EventKey };

/**
 * Claims keys that are all different, and in the order of keys, so that two batches that share events wait for each other
 * instead of dead-locking. All or none: false, and nothing has happened, if somebody has one of them.
 */
export async function copyKeys(
  { tx, journalId }: Action,
  connection: Connection,
  claims: readonly ToClaim[],
): Promise<boolean> {
  if (claims.length === 0) return true;
  await sql`savepoint keys`.execute(tx);
  try {
    await copyRows(
      connection,
      'event_keys (source, client_id, body_hash, event_id, journal_id)',
      claims.map(({ key, eventId }) => [
        key.source,
        key.clientId,
        `\\x${key.hash}`,
        eventId,
        journalId,
      ]),
    );
    await sql`release savepoint keys`.execute(tx);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
    await sql`rollback to savepoint keys`.execute(tx);
    return false;
  }
}

const UNIQUE_VIOLATION = '23505';

/**
 * The same one by one; answers those that are now ours. A key that another transaction has just committed is left to it.
 * Where all are ours, none is named.
 */
export async function claimKeys(
  action: Action,
  claims: readonly ToClaim[],
): Promise<ReadonlySet<string>> {
  const keys = claims.map(({ key }) => key);
  const { rows } = await sql<{ source: string; clientId: string; claimed: number }>`
    with claimed as (
      insert into event_keys (source, client_id, body_hash, event_id, journal_id)
      select source, client_id, decode(hash, 'hex'), event_id, ${action.journalId}
        from unnest(${keys.map((key) => key.source)}::text[], ${keys.map((key) => key.clientId)}::text[],
                    ${keys.map((key) => key.hash)}::text[], ${claims.map(({ eventId }) => eventId)}::text[]) as k (source, client_id, hash, event_id)
      on conflict do nothing returning source, client_id
    ), counted as (select count(*) as claimed from claimed)
    select n.claimed, c.source, c.client_id as "clientId"
      from counted n left join claimed c on n.claimed < ${keys.length}`.execute(action.tx);
  const ours = rows[0]?.claimed === keys.length ? keys : rows.filter((row) => row.claimed > 0);
  return new Set(ours.map(keyOf));
}

export type NewEvent = {
  eventId: string;
  occurredAt: Instant;
  credentialKey: number | null;
  event: ValidEvent;
};

export async function copyEvents(
  { journalId }: Action,
  connection: Connection,
  events: readonly NewEvent[],
): Promise<void> {
  await copyRows(
    connection,
    `events (id, occurred_at, journal_id, source, client_id, credential_key, subscription_claim, subscriber_claim,
             organization_claim, product_claim, measures, cost_amount, cost_currency, attributes)`,
    events.map(({ eventId, occurredAt, credentialKey, event }) => [
      eventId,
      occurredAt,
      journalId,
      event.source,
      event.clientId,
      credentialKey,
      event.subscription,
      event.subscriber,
      event.organization,
      event.product,
      event.measures,
      event.cost?.amount ?? null,
      event.cost?.currency ?? null,
      event.attributes,
    ]),
  );
}

/** The same for a few, within any transaction. */
export async function insertEvents(action: Action, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ eventId, occurredAt, credentialKey, event }) => ({
    id: eventId,
    occurred_at: occurredAt,
    source: event.source,
    client_id: event.clientId,
    credential_key: credentialKey,
    subscription_claim: event.subscription,
    subscriber_claim: event.subscriber,
    organization_claim: event.organization,
    product_claim: event.product,
    measures: event.measures,
    cost_amount: event.cost?.amount ?? null,
    cost_currency: event.cost?.currency ?? null,
    attributes: event.attributes,
  }));
  await sql`
    insert into events (id, occurred_at, journal_id, source, client_id, credential_key, subscription_claim, subscriber_claim,
                        organization_claim, product_claim, measures, cost_amount, cost_currency, attributes)
    select id, occurred_at, ${action.journalId}, source, client_id, credential_key, subscription_claim, subscriber_claim,
           organization_claim, product_claim, measures, cost_amount, cost_currency, attributes
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
        id text, occurred_at timestamptz, source text, client_id text, credential_key bigint, subscription_claim text, subscriber_claim text,
        organization_claim text, product_claim text, measures jsonb, cost_amount numeric, cost_currency char(3), attributes jsonb)`.execute(
    action.tx,
  );
}

export type Conflict = { event: ValidEvent; hash: string; credentialKey: number | null };

/** Keeps the other bodies of an id, each once. The credential ID is kept by its key, as everywhere. */
export async function insertConflicts(
  action: Action,
  conflicts: readonly Conflict[],
): Promise<void> {
  if (conflicts.length === 0) return;
  const rows = conflicts.map(({ event, hash, credentialKey }) => {
    const { index: _, credential: __, ...body } = event;
    return {
      source: event.source,
      client_id: event.clientId,
      hash,
      credential_key: credentialKey,
      body,
    };
  });
  await sql`
    insert into event_conflicts (source, client_id, body_hash, event_id, credential_key, body, journal_id)
    select r.source, r.client_id, decode(r.hash, 'hex'), k.event_id, r.credential_key, r.body, ${action.journalId}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (source text, client_id text, hash text, credential_key bigint, body jsonb)
      join event_keys k on k.source = r.source and k.client_id = r.client_id
     order by r.source collate "C", r.client_id collate "C", r.hash
    on conflict do nothing`.execute(action.tx);
}

export type StoredRejection = {
  index: number;
  code: string;
  pointer: string;
  detail: string;
  body: Buffer | null;
};

export async function insertRejects(
  action: Action,
  rejects: readonly StoredRejection[],
): Promise<void> {
  if (rejects.length === 0) return;
  await sql`
    insert into event_rejects (journal_id, batch_index, code, pointer, detail, body_encrypted)
    select ${action.journalId}, i, c, p, d, b
      from unnest(${rejects.map((r) => r.index)}::int[], ${rejects.map((r) => r.code)}::text[], ${rejects.map((r) => r.pointer)}::text[],
                  ${rejects.map((r) => r.detail)}::text[], ${rejects.map((r) => r.body)}::bytea[]) as r (i, c, p, d, b)`.execute(
    action.tx,
  );
}

export async function insertBatch(
  action: Action,
  counts: { accepted: number; duplicates: number; conflicts: number; rejected: number },
): Promise<void> {
  await action.tx
    .insertInto('ingest_batches')
    .values({ journal_id: action.journalId, ...counts })
    .execute();
}

export async function findIngestSettings(
  db: Queryable,
): Promise<{ mode: 'provision' | 'strict'; version: number }> {
  const row = await db
    .selectFrom('deployment')
    .select(['attribution_mode', 'ingest_settings_version'])
    .executeTakeFirstOrThrow();
  const mode = row.attribution_mode === 'strict' ? 'strict' : 'provision';
  return { mode, version: row.ingest_settings_version };
}

export async function updateIngestSettings(
  tx: Tx,
  mode: 'provision' | 'strict',
  version: number,
): Promise<void> {
  await tx
    .updateTable('deployment')
    .set({ attribution_mode: mode, ingest_settings_version: version })
    .execute();
}

export async function isStrict(tx: Tx): Promise<boolean> {
  const row = await tx
    .selectFrom('deployment')
    .select('attribution_mode')
    .executeTakeFirstOrThrow();
  return row.attribution_mode === 'strict';
}
