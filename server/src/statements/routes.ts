import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { resolveClocks, statementOf, summarize } from './actions.ts';
import { listCustomers } from './queries.ts';
import {
  statement,
  statementList,
  statementParams,
  statementQuery,
  statementSummary,
} from './schema.ts';

export function registerStatements(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'statements.list',
      method: 'GET',
      url: '/v1/statements',
      permission: 'statements.read',
      summary: 'What every customer owes',
      description: 'Every customer is listed, owing or not; an archived one only while it owes.',
      query: statementList,
      reply: pageOf(statementSummary),
    },
    async ({ query }) => {
      const known = await resolveClocks(deployment, query);
      const customers = await listCustomers(db, known, { ...query, limit: query.limit + 1 });
      const page = toPage(
        customers,
        query,
        (row) => row.id,
        (row) => row,
      );
      return { ...page, items: await summarize(deployment, page.items, known) };
    },
  );
  read(
    app,
    {
      id: 'statements.get',
      method: 'GET',
      url: '/v1/statements/:organizationId',
      permission: 'statements.read',
      summary: 'What one customer owes, as of any date and as known at any position',
      params: statementParams,
      query: statementQuery,
      reply: statement,
    },
    async ({ params, query }) => {
      const known = await resolveClocks(deployment, query);
      const range =
        query.from !== undefined && query.to !== undefined
          ? { from: query.from, to: query.to }
          : null;
      return statementOf(deployment, params.organizationId, known, range);
    },
  );
}
