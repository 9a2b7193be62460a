import { z } from 'zod';
import { idOf, instant, instantInput, pageQuery, resource } from '../http/shapes.ts';
import { requireRange } from '../statements/schema.ts';
import type { AttemptRow, MessageRow, SendingSettingsRow } from './queries.ts';
import { messageKinds, messageStatuses } from './rules.ts';

const fields = {
  id: z.string(),
  kind: z.enum(messageKinds),
  organizationId: z.string().describe('To whom: the payer.'),
  invoiceId: z.string().nullable().describe('Of an invoice or a reminder.'),
  creditNoteId: z.string().nullable(),
  statement: z
    .object({
      asOf: instant,
      knownAt: z.int(),
      from: instant.nullable(),
      to: instant.nullable(),
    })
    .nullable()
    .describe('Which statement it is: on both clocks, and over which range.'),
  automatic: z.boolean().describe('Sent by the settings, not by hand.'),
  to: z.string().nullable().describe('The billing e-mail when it was asked for.'),
  status: z.enum(messageStatuses),
  reason: z
    .string()
    .nullable()
    .describe('Why it was not sent, or what the mail server said at the last attempt.'),
  attempts: z.int(),
  sentAt: instant.nullable(),
  ...resource,
};

export const message = z.object(fields).meta({ id: 'Message' });

export const messageWithLog = z
  .object({
    ...fields,
    log: z
      .array(z.object({ at: instant, outcome: z.enum(['sent', 'failed']), detail: z.string() }))
      .describe('Every attempt, in order.'),
  })
  .meta({ id: 'MessageWithLog' });

export const messageParams = z.strictObject({ id: idOf('msg') });

export const messageList = z.strictObject({
  ...pageQuery,
  organizationId: idOf('org').optional(),
  invoiceId: idOf('inv').optional(),
  creditNoteId: idOf('cn').optional(),
  status: z.enum(messageStatuses).optional(),
  kind: z.enum(messageKinds).optional(),
});

/** Which statement; left out: the one of now. */
export const statementSend = z
  .strictObject({
    asOf: instantInput.optional(),
    knownAt: z.int().nonnegative().optional(),
    from: instantInput.optional().describe('With `to`: with the account over [from, to).'),
    to: instantInput.optional(),
  })
  .superRefine(requireRange)
  .meta({ id: 'StatementSend' });

const DAYS_MAX = 365;
const REMINDERS_MAX = 10;

export const sendingSettings = z
  .object({
    sendOnFinalize: z.boolean(),
    reminderDays: z.array(z.int()),
    smtpConfigured: z
      .boolean()
      .describe('Whether this server can send mail: CUSTOMARY_SMTP_URL is set.'),
    from: z.string().nullable().describe('CUSTOMARY_MAIL_FROM.'),
    ...resource,
  })
  .meta({ id: 'SendingSettings' });

export const sendingSettingsUpdate = z
  .strictObject({
    sendOnFinalize: z
      .boolean()
      .describe('Send each invoice and each credit note when it is issued.'),
    reminderDays: z
      .array(z.int().min(1).max(DAYS_MAX))
      .max(REMINDERS_MAX)
      .transform((days) => [...new Set(days)].toSorted((a, b) => a - b))
      .describe('Remind of what is so many days past due; empty: never.'),
  })
  .partial()
  .meta({ id: 'SendingSettingsUpdate' });

export type SendingSettingsUpdate = z.output<typeof sendingSettingsUpdate>;

export function messageToApi(row: MessageRow): z.output<typeof message> {
  return {
    id: row.id,
    kind: row.kind as (typeof messageKinds)[number],
    organizationId: row.organization_id,
    invoiceId: row.invoice_id,
    creditNoteId: row.credit_note_id,
    statement:
      row.statement_as_of === null
        ? null
        : {
            asOf: row.statement_as_of,
            knownAt: row.statement_known_at ?? 0,
            from: row.statement_from,
            to: row.statement_to,
          },
    automatic: row.once_key !== null,
    to: row.recipient,
    status: row.status as (typeof messageStatuses)[number],
    reason: row.reason,
    attempts: row.attempts,
    sentAt: row.sent_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

export function messageWithLogToApi(
  row: MessageRow,
  log: readonly AttemptRow[],
): z.output<typeof messageWithLog> {
  return {
    ...messageToApi(row),
    log: log.map(({ at, outcome, detail }) => ({ at, outcome: outcome as 'sent', detail })),
  };
}

export function sendingSettingsToApi(
  row: SendingSettingsRow,
  mail: { from: string } | undefined,
): z.output<typeof sendingSettings> {
  return {
    sendOnFinalize: row.send_on_finalize,
    reminderDays: row.reminder_days,
    smtpConfigured: mail !== undefined,
    from: mail?.from ?? null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
