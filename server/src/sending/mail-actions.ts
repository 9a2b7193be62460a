import { findCreditNote } from '../credit-notes/queries.ts';
import type { Queryable } from '../db/connect.ts';
import type { Deployment, MailSettings } from '../db/deployment.ts';
import { creditNotePdf, invoicePdf, partiesAsKnown, statementPdf } from '../documents/actions.ts';
import { findInvoice } from '../invoicing/invoice-queries.ts';
import { add, decimal, zero } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { money, type Money } from '../lib/money.ts';
import type { IssuerSnapshot } from '../sellers/rules.ts';
import { statementOf } from '../statements/actions.ts';
import { compose, messageIdOf } from './compose-rules.ts';
import type { Letter } from './letter-rules.ts';
import { addressees, type MessageRow } from './queries.ts';
import { NO_SMTP, whyNotNow } from './rules.ts';
import type { Attachment, Mail } from './smtp-actions.ts';

type Recipient = { readonly name: string; readonly remittanceInstructions?: string };

/** What the letter of a message is about, and the document that goes with it. */
type Subject = {
  readonly issuer: IssuerSnapshot;
  readonly recipient: Recipient;
  readonly pdf: Attachment;
  readonly letter: (around: Around) => Letter;
};
type Around = Pick<
  Letter,
  'sellerName' | 'recipientName' | 'timeZone' | 'locale' | 'remittanceInstructions' | 'now'
>;

/** Why a queued message is not for the customer's eyes any more; null if it is. */
export async function whyNot(
  db: Queryable,
  mail: MailSettings | undefined,
  message: MessageRow,
): Promise<string | null> {
  if (mail === undefined) return NO_SMTP;
  if (message.credit_note_id !== null) {
    const note = await findCreditNote(db, message.credit_note_id);
    return whyNotNow('credit_note', note?.status ?? 'void');
  }
  if (message.invoice_id === null) return null;
  const invoice = await findInvoice(db, message.invoice_id);
  return whyNotNow(message.kind === 'reminder' ? 'reminder' : 'invoice', invoice?.status ?? 'void');
}

/** A message as it goes out. */
export async function mailOf(
  deployment: Deployment,
  { from }: MailSettings,
  message: MessageRow,
): Promise<Mail> {
  const { db } = deployment.database;
  const { issuer, recipient, pdf, letter } = await subjectOf(deployment, message);
  const known = await addressees(db, [message.organization_id]);
  const written = letter({
    sellerName: issuer.name,
    recipientName: recipient.name,
    timeZone: known.get(message.organization_id)?.timeZone ?? 'UTC',
    locale: issuer.locale ?? 'en-US',
    remittanceInstructions:
      recipient.remittanceInstructions ?? issuer.remittanceInstructions ?? null,
    now: deployment.clock(),
  });
  return {
    ...compose(written),
    messageId: messageIdOf(message.id, from),
    to: { name: recipient.name, address: message.recipient ?? '' },
    replyTo: issuer.email ?? null,
    attachments: [{ ...pdf, fileName: pdf.fileName.replaceAll('/', '-') }],
  };
}

async function subjectOf(deployment: Deployment, message: MessageRow): Promise<Subject> {
  const { db } = deployment.database;
  if (message.invoice_id !== null)
    return invoiceSubject(db, message.invoice_id, message.kind === 'reminder');
  if (message.credit_note_id !== null) return creditNoteSubject(db, message.credit_note_id);
  return statementSubject(deployment, message);
}

async function invoiceSubject(db: Queryable, id: string, isReminder: boolean): Promise<Subject> {
  const invoice = await findInvoice(db, id);
  if (invoice === undefined) throw new Error(`There is no invoice ${id}.`);
  return {
    issuer: invoice.issuer as IssuerSnapshot,
    recipient: invoice.recipient as Recipient,
    pdf: await invoicePdf(db, id),
    letter: (around) => ({
      ...around,
      kind: isReminder ? 'reminder' : 'invoice',
      number: invoice.number ?? '',
      total: money(decimal(invoice.total), invoice.currency),
      amountDue: money(decimal(invoice.amount_due), invoice.currency),
      // An issued invoice has both.
      issuedAt: invoice.issued_at as Instant,
      dueAt: invoice.due_at as Instant,
    }),
  };
}

async function creditNoteSubject(db: Queryable, id: string): Promise<Subject> {
  const note = await findCreditNote(db, id);
  if (note === undefined) throw new Error(`There is no credit note ${id}.`);
  return {
    issuer: note.issuer as IssuerSnapshot,
    recipient: note.recipient as Recipient,
    pdf: await creditNotePdf(db, id),
    letter: (around) => ({
      ...around,
      kind: 'credit_note',
      number: note.number,
      invoiceNumber: note.invoice_number,
      total: money(decimal(note.total), note.currency),
      left: money(decimal(note.left), note.currency),
      issuedAt: note.issued_at,
    }),
  };
}

/** Of both clocks that were asked for: however late it goes out, it is the statement that somebody looked at. */
async function statementSubject(deployment: Deployment, message: MessageRow): Promise<Subject> {
  const { organization_id: id, statement_from: from, statement_to: to } = message;
  const known = {
    asOf: message.statement_as_of as Instant,
    knownAt: message.statement_known_at ?? 0,
  };
  const range = from === null || to === null ? null : { from, to };
  const statement = await statementOf(deployment, id, known, { range });
  const { issuer, recipient } = await partiesAsKnown(deployment.database.db, id, known.knownAt);
  const pastDue = statement.ageing.map(({ currency, ...late }): Money => {
    const { days1To30, days31To60, days61To90, days90Plus } = late;
    const parts = [days1To30, days31To60, days61To90, days90Plus].map(decimal);
    return money(parts.reduce(add, zero), currency);
  });
  return {
    issuer,
    recipient,
    pdf: await statementPdf(deployment, id, known, range),
    letter: (around) => ({
      ...around,
      kind: 'statement',
      asOf: known.asOf,
      outstanding: statement.outstandingBalance,
      pastDue,
      credit: statement.unappliedCredit,
    }),
  };
}
