import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import { isNamed } from '../organizations/alias-queries.ts';
import type { MessageKind, MessageStatus } from './rules.ts';

// Messages ---------------------------------------------------------------------------------------

export type MessageRow = NonNullable<Awaited<ReturnType<typeof findMessage>>>;

export async function findMessage(db: Queryable, id: string) {
  return db.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirst();
}

export type MessageFilters = {
  limit: number;
  cursor?: string | undefined;
  organizationId?: string | undefined;
  invoiceId?: string | undefined;
  creditNoteId?: string | undefined;
  status?: string | undefined;
  kind?: string | undefined;
};

export async function listMessages(
  db: Queryable,
  query: MessageFilters,
  now: Instant,
): Promise<MessageRow[]> {
  const { organizationId } = query;
  const isOf =
    organizationId === undefined
      ? sql<boolean>`true`
      : await isNamed(db, 'organization_id', organizationId, now);
  return db
    .selectFrom('messages')
    .selectAll()
    .$if(query.cursor !== undefined, (q) => q.where('id', '<', query.cursor ?? ''))
    .where(isOf)
    .$if(query.invoiceId !== undefined, (q) => q.where('invoice_id', '=', query.invoiceId ?? ''))
    .$if(query.creditNoteId !== undefined, (q) =>
      q.where('credit_note_id', '=', query.creditNoteId ?? ''),
    )
    .$if(query.status !== undefined, (q) => q.where('status', '=', query.status ?? ''))
    .$if(query.kind !== undefined, (q) => q.where('kind', '=', query.kind ?? ''))
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
}

export type NewMessage = {
  id: string;
  kind: MessageKind;
  organization_id: string;
  invoice_id: string | null;
  credit_note_id: string | null;
  statement_as_of: Instant | null;
  statement_known_at: number | null;
  statement_from: Instant | null;
  statement_to: Instant | null;
  once_key: string | null;
  recipient: string | null;
  status: MessageStatus;
  reason: string | null;
};

/** Stores them, but for those whose `once_key` is there already; answers those stored. */
export async function insertMessages(
  action: Action,
  messages: readonly NewMessage[],
): Promise<MessageRow[]> {
  if (messages.length === 0) return [];
  const stamps = { actor: action.actor, created_at: action.now, updated_at: action.now };
  return action.tx
    .insertInto('messages')
    .values(messages.map((message) => ({ ...message, ...stamps })))
    .onConflict((conflict) => conflict.column('once_key').doNothing())
    .returningAll()
    .execute();
}

/** Ids of what is to be sent. */
export async function queuedMessages(db: Queryable): Promise<{ id: string }[]> {
  return db
    .selectFrom('messages')
    .select('id')
    .where('status', '=', 'queued')
    .orderBy('id')
    .execute();
}

export async function updateMessage(
  db: Queryable,
  id: string,
  now: Instant,
  change: { status?: MessageStatus; reason?: string | null; sent_at?: Instant; tried?: boolean },
): Promise<void> {
  const { tried = false, ...columns } = change;
  await db
    .updateTable('messages')
    .set((e) => ({
      ...columns,
      attempts: e('attempts', '+', tried ? 1 : 0),
      updated_at: now,
      version: e('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

// Attempts ---------------------------------------------------------------------------------------

export async function insertAttempt(
  action: Action,
  attempt: { message_id: string; outcome: 'sent' | 'failed'; detail: string },
): Promise<void> {
  await action.tx
    .insertInto('message_attempts')
    .values({ ...attempt, at: action.now })
    .execute();
}

export type AttemptRow = Awaited<ReturnType<typeof attemptsOf>>[number];

export async function attemptsOf(db: Queryable, messageId: string) {
  return db
    .selectFrom('message_attempts')
    .select(['at', 'outcome', 'detail'])
    .where('message_id', '=', messageId)
    .orderBy('id')
    .execute();
}

// Whom and what about ----------------------------------------------------------------------------

export type Addressee = { email: string | null; timeZone: string };

/** The billing e-mail and the time zone of each organization, as they are now. */
export async function addressees(
  db: Queryable,
  organizationIds: readonly string[],
): Promise<Map<string, Addressee>> {
  const { rows } = await sql<{ id: string; email: string | null; time_zone: string }>`
    select id, nullif(trim(billing ->> 'email'), '') as email, time_zone from organizations
     where id = any(${organizationIds})`.execute(db);
  return new Map(rows.map((row) => [row.id, { email: row.email, timeZone: row.time_zone }]));
}

/**
 * Open invoices that are so many days past due, with the largest of `days` that has passed, and of which the payer has
 * not been reminded since. Longest due first.
 */
export async function invoicesToRemindOf(
  db: Queryable,
  days: readonly number[],
  now: Instant,
  limit: number,
): Promise<{ id: string; organization_id: string; days: number }[]> {
  const { rows } = await sql<{ id: string; organization_id: string; days: number }>`
    select i.id, i.organization_id, d.days
      from invoices i
      join lateral (
        select max(n) as days from unnest(${days}::integer[]) as n where i.due_at + make_interval(hours => 24 * n) <= ${now}
      ) d on d.days is not null
     where i.status in ('open', 'partially_paid') and i.due_at < ${now}
       and not exists (select from messages m where m.invoice_id = i.id and m.kind = 'reminder' and m.once_key is not null
                          and m.created_at >= i.due_at + make_interval(hours => 24 * d.days))
     order by i.due_at, i.id limit ${limit}`.execute(db);
  return rows;
}

/**
 * Invoices and credit notes issued since a time that are to be sent without being asked for, and are not yet: what was
 * issued by a billing run, where nobody waits for the mail.
 */
export async function issuedUnsent(
  db: Queryable,
  since: Instant,
  limit: number,
): Promise<{ kind: 'invoice' | 'credit_note'; id: string; organization_id: string }[]> {
  const unsent = (kind: string) =>
    sql`not exists (select from messages m where m.once_key = ${`${kind}:`} || d.id || ':issued')`;
  const { rows } = await sql<{
    kind: 'invoice' | 'credit_note';
    id: string;
    organization_id: string;
  }>`
    select 'invoice' as kind, d.id, d.organization_id from invoices d
     where d.issued_at >= ${since} and d.status not in ('draft', 'void') and ${unsent('invoice')}
    union all
    select 'credit_note', d.id, d.organization_id from credit_notes d
     where d.issued_at >= ${since} and d.status <> 'void' and ${unsent('credit_note')}
    limit ${limit}`.execute(db);
  return rows;
}

// Settings ---------------------------------------------------------------------------------------

export type SendingSettingsRow = Awaited<ReturnType<typeof findSendingSettings>>;

export async function findSendingSettings(db: Queryable) {
  return db.selectFrom('sending_settings').selectAll().executeTakeFirstOrThrow();
}

/** The settings, which nobody else changes until the transaction ends. */
export async function lockedSendingSettings(action: Action): Promise<SendingSettingsRow> {
  await action.tx.selectFrom('sending_settings').select('version').forUpdate().execute();
  return findSendingSettings(action.tx);
}

export async function updateSendingSettings(
  action: Action,
  before: SendingSettingsRow,
  change: { sendOnFinalize: boolean; reminderDays: readonly number[] },
): Promise<void> {
  await action.tx
    .updateTable('sending_settings')
    .set({
      send_on_finalize: change.sendOnFinalize,
      send_since: change.sendOnFinalize ? (before.send_since ?? action.now) : null,
      reminder_days: [...change.reminderDays],
      updated_at: action.now,
      version: before.version + 1,
    })
    .execute();
}
