import { Readable } from 'node:stream';
import type { Queryable } from '../db/connect.ts';
import { streamCsv } from '../documents/csv-actions.ts';
import { type CsvColumn, textColumn } from '../documents/csv-rules.ts';
import { type AuditFilter, type AuditLogRow, listAudit } from './log-queries.ts';
import { auditToApi } from './log-schema.ts';

const ROWS_AT_ONCE = 500;

/** Everything that a filter finds, read page by page as it is asked for; what is written meanwhile is not in it. */
async function* allRows(db: Queryable, filter: AuditFilter): AsyncGenerator<AuditLogRow> {
  let cursor: string | undefined;
  for (;;) {
    const found = await listAudit(db, filter, { limit: ROWS_AT_ONCE, cursor });
    const rows = found.slice(0, ROWS_AT_ONCE);
    yield* rows;
    cursor = rows.at(-1)?.id.toString();
    if (found.length <= ROWS_AT_ONCE || cursor === undefined) return;
  }
}

const json = (value: unknown) => (value === null ? null : JSON.stringify(value));

const columns: CsvColumn<AuditLogRow>[] = [
  textColumn('id', ({ id }) => id),
  textColumn('at', ({ at }) => at),
  textColumn('actor', ({ actor }) => actor),
  textColumn('actorName', (row) => row.actor_name),
  textColumn('ip', ({ ip }) => ip),
  textColumn('userAgent', (row) => row.user_agent),
  textColumn('requestId', (row) => row.request_id),
  textColumn('action', ({ action }) => action),
  textColumn('resourceId', (row) => row.resource_id),
  textColumn('before', ({ before }) => json(before)),
  textColumn('after', ({ after }) => json(after)),
  textColumn('reason', ({ reason }) => reason),
];

export function auditCsv(db: Queryable, filter: AuditFilter): Readable {
  return streamCsv(columns, allRows(db, filter));
}

export function auditNdjson(db: Queryable, filter: AuditFilter): Readable {
  async function* lines() {
    for await (const row of allRows(db, filter)) yield `${JSON.stringify(auditToApi(row))}\n`;
  }
  return Readable.from(lines());
}
