import { audit } from '../audit/actions.ts';
import { act } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { createLink } from './link-actions.ts';
import { findPersonByEmail, lockPerson } from './people-queries.ts';
import type { By } from './sign-in-record-actions.ts';

/**
 * Whether people can have a link for a new password mailed to them. The address it leads to must be set: who asks is not
 * known yet, and the address that he asks at may be of his own making.
 */
export function canMailLinks({ mail, url }: Deployment): boolean {
  return mail !== undefined && url !== undefined;
}

/** Mails a link to choose a new password by, if there is such a person; answers nothing either way. */
export async function mailPasswordLink(
  deployment: Deployment,
  email: string,
  by: By,
): Promise<void> {
  const { database, clock, url } = deployment;
  const person = await findPersonByEmail(database.db, email);
  if (!canMailLinks(deployment) || url === undefined || person === undefined) return;
  if (person.joined_at === null || person.deactivated_at !== null) return;
  const asked = {
    kind: 'people.forgetPassword',
    actor: person.id,
    actorName: person.name,
    ...by,
  };
  await act(database, clock, asked, async (action) => {
    await lockPerson(action.tx, person.id);
    const ask = { purpose: 'password' as const, personId: person.id, origin: url };
    await createLink(action, deployment, ask);
    await audit(action, { action: asked.kind, resourceId: person.id, before: null, after: null });
  });
}
