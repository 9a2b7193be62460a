import { act, type Action } from '../db/act.ts';
import type { Deployment, MailSettings } from '../db/deployment.ts';
import { holding } from '../db/hold.ts';
import { invoicePdf } from '../documents/actions.ts';
import { findInvoice, type InvoiceRow } from '../invoicing/invoice-queries.ts';
import { decimal } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { money } from '../lib/money.ts';
import type { IssuerSnapshot } from '../sellers/rules.ts';
import { compose, type Letter, messageIdOf } from './compose-rules.ts';
import {
  addressees,
  findMessage,
  insertAttempt,
  type MessageRow,
  updateMessage,
} from './queries.ts';
import { judgeFailure, type MessageKind, NO_SMTP, whyNotNow } from './rules.ts';
import { deliver, type Mail } from './smtp-actions.ts';

/**
 * Sends a queued message, once it is this process's turn, and writes down what came of it. A throw asks for another
 * attempt. Where the process dies between the server's answer and the commit, the message is sent again: under the same
 * Message-ID, by which mail programs and people recognise it. No order of the two steps avoids both loss and copies.
 */
export async function sendMessage(
  deployment: Deployment,
  id: string,
  isLast: boolean,
): Promise<void> {
  let failure: Error | undefined;
  const held = await holding(deployment.database, `customary.message.${id}`, async () => {
    failure = await sendHeld(deployment, id, isLast);
  });
  if (!held) throw new Error('Another worker is sending it.');
  if (failure !== undefined) throw failure;
}

async function sendHeld(
  deployment: Deployment,
  id: string,
  isLast: boolean,
): Promise<Error | undefined> {
  const { database, clock, mail } = deployment;
  const message = await findMessage(database.db, id);
  if (message === undefined || message.status !== 'queued') return undefined;
  const invoice = await findInvoice(database.db, message.invoice_id);
  const refusal =
    mail === undefined
      ? NO_SMTP
      : whyNotNow(message.kind as MessageKind, invoice?.status ?? 'void');
  if (mail === undefined || invoice === undefined || refusal !== null) {
    await updateMessage(database.db, id, clock(), { status: 'not_sent', reason: refusal });
    return undefined;
  }
  const written = await mailOf(deployment, mail, message, invoice);
  let response: string;
  try {
    response = await deliver(mail, written);
  } catch (error) {
    const { permanent, detail } = judgeFailure(error);
    const forGood = permanent || isLast;
    await record(deployment, (action) => markFailed(action, id, detail, forGood));
    deployment.log.warn({ message: id, detail, forGood }, 'a message could not be sent');
    return forGood ? undefined : new Error(detail);
  }
  await record(deployment, (action) => markSent(action, id, response));
  return undefined;
}

function record(
  { database, clock }: Deployment,
  work: (action: Action) => Promise<void>,
): Promise<void> {
  return act(database, clock, { kind: 'messages.attempt', actor: 'system' }, work);
}

async function markSent(action: Action, id: string, detail: string): Promise<void> {
  await insertAttempt(action, { message_id: id, outcome: 'sent', detail });
  const change = { status: 'sent', reason: null, sent_at: action.now, tried: true } as const;
  await updateMessage(action.tx, id, action.now, change);
}

async function markFailed(
  action: Action,
  id: string,
  detail: string,
  forGood: boolean,
): Promise<void> {
  await insertAttempt(action, { message_id: id, outcome: 'failed', detail });
  const status = forGood ? 'failed' : 'queued';
  await updateMessage(action.tx, id, action.now, { status, reason: detail, tried: true });
}

/** Closes a message whose job has failed for good without a word from the mail server. */
export async function giveUpMessage(
  { database, clock }: Deployment,
  id: string,
  reason: string,
): Promise<void> {
  const message = await findMessage(database.db, id);
  if (message?.status !== 'queued') return;
  await updateMessage(database.db, id, clock(), { status: 'failed', reason });
}

async function mailOf(
  { database: { db }, clock }: Deployment,
  { from }: MailSettings,
  message: MessageRow,
  invoice: InvoiceRow,
): Promise<Mail> {
  const [known, pdf] = await Promise.all([
    addressees(db, [message.organization_id]),
    invoicePdf(db, invoice.id),
  ]);
  const issuer = invoice.issuer as IssuerSnapshot;
  const recipient = invoice.recipient as { name: string; remittanceInstructions?: string };
  const letter: Letter = {
    kind: message.kind as MessageKind,
    number: invoice.number ?? '',
    sellerName: issuer.name,
    recipientName: recipient.name,
    total: money(decimal(invoice.total), invoice.currency),
    amountDue: money(decimal(invoice.amount_due), invoice.currency),
    // An issued invoice has both.
    issuedAt: invoice.issued_at as Instant,
    dueAt: invoice.due_at as Instant,
    timeZone: known.get(message.organization_id)?.timeZone ?? 'UTC',
    locale: issuer.locale ?? 'en-US',
    remittanceInstructions:
      recipient.remittanceInstructions ?? issuer.remittanceInstructions ?? null,
    now: clock(),
  };
  return {
    ...compose(letter),
    messageId: messageIdOf(message.id, from),
    to: { name: recipient.name, address: message.recipient ?? '' },
    replyTo: issuer.email ?? null,
    attachments: [{ ...pdf, fileName: pdf.fileName.replaceAll('/', '-') }],
  };
}
