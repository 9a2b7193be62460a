import type { Deployment, MailSettings } from '../db/deployment.ts';
import { holding } from '../db/hold.ts';
import { messageIdOf } from '../sending/compose-rules.ts';
import { judgeFailure, NO_SMTP } from '../sending/rules.ts';
import { deliver } from '../sending/smtp-actions.ts';
import { urlOfLink } from './link-actions.ts';
import { findLink, type LinkRow, recordMailing } from './link-queries.ts';
import { composeLink, type LinkPurpose } from './link-rules.ts';
import { findPerson, nameOfActor, type PersonRow } from './people-queries.ts';
import type { Role } from './permissions.ts';

/**
 * Mails a link, once it is this process's turn, and writes down what came of it. A throw asks for another attempt. Each
 * attempt carries the same link and the same Message-ID.
 */
export async function sendLink(deployment: Deployment, id: string, isLast: boolean): Promise<void> {
  let failure: Error | undefined;
  const held = await holding(deployment.database, `customary.link.${id}`, async () => {
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
  const { db } = deployment.database;
  const link = await findLink(db, id);
  if (link?.mail_status !== 'queued' || link.closed_at !== null || link.person_id === null)
    return undefined;
  const person = await findPerson(db, link.person_id);
  if (person === undefined) return undefined;
  if (deployment.mail === undefined) {
    await recordMailing(db, id, { status: 'failed', detail: NO_SMTP, attempt: false });
    return undefined;
  }
  try {
    const detail = await mail(deployment, deployment.mail, link, person);
    await recordMailing(db, id, { status: 'sent', detail });
    return undefined;
  } catch (error) {
    const { permanent, detail } = judgeFailure(error);
    const forGood = permanent || isLast;
    await recordMailing(db, id, { status: forGood ? 'failed' : 'queued', detail });
    deployment.log.warn({ link: id, detail, forGood }, 'a link could not be mailed');
    return forGood ? undefined : new Error(detail);
  }
}

async function mail(
  deployment: Deployment,
  settings: MailSettings,
  link: LinkRow,
  person: PersonRow,
): Promise<string> {
  const isOwn = link.created_by === person.id || link.created_by === 'system';
  const letter = composeLink({
    purpose: link.purpose as LinkPurpose,
    name: person.name,
    role: person.role as Role,
    invitedBy: isOwn ? null : await nameOfActor(deployment.database.db, link.created_by),
    url: urlOfLink(deployment, link),
    expiresAt: link.expires_at,
  });
  return deliver(settings, {
    ...letter,
    messageId: messageIdOf(link.id, settings.from),
    to: { name: person.name, address: person.email },
    replyTo: null,
    attachments: [],
  });
}

/** Closes what has failed for good without a word from the mail server. */
export async function giveUpLink(
  { database }: Deployment,
  id: string,
  detail: string,
): Promise<void> {
  await recordMailing(database.db, id, { status: 'failed', detail, attempt: false });
}
