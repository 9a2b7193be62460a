import type { Action } from '../db/act.ts';
import { replacedBy, saveTimeline, standingOf } from '../db/timelines.ts';
import { auditChange } from './actions.ts';
import { type SubscriberRow, updateSubscriberRow } from './queries.ts';
import type { Membership } from './rules.ts';

/** Memberships as they were before a change; where they were changed again since, they stay. */
export async function unchangeMemberships(
  action: Action,
  before: SubscriberRow,
  undone: { journalId: number; intoId: string; organizationId: string; reason?: string },
): Promise<void> {
  const { journalId, reason, ...change } = undone;
  const superseded = await standingOf<Membership>(action.tx, 'memberships', before.id, journalId);
  if (superseded === null || superseded.length === 0) return;
  const were = await replacedBy<Membership>(action.tx, 'memberships', before.id, journalId);
  await saveTimeline(action, 'memberships', before.id, { superseded, inserted: were });
  await updateSubscriberRow(action.tx, before, { updated_at: action.now });
  await auditChange(action, 'subscribers.memberships', before.id, before, { change, reason });
}
