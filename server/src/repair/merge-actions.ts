import { ambiguitiesBetween, type Ambiguity } from '../attribution/ambiguity-rules.ts';
import type { Moves } from '../attribution/move-actions.ts';
import type { Claim } from '../attribution/facts.ts';
import type { Touched } from '../attribution/outcome.ts';
import { loadDirectory } from '../attribution/queries.ts';
import type { Digest } from '../attribution/selection.ts';
import { type Action, type Asked, rehearse } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { decimal } from '../lib/decimal.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { money } from '../lib/money.ts';
import { Problem } from '../lib/problem.ts';
import { answeringFor, mergedIds } from '../organizations/alias-queries.ts';
import {
  mergeOrganization,
  type Merging,
  requireMergeable,
  unmergeOrganization,
} from '../organizations/merge-actions.ts';
import { findOrganization, type OrganizationRow } from '../organizations/queries.ts';
import { subscriptionsByIds } from '../subscriptions/queries.ts';
import { resolveTouched } from './carrying-actions.ts';
import { draftsOfPayers, previewOf } from './figure-actions.ts';
import type { MergeCreate, MergeInput, MergePreview } from './merge-schema.ts';
import { applyRepair, undoRepair } from './repair-actions.ts';
import {
  type NewRepair,
  openDocuments,
  type RepairRow,
  sharedMembers,
  type ShownRepair,
} from './repair-queries.ts';

type Positions = { position: number; asIf: number };

/** Carries it out and takes it back: what is shown is what was done. */
export async function previewMerge(
  { database, clock }: Deployment,
  asked: Asked,
  input: MergeCreate,
): Promise<NewRepair> {
  return rehearse(database, clock, asked, async (action, positions) => {
    const { merged, survivor } = await requireMergeable(action, input);
    const { reason = null, choices } = input;
    const kept: MergeInput = {
      from: input.from === undefined ? action.now : input.from,
      choices,
    };
    const row = { organization_id: merged.id, into_id: survivor.id, input: kept, reason };
    const shown = await rehearsed(action, mergingOf(row), choices, positions);
    return { id: newId('mrg', action.now), kind: 'merge', ...row, ...shown };
  });
}

/** Another one, of what has changed since. */
export async function previewMergeAgain(
  { database, clock }: Deployment,
  asked: Asked,
  row: RepairRow,
): Promise<ShownRepair> {
  const { choices } = row.input as MergeInput;
  return rehearse(database, clock, asked, (action, positions) =>
    rehearsed(action, mergingOf(row), choices, positions),
  );
}

async function rehearsed(
  action: Action,
  merging: Merging,
  choices: MergeInput['choices'],
  positions: Positions,
): Promise<ShownRepair> {
  const ambiguous = await ambiguities(action, merging);
  refuseMisplaced(ambiguous, choices);
  const documents = await openDocuments(action.tx, merging.organizationId, limits.previewItemsMax);
  const touched = await touchedBy(action, merging);
  const moves = await carry(action, merging, touched, positions.position);
  const figures = await previewOf(action, moves, positions);
  const drafts = await draftsOfPayers(action, [merging.organizationId, merging.intoId]);
  const known = new Set(figures.drafts.map(({ invoiceId }) => invoiceId));
  const preview: MergePreview = {
    ...figures,
    drafts: [...figures.drafts, ...drafts.filter(({ invoiceId }) => !known.has(invoiceId))],
    ambiguous: await ambiguousToApi(action, ambiguous, choices),
    documents: documents.map((row) => ({
      invoiceId: row.invoice_id,
      number: row.number,
      status: row.status,
      total: money(decimal(row.total), row.currency),
    })),
  };
  return { position: positions.position, digest: moves.digest, preview };
}

/** Merges as previewed, with what was recorded since; once applied, it is answered again as it is. */
export async function applyMerge(action: Action, id: string): Promise<RepairRow> {
  return applyRepair(action, 'merge', id, async (row) => {
    const merging = mergingOf(row);
    await requireMergeable(action, merging);
    refuseUndecided(await ambiguities(action, merging), (row.input as MergeInput).choices);
    const touched = await touchedBy(action, merging);
    const moves = await carry(action, merging, touched, row.position, row.digest);
    return { moves, touched, intoId: merging.intoId };
  });
}

/**
 * Takes the merge back. Usage that it moved returns; what occurred from the merge until now stays with the survivor,
 * which goes on answering for that time; all else finds its owner anew.
 */
export async function undoMerge(action: Action, id: string): Promise<RepairRow> {
  return undoRepair(action, 'merge', id, async (row, applied) => {
    const merging = mergingOf(row);
    const touched = await touchedBy(action, merging, { all: true });
    await unmergeOrganization(action, merging, applied);
    const { from } = merging;
    const start = from !== null && from > applied.at ? from : applied.at;
    return { touched, stays: start < action.now ? { from: start, to: action.now } : null };
  });
}

// Parts ------------------------------------------------------------------------------------------

async function carry(
  action: Action,
  merging: Merging,
  touched: readonly Touched[],
  position: number,
  expected?: Digest,
): Promise<Moves> {
  await mergeOrganization(action, merging);
  return resolveTouched(action, touched, position, expected);
}

function mergingOf(
  row: Pick<RepairRow, 'organization_id' | 'into_id' | 'input' | 'reason'>,
): Merging {
  const { from = null, choices } = row.input as MergeInput;
  return {
    organizationId: row.organization_id,
    intoId: row.into_id ?? '',
    from,
    choices: Object.fromEntries(
      choices.map(({ measure, subscriptionId }) => [
        measure,
        subscriptionId === 'own' ? null : subscriptionId,
      ]),
    ),
    reason: row.reason,
  };
}

/**
 * All usage of what is merged and of all below it; of the survivor what was not billed, and, where a subscription was
 * chosen for it (or `all`), everything; what either name was too ambiguous for; and what names a member of one of them and of others.
 */
async function touchedBy(
  action: Action,
  merging: Merging,
  { all = false } = {},
): Promise<Touched[]> {
  const { tx, now } = action;
  const { organizationId, intoId, from, choices } = merging;
  const sides = await Promise.all(
    [organizationId, intoId].map(async (id) => [id, ...(await mergedIds(tx, id))]),
  );
  const [merged = [], survivors = []] = sides;
  const rows: (OrganizationRow | undefined)[] = [];
  for (const id of [organizationId, intoId]) rows.push(await findOrganization(tx, id, now));
  const names = rows.flatMap((row) => row?.name ?? []);
  const isChosen = all || Object.values(choices).some((id) => id !== null);
  return [
    { usageBelow: merged, from },
    isChosen ? { usageBelow: survivors, from } : { unbilledBelow: survivors, from },
    { organizationClaims: names, from },
    { subscriberClaims: await sharedMembers(tx, sides.flat()), from },
  ];
}

async function ambiguities(action: Action, { organizationId, intoId, from }: Merging) {
  const claims = [organizationId, intoId].map((organization) => ({ ...NOTHING, organization }));
  const directory = await loadDirectory(action.tx, claims);
  const start = from ?? action.now;
  const [one, other] = [
    await answeringFor(action.tx, [organizationId], start),
    await answeringFor(action.tx, [intoId], start),
  ];
  return ambiguitiesBetween(directory, one, other, from);
}

const NOTHING: Claim = {
  occurredAt: '' as Instant,
  credentialKey: null,
  subscription: null,
  subscriber: null,
  organization: null,
  product: null,
  measures: [],
  attributes: {},
  recorded: null,
};

async function ambiguousToApi(
  action: Action,
  ambiguous: readonly Ambiguity[],
  choices: MergeInput['choices'],
): Promise<MergePreview['ambiguous']> {
  const ids = [...new Set(ambiguous.flatMap(({ subscriptionIds }) => subscriptionIds))];
  const rows = ids.length === 0 ? [] : await subscriptionsByIds(action.tx, ids);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ambiguous.map(({ measure, subscriptionIds }) => ({
    measure,
    subscriptions: subscriptionIds.map((id) => ({
      subscriptionId: id,
      subscriptionName: byId.get(id)?.name ?? null,
      organizationId: byId.get(id)?.organization_id ?? '',
    })),
    choice: choices.find((each) => each.measure === measure)?.subscriptionId ?? null,
  }));
}

function refuseMisplaced(ambiguous: readonly Ambiguity[], choices: MergeInput['choices']): void {
  choices.forEach(({ measure, subscriptionId }, i) => {
    const found = ambiguous.find((each) => each.measure === measure);
    if (found === undefined) {
      const detail = `No two subscriptions of both price ${measure} then.`;
      throw misplaced(`/choices/${i}/measure`, 'not_ambiguous', detail);
    }
    if (subscriptionId !== 'own' && !found.subscriptionIds.includes(subscriptionId)) {
      const detail = `Name one of ${found.subscriptionIds.join(', ')}, or \`own\`.`;
      throw misplaced(`/choices/${i}/subscriptionId`, 'not_a_candidate', detail);
    }
  });
}

function misplaced(pointer: string, code: string, detail: string): Problem {
  return new Problem('unprocessable', detail, [{ pointer, code, detail }]);
}

function refuseUndecided(ambiguous: readonly Ambiguity[], choices: MergeInput['choices']): void {
  const open = ambiguous.filter(({ measure }) => !choices.some((each) => each.measure === measure));
  if (open.length === 0) return;
  const measures = open.map(({ measure }) => measure).join(', ');
  throw new Problem(
    'choice_required',
    `Subscriptions of both organizations would price ${measures}. Preview it again with \`choices\` that say who takes it.`,
    open.map(({ measure, subscriptionIds }) => ({
      pointer: '/choices',
      code: 'choice_required',
      detail: `${measure}: ${subscriptionIds.join(', ')}, or \`own\`.`,
    })),
  );
}
