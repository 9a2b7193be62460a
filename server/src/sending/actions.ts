import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import type { MailSettings } from '../db/deployment.ts';
import { addJobs } from '../jobs/actions.ts';
import { newId } from '../lib/id.ts';
import { Problem } from '../lib/problem.ts';
import {
  addressees,
  findSendingSettings,
  insertMessages,
  type MessageRow,
  type SendingSettingsRow,
  updateSendingSettings,
} from './queries.ts';
import { type MessageKind, whyNotNow, whyNotSent } from './rules.ts';
import { messageToApi, type SendingSettingsUpdate } from './schema.ts';

type Invoice = { id: string; organization_id: string };

export type Ask = { kind: MessageKind; invoice: Invoice; onceKey: string | null };

/**
 * Records what shall be sent, and the jobs that send it, in the action's transaction; what cannot be sent is recorded
 * with the reason. Automatic ones (with an `onceKey`) are recorded once, whoever asks how often.
 */
export async function queueMessages(
  action: Action,
  mail: MailSettings | undefined,
  asks: readonly Ask[],
): Promise<MessageRow[]> {
  const known = await addressees(
    action.tx,
    asks.map(({ invoice }) => invoice.organization_id),
  );
  const rows = await insertMessages(
    action,
    asks.map(({ kind, invoice, onceKey }) => {
      const email = known.get(invoice.organization_id)?.email ?? null;
      const reason = whyNotSent(mail !== undefined, email);
      return {
        id: newId('msg', action.now),
        kind,
        organization_id: invoice.organization_id,
        invoice_id: invoice.id,
        once_key: onceKey,
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

/** Sends an invoice, or a reminder of it, because somebody asks for it: each time. */
export async function sendByHand(
  action: Action,
  mail: MailSettings | undefined,
  kind: MessageKind,
  invoice: Invoice & { status: string },
): Promise<MessageRow> {
  const refusal = whyNotNow(kind, invoice.status);
  if (refusal !== null) throw new Problem('invalid_state', refusal);
  const [row] = await queueMessages(action, mail, [{ kind, invoice, onceKey: null }]);
  if (row === undefined) throw new Problem('internal', 'The message could not be recorded.');
  await audit(action, {
    action: kind === 'invoice' ? 'invoices.send' : 'invoices.remind',
    resourceId: invoice.id,
    before: null,
    after: messageToApi(row),
  });
  return row;
}

/** Sends an invoice that has just been issued, if the settings say so. */
export async function sendIssued(
  action: Action,
  mail: MailSettings | undefined,
  invoice: Invoice,
): Promise<void> {
  const settings = await findSendingSettings(action.tx);
  if (!settings.send_on_finalize) return;
  const onceKey = `invoice:${invoice.id}:issued`;
  await queueMessages(action, mail, [{ kind: 'invoice', invoice, onceKey }]);
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
