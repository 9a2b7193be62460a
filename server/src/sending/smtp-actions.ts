import { createTransport } from 'nodemailer';
import type { MailSettings } from '../db/deployment.ts';
import { limits } from '../lib/limits.ts';

export type Attachment = { readonly fileName: string; readonly content: Buffer };

export type Mail = {
  readonly messageId: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly replyTo: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly Attachment[];
};

/** Hands a mail to the SMTP server; answers what that said. Throws where it did not take it. */
export async function deliver({ smtpUrl, from }: MailSettings, mail: Mail): Promise<string> {
  const timeout = limits.mailTimeoutMs;
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
  });
  try {
    const { response } = await transport.sendMail({
      messageId: mail.messageId,
      from,
      to: mail.to,
      ...(mail.replyTo !== null && { replyTo: mail.replyTo }),
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      attachments: mail.attachments.map(({ fileName, content }) => ({
        filename: fileName,
        content,
        contentType: 'application/pdf',
      })),
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return response;
  } finally {
    transport.close();
  }
}
