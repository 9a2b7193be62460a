import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { listFindings } from './actions.ts';
import { finding, findingList, findingToApi, parseCursor } from './schema.ts';

export function registerFindings(app: FastifyInstance, deployment: Deployment): void {
  read(
    app,
    {
      id: 'findings.list',
      method: 'GET',
      url: '/v1/findings',
      permission: 'findings.read',
      summary: 'Check the customer model for what will cause billing trouble',
      description:
        'Customers that look like one, invoices that will be several, keys in the wrong place or unused, usage that reaches nobody, accounts that cannot be written to: each with its evidence and one call that mends it.',
      query: findingList,
      reply: pageOf(finding),
    },
    async ({ query }) => {
      const { limit, kind, cursor } = query;
      const after = cursor === undefined ? null : parseCursor(cursor);
      const rows = await listFindings(
        deployment.database.db,
        { limit, kind, after },
        deployment.clock(),
      );
      return toPage(rows, query, (row) => `${row.kind} ${row.key}`, findingToApi);
    },
  );
}
