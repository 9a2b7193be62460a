import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { cursorOf, filtersOf, resolveClocks, statementOf, summarize } from './actions.ts';
import {
  rangeOf,
  requireSortable,
  statement,
  statementList,
  statementParams,
  statementQuery,
  statementSummary,
} from './schema.ts';

export function registerStatements(app: FastifyInstance, deployment: Deployment): void {
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
      requireSortable(query);
      const known = await resolveClocks(deployment, query);
      const rows = await summarize(deployment, known, filtersOf(query, query.limit + 1));
      return toPage(
        rows,
        query,
        ({ customer }) => cursorOf(customer),
        ({ statement: item }) => item,
      );
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
      const range = rangeOf(query);
      const withDescendants = query.withDescendants === true;
      const unbilledAt = query.unbilledUsage === true ? deployment.clock() : null;
      const ask = { range, withDescendants, unbilledAt };
      return statementOf(deployment, params.organizationId, known, ask);
    },
  );
}
