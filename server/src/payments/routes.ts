import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { allocatePayment, createPayment, deallocatePayment, reversePayment } from './actions.ts';
import { findPayment, listPayments } from './queries.ts';
import { registerRefunds } from './refund-routes.ts';
import {
  allocate,
  deallocate,
  payment,
  paymentCreate,
  paymentList,
  paymentParams,
  paymentToApi,
  reverse,
} from './schema.ts';

export function registerPayments(app: FastifyInstance, deployment: Deployment): void {
  registerReading(app, deployment);
  registerVerbs(app, deployment);
  registerRefunds(app, deployment);
}

function registerReading(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'payments.list',
      method: 'GET',
      url: '/v1/payments',
      permission: 'payments.read',
      summary: 'List payments, newest first',
      query: paymentList,
      reply: pageOf(payment),
    },
    async ({ query }) =>
      toPage(
        await listPayments(db, query, deployment.clock()),
        query,
        (row) => row.id,
        paymentToApi,
      ),
  );
  read(
    app,
    {
      id: 'payments.get',
      method: 'GET',
      url: '/v1/payments/:id',
      permission: 'payments.read',
      summary: 'Get a payment, with what it paid',
      params: paymentParams,
      reply: payment,
    },
    async ({ params }) => {
      const row = await findPayment(db, params.id);
      if (row === undefined) throw notFound('payment', params.id);
      return paymentToApi(row);
    },
  );
}

function registerVerbs(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'payments.create',
      method: 'POST',
      url: '/v1/payments',
      permission: 'payments.create',
      summary: 'Record a payment',
      description:
        'Pays the invoices that are due, the one due first first, or those named. What is left is credit that the next invoices of the currency use.',
      body: paymentCreate,
      reply: payment,
      status: 201,
    },
    async (action, { body }) => paymentToApi(await createPayment(action, body)),
  );
  write(
    app,
    deployment,
    {
      id: 'payments.allocate',
      method: 'POST',
      url: '/v1/payments/:id/allocate',
      permission: 'payments.allocate',
      summary: 'Apply what is left of a payment to invoices',
      params: paymentParams,
      body: allocate,
      reply: payment,
    },
    async (action, { params, body }) =>
      paymentToApi(await allocatePayment(action, params.id, body.allocations)),
  );
  write(
    app,
    deployment,
    {
      id: 'payments.deallocate',
      method: 'POST',
      url: '/v1/payments/:id/deallocate',
      permission: 'payments.allocate',
      summary: 'Take back what a payment paid of an invoice',
      description: 'That is due again, and the payment has as much left.',
      params: paymentParams,
      body: deallocate,
      reply: payment,
    },
    async (action, { params, body }) =>
      paymentToApi(await deallocatePayment(action, params.id, body.invoiceId, body.amount)),
  );
  write(
    app,
    deployment,
    {
      id: 'payments.reverse',
      method: 'POST',
      url: '/v1/payments/:id/reverse',
      permission: 'payments.reverse',
      summary: 'Record that a payment bounced',
      description: 'What it had paid is due again.',
      params: paymentParams,
      body: reverse,
      reply: payment,
    },
    async (action, { params, body }) => paymentToApi(await reversePayment(action, params.id, body)),
  );
}
