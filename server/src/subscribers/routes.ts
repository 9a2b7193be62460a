import type { FastifyInstance } from 'fastify';
import { auditOf } from '../audit/queries.ts';
import { history, historyToApi } from '../audit/schema.ts';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { changeOwnership } from '../repair/actions.ts';
import {
  changeSubscriberMemberships,
  createSubscriber,
  deleteSubscriber,
  requireSubscriber,
  restoreSubscriber,
  updateSubscriber,
} from './actions.ts';
import { findSubscriber, listSubscribers } from './queries.ts';
import {
  subscriber,
  subscriberCreate,
  subscriberList,
  subscriberMemberships,
  subscriberParams,
  subscriberToApi,
  subscriberUpdate,
} from './schema.ts';

const URL = '/v1/subscribers';

export function registerSubscribers(app: FastifyInstance, deployment: Deployment): void {
  registerReads(app, deployment);
  registerWrites(app, deployment);
  registerVerbs(app, deployment);
}

function registerReads(app: FastifyInstance, { database: { db }, clock }: Deployment): void {
  const shared = { method: 'GET', permission: 'subscribers.read' } as const;
  const one = { ...shared, params: subscriberParams };
  read(
    app,
    {
      ...shared,
      id: 'subscribers.list',
      url: URL,
      summary: 'List subscribers, newest first',
      query: subscriberList,
      reply: pageOf(subscriber),
    },
    async ({ query }) => {
      const rows = await listSubscribers(db, query, clock());
      return toPage(rows, query, (row) => row.id, subscriberToApi);
    },
  );
  read(
    app,
    {
      ...one,
      id: 'subscribers.get',
      url: `${URL}/:id`,
      summary: 'Get a subscriber',
      reply: subscriber,
    },
    async ({ params }) => {
      const row = await findSubscriber(db, params.id, clock());
      if (row === undefined) throw notFound('subscriber', params.id);
      return subscriberToApi(row);
    },
  );
  read(
    app,
    {
      ...one,
      id: 'subscribers.history',
      url: `${URL}/:id/history`,
      summary: 'Who changed what, when and why',
      reply: history,
    },
    async ({ params }) => historyToApi(await auditOf(db, params.id)),
  );
}

function registerWrites(app: FastifyInstance, deployment: Deployment): void {
  write(
    app,
    deployment,
    {
      id: 'subscribers.create',
      method: 'POST',
      url: URL,
      permission: 'subscribers.create',
      summary: 'Create a subscriber',
      body: subscriberCreate,
      reply: subscriber,
      status: 201,
    },
    async (action, { body }) =>
      subscriberToApi(await changeOwnership(action, () => createSubscriber(action, body))),
  );
  write(
    app,
    deployment,
    {
      id: 'subscribers.update',
      method: 'PATCH',
      url: `${URL}/:id`,
      permission: 'subscribers.update',
      summary: 'Change a subscriber',
      params: subscriberParams,
      body: subscriberUpdate,
      reply: subscriber,
    },
    async (action, { params, body, ifMatch }) => {
      const { result, renamed } = await changeOwnership(action, async () => {
        const before = await requireSubscriber(action, params.id);
        requireVersion(before, ifMatch);
        const done = await updateSubscriber(action, before, body);
        return { result: done, touched: done.touched };
      });
      return subscriberToApi(
        await changeOwnership(action, async () => ({ result, touched: renamed })),
      );
    },
  );
  write(
    app,
    deployment,
    {
      id: 'subscribers.delete',
      method: 'DELETE',
      url: `${URL}/:id`,
      permission: 'subscribers.delete',
      summary: 'Archive a subscriber',
      description: 'Refused while it holds credentials. Its past usage stays its own.',
      params: subscriberParams,
      reply: subscriber,
    },
    async (action, { params, ifMatch }) => {
      const row = await changeOwnership(action, async () => {
        const before = await requireSubscriber(action, params.id);
        requireVersion(before, ifMatch);
        return { result: await deleteSubscriber(action, before), touched: {} };
      });
      return subscriberToApi(row);
    },
  );
}

function registerVerbs(app: FastifyInstance, deployment: Deployment): void {
  const shared = {
    method: 'POST',
    permission: 'subscribers.update',
    params: subscriberParams,
    reply: subscriber,
  } as const;
  write(
    app,
    deployment,
    {
      ...shared,
      id: 'subscribers.restore',
      url: `${URL}/:id/restore`,
      summary: 'Bring an archived subscriber back',
    },
    async (action, { params }) => {
      const row = await changeOwnership(action, async () =>
        restoreSubscriber(action, await requireSubscriber(action, params.id)),
      );
      return subscriberToApi(row);
    },
  );
  write(
    app,
    deployment,
    {
      ...shared,
      id: 'subscribers.memberships',
      url: `${URL}/:id/memberships`,
      summary: 'Let it belong to other organizations from a time',
      description: 'What was recorded at or after `from` is attributed again.',
      body: subscriberMemberships,
    },
    async (action, { params, body }) => {
      const from = body.from === undefined ? action.now : body.from;
      const row = await changeOwnership(action, async () =>
        changeSubscriberMemberships(action, await requireSubscriber(action, params.id), {
          ...body,
          from,
        }),
      );
      return subscriberToApi(row);
    },
  );
}
