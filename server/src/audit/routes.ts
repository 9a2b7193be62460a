import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { download } from '../http/download.ts';
import { read } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { auditCsv, auditNdjson } from './export-actions.ts';
import { listAudit } from './log-queries.ts';
import { auditEntry, auditExport, auditList, auditToApi } from './log-schema.ts';

/** Every change there was: who, from where, before and after, and why. */
export function registerAuditLog(app: FastifyInstance, { database: { db } }: Deployment): void {
  read(
    app,
    {
      id: 'auditLog.list',
      method: 'GET',
      url: '/v1/audit-log',
      permission: 'auditLog.read',
      summary: 'Who changed what, from where and why; the latest first',
      query: auditList,
      reply: pageOf(auditEntry),
    },
    async ({ query }) =>
      toPage(await listAudit(db, query, query), query, (row) => String(row.id), auditToApi),
  );
  for (const [type, make] of [
    ['csv', auditCsv],
    ['ndjson', auditNdjson],
  ] as const) {
    download(
      app,
      {
        id: `auditLog.${type}`,
        url: `/v1/audit-log/${type}`,
        permission: 'auditLog.read',
        summary: `The audit log as ${type === 'csv' ? 'CSV' : 'one JSON object a line'}, all that the filters find`,
        query: auditExport,
        file: type,
      },
      async ({ query }) => ({ fileName: `audit-log.${type}`, content: make(db, query) }),
    );
  }
}
