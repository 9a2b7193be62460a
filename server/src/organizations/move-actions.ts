import type { Action } from '../db/act.ts';
import type { Instant } from '../lib/instant.ts';
import { Problem } from '../lib/problem.ts';
import { auditVerb, type Changed, refuseBuiltIn } from './change-actions.ts';
import { dropPlannedEdges, setParent, setPayer } from './edge-actions.ts';
import type { OrganizationRow } from './queries.ts';

/** The dated verbs; null as `from` is the beginning of time. */

/** Another parent from an instant: the roll-up follows, and so do the subscriptions its usage may fall to. */
export async function moveOrganization(
  action: Action,
  before: OrganizationRow,
  input: { parentId: string | null; from: Instant | null; reason?: string | undefined },
): Promise<Changed> {
  refuseBuiltIn(before);
  await setParent(action, before.id, input.parentId, input.from);
  const row = await auditVerb(
    action,
    before,
    'organizations.move',
    { parentId: input.parentId, from: input.from },
    input.reason,
  );
  return { result: row, touched: { usageBelow: [before.id], from: input.from } };
}

/** Another payer from an instant. Attribution does not depend on it; rating asks for it when it bills. */
export async function billOrganizationTo(
  action: Action,
  before: OrganizationRow,
  input: { billTo: string | null; from: Instant | null; reason?: string | undefined },
): Promise<Changed> {
  refuseBuiltIn(before);
  await setPayer(action, before.id, input.billTo, input.from);
  const row = await auditVerb(
    action,
    before,
    'organizations.billTo',
    { billTo: input.billTo, from: input.from },
    input.reason,
  );
  return { result: row, touched: {} };
}

/** Takes back what is planned for its parent and its payer: all of that, or what is planned at `at`. */
export async function cancelPlannedOrganization(
  action: Action,
  before: OrganizationRow,
  input: { at?: Instant | undefined; reason?: string | undefined },
): Promise<Changed> {
  refuseBuiltIn(before);
  const at = input.at ?? null;
  if (!(await dropPlannedEdges(action, before.id, at))) {
    throw new Problem('invalid_state', 'Nothing is planned for it at that time.');
  }
  const verb = 'organizations.cancelPlanned';
  const row = await auditVerb(action, before, verb, { at }, input.reason);
  return { result: row, touched: { usageBelow: [before.id], from: at ?? action.now } };
}
