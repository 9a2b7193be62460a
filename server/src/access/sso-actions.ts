import { audit } from '../audit/actions.ts';
import { act } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { withdrawLinks } from './link-queries.ts';
import { findPerson, lockPerson, markJoined } from './people-queries.ts';
import { personToApi } from './people-schema.ts';
import type { By } from './sign-in-record-actions.ts';

/** Who was invited, and comes in by single sign-on, has joined by that; the link that invited is used up. */
export async function joinBySso(
  { database, clock }: Deployment,
  { id, name }: { id: string; name: string },
  by: By,
): Promise<void> {
  if ((await findPerson(database.db, id))?.joined_at !== null) return;
  const asked = { kind: 'people.join', actor: id, actorName: name, ...by };
  await act(database, clock, asked, async (action) => {
    const before = await lockPerson(action.tx, id);
    if (before === undefined || before.joined_at !== null) return;
    await markJoined(action.tx, id, { name: before.name, at: action.now });
    await withdrawLinks(action.tx, id, ['invitation'], action.now);
    const after = await findPerson(action.tx, id);
    await audit(action, {
      action: asked.kind,
      resourceId: id,
      before: personToApi(before),
      after: after === undefined ? null : personToApi(after),
    });
  });
}
