import { reattribute } from '../attribution/actions.ts';
import type { Touched } from '../attribution/outcome.ts';
import { type Action, ownAlone } from '../db/act.ts';
import { defer } from './reattribution-actions.ts';

export type ChangeOptions = {
  /** `later`: what was recorded stays where it is, and waits for a previewed re-attribution. */
  readonly reattribute?: 'now' | 'later' | undefined;
};

/**
 * Runs a verb that changes who owns usage (design §4.1): alone with the ownership lock, then re-attributes, in the
 * same transaction and in one go, what was recorded already and is touched by it (several sets where they begin at
 * different times). More than `limits.reattributedEventsMax` events are refused with `preview_required`, and nothing
 * is changed; asked to do so `later`, it leaves them where they are.
 */
export async function changeOwnership<T>(
  action: Action,
  verb: () => Promise<{ result: T; touched: Touched | Touched[] }>,
  options: ChangeOptions = {},
): Promise<T> {
  await ownAlone(action);
  const { result, touched } = await verb();
  if (options.reattribute === 'later') await defer(action, [touched].flat());
  else await reattribute(action, [touched].flat());
  return result;
}
