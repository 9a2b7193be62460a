import type { FastifyInstance } from 'fastify';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { findCreditNote } from '../credit-notes/queries.ts';
import { creditNoteParams } from '../credit-notes/schema.ts';
import { requireLockedInvoice } from '../invoicing/invoice-actions.ts';
import { invoiceParams } from '../invoicing/invoice-schema.ts';
import { notFound } from '../lib/problem.ts';
import { resolveClocks, statementOf } from '../statements/actions.ts';
import { rangeOf, statementParams } from '../statements/schema.ts';
import {
  changeSendingSettings,
  sendByHand,
  sendCreditNote,
  sendStatement,
  type StatementAsk,
} from './actions.ts';
import {
  attemptsOf,
  findMessage,
  findSendingSettings,
  listMessages,
  lockedSendingSettings,
} from './queries.ts';
import {
  message,
  messageList,
  messageParams,
  messageToApi,
  messageWithLog,
  messageWithLogToApi,
  sendingSettings,
  sendingSettingsToApi,
  sendingSettingsUpdate,
  statementSend,
} from './schema.ts';

export function registerSending(app: FastifyInstance, deployment: Deployment): void {
  registerVerbs(app, deployment);
  registerOtherDocuments(app, deployment);
  registerMessages(app, deployment);
  registerSettings(app, deployment);
}

function registerVerbs(app: FastifyInstance, deployment: Deployment): void {
  for (const [verb, kind, summary, description] of [
    [
      'send',
      'invoice',
      'Send an invoice to the payer',
      'To the billing e-mail of the organization, now or as soon as the mail server takes it. Where it cannot be sent the message says `not_sent`, and why.',
    ],
    [
      'remind',
      'reminder',
      'Remind the payer of an open invoice',
      'Like `send`, with what is still due.',
    ],
  ] as const) {
    write(
      app,
      deployment,
      {
        id: `invoices.${verb}`,
        method: 'POST',
        url: `/v1/invoices/:id/${verb}`,
        permission: 'invoices.send',
        summary,
        description,
        params: invoiceParams,
        reply: message,
        status: 201,
      },
      async (action, { params }) => {
        const invoice = await requireLockedInvoice(action, params.id);
        return messageToApi(await sendByHand(action, deployment.mail, kind, invoice));
      },
    );
  }
}

function registerOtherDocuments(app: FastifyInstance, deployment: Deployment): void {
  const description =
    'To the billing e-mail of the organization, with its PDF. Where it cannot be sent the message says `not_sent`, and why.';
  write(
    app,
    deployment,
    {
      id: 'creditNotes.send',
      method: 'POST',
      url: '/v1/credit-notes/:id/send',
      permission: 'creditNotes.send',
      summary: 'Send a credit note to the customer',
      description,
      params: creditNoteParams,
      reply: message,
      status: 201,
    },
    async (action, { params }) => {
      const note = await findCreditNote(action.tx, params.id);
      if (note === undefined) throw notFound('credit note', params.id);
      return messageToApi(await sendCreditNote(action, deployment.mail, note));
    },
  );
  write(
    app,
    deployment,
    {
      id: 'statements.send',
      method: 'POST',
      url: '/v1/statements/:organizationId/send',
      permission: 'statements.send',
      summary: 'Send a customer its statement',
      description: `${description} It is the statement of both clocks at the moment of asking, unless others are named.`,
      params: statementParams,
      body: statementSend,
      reply: message,
      status: 201,
    },
    async (action, { prepared }: { prepared: StatementAsk }) =>
      messageToApi(await sendStatement(action, deployment.mail, prepared)),
    async ({ params: { organizationId }, body }) => {
      const known = await resolveClocks(deployment, body);
      const range = rangeOf(body);
      // There is such a customer, as of then.
      await statementOf(deployment, organizationId, known, { range: null });
      return { ...known, organizationId, range };
    },
  );
}

function registerMessages(app: FastifyInstance, deployment: Deployment): void {
  const { db } = deployment.database;
  read(
    app,
    {
      id: 'messages.list',
      method: 'GET',
      url: '/v1/messages',
      permission: 'messages.read',
      summary: 'What was sent to customers, or was not, newest first',
      query: messageList,
      reply: pageOf(message),
    },
    async ({ query }) =>
      toPage(
        await listMessages(db, query, deployment.clock()),
        query,
        (row) => row.id,
        messageToApi,
      ),
  );
  read(
    app,
    {
      id: 'messages.get',
      method: 'GET',
      url: '/v1/messages/:id',
      permission: 'messages.read',
      summary: 'Get a message with every attempt to send it',
      params: messageParams,
      reply: messageWithLog,
    },
    async ({ params }) => {
      const row = await findMessage(db, params.id);
      if (row === undefined) throw notFound('message', params.id);
      return messageWithLogToApi(row, await attemptsOf(db, params.id));
    },
  );
}

function registerSettings(app: FastifyInstance, deployment: Deployment): void {
  read(
    app,
    {
      id: 'sendingSettings.get',
      method: 'GET',
      url: '/v1/sending-settings',
      permission: 'sendingSettings.read',
      summary: 'What is sent without being asked for',
      reply: sendingSettings,
    },
    async () =>
      sendingSettingsToApi(await findSendingSettings(deployment.database.db), deployment.mail),
  );
  write(
    app,
    deployment,
    {
      id: 'sendingSettings.update',
      method: 'PATCH',
      url: '/v1/sending-settings',
      permission: 'sendingSettings.update',
      summary: 'Turn sending on finalize, and reminders, on or off',
      body: sendingSettingsUpdate,
      reply: sendingSettings,
    },
    async (action, { body, ifMatch }) => {
      const before = await lockedSendingSettings(action);
      requireVersion(before, ifMatch);
      return sendingSettingsToApi(
        await changeSendingSettings(action, before, body),
        deployment.mail,
      );
    },
  );
}
