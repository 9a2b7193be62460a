import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { sendIssued } from '../sending/actions.ts';
import { contentOf } from './breakdown-actions.ts';
import {
  finalizeInvoice,
  requireLockedInvoice,
  voidInvoice,
  writeOffInvoice,
} from './invoice-actions.ts';
import { findInvoice, listInvoices } from './invoice-queries.ts';
import {
  headerToApi,
  invoice,
  invoiceHeader,
  invoiceList,
  invoiceParams,
  invoiceQuery,
  invoiceToApi,
  withReason,
} from './invoice-schema.ts';
import { registerLines } from './line-routes.ts';

export function registerInvoices(app: FastifyInstance, deployment: Deployment): void {
  registerReading(app, deployment);
  registerVerbs(app, deployment);
  registerLines(app, deployment);
}

function registerReading(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'invoices.list',
      method: 'GET',
      url: '/v1/invoices',
      permission: 'invoices.read',
      summary: 'List invoices, newest first, without their lines',
      query: invoiceList,
      reply: pageOf(invoiceHeader),
    },
    async ({ query }) => toPage(await listInvoices(db, query), query, (row) => row.id, headerToApi),
  );
  read(
    app,
    {
      id: 'invoices.get',
      method: 'GET',
      url: '/v1/invoices/:id',
      permission: 'invoices.read',
      summary: 'Get an invoice with its lines',
      params: invoiceParams,
      query: invoiceQuery,
      reply: invoice,
    },
    async ({ params, query }) => {
      const row = await findInvoice(db, params.id);
      if (row === undefined) throw notFound('invoice', params.id);
      return invoiceToApi(row, await contentOf(db, row, query.breakdownBy));
    },
  );
}

function registerVerbs(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'invoices.finalize',
      method: 'POST',
      url: '/v1/invoices/:id/finalize',
      permission: 'invoices.finalize',
      summary: 'Issue a draft',
      description:
        'It gets its number and its dates, and its total is owed, less what credit the customer has. From then on it never changes.',
      params: invoiceParams,
      reply: invoice,
    },
    async (action, { params, ifMatch }) => {
      const before = await requireLockedInvoice(action, params.id);
      requireVersion(before, ifMatch);
      const issued = await finalizeInvoice(action, before);
      await sendIssued(action, deployment.mail, issued);
      return invoiceToApi(issued, await contentOf(action.tx, issued));
    },
  );
  write(
    app,
    deployment,
    {
      id: 'invoices.void',
      method: 'POST',
      url: '/v1/invoices/:id/void',
      permission: 'invoices.void',
      summary: 'Take an issued invoice back',
      description:
        'Only while nothing was paid or credited of it. Its number stays used; its usage is billed again by the next run.',
      params: invoiceParams,
      body: withReason,
      reply: invoiceHeader,
    },
    async (action, { params, body }) => {
      const before = await requireLockedInvoice(action, params.id);
      return headerToApi(await voidInvoice(action, before, body.reason));
    },
  );
  write(
    app,
    deployment,
    {
      id: 'invoices.writeOff',
      method: 'POST',
      url: '/v1/invoices/:id/uncollectible',
      permission: 'invoices.writeOff',
      summary: 'Give up what is due on an invoice',
      description: 'A payment that names it later is taken all the same.',
      params: invoiceParams,
      body: withReason,
      reply: invoiceHeader,
    },
    async (action, { params, body }) => {
      const before = await requireLockedInvoice(action, params.id);
      return headerToApi(await writeOffInvoice(action, before, body.reason));
    },
  );
}
