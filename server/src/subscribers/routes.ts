import type { FastifyInstance } from 'fastify';
import { auditOf } from '../audit/queries.ts';
import { historyToApi, ownershipHistory, timelineToApi } from '../audit/schema.ts';
import { timelineHistory } from '../audit/timeline-queries.ts';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { cancelPlannedInput, pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { changeOwnership } from '../repair/actions.ts';
import {
  cancelPlannedSubscriber,
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
  subscriberReason,
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
      description:
        'The changes, and the rows of its memberships as they were recorded, superseded ones included.',
      reply: ownershipHistory,
    },
    async ({ params: { id } }) => {
      const rows = await timelineHistory(db, 'memberships', id);
      const timeline = timelineToApi('membership', rows, (value) => ({
        organizationId: value['organization_id'] as string,
        isPrimary: value['is_primary'] as boolean,
      }));
      return { ...historyToApi(await auditOf(db, id)), timeline };
    },
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
      const row = await changeOwnership(action, async () => {
        const before = await requireSubscriber(action, params.id);
        requireVersion(before, ifMatch);
        return updateSubscriber(action, before, body);
      });
      return subscriberToApi(row);
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
      body: subscriberReason,
    },
    async (action, { params, body }) => {
      const row = await changeOwnership(action, async () =>
        restoreSubscriber(action, await requireSubscriber(action, params.id), body?.reason),
      );
      return subscriberToApi(row);
    },
  );
  write(
    app,
    deployment,
    {
      ...shared,
      id: 'subscribers.cancelPlanned',
      url: `${URL}/:id/cancel-planned`,
      summary: 'Take back what is planned for its memberships',
      description: 'What holds before the planned change goes on.',
      body: cancelPlannedInput,
    },
    async (action, { params, body }) => {
      const row = await changeOwnership(action, async () =>
        cancelPlannedSubscriber(action, await requireSubscriber(action, params.id), body ?? {}),
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
      const change = async () =>
        changeSubscriberMemberships(action, await requireSubscriber(action, params.id), {
          ...body,
          from,
        });
      const row = await changeOwnership(action, change, body);
      return subscriberToApi(row);
    },
  );
}
