import { sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';

export type AuditFilter = {
  actor?: string | undefined;
  action?: string | undefined;
  resourceId?: string | undefined;
  from?: Instant | undefined;
  to?: Instant | undefined;
  search?: string | undefined;
};

export type AuditLogRow = Awaited<ReturnType<typeof listAudit>>[number];

/** Who changed what, the latest first. A text is looked for in all that a row shows, whatever its case. */
export async function listAudit(
  db: Queryable,
  filter: AuditFilter,
  page: { limit: number; cursor?: string | undefined },
) {
  const { actor, action, resourceId, from, to, search } = filter;
  return db
    .selectFrom('audit_log as a')
    .selectAll()
    .$if(actor !== undefined, (q) => q.where('a.actor', '=', actor ?? ''))
    .$if(action !== undefined, (q) =>
      action?.includes('.') === true
        ? q.where('a.action', '=', action)
        : q.where(sql<boolean>`starts_with(a.action, ${`${action}.`})`),
    )
    .$if(resourceId !== undefined, (q) => q.where('a.resource_id', '=', resourceId ?? ''))
    .$if(from !== undefined, (q) => q.where('a.at', '>=', from as Instant))
    .$if(to !== undefined, (q) => q.where('a.at', '<', to as Instant))
    .$if(search !== undefined, (q) => q.where(contains(search ?? '')))
    .$if(page.cursor !== undefined, (q) => q.where('a.id', '<', Number(page.cursor)))
    .orderBy('a.id', 'desc')
    .limit(page.limit + 1)
    .execute();
}

function contains(text: string) {
  return sql<boolean>`strpos(lower(concat_ws(' ', a.actor, a.actor_name, host(a.ip), a.action, a.resource_id, a.reason,
    a.request_id, a.before::text, a.after::text)), ${text.toLowerCase()}) > 0`;
}
