import { createHmac } from 'node:crypto';
import type { Instant } from '../lib/instant.ts';
import { escapeHtml } from '../lib/text.ts';
import type { Role } from './permissions.ts';

export type LinkPurpose = 'owner' | 'invitation' | 'password';

/**
 * The token of a link: computed from its id and the deployment's secret key, so that a job can mail, and the command
 * line print again, what is stored nowhere.
 */
export function tokenOf(key: string, linkId: string): string {
  return createHmac('sha256', key).update(linkId, 'utf8').digest('base64url');
}

/** The address of a link. The token is in the fragment: browsers send that to nobody. */
export function linkUrl(origin: string, token: string): string {
  return `${origin}/join#${token}`;
}

export type LinkLetter = {
  purpose: LinkPurpose;
  name: string;
  role: Role;
  /** Who asked for it; null where the person did himself. */
  invitedBy: string | null;
  url: string;
  expiresAt: Instant;
};

export type LinkMail = { subject: string; text: string; html: string };

/** What is mailed with a link: plain, and the same as HTML. */
export function composeLink(letter: LinkLetter): LinkMail {
  const opening = openingOf(letter);
  const until = `The link works once, until ${letter.expiresAt.slice(0, 16).replace('T', ' ')} UTC.`;
  const closing =
    letter.purpose === 'invitation'
      ? 'If you did not expect this, you need not do anything.'
      : 'If you did not ask for this, you need not do anything: your password stays as it is.';
  return {
    subject:
      letter.purpose === 'invitation'
        ? 'You are invited to Customary'
        : 'Your new Customary password',
    text: `${[`${letter.name},`, opening, `  ${letter.url}`, until, closing].join('\n\n')}\n`,
    html: `<!doctype html>
<html lang="en"><body style="font-family:sans-serif">
<p>${escapeHtml(letter.name)},</p>
<p>${escapeHtml(opening)}</p>
<p><a href="${escapeHtml(letter.url)}">${escapeHtml(letter.url)}</a></p>
<p>${escapeHtml(until)}</p>
<p>${escapeHtml(closing)}</p>
</body></html>
`,
  };
}

function openingOf({ purpose, invitedBy, role }: LinkLetter): string {
  const by = invitedBy ?? 'Somebody';
  if (purpose === 'invitation')
    return `${by} invites you to Customary, as ${role}. Choose a password here:`;
  return invitedBy === null
    ? 'A new password was asked for. Choose one here:'
    : `${invitedBy} lets you choose a new password:`;
}
