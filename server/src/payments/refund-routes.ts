import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { createRefund } from './refund-actions.ts';
import { findRefund, listRefunds } from './refund-queries.ts';
import { refund, refundCreate, refundList, refundParams, refundToApi } from './refund-schema.ts';

export function registerRefunds(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'refunds.list',
      method: 'GET',
      url: '/v1/refunds',
      permission: 'refunds.read',
      summary: 'List refunds, newest first',
      query: refundList,
      reply: pageOf(refund),
    },
    async ({ query }) =>
      toPage(await listRefunds(db, query, deployment.clock()), query, (row) => row.id, refundToApi),
  );
  read(
    app,
    {
      id: 'refunds.get',
      method: 'GET',
      url: '/v1/refunds/:id',
      permission: 'refunds.read',
      summary: 'Get a refund',
      params: refundParams,
      reply: refund,
    },
    async ({ params }) => {
      const row = await findRefund(db, params.id);
      if (row === undefined) throw notFound('refund', params.id);
      return refundToApi(row);
    },
  );
  write(
    app,
    deployment,
    {
      id: 'refunds.create',
      method: 'POST',
      url: '/v1/refunds',
      permission: 'refunds.create',
      summary: 'Record that money was given back',
      description:
        'Out of what is left of payments and credit notes, the oldest first, or out of the one named. To give back what an invoice took, credit the invoice first.',
      body: refundCreate,
      reply: refund,
      status: 201,
    },
    async (action, { body }) => refundToApi(await createRefund(action, body)),
  );
}
