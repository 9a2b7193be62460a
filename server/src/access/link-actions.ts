import { audit } from '../audit/actions.ts';
import { act, type Action, type Source } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { addJob } from '../jobs/actions.ts';
import { newId } from '../lib/id.ts';
import { type Instant, plusMs } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { hashPassword } from '../lib/passwords.ts';
import { alreadyExists, invalidField, Problem } from '../lib/problem.ts';
import { hashSecret } from '../lib/secrets.ts';
import {
  findOpenLink,
  findOwnerLink,
  insertLink,
  type LinkRow,
  type OpenLink,
  useLink,
  withdrawLinks,
} from './link-queries.ts';
import { type LinkPurpose, linkUrl, tokenOf } from './link-rules.ts';
import {
  countOwners,
  deleteSessions,
  findPerson,
  findPersonByEmail,
  insertPerson,
  lockOwners,
  lockPerson,
  markJoined,
  type PersonRow,
  setPassword,
} from './people-queries.ts';
import { personToApi } from './people-schema.ts';

const LINK_KEY = 'one-time links';
/** A link that is printed again works this long at least. */
const REPRINTED_MS_MIN = 60 * 60 * 1000;

const TTL_MS: Record<LinkPurpose, number> = {
  owner: limits.ownerLinkTtlMs,
  invitation: limits.invitationTtlMs,
  password: limits.passwordLinkTtlMs,
};

/** What is shown once, or mailed. */
export type NewLink = { url: string; expiresAt: Instant; isMailed: boolean };

export type LinkAsk = {
  purpose: LinkPurpose;
  personId: string | null;
  /** The address that the link leads to. */
  origin: string;
};

/**
 * A link that works once; whatever link of this kind there was does not work any more. It is mailed where mail is set
 * up and there is somebody to mail it to. Callers hold a lock on the person, or on the owners.
 */
export async function createLink(
  action: Action,
  { secrets, mail }: Pick<Deployment, 'secrets' | 'mail'>,
  { purpose, personId, origin }: LinkAsk,
): Promise<NewLink> {
  const { tx, now } = action;
  const id = newId('lnk', now);
  const token = tokenOf(secrets.keyFor(LINK_KEY), id);
  const expiresAt = plusMs(now, TTL_MS[purpose]);
  const isMailed = mail !== undefined && personId !== null;
  await withdrawLinks(tx, personId, [purpose], now);
  await insertLink(tx, {
    id,
    token_hash: hashSecret(token),
    purpose,
    person_id: personId,
    origin,
    mail_status: isMailed ? 'queued' : null,
    created_by: action.actor,
    created_at: now,
    expires_at: expiresAt,
  });
  if (isMailed) await addJob(action, 'links.send', { id });
  return { url: linkUrl(origin, token), expiresAt, isMailed };
}

/**
 * A link for whoever shall be an owner: the one that is open, or a new one. Null where there is an owner already, unless
 * it is asked for anyway.
 */
export async function createOwnerLink(
  deployment: Deployment,
  options: { evenIfOwned: boolean; origin: string },
): Promise<NewLink | null> {
  const { database, clock, secrets } = deployment;
  const asked = { kind: 'people.ownerLink', actor: 'system' };
  return act(database, clock, asked, async (action) => {
    await lockOwners(action.tx);
    if (!options.evenIfOwned && (await countOwners(action.tx)) > 0) return null;
    const open = await findOwnerLink(action.tx, plusMs(action.now, REPRINTED_MS_MIN));
    const { origin } = options;
    if (open === undefined)
      return createLink(action, deployment, { purpose: 'owner', personId: null, origin });
    const url = linkUrl(origin, tokenOf(secrets.keyFor(LINK_KEY), open.id));
    return { url, expiresAt: open.expires_at, isMailed: false };
  });
}

/** The address that a link leads to, for the job that mails it. */
export function urlOfLink({ secrets }: Deployment, link: { id: string; origin: string }): string {
  return linkUrl(link.origin, tokenOf(secrets.keyFor(LINK_KEY), link.id));
}

/** What a link is for, without using it. */
export async function inspectLink(deployment: Deployment, token: string): Promise<OpenLink> {
  const { database, clock } = deployment;
  const link = await findOpenLink(database.db, hashSecret(token), clock());
  if (link === undefined) throw gone();
  const person = link.person_id === null ? null : await findPerson(database.db, link.person_id);
  if (person === undefined || person?.deactivated_at != null) throw gone();
  return { purpose: link.purpose as LinkPurpose, expiresAt: link.expires_at, person };
}

export type Redemption = {
  token: string;
  password: string;
  /** For the owner, and for an invited person who wants another name than the one he was invited by. */
  name?: string | undefined;
  /** For the owner alone: others have one. */
  email?: string | undefined;
};

/**
 * Uses a link up: the person has this password from now on, and is in. Of several who use the same link at once, one
 * succeeds. Answers the person.
 */
export async function redeemLink(
  deployment: Deployment,
  input: Redemption,
  by: { from: Source; requestId: string },
): Promise<PersonRow> {
  const { database, clock } = deployment;
  const open = await inspectLink(deployment, input.token);
  refuseWeakPassword(input.password, open.person?.email ?? input.email ?? '');
  const hash = await hashPassword(input.password, deployment.passwordCost);
  const tokenHash = hashSecret(input.token);
  const asked = {
    kind: `people.${open.purpose === 'password' ? 'resetPassword' : 'join'}`,
    actor: open.person?.id ?? newId('prs', clock()),
    actorName: input.name ?? open.person?.name ?? null,
    ...by,
  };
  return act(database, clock, asked, async (action) => {
    const link = await useLink(action.tx, tokenHash, action.now);
    if (link === undefined) throw gone();
    const before = link.person_id === null ? null : await lockPerson(action.tx, link.person_id);
    if (before === undefined || before?.deactivated_at != null) throw gone();
    await admit(action, link, before, input);
    const id = action.actor;
    await setPassword(action.tx, { id: newId('sgn', action.now), personId: id, hash }, action.now);
    await deleteSessions(action.tx, id);
    await withdrawLinks(action.tx, id, ['invitation', 'password'], action.now);
    const after = await findPerson(action.tx, id);
    if (after === undefined) throw gone();
    await audit(action, {
      action: asked.kind,
      resourceId: id,
      before: before === null ? null : personToApi(before),
      after: personToApi(after),
    });
    return after;
  });
}

async function admit(
  action: Action,
  link: LinkRow,
  before: PersonRow | null,
  input: Redemption,
): Promise<void> {
  if (before === null) {
    await lockOwners(action.tx);
    const { name, email } = input;
    if (name === undefined) throw invalidField('/name', 'required', 'Say what you are called.');
    if (email === undefined) throw invalidField('/email', 'required', 'Say your e-mail address.');
    const existing = await findPersonByEmail(action.tx, email);
    if (existing !== undefined)
      throw alreadyExists('A person with this e-mail address', '/email', existing.id);
    const owner = { id: action.actor, name, email, role: 'owner' as const, joinedAt: action.now };
    await insertPerson(action.tx, owner, action.now);
  } else if (link.purpose === 'invitation' && before.joined_at === null) {
    await markJoined(action.tx, before.id, { name: input.name ?? before.name, at: action.now });
  }
}

/** Length is judged with the shape of the request; here, what depends on whose it is. */
export function refuseWeakPassword(password: string, email: string, pointer = '/password'): void {
  const plain = password.toLowerCase();
  const [local = ''] = email.split('@');
  if (plain !== email && !(local.length >= 4 && plain.replaceAll(local, '').length < 4)) return;
  throw invalidField(pointer, 'weak_password', 'Do not make it of your e-mail address.');
}

function gone(): Problem {
  return new Problem(
    'gone',
    'This link does not work any more: it was used, withdrawn, or has expired. Ask for a new one.',
  );
}
