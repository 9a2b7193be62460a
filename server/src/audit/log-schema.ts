import { z } from 'zod';
import { instant, instantInput, pageQuery } from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import type { AuditLogRow } from './log-queries.ts';
import { historyEntry } from './schema.ts';

export const auditEntry = historyEntry
  .extend({
    id: z.string(),
    resourceId: z.string(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable(),
    at: instant,
  })
  .meta({ id: 'AuditEntry' });

const filters = {
  actor: z
    .string()
    .max(limits.nameCharsMax)
    .optional()
    .describe('The id of a person or an API key.'),
  action: z
    .string()
    .max(limits.nameCharsMax)
    .optional()
    .describe('`resource.verb`, or a resource alone.'),
  resourceId: z.string().max(limits.nameCharsMax).optional(),
  from: instantInput.optional(),
  to: instantInput.optional(),
  search: z.string().trim().min(1).max(limits.nameCharsMax).optional(),
};

export const auditList = z.strictObject({
  ...pageQuery,
  cursor: pageQuery.cursor.refine(
    (text) => text === undefined || /^\d{1,15}$/.test(text),
    'Expected the nextCursor of the page before',
  ),
  ...filters,
});
export const auditExport = z.strictObject(filters);

export function auditToApi(row: AuditLogRow): z.output<typeof auditEntry> {
  return {
    id: String(row.id),
    at: row.at,
    actor: row.actor,
    actorName: row.actor_name,
    action: row.action,
    resourceId: row.resource_id,
    before: row.before as Record<string, unknown> | null,
    after: row.after as Record<string, unknown> | null,
    reason: row.reason,
    ip: row.ip,
    userAgent: row.user_agent,
    requestId: row.request_id,
  };
}
