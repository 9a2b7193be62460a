import type { Touched } from '../attribution/outcome.ts';
import { type Action, type Asked, rehearse } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { moveCredential } from '../credentials/actions.ts';
import { requireCredential, touchedBy } from '../credentials/change-actions.ts';
import { unmoveCredential } from '../credentials/unmove-actions.ts';
import { newId, UNCLASSIFIED_ID } from '../lib/id.ts';
import { Problem } from '../lib/problem.ts';
import { createOrganization, deleteOrganization } from '../organizations/actions.ts';
import { answeringFor } from '../organizations/alias-queries.ts';
import { requireStanding } from '../organizations/change-actions.ts';
import { openDependants } from '../organizations/queries.ts';
import { changeSubscriberMemberships, requireSubscriber } from '../subscribers/actions.ts';
import { unchangeMemberships } from '../subscribers/unchange-actions.ts';
import { claimsOf } from '../subscribers/rules.ts';
import { resolveTouched } from './carrying-actions.ts';
import { previewOf } from './figure-actions.ts';
import { applyRepair, undoRepair } from './repair-actions.ts';
import {
  heldCredentials,
  type NewRepair,
  type RepairRow,
  type ShownRepair,
} from './repair-queries.ts';
import type { SplitCreate, SplitInput } from './split-schema.ts';

type Positions = { position: number; asIf: number };
type Splitting = SplitInput & { readonly organizationId: string; readonly reason: string | null };

/** Carries it out and takes it back: what is shown is what was done. */
export async function previewSplit(
  { database, clock }: Deployment,
  asked: Asked,
  input: SplitCreate,
): Promise<NewRepair> {
  return rehearse(database, clock, asked, async (action, positions) => {
    const source = await requireStanding(action, input.organizationId);
    const from = input.from === undefined ? action.now : input.from;
    const intoId =
      input.intoId === undefined
        ? newId('org', action.now)
        : (await requireStanding(action, input.intoId)).id;
    refuse(source.id === UNCLASSIFIED_ID || intoId === UNCLASSIFIED_ID, '/organizationId', {
      code: 'unclassified',
      detail: 'UNCLASSIFIED is what remains: claim its usage, or re-attribute it.',
    });
    refuse(source.id === intoId, '/intoId', {
      code: 'same',
      detail: 'That is the organization itself.',
    });
    const held = await heldCredentials(action.tx, source.id, input.subscriberIds, from);
    const kept: SplitInput = {
      intoId,
      organization: input.organization ?? null,
      credentialIds: [...new Set([...input.credentialIds, ...held])].toSorted(),
      subscriberIds: [...new Set(input.subscriberIds)].toSorted(),
      from,
    };
    const reason = input.reason ?? null;
    const row = { organization_id: source.id, input: kept, reason };
    const shown = await rehearsed(action, splittingOf(row), positions);
    const into_id = kept.organization === null ? intoId : null;
    return { id: newId('spl', action.now), kind: 'split', into_id, ...row, ...shown };
  });
}

/** Another one, of what has changed since. */
export async function previewSplitAgain(
  { database, clock }: Deployment,
  asked: Asked,
  row: RepairRow,
): Promise<ShownRepair> {
  return rehearse(database, clock, asked, (action, positions) =>
    rehearsed(action, splittingOf(row), positions),
  );
}

async function rehearsed(
  action: Action,
  splitting: Splitting,
  positions: Positions,
): Promise<ShownRepair> {
  const touched = await carry(action, splitting);
  const moves = await resolveTouched(action, touched, positions.position);
  const preview = await previewOf(action, moves, positions);
  return { position: positions.position, digest: moves.digest, preview };
}

/** Splits as previewed, with what was recorded since; once applied, it is answered again as it is. */
export async function applySplit(action: Action, id: string): Promise<RepairRow> {
  return applyRepair(action, 'split', id, async (row) => {
    const splitting = splittingOf(row);
    const touched = await carry(action, splitting);
    const moves = await resolveTouched(action, touched, row.position, row.digest);
    return { moves, touched, intoId: splitting.intoId };
  });
}

/**
 * Takes a split back, as if it had never been: credentials and subscribers are where they were, but for what was moved
 * on since; an organization that it made is archived, if nothing else came to it.
 */
export async function undoSplit(action: Action, id: string): Promise<RepairRow> {
  return undoRepair(action, 'split', id, async (row, { journalId }) => {
    const { intoId, organizationId, reason, ...splitting } = splittingOf(row);
    const from = splitting.from ?? null;
    const touched: Touched[] = [];
    const undone = { journalId, intoId, organizationId, ...(reason !== null && { reason }) };
    for (const credentialId of splitting.credentialIds) {
      await unmoveCredential(action, await requireCredential(action, credentialId), {
        ...undone,
        from,
      });
      touched.push(await touchedBy(action, credentialId, from));
    }
    for (const subscriberId of splitting.subscriberIds) {
      const before = await requireSubscriber(action, subscriberId);
      await unchangeMemberships(action, before, undone);
      touched.push({ subscriberClaims: claimsOf(before), from });
    }
    if (splitting.organization !== null) await archiveUnused(action, intoId);
    return { touched, stays: null };
  });
}

// Parts ------------------------------------------------------------------------------------------

function splittingOf(row: Pick<RepairRow, 'organization_id' | 'input' | 'reason'>): Splitting {
  return { ...(row.input as SplitInput), organizationId: row.organization_id, reason: row.reason };
}

/** The dated verbs, one after another; answers what they touch. */
async function carry(action: Action, splitting: Splitting): Promise<Touched[]> {
  const { organizationId, intoId, organization, from = null } = splitting;
  const reason = splitting.reason ?? undefined;
  const touched: Touched[] = [];
  if (organization !== null && organization !== undefined)
    touched.push(...[(await createOrganization(action, organization, intoId)).touched].flat());
  else await requireLive(action, intoId);
  const own = await answeringFor(action.tx, [organizationId], action.now);
  for (const [i, id] of splitting.credentialIds.entries()) {
    const before = await requireCredential(action, id);
    refuse(!own.includes(before.organization_id), `/credentialIds/${i}`, {
      code: 'not_of_organization',
      detail: `${id} is not bound to ${organizationId}.`,
    });
    const moved = await moveCredential(action, before, { organizationId: intoId, from, reason });
    touched.push(...[moved.touched].flat());
  }
  for (const [i, id] of splitting.subscriberIds.entries()) {
    const before = await requireSubscriber(action, id);
    refuse(!before.organization_ids.some((each) => own.includes(each)), `/subscriberIds/${i}`, {
      code: 'not_of_organization',
      detail: `${id} is not a member of ${organizationId}.`,
    });
    const organizationIds = [
      ...new Set(before.organization_ids.map((each) => (own.includes(each) ? intoId : each))),
    ];
    const change = { organizationIds, from, reason };
    touched.push(...[(await changeSubscriberMemberships(action, before, change)).touched].flat());
  }
  return touched;
}

async function requireLive(action: Action, id: string): Promise<void> {
  const row = await requireStanding(action, id);
  refuse(row.archived_at !== null, '/intoId', {
    code: 'archived',
    detail: 'It is archived. Restore it first.',
  });
}

async function archiveUnused(action: Action, id: string): Promise<void> {
  const row = await requireStanding(action, id);
  const open = await openDependants(action.tx, id, action.now);
  const isUsed = Object.values(open).some((count) => count > 0);
  if (row.id === id && row.archived_at === null && !isUsed) await deleteOrganization(action, row);
}

function refuse(
  isWrong: boolean,
  pointer: string,
  { code, detail }: { code: string; detail: string },
): void {
  if (isWrong) throw new Problem('unprocessable', detail, [{ pointer, code, detail }]);
}
