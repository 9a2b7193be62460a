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
import { registerHeaders } from './header-routes.ts';
import { findInvoice } from './invoice-queries.ts';
import { invoiceParams, invoiceQuery, withReason } from './invoice-schema.ts';
import { listInvoices } from './list-queries.ts';
import {
  invoiceList,
  listedInvoice,
  listedToApi,
  shownInvoice,
  shownToApi,
} from './list-schema.ts';
import { registerIgnoredUsage } from './ignored-routes.ts';
import { registerLines } from './line-routes.ts';
import { registerUpcoming } from './upcoming-routes.ts';

export function registerInvoices(app: FastifyInstance, deployment: Deployment): void {
  registerReading(app, deployment);
  registerHeaders(app, deployment);
  registerVerbs(app, deployment);
  registerLines(app, deployment);
  registerIgnoredUsage(app, deployment);
  registerUpcoming(app, deployment);
}

function registerReading(app: FastifyInstance, deployment: Deployment): void {
  const { clock, database } = deployment;
  const { db } = database;
  read(
    app,
    {
      id: 'invoices.list',
      method: 'GET',
      url: '/v1/invoices',
      permission: 'invoices.read',
      summary: 'List invoices, newest first, without their lines',
      query: invoiceList,
      reply: pageOf(listedInvoice),
    },
    async ({ query }) => {
      const now = clock();
      const rows = await listInvoices(db, query, now);
      return toPage(
        rows,
        query,
        (row) => row.id,
        (row) => listedToApi(row, now),
      );
    },
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
      reply: shownInvoice,
    },
    async ({ params, query }) => {
      const row = await findInvoice(db, params.id);
      if (row === undefined) throw notFound('invoice', params.id);
      return shownToApi(row, await contentOf(db, row, query.breakdownBy), clock());
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
      reply: shownInvoice,
    },
    async (action, { params, ifMatch }) => {
      const before = await requireLockedInvoice(action, params.id);
      requireVersion(before, ifMatch);
      const issued = await finalizeInvoice(action, before);
      await sendIssued(action, deployment.mail, issued);
      return shownToApi(issued, await contentOf(action.tx, issued), action.now);
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
      reply: listedInvoice,
    },
    async (action, { params, body }) => {
      const before = await requireLockedInvoice(action, params.id);
      return listedToApi(await voidInvoice(action, before, body.reason), action.now);
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
      reply: listedInvoice,
    },
    async (action, { params, body }) => {
      const before = await requireLockedInvoice(action, params.id);
      return listedToApi(await writeOffInvoice(action, before, body.reason), action.now);
    },
  );
}
