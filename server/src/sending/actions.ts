import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import type { MailSettings } from '../db/deployment.ts';
import { addJobs } from '../jobs/actions.ts';
import type { AsKnown } from '../ledger/queries.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { Problem } from '../lib/problem.ts';
import {
  addressees,
  findSendingSettings,
  insertMessages,
  type MessageRow,
  type SendingSettingsRow,
  updateSendingSettings,
} from './queries.ts';
import { whyNotNow, whyNotSent } from './rules.ts';
import { messageToApi, type SendingSettingsUpdate } from './schema.ts';

type Document = { readonly id: string; readonly organization_id: string };

/** A statement of both clocks; with a range, of account over it. */
export type StatementAsk = AsKnown & {
  readonly organizationId: string;
  readonly range: { readonly from: Instant; readonly to: Instant } | null;
};

/** What shall be sent, and what it is about. */
export type Ask = { readonly onceKey: string | null } & (
  | { readonly kind: 'invoice' | 'reminder'; readonly invoice: Document }
  | { readonly kind: 'credit_note'; readonly creditNote: Document }
  | { readonly kind: 'statement'; readonly statement: StatementAsk }
);

function payerOf(ask: Ask): string {
  if (ask.kind === 'statement') return ask.statement.organizationId;
  return ask.kind === 'credit_note' ? ask.creditNote.organization_id : ask.invoice.organization_id;
}

function subjectOf(ask: Ask) {
  const statement = ask.kind === 'statement' ? ask.statement : null;
  return {
    invoice_id: ask.kind === 'invoice' || ask.kind === 'reminder' ? ask.invoice.id : null,
    credit_note_id: ask.kind === 'credit_note' ? ask.creditNote.id : null,
    statement_as_of: statement?.asOf ?? null,
    statement_known_at: statement?.knownAt ?? null,
    statement_from: statement?.range?.from ?? null,
    statement_to: statement?.range?.to ?? null,
  };
}

/**
 * Records what shall be sent, and the jobs that send it, in the action's transaction; what cannot be sent is recorded
 * with the reason. Automatic ones (with an `onceKey`) are recorded once, whoever asks how often.
 */
export async function queueMessages(
  action: Action,
  mail: MailSettings | undefined,
  asks: readonly Ask[],
): Promise<MessageRow[]> {
  const known = await addressees(action.tx, asks.map(payerOf));
  const rows = await insertMessages(
    action,
    asks.map((ask) => {
      const email = known.get(payerOf(ask))?.email ?? null;
      const reason = whyNotSent(mail !== undefined, email);
      return {
        id: newId('msg', action.now),
        kind: ask.kind,
        organization_id: payerOf(ask),
        ...subjectOf(ask),
        once_key: ask.onceKey,
        recipient: email,
        status: reason === null ? 'queued' : 'not_sent',
        reason,
      };
    }),
  );
  const queued = rows.filter(({ status }) => status === 'queued');
  await addJobs(
    action,
    'messages.send',
    queued.map(({ id }) => ({ id })),
  );
  return rows;
}

type ByHand = { readonly audited: string; readonly resourceId: string };

async function queueByHand(
  action: Action,
  mail: MailSettings | undefined,
  ask: Ask,
  { audited, resourceId }: ByHand,
): Promise<MessageRow> {
  const [row] = await queueMessages(action, mail, [ask]);
  if (row === undefined) throw new Problem('internal', 'The message could not be recorded.');
  await audit(action, { action: audited, resourceId, before: null, after: messageToApi(row) });
  return row;
}

function requireSendable(kind: 'invoice' | 'reminder' | 'credit_note', status: string): void {
  const refusal = whyNotNow(kind, status);
  if (refusal !== null) throw new Problem('invalid_state', refusal);
}

/** Sends an invoice, or a reminder of it, because somebody asks for it: each time. */
export async function sendByHand(
  action: Action,
  mail: MailSettings | undefined,
  kind: 'invoice' | 'reminder',
  invoice: Document & { status: string },
): Promise<MessageRow> {
  requireSendable(kind, invoice.status);
  const audited = kind === 'invoice' ? 'invoices.send' : 'invoices.remind';
  const ask: Ask = { kind, invoice, onceKey: null };
  return queueByHand(action, mail, ask, { audited, resourceId: invoice.id });
}

export async function sendCreditNote(
  action: Action,
  mail: MailSettings | undefined,
  creditNote: Document & { status: string },
): Promise<MessageRow> {
  requireSendable('credit_note', creditNote.status);
  const ask: Ask = { kind: 'credit_note', creditNote, onceKey: null };
  return queueByHand(action, mail, ask, {
    audited: 'creditNotes.send',
    resourceId: creditNote.id,
  });
}

/** Sends a statement as it is on both clocks now, however late the mail goes out. */
export async function sendStatement(
  action: Action,
  mail: MailSettings | undefined,
  statement: StatementAsk,
): Promise<MessageRow> {
  const ask: Ask = { kind: 'statement', statement, onceKey: null };
  return queueByHand(action, mail, ask, {
    audited: 'statements.send',
    resourceId: statement.organizationId,
  });
}

/** What asks for a document that was issued to be sent: once, whoever asks. */
export function askOfIssued(kind: 'invoice' | 'credit_note', document: Document): Ask {
  const onceKey = `${kind}:${document.id}:issued`;
  return kind === 'invoice'
    ? { kind, invoice: document, onceKey }
    : { kind, creditNote: document, onceKey };
}

/** Sends what has just been issued, if the settings say so. */
export async function sendIssued(
  action: Action,
  mail: MailSettings | undefined,
  document: Document,
  kind: 'invoice' | 'credit_note' = 'invoice',
): Promise<void> {
  const settings = await findSendingSettings(action.tx);
  if (!settings.send_on_finalize) return;
  await queueMessages(action, mail, [askOfIssued(kind, document)]);
}

export async function changeSendingSettings(
  action: Action,
  before: SendingSettingsRow,
  input: SendingSettingsUpdate,
): Promise<SendingSettingsRow> {
  await updateSendingSettings(action, before, {
    sendOnFinalize: input.sendOnFinalize ?? before.send_on_finalize,
    reminderDays: input.reminderDays ?? before.reminder_days,
  });
  const after = await findSendingSettings(action.tx);
  await audit(action, {
    action: 'sendingSettings.update',
    resourceId: 'sending-settings',
    before: settingsOf(before),
    after: settingsOf(after),
  });
  return after;
}

function settingsOf(row: SendingSettingsRow) {
  return { sendOnFinalize: row.send_on_finalize, reminderDays: row.reminder_days };
}
