import type { Action } from '../db/act.ts';
import { loadTimeline, saveTimeline } from '../db/timelines.ts';
import type { Instant } from '../lib/instant.ts';
import { gapsFrom } from '../lib/timeline.ts';
import { auditChange, type Changed } from './change-actions.ts';
import { type CredentialRow, namingsOf, updateCredentialRow } from './queries.ts';
import { namedChange, type NamedOwner, requireBinding } from './reference-actions.ts';
import type { Binding } from './rules.ts';

/**
 * Binds a credential, and lets one of its IDs name it, wherever neither is so at or after an instant: for usage that
 * occurred before it began or after it had ended. What is not named is as it is bound now, or was last. An ID that
 * names another credential by then is left to that one.
 */
export async function bindGaps(
  action: Action,
  before: CredentialRow,
  input: { valueKey: number; from: Instant | null; reason?: string | undefined } & NamedOwner,
): Promise<Changed> {
  const { valueKey, from, reason } = input;
  const { subscriber_id, organization_id } = before;
  const owner = { subscriber_id, organization_id, ...(await namedChange(action, input)) };
  const value = await requireBinding(action, owner, from);
  const bindings = await loadTimeline<Binding>(action.tx, 'bindings', before.id);
  const bound = gapsFrom(bindings, from).map((gap) => ({ ...gap, value }));
  await saveTimeline(action, 'bindings', before.id, { superseded: [], inserted: bound });
  const namings = await namingsOf(action.tx, valueKey);
  const named = gapsFrom(namings, from).map((gap) => ({ ...gap, value: { value_key: valueKey } }));
  await saveTimeline(action, 'credential_ids', before.id, { superseded: [], inserted: named });
  await updateCredentialRow(action.tx, before, { archived_at: null, updated_at: action.now });
  const row = await auditChange(action, 'credentials.bindGaps', before.id, before, {
    change: { from },
    reason,
  });
  return { result: row, touched: { credentialKeys: [valueKey], from } };
}
