import type { Action } from '../db/act.ts';
import { loadTimeline, replacedBy, saveTimeline } from '../db/timelines.ts';
import type { Instant } from '../lib/instant.ts';
import { auditChange } from './change-actions.ts';
import { type CredentialRow, updateCredentialRow } from './queries.ts';
import { type Binding, unmovedBindings } from './rules.ts';

/** What one move of several took along, to be given back. */
export type Unmove = {
  /** Of the move. */
  readonly journalId: number;
  readonly intoId: string;
  readonly organizationId: string;
  /** From when it held; null: since ever. */
  readonly from: Instant | null;
  readonly reason?: string;
};

/** Gives a credential back from the organization that it was moved to, bound as it was before; what was moved on since stays. */
export async function unmoveCredential(
  action: Action,
  before: CredentialRow,
  unmove: Unmove,
): Promise<void> {
  const { journalId, reason, ...sides } = unmove;
  const rows = await loadTimeline<Binding>(action.tx, 'bindings', before.id);
  const were = await replacedBy<Binding>(action.tx, 'bindings', before.id, journalId);
  const change = unmovedBindings(rows, were, sides);
  if (change.superseded.length === 0) return;
  await saveTimeline(action, 'bindings', before.id, change);
  await updateCredentialRow(action.tx, before, { updated_at: action.now });
  await auditChange(action, 'credentials.unmove', before.id, before, { change: sides, reason });
}
