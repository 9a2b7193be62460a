import { z } from 'zod';
import { instant } from '../http/shapes.ts';
import type { AuditRow } from './queries.ts';

const snapshot = z.record(z.string(), z.unknown()).nullable();

export const historyEntry = z
  .object({
    at: instant,
    actor: z.string(),
    action: z.string(),
    before: snapshot,
    after: snapshot,
    reason: z.string().nullable(),
  })
  .meta({ id: 'HistoryEntry' });

/** Who changed one resource, what, when and why; oldest first. */
export const history = z.object({ items: z.array(historyEntry) });

export function historyToApi(rows: AuditRow[]): z.output<typeof history> {
  return {
    items: rows.map((row) => ({
      at: row.at,
      actor: row.actor,
      action: row.action,
      before: row.before as Record<string, unknown> | null,
      after: row.after as Record<string, unknown> | null,
      reason: row.reason,
    })),
  };
}
