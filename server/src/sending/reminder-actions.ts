import { act } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { limits } from '../lib/limits.ts';
import { type Ask, queueMessages } from './actions.ts';
import { findSendingSettings, invoicesToRemindOf } from './queries.ts';

/**
 * Reminds of what is past due, as the settings say; answers how many reminders it recorded. May be called at any time,
 * in several processes at once: each step of each invoice is reminded of once.
 */
export async function remindBySchedule(deployment: Deployment): Promise<number> {
  const { database, clock, mail } = deployment;
  const { reminder_days: days } = await findSendingSettings(database.db);
  if (days.length === 0) return 0;
  const due = await invoicesToRemindOf(database.db, days, clock(), limits.messagesPerTickMax);
  if (due.length === 0) return 0;
  const asks = due.map(({ id, organization_id, days: passed }): Ask => ({
    kind: 'reminder',
    invoice: { id, organization_id },
    onceKey: `reminder:${id}:${passed}`,
  }));
  const asked = { kind: 'messages.remind', actor: 'system' };
  const rows = await act(database, clock, asked, (action) => queueMessages(action, mail, asks));
  return rows.length;
}
