import type { FastifyInstance } from 'fastify';
import { currentPosition } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { read, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { registerInvoices } from './invoice-routes.ts';
import { bill, createRun } from './run-actions.ts';
import { findRun, listRuns } from './run-queries.ts';
import { run, runCreate, runList, runParams, runToApi } from './run-schema.ts';

export function registerInvoicing(app: FastifyInstance, deployment: Deployment): void {
  registerRuns(app, deployment);
  registerInvoices(app, deployment);
}

function registerRuns(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  const found = async (id: string) => {
    const row = await findRun(db, id);
    if (row === undefined) throw notFound('billing run', id);
    return runToApi(row);
  };
  read(
    app,
    {
      id: 'billingRuns.list',
      method: 'GET',
      url: '/v1/billing-runs',
      permission: 'billingRuns.read',
      summary: 'List billing runs, newest first',
      query: runList,
      reply: pageOf(run),
    },
    async ({ query }) => toPage(await listRuns(db, query), query, (row) => row.id, runToApi),
  );
  read(
    app,
    {
      id: 'billingRuns.get',
      method: 'GET',
      url: '/v1/billing-runs/:id',
      permission: 'billingRuns.read',
      summary: 'Get a billing run, with its progress',
      params: runParams,
      reply: run,
    },
    async ({ params }) => found(params.id),
  );
  write(
    app,
    deployment,
    {
      id: 'billingRuns.create',
      method: 'POST',
      url: '/v1/billing-runs',
      permission: 'billingRuns.create',
      summary: 'Draft the invoices of a month',
      description:
        'Drafts what is due in the cycles that end in the period, and what was recorded late for cycles billed before. Asking again brings drafts up to date; what is issued never changes.',
      body: runCreate,
      reply: run,
      status: 201,
    },
    async (action, { body: { asked, wait } }) => {
      if (!wait) {
        const position = await currentPosition(deployment.database);
        return runToApi(await createRun(action, asked, position));
      }
      // The run has transactions of its own, one for each payer; this one only keeps the answer.
      const { actor, requestId } = action;
      return found(await bill(deployment, asked, { actor, requestId }));
    },
  );
}
