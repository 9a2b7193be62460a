import type { Action } from '../db/act.ts';
import { insertAuditRow } from './queries.ts';
import type { AuditEntry } from './rules.ts';

/** Writes who changed what, in the transaction of the change itself. */
export async function audit(action: Action, entry: AuditEntry): Promise<void> {
  await insertAuditRow(action, entry);
}
