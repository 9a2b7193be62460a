import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { withReason } from '../invoicing/invoice-schema.ts';
import { notFound } from '../lib/problem.ts';
import { allocate, deallocate } from '../payments/schema.ts';
import { sendIssued } from '../sending/actions.ts';
import {
  allocateCreditNote,
  createCreditNote,
  deallocateCreditNote,
  voidCreditNote,
} from './actions.ts';
import { findCreditNote, linesOfCreditNote, listCreditNotes } from './queries.ts';
import {
  creditNote,
  creditNoteCreate,
  creditNoteHeader,
  creditNoteHeaderToApi,
  creditNoteList,
  creditNoteParams,
  creditNoteToApi,
} from './schema.ts';

export function registerCreditNotes(app: FastifyInstance, deployment: Deployment): void {
  registerReading(app, deployment);
  registerVerbs(app, deployment);
}

function registerReading(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'creditNotes.list',
      method: 'GET',
      url: '/v1/credit-notes',
      permission: 'creditNotes.read',
      summary: 'List credit notes, newest first, without their lines',
      query: creditNoteList,
      reply: pageOf(creditNoteHeader),
    },
    async ({ query }) =>
      toPage(
        await listCreditNotes(db, query, deployment.clock()),
        query,
        (row) => row.id,
        creditNoteHeaderToApi,
      ),
  );
  read(
    app,
    {
      id: 'creditNotes.get',
      method: 'GET',
      url: '/v1/credit-notes/:id',
      permission: 'creditNotes.read',
      summary: 'Get a credit note with its lines',
      params: creditNoteParams,
      reply: creditNote,
    },
    async ({ params }) => {
      const row = await findCreditNote(db, params.id);
      if (row === undefined) throw notFound('credit note', params.id);
      return creditNoteToApi(row, await linesOfCreditNote(db, params.id));
    },
  );
}

function registerVerbs(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'creditNotes.create',
      method: 'POST',
      url: '/v1/credit-notes',
      permission: 'creditNotes.create',
      summary: 'Credit an invoice, or parts of its lines',
      description:
        'Issued at once, with a number of its own. It lowers what is due on the invoice; what is more than that is credit of the customer. The usage stays billed.',
      body: creditNoteCreate,
      reply: creditNote,
      status: 201,
    },
    async (action, { body }) => {
      const row = await createCreditNote(action, body);
      await sendIssued(action, deployment.mail, row, 'credit_note');
      return creditNoteToApi(row, await linesOfCreditNote(action.tx, row.id));
    },
  );
  write(
    app,
    deployment,
    {
      id: 'creditNotes.void',
      method: 'POST',
      url: '/v1/credit-notes/:id/void',
      permission: 'creditNotes.void',
      summary: 'Take a credit note back',
      description:
        'What it had credited is owed again, by an entry of its own. Not once its credit has been used. Its number stays used.',
      params: creditNoteParams,
      body: withReason,
      reply: creditNoteHeader,
    },
    async (action, { params, body }) =>
      creditNoteHeaderToApi(await voidCreditNote(action, params.id, body.reason)),
  );
  write(
    app,
    deployment,
    {
      id: 'creditNotes.allocate',
      method: 'POST',
      url: '/v1/credit-notes/:id/allocate',
      permission: 'creditNotes.allocate',
      summary: 'Apply what is left of a credit note to invoices',
      params: creditNoteParams,
      body: allocate,
      reply: creditNoteHeader,
    },
    async (action, { params, body }) =>
      creditNoteHeaderToApi(await allocateCreditNote(action, params.id, body.allocations)),
  );
  write(
    app,
    deployment,
    {
      id: 'creditNotes.deallocate',
      method: 'POST',
      url: '/v1/credit-notes/:id/deallocate',
      permission: 'creditNotes.allocate',
      summary: 'Take back what the rest of a credit note paid of an invoice',
      params: creditNoteParams,
      body: deallocate,
      reply: creditNoteHeader,
    },
    async (action, { params, body }) =>
      creditNoteHeaderToApi(
        await deallocateCreditNote(action, params.id, body.invoiceId, body.amount),
      ),
  );
}
