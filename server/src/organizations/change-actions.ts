import { audit } from '../audit/actions.ts';
import type { Touched } from '../attribution/outcome.ts';
import type { Action } from '../db/act.ts';
import { notFound, Problem } from '../lib/problem.ts';
import { standingId } from './alias-queries.ts';
import { findOrganization, type OrganizationRow } from './queries.ts';
import { organizationToApi } from './schema.ts';

/** What every verb on an organization does: read it, refuse the built-in one, write down what became of it. */

export type Changed = { result: OrganizationRow; touched: Touched | Touched[] };

export async function requireOrganization(action: Action, id: string): Promise<OrganizationRow> {
  const row = await findOrganization(action.tx, id, action.now);
  if (row === undefined) throw notFound('organization', id);
  return row;
}

/** The same of whoever answers for it: of what was merged, its survivor. */
export async function requireStanding(action: Action, id: string): Promise<OrganizationRow> {
  return requireOrganization(action, await standingId(action.tx, id, action.now));
}

export function refuseBuiltIn(row: OrganizationRow): void {
  if (row.unclassified)
    throw new Problem(
      'invalid_state',
      'UNCLASSIFIED is built in: it can be neither changed, nested, billed nor archived.',
    );
}

/** Counts the version up and writes the change of a timeline down. */
export async function auditVerb(
  action: Action,
  before: OrganizationRow,
  verb: string,
  change: object,
  reason?: string,
): Promise<OrganizationRow> {
  await action.tx
    .updateTable('organizations')
    .set({ updated_at: action.now, version: before.version + 1 })
    .where('id', '=', before.id)
    .execute();
  const row = await requireOrganization(action, before.id);
  await audit(action, {
    action: verb,
    resourceId: before.id,
    before: organizationToApi(before),
    after: { ...organizationToApi(row), change },
    reason,
  });
  return row;
}
