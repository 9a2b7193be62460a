import { act } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { limits } from '../lib/limits.ts';
import { type Ask, askOfIssued, queueMessages } from './actions.ts';
import { findSendingSettings, invoicesToRemindOf, issuedUnsent } from './queries.ts';

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

/**
 * Sends what was issued and is to be sent without being asked for, where it was not as it was issued: the documents of
 * billing runs. Answers how many messages it recorded; may be called as often, and by as many, as may be.
 */
export async function sendIssuedBySchedule(deployment: Deployment): Promise<number> {
  const { database, clock, mail } = deployment;
  const { send_since: since } = await findSendingSettings(database.db);
  if (since === null) return 0;
  const unsent = await issuedUnsent(database.db, since, limits.messagesPerTickMax);
  if (unsent.length === 0) return 0;
  const asks = unsent.map(({ kind, ...document }) => askOfIssued(kind, document));
  const asked = { kind: 'messages.issued', actor: 'system' };
  const rows = await act(database, clock, asked, (action) => queueMessages(action, mail, asks));
  return rows.length;
}
