import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline } from '../db/timelines.ts';
import type { Instant } from '../lib/instant.ts';
import { Problem } from '../lib/problem.ts';
import { meet } from '../lib/timeline.ts';
import { aliasesOfJournal, isBuiltUpon, mergedIds, standingId } from './alias-queries.ts';
import {
  type Alias,
  type AliasRow,
  changeTo,
  overlaid,
  redirected,
  standingFrom,
} from './alias-rules.ts';
import { auditVerb, refuseBuiltIn, requireOrganization } from './change-actions.ts';
import { refuseCircle } from './edge-actions.ts';
import type { OrganizationRow } from './queries.ts';

export type Merging = {
  readonly organizationId: string;
  readonly intoId: string;
  /** Null: since ever. */
  readonly from: Instant | null;
  readonly choices: Alias['choices'];
  readonly reason: string | null;
};

/** Both sides of a merge, if they can be merged at all. */
export async function requireMergeable(
  action: Action,
  { organizationId, intoId }: Pick<Merging, 'organizationId' | 'intoId'>,
): Promise<{ merged: OrganizationRow; survivor: OrganizationRow }> {
  const merged = await requireOrganization(action, organizationId);
  const survivor = await requireOrganization(
    action,
    await standingId(action.tx, intoId, action.now),
  );
  for (const [row, pointer] of [
    [merged, '/organizationId'],
    [survivor, '/intoId'],
  ] as const) {
    refuseBuiltIn(row);
    if (row.archived_at !== null)
      throw refused(pointer, 'archived', 'It is archived. Restore it first.');
  }
  if (merged.id === survivor.id) throw circle();
  return { merged, survivor };
}

/**
 * From an instant on, the survivor answers for an organization. Aliases that led to it lead to the survivor, so that
 * each stays one hop; nothing else is written.
 */
export async function mergeOrganization(action: Action, merging: Merging): Promise<void> {
  const { from, choices } = merging;
  const { merged, survivor } = await requireMergeable(action, merging);
  const known = await loadTimeline<Alias>(action.tx, 'organization_aliases', merged.id);
  const before = known.find((row) => meet(row, { from, to: null }) !== null);
  if (before !== undefined) {
    const detail = `It is merged into ${before.value.survivor_id} already. Undo that merge first, or merge the survivor.`;
    throw refused('/organizationId', 'merged_already', detail);
  }
  const ahead = await loadTimeline<Alias>(action.tx, 'organization_aliases', survivor.id);
  const standing = standingFrom(survivor.id, ahead, from);
  if (standing.some(({ value }) => value === merged.id)) throw circle();
  const said = { choices, merged_by: action.journalId };
  for (const id of await mergedIds(action.tx, merged.id)) {
    const rows = await loadTimeline<Alias>(action.tx, 'organization_aliases', id);
    const change = changeTo(rows, redirected(rows, merged.id, standing, said));
    await saveTimeline(action, 'organization_aliases', id, change);
  }
  const inserted = standing.map(({ value, ...stretch }) => ({
    ...stretch,
    value: { survivor_id: value, ...said },
  }));
  await saveTimeline(action, 'organization_aliases', merged.id, { superseded: [], inserted });
  await refuseCircle(action, survivor.id, '/intoId');
  await auditBoth(action, 'organizations.merge', merging, survivor.id);
}

/**
 * Takes a merge back: what it had superseded holds again, but for the time from when it was applied until now, over
 * which the survivor goes on answering. Refused where a later merge built on it.
 */
export async function unmergeOrganization(
  action: Action,
  merging: Merging,
  applied: { journalId: number; at: Instant },
): Promise<void> {
  const { journalId, at } = applied;
  const all = await aliasesOfJournal(action.tx, journalId);
  const ids = [...new Set(all.map(({ organizationId }) => organizationId))];
  if (await isBuiltUpon(action.tx, ids, journalId)) {
    const detail = 'Its survivor was merged again since. Undo that merge first.';
    throw new Problem('invalid_state', detail);
  }
  for (const id of ids) {
    const rows = await loadTimeline<Alias>(action.tx, 'organization_aliases', id);
    const isMine = ({ value }: AliasRow) => value.merged_by === journalId;
    const plain = ({ from, to, value }: AliasRow): AliasRow => ({ from, to, value });
    const before = all
      .filter((each) => each.organizationId === id && each.supersededBy === journalId)
      .map(plain);
    const kept = rows.filter(isMine).flatMap((row) => {
      const stretch = at < action.now ? meet(row, { from: at, to: action.now }) : null;
      return stretch === null ? [] : [{ ...stretch, value: row.value }];
    });
    const others = rows.filter((row) => !isMine(row)).map(plain);
    const wanted = [...others, ...kept].reduce<AliasRow[]>(overlaid, before);
    await saveTimeline(action, 'organization_aliases', id, changeTo(rows, wanted));
  }
  await refuseCircle(action, merging.organizationId, '/organizationId');
  await auditBoth(action, 'organizations.unmerge', merging, merging.intoId);
}

async function auditBoth(
  action: Action,
  verb: string,
  { organizationId, from, choices, reason }: Merging,
  survivorId: string,
): Promise<void> {
  for (const id of [organizationId, survivorId]) {
    const before = await requireOrganization(action, id);
    const change = { organizationId, intoId: survivorId, from, choices };
    await auditVerb(action, before, verb, change, reason ?? undefined);
  }
}

function circle(): Problem {
  return refused(
    '/intoId',
    'cycle',
    'An organization is not merged into itself, nor into what was merged into it.',
  );
}

function refused(pointer: string, code: string, detail: string): Problem {
  return new Problem('unprocessable', detail, [{ pointer, code, detail }]);
}
