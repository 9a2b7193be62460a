import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { findIngestSettings, updateIngestSettings } from './queries.ts';

type Settings = Awaited<ReturnType<typeof findIngestSettings>>;

/** How unknown identifiers are met from now on. Needs ownership alone: what is being recorded has made up its mind. */
export async function changeIngestSettings(
  action: Action,
  before: Settings,
  input: { mode: Settings['mode']; reason?: string | undefined },
): Promise<Settings> {
  if (input.mode === before.mode) return before;
  await updateIngestSettings(action.tx, input.mode, before.version + 1);
  const after = await findIngestSettings(action.tx);
  await audit(action, {
    action: 'ingestSettings.update',
    resourceId: 'ingestSettings',
    before,
    after,
    reason: input.reason,
  });
  return after;
}
