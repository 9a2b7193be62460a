import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { findInvoice } from './invoice-queries.ts';
import { invoiceParams } from './invoice-schema.ts';
import { listInvoices } from './list-queries.ts';
import { headerList, issuedHeader, issuedHeaderToApi } from './list-schema.ts';

/** The heads of issued invoices, for whoever may see what is owed and not what it is made of. */
export function registerHeaders(
  app: FastifyInstance,
  { database: { db }, clock }: Deployment,
): void {
  const permission = 'invoices.readHeaders';
  read(
    app,
    {
      id: 'invoiceHeaders.list',
      method: 'GET',
      url: '/v1/invoice-headers',
      permission,
      summary: 'List the heads of issued invoices, newest first',
      description:
        'Totals, taxes, what was paid and what is due; no lines, nor what leads to them. `unpaid=true&organizationId=…` is what one customer still owes.',
      query: headerList,
      reply: pageOf(issuedHeader),
    },
    async ({ query }) => {
      const now = clock();
      const rows = await listInvoices(db, { ...query, issued: true }, now);
      return toPage(
        rows,
        query,
        (row) => row.id,
        (row) => issuedHeaderToApi(row, now),
      );
    },
  );
  read(
    app,
    {
      id: 'invoiceHeaders.get',
      method: 'GET',
      url: '/v1/invoice-headers/:id',
      permission,
      summary: 'Get the head of an issued invoice',
      params: invoiceParams,
      reply: issuedHeader,
    },
    async ({ params }) => {
      const row = await findInvoice(db, params.id);
      if (row === undefined || row.status === 'draft') throw notFound('issued invoice', params.id);
      return issuedHeaderToApi(row, clock());
    },
  );
}
