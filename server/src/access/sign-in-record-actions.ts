import { audit } from '../audit/actions.ts';
import { act, type Action, type Source } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { deleteExpired, deleteSession, updatePerson } from './people-queries.ts';
import type { Session } from './sign-in-actions.ts';
import { countAttempt } from './sign-in-queries.ts';

export type By = { from: Source; requestId: string };

/** What a person does about how he signs in, in the audit log under his own name. */
export async function recordOwn(
  { database, clock }: Deployment,
  { person }: Session,
  what: string,
  by: By,
  after: object | null = null,
  work: (action: Action) => Promise<void> = async () => undefined,
): Promise<void> {
  const asked = { kind: `people.${what}`, actor: person.id, actorName: person.name, ...by };
  await act(database, clock, asked, async (action) => {
    await work(action);
    await audit(action, { action: asked.kind, resourceId: person.id, before: null, after });
  });
}

export async function recordSignIn(
  deployment: Deployment,
  session: Session,
  method: 'password' | 'twoFactor' | 'sso',
  by: By,
): Promise<void> {
  const after = { method, sessionId: session.id };
  await recordOwn(deployment, session, 'signIn', by, after, async ({ tx, now }) => {
    await updatePerson(tx, session.person.id, { last_signed_in_at: now }, now);
    await deleteExpired(tx, now);
  });
}

/** Longer than a code lives, with those before and after that are let through as well. */
const CODE_MS = 3 * 60_000;

/** A code of the second factor opens one session: false, and the session is gone, for one that did already. */
export async function useCode(
  { database, clock }: Deployment,
  { id, person }: Session,
  code: string,
): Promise<boolean> {
  const limit = { max: 1, windowMs: CODE_MS };
  const used = await countAttempt(database.db, `code ${code} of ${person.id}`, limit, clock());
  if (used === null) return true;
  await database.db.transaction().execute((tx) => deleteSession(tx, person.id, id));
  return false;
}
