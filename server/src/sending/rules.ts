export const messageKinds = ['invoice', 'reminder', 'credit_note', 'statement'] as const;
export type MessageKind = (typeof messageKinds)[number];

export const messageStatuses = ['queued', 'sent', 'failed', 'not_sent'] as const;
export type MessageStatus = (typeof messageStatuses)[number];

export const NO_SMTP = 'No SMTP server is configured.';
export const NO_EMAIL = 'The organization has no billing e-mail.';

/** Why nothing can be sent at all, or null. */
export function whyNotSent(hasSmtp: boolean, email: string | null): string | null {
  if (!hasSmtp) return NO_SMTP;
  return email === null ? NO_EMAIL : null;
}

/** Why a document in this state is not for the customer's eyes, or not any more; null if it is. */
export function whyNotNow(kind: MessageKind, status: string): string | null {
  if (status === 'draft') return 'It is a draft: finalize it first.';
  if (status === 'void') return 'It is void.';
  if (kind === 'reminder' && status !== 'open' && status !== 'partially_paid')
    return `It is ${status}: nothing is left to be paid.`;
  return null;
}

/** What the mail server said, or why none could be reached. */
export type MailFailure = { readonly permanent: boolean; readonly detail: string };

const DETAIL_CHARS_MAX = 500;

/**
 * A server that refuses the recipient or the message with 5xx would refuse it again (RFC 5321 §4.2.1). All else may be
 * better later: 4xx, no connection, and also a refused sign-in, which the operator can mend.
 */
export function judgeFailure(error: unknown): MailFailure {
  const { code, responseCode, message } = error as {
    code?: string;
    responseCode?: number;
    message?: string;
  };
  const aboutThisOne = code === 'EENVELOPE' || code === 'EMESSAGE';
  const detail = (message ?? String(error)).replaceAll(/\p{Cc}+/gu, ' ').trim();
  return {
    permanent: aboutThisOne && (responseCode ?? 0) >= 500,
    detail: detail.slice(0, DETAIL_CHARS_MAX) || 'The mail could not be sent.',
  };
}
