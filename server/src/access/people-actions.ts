import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { newId } from '../lib/id.ts';
import { alreadyExists, notFound, Problem } from '../lib/problem.ts';
import { createLink, type NewLink } from './link-actions.ts';
import { withdrawLinks } from './link-queries.ts';
import {
  countOwners,
  deleteSession,
  deleteSessions,
  deleteTwoFactor,
  findPerson,
  findPersonByEmail,
  insertPerson,
  lockOwners,
  lockPerson,
  type PersonRow,
  updatePerson,
} from './people-queries.ts';
import { refuseBeyond } from './people-rules.ts';
import { personToApi } from './people-schema.ts';
import type { Role } from './permissions.ts';
import type { Principal } from './principal.ts';

/** Who acts on people, where links lead to, and what mails them. */
export type By = {
  principal: Principal;
  deployment: Pick<Deployment, 'secrets' | 'mail'>;
  origin: string;
};

export type Linked = { person: PersonRow; link: NewLink };

export async function invitePerson(
  action: Action,
  { principal, deployment, origin }: By,
  input: { email: string; name?: string | undefined; role: Role },
): Promise<Linked> {
  const { tx, now } = action;
  refuseBeyond(principal, input.role, '/role');
  const existing = await findPersonByEmail(tx, input.email);
  if (existing !== undefined)
    throw alreadyExists('A person with this e-mail address', '/email', existing.id);
  const id = newId('prs', now);
  const name = input.name ?? input.email.split('@')[0] ?? input.email;
  await insertPerson(tx, { id, name, email: input.email, role: input.role, joinedAt: null }, now);
  const link = await createLink(action, deployment, {
    purpose: 'invitation',
    personId: id,
    origin,
  });
  return { person: await recorded(action, 'people.invite', null, id), link };
}

/** Another link for who has not come yet; the one before ends. */
export async function inviteAgain(action: Action, by: By, id: string): Promise<Linked> {
  const before = await lockToActOn(action, by.principal, id);
  requireActive(before);
  if (before.joined_at !== null)
    throw new Problem('invalid_state', `${before.name} has joined. Reset the password instead.`);
  const { deployment, origin } = by;
  const link = await createLink(action, deployment, {
    purpose: 'invitation',
    personId: id,
    origin,
  });
  return { person: await recorded(action, 'people.invite', before, id), link };
}

/** A link to choose a new password by; the old one works until then. */
export async function letChoosePassword(action: Action, by: By, id: string): Promise<Linked> {
  const before = await lockToActOn(action, by.principal, id);
  requireActive(before);
  if (before.joined_at === null)
    throw new Problem('invalid_state', `${before.name} has not joined yet. Invite again instead.`);
  const { deployment, origin } = by;
  const link = await createLink(action, deployment, { purpose: 'password', personId: id, origin });
  return { person: await recorded(action, 'people.letChoosePassword', before, id), link };
}

export async function changePerson(
  action: Action,
  principal: Principal,
  before: PersonRow,
  change: { name?: string | undefined; role?: Role | undefined; reason?: string | undefined },
): Promise<PersonRow> {
  const role = change.role ?? (before.role as Role);
  if (role !== before.role) {
    refuseBeyond(principal, role, '/role');
    await keepAnOwner(action, before);
  }
  await updatePerson(action.tx, before.id, { name: change.name ?? before.name, role }, action.now);
  return recorded(action, 'people.update', before, before.id, change.reason);
}

/** Ends everything that lets the person in, at once. */
export async function deactivatePerson(
  action: Action,
  principal: Principal,
  id: string,
  reason: string | undefined,
): Promise<PersonRow> {
  const before = await lockToActOn(action, principal, id);
  if (before.deactivated_at !== null) return before;
  if (id === principal.id)
    throw new Problem('invalid_state', 'You cannot deactivate yourself. Ask somebody else to.');
  await keepAnOwner(action, before);
  await updatePerson(action.tx, id, { deactivated_at: action.now }, action.now);
  await deleteSessions(action.tx, id);
  await withdrawLinks(action.tx, id, ['invitation', 'password'], action.now);
  return recorded(action, 'people.deactivate', before, id, reason);
}

export async function reactivatePerson(
  action: Action,
  principal: Principal,
  id: string,
  reason: string | undefined,
): Promise<PersonRow> {
  const before = await lockToActOn(action, principal, id);
  if (before.deactivated_at === null) return before;
  await updatePerson(action.tx, id, { deactivated_at: null }, action.now);
  return recorded(action, 'people.reactivate', before, id, reason);
}

/** For who has lost the phone and the backup codes: signs in by the password alone until it is set up again. */
export async function resetTwoFactor(
  action: Action,
  principal: Principal,
  id: string,
  reason: string | undefined,
): Promise<PersonRow> {
  const before = await lockToActOn(action, principal, id);
  await deleteTwoFactor(action.tx, id);
  await updatePerson(action.tx, id, { two_factor_enabled: false }, action.now);
  await deleteSessions(action.tx, id);
  return recorded(action, 'people.resetTwoFactor', before, id, reason);
}

export async function signOutPerson(
  action: Action,
  principal: Principal,
  id: string,
  reason: string | undefined,
): Promise<PersonRow> {
  const before = await lockToActOn(action, principal, id);
  await deleteSessions(action.tx, id);
  return recorded(action, 'people.signOut', before, id, reason);
}

/** Ends one of one's own sessions. */
export async function endSession(action: Action, personId: string, id: string): Promise<void> {
  if (!(await deleteSession(action.tx, personId, id))) throw notFound('session', id);
  await audit(action, {
    action: 'people.endSession',
    resourceId: personId,
    before: { sessionId: id },
    after: null,
  });
}

export async function lockToActOn(
  action: Action,
  principal: Principal,
  id: string,
): Promise<PersonRow> {
  const row = await lockPerson(action.tx, id);
  if (row === undefined) throw notFound('person', id);
  refuseBeyond(principal, row.role as Role, '');
  return row;
}

/** Says it in good words before the database refuses. */
async function keepAnOwner(action: Action, person: PersonRow): Promise<void> {
  if (person.role !== 'owner' || person.joined_at === null || person.deactivated_at !== null)
    return;
  await lockOwners(action.tx);
  if ((await countOwners(action.tx)) > 1) return;
  throw new Problem(
    'invalid_state',
    `${person.name} is the last owner. Make somebody else an owner first.`,
  );
}

function requireActive(person: PersonRow): void {
  if (person.deactivated_at === null) return;
  throw new Problem('invalid_state', `${person.name} is deactivated. Reactivate first.`);
}

async function recorded(
  action: Action,
  what: string,
  before: PersonRow | null,
  id: string,
  reason?: string,
): Promise<PersonRow> {
  const after = await findPerson(action.tx, id);
  if (after === undefined) throw notFound('person', id);
  await audit(action, {
    action: what,
    resourceId: id,
    before: before === null ? null : personToApi(before),
    after: personToApi(after),
    reason,
  });
  return after;
}
