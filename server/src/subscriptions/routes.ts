import type { FastifyInstance } from 'fastify';
import { auditOf } from '../audit/queries.ts';
import { history, historyToApi } from '../audit/schema.ts';
import type { Deployment } from '../db/deployment.ts';
import { read, requireVersion, write } from '../http/operation.ts';
import { pageOf, toPage } from '../http/shapes.ts';
import { notFound } from '../lib/problem.ts';
import { changeOwnership } from '../repair/actions.ts';
import {
  cancelSubscription,
  createSubscription,
  pauseSubscription,
  resumeSubscription,
  updateSubscription,
  withdrawSubscription,
} from './actions.ts';
import { requireSubscription } from './change-actions.ts';
import { findSubscription, listSubscriptions } from './queries.ts';
import { changePlan } from './rhythm-actions.ts';
import {
  subscription,
  subscriptionCancel,
  subscriptionChangePlan,
  subscriptionCreate,
  subscriptionList,
  subscriptionParams,
  subscriptionPause,
  subscriptionToApi,
  subscriptionUpdate,
} from './schema.ts';

export function registerSubscriptions(app: FastifyInstance, deployment: Deployment): void {
  registerReads(app, deployment);
  registerWrites(app, deployment);
  registerVerbs(app, deployment);
}

function registerReads(app: FastifyInstance, { database: { db }, clock }: Deployment): void {
  read(
    app,
    {
      id: 'subscriptions.list',
      method: 'GET',
      url: '/v1/subscriptions',
      permission: 'subscriptions.read',
      summary: 'List subscriptions, newest first',
      query: subscriptionList,
      reply: pageOf(subscription),
    },
    async ({ query }) => {
      const at = clock();
      return toPage(
        await listSubscriptions(db, query, at),
        query,
        (row) => row.id,
        (row) => subscriptionToApi(row, at),
      );
    },
  );
  read(
    app,
    {
      id: 'subscriptions.get',
      method: 'GET',
      url: '/v1/subscriptions/:id',
      permission: 'subscriptions.read',
      summary: 'Get a subscription',
      params: subscriptionParams,
      reply: subscription,
    },
    async ({ params }) => {
      const row = await findSubscription(db, params.id);
      if (row === undefined) throw notFound('subscription', params.id);
      return subscriptionToApi(row, clock());
    },
  );
  read(
    app,
    {
      id: 'subscriptions.history',
      method: 'GET',
      url: '/v1/subscriptions/:id/history',
      permission: 'subscriptions.read',
      summary: 'Who changed what, when and why',
      params: subscriptionParams,
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
      id: 'subscriptions.create',
      method: 'POST',
      url: '/v1/subscriptions',
      permission: 'subscriptions.create',
      summary: 'Subscribe an organization to a plan',
      body: subscriptionCreate,
      reply: subscription,
      status: 201,
    },
    async (action, { body }) =>
      subscriptionToApi(
        await changeOwnership(action, () => createSubscription(action, body)),
        action.now,
      ),
  );
  write(
    app,
    deployment,
    {
      id: 'subscriptions.update',
      method: 'PATCH',
      url: '/v1/subscriptions/:id',
      permission: 'subscriptions.update',
      summary: 'Change a subscription',
      description:
        'The start is fixed; the plan and pauses have verbs of their own. Another anchor day or time zone holds from the next service period on.',
      params: subscriptionParams,
      body: subscriptionUpdate,
      reply: subscription,
    },
    async (action, { params, body, ifMatch }) => {
      const row = await changeOwnership(action, async () => {
        const before = await requireSubscription(action, params.id);
        requireVersion(before, ifMatch);
        return updateSubscription(action, before, body);
      });
      return subscriptionToApi(row, action.now);
    },
  );
  write(
    app,
    deployment,
    {
      id: 'subscriptions.delete',
      method: 'DELETE',
      url: '/v1/subscriptions/:id',
      permission: 'subscriptions.delete',
      summary: 'Withdraw a subscription',
      description:
        'As if it had never been: possible until a credential is bound to it or an invoice names it. To end it, cancel it.',
      params: subscriptionParams,
      reply: subscription,
    },
    async (action, { params, ifMatch }) => {
      const row = await changeOwnership(action, async () => {
        const before = await requireSubscription(action, params.id);
        requireVersion(before, ifMatch);
        return withdrawSubscription(action, before);
      });
      return subscriptionToApi(row, action.now);
    },
  );
}

function registerVerbs(app: FastifyInstance, deployment: Deployment): void {
  const shared = {
    method: 'POST',
    permission: 'subscriptions.update',
    params: subscriptionParams,
    reply: subscription,
  } as const;
  write(
    app,
    deployment,
    {
      ...shared,
      id: 'subscriptions.cancel',
      url: '/v1/subscriptions/:id/cancel',
      summary: 'End it: now, with the current period, or at an instant',
      body: subscriptionCancel,
    },
    async (action, { params, body }) => {
      const row = await changeOwnership(action, async () =>
        cancelSubscription(action, await requireSubscription(action, params.id), body),
      );
      return subscriptionToApi(row, action.now);
    },
  );
  write(
    app,
    deployment,
    {
      ...shared,
      id: 'subscriptions.pause',
      url: '/v1/subscriptions/:id/pause',
      summary: 'Take no usage from a time on',
      body: subscriptionPause,
    },
    async (action, { params, body }) => {
      const input = { ...body, from: body.from ?? action.now };
      const row = await changeOwnership(action, async () =>
        pauseSubscription(action, await requireSubscription(action, params.id), input),
      );
      return subscriptionToApi(row, action.now);
    },
  );
  write(
    app,
    deployment,
    {
      ...shared,
      id: 'subscriptions.resume',
      url: '/v1/subscriptions/:id/resume',
      summary: 'End a pause',
      body: subscriptionPause,
    },
    async (action, { params, body }) => {
      const input = { ...body, from: body.from ?? action.now };
      const row = await changeOwnership(action, async () =>
        resumeSubscription(action, await requireSubscription(action, params.id), input),
      );
      return subscriptionToApi(row, action.now);
    },
  );
  write(
    app,
    deployment,
    {
      ...shared,
      id: 'subscriptions.changePlan',
      url: '/v1/subscriptions/:id/change-plan',
      summary: 'Another plan, or the latest version of its plan: now, or from the next period on',
      description:
        'Within a service period its plan ends there and the new one begins, both prorated by time; what was billed in advance for later is credited.',
      body: subscriptionChangePlan,
    },
    async (action, { params, body }) => {
      const row = await changeOwnership(action, async () =>
        changePlan(action, await requireSubscription(action, params.id), body),
      );
      return subscriptionToApi(row, action.now);
    },
  );
}
