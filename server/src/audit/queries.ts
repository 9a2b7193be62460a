import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { limits } from '../lib/limits.ts';
import type { AuditEntry } from './rules.ts';

export async function insertAuditRow(action: Action, entry: AuditEntry): Promise<void> {
  await action.tx
    .insertInto('audit_log')
    .values({
      journal_id: action.journalId,
      at: action.now,
      actor: action.actor,
      actor_name: action.actorName,
      ip: action.from?.ip ?? null,
      user_agent: action.from?.userAgent?.slice(0, limits.userAgentCharsMax) ?? null,
      request_id: action.requestId,
      action: entry.action,
      resource_id: entry.resourceId,
      before: entry.before === null ? null : JSON.stringify(entry.before),
      after: entry.after === null ? null : JSON.stringify(entry.after),
      reason: entry.reason ?? null,
    })
    .execute();
}

/** What the transaction of a journal row has written last, if anything. */
export async function latestAudit(db: Queryable, journalId: number) {
  const row = await db
    .selectFrom('audit_log')
    .select(['action', 'resource_id as resourceId'])
    .where('journal_id', '=', journalId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

const HISTORY_ITEMS_MAX = 1000;

export type AuditRow = Awaited<ReturnType<typeof auditOf>>[number];

/** The changes of one resource, oldest first. */
export async function auditOf(db: Queryable, resourceId: string) {
  return db
    .selectFrom('audit_log')
    .selectAll()
    .where('resource_id', '=', resourceId)
    .orderBy('id')
    .limit(HISTORY_ITEMS_MAX)
    .execute();
}
